/**
 * Random paths for the margin index: accounts of every kind under moving marks, funding indices, collateral prices
 * and haircuts, with fees, fills, deposits and liquidations; after every step the index against a full re-check.
 *
 * Shared by the differential test (few paths) and the benchmark (all of them). Everything follows from the seed.
 */
import { type MarginColumns, settleFunding } from "../accounts/margin-index-columns.ts";
import {
  type BelowMaintenance,
  emptyBelowMaintenance,
  recheckAll,
} from "../accounts/margin-index-recheck.ts";
import { MarginIndex } from "../accounts/margin-index.ts";
import { StateHash } from "../numeric/state-hash.ts";
import { PPM } from "../units.ts";
import { type Draw, drawer, marginWorld, openPosition } from "./margin-world.ts";

/** What a path has met. */
export interface MarginPathResult {
  readonly steps: number;
  /** Positions that the full re-check found, over all steps. */
  readonly found: number;
  /** Of those, not listed by the index: must be 0. */
  readonly missed: number;
  /** Listed by the index without being below maintenance: must be 0. */
  readonly spurious: number;
  /** Account checks by the index, and by the full re-check. */
  readonly checked: number;
  readonly rechecked: number;
  /** The first difference in words, or empty. */
  readonly difference: string;
  /** Hash of everything found. */
  readonly hash: string;
}

/**
 * Plays one path.
 *
 * @param options `steps` default 100, `accounts` even, default 40, every second one cross
 */
export function playMarginPath(options: {
  readonly seed: number;
  readonly steps?: number;
  readonly accounts?: number;
}): MarginPathResult {
  const { seed, steps = 100, accounts = 40 } = options;
  const draw = drawer(seed);
  const columns = marginWorld(draw, accounts);
  const index = new MarginIndex(columns);
  const full = emptyBelowMaintenance(columns.slots.account.length);
  const digest = new StateHash();
  const wildness = draw.pick([0.0002, 0.002, 0.02]);
  const totals = { found: 0, missed: 0, spurious: 0, difference: "" };
  for (let step = 0, victim = -1; step < steps; step++) {
    if (step % 20 === 0) victim = draw.share() < 0.5 ? 1 + 2 * draw.whole(0, accounts / 2 - 1) : -1;
    if (victim >= 0) moveAgainst(columns, index, draw, victim);
    else moveValues(columns, index, draw, wildness);
    for (let k = draw.whole(0, 3); k > 0; k--) changeAccount(columns, index, draw);
    index.check();
    recheckAll(columns, accounts, full);
    compare(full, index.below, `path ${seed}, step ${step}`, totals);
    digest.updateInt32(full.slot.subarray(0, full.count));
    digest.updateFloat64(full.ratio.subarray(0, full.count));
    for (let row = 0; row < full.count; row++) liquidate(columns, index, draw, full.slot[row]);
  }
  return { steps, ...totals, checked: index.checked, rechecked: steps * accounts, hash: digest.digest() };
}

/** Marks, funding indices, collateral prices and haircuts, each moved with a probability of its own. */
function moveValues(columns: MarginColumns, index: MarginIndex, draw: Draw, wildness: number): void {
  const { markets, funding, collateral } = columns;
  const moved = (value: number, least: number): number => {
    const jump = draw.share() < 0.01 ? draw.share() * 0.4 : wildness;
    return Math.max(least, Math.round(value * (1 + jump * (2 * draw.share() - 1))));
  };
  for (let market = 0; market < markets.tiers.length; market++) {
    const mark = markets.markTicks[market];
    if (draw.share() < 0.7) index.moveMark(market, moved(mark, 1));
    if (funding !== undefined && draw.share() < 0.2) {
      const lotMicros = mark * markets.quantaPerTickLot[market] * PPM;
      const rate = (2 * draw.share() - 1) * draw.pick([0.0001, 0.001, 0.02]);
      index.moveFunding(market, funding.index[market] + Math.round(lotMicros * rate));
    }
  }
  if (collateral === undefined) return;
  for (let asset = 0; asset < collateral.priceTicks.length; asset++) {
    if (draw.share() < 0.4)
      index.moveCollateral(asset, { priceTicks: moved(collateral.priceTicks[asset], 1) });
    if (draw.share() > 0.03) continue;
    const ratioPpm = draw.pick([0, 500_000, 900_000, 950_000, 999_900, PPM]);
    index.moveCollateral(asset, { ratioPpm, liabilityPpm: PPM + draw.whole(0, 200_000) });
  }
}

/**
 * Every value that a cross account depends on moves against it by about the same small share: the path on which a
 * band that is a little too wide is found out.
 */
function moveAgainst(columns: MarginColumns, index: MarginIndex, draw: Draw, account: number): void {
  const { accounts, slots, markets, funding, collateral } = columns;
  const share = draw.pick([0.0005, 0.002, 0.01]);
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    const against = -Math.sign(slots.lots[slot]);
    const mark = markets.markTicks[market];
    if (against === 0) continue;
    index.moveMark(market, Math.max(1, mark + against * Math.max(1, Math.floor(mark * share))));
    if (funding === undefined) continue;
    const lotMicros = mark * markets.quantaPerTickLot[market] * PPM;
    index.moveFunding(market, funding.index[market] - against * Math.floor((lotMicros * share) / 500));
  }
  if (collateral === undefined) return;
  let holding = collateral.firstHolding[account];
  for (; holding !== -1; holding = collateral.nextOfAccount[holding]) {
    const asset = collateral.asset[holding];
    const ticks = collateral.priceTicks[asset];
    const against = collateral.units[holding] >= 0 ? -1 : 1;
    index.moveCollateral(asset, { priceTicks: Math.max(1, ticks + against * Math.floor(ticks * share)) });
  }
}

/** A fee, a deposit or withdrawal, a fill, or a change of holdings of a random account. */
function changeAccount(columns: MarginColumns, index: MarginIndex, draw: Draw): void {
  const { accounts, slots, collateral } = columns;
  const account = draw.whole(0, accounts.cash.length - 1);
  const slot = draw.whole(0, slots.account.length - 1);
  const kind = draw.share();
  if (kind < 0.3) {
    const notional = Math.abs(slots.cost[slot]);
    const fee = Math.ceil(notional * 0.0005);
    if (accounts.cross[slots.account[slot]] === 1) accounts.cash[slots.account[slot]] -= fee;
    else slots.margin[slot] -= fee;
    index.touch(slots.account[slot]);
  } else if (kind < 0.5) {
    accounts.cash[account] += Math.round(accounts.cash[account] * (draw.share() - 0.55) * 0.2);
    index.touch(account);
  } else if (kind < 0.85 || collateral === undefined || collateral.account.length === 0) {
    openPosition(columns, draw, slot);
    index.touch(slots.account[slot]);
  } else {
    const holding = draw.whole(0, collateral.account.length - 1);
    const units = collateral.units[holding];
    collateral.units[holding] = draw.share() < 0.2 ? -Math.round(units / 4) : units + draw.whole(-5, 5);
    index.touch(collateral.account[holding]);
  }
}

/** Closes a position below maintenance whole or in part at its mark, or leaves it as it is. */
function liquidate(columns: MarginColumns, index: MarginIndex, draw: Draw, slot: number): void {
  const { accounts, slots, markets } = columns;
  const share = draw.pick([0, 0, 0.3, 1, 1]);
  if (share === 0) return;
  settleFunding(columns, slot);
  const account = slots.account[slot];
  const market = slots.market[slot];
  const lots = slots.lots[slot];
  const closed = Math.sign(lots) * Math.ceil(Math.abs(lots) * share);
  const cost = closed === lots ? slots.cost[slot] : Math.round((slots.cost[slot] * closed) / lots);
  const realised = closed * markets.markTicks[market] * markets.quantaPerTickLot[market] - cost;
  slots.lots[slot] = lots - closed;
  slots.cost[slot] -= cost;
  if (accounts.cross[account] === 1) accounts.cash[account] += realised;
  else slots.margin[slot] = closed === lots ? 0 : slots.margin[slot] + realised;
  index.touch(account);
  if (closed === lots && draw.share() < 0.7) openPosition(columns, draw, slot);
}

function compare(
  full: BelowMaintenance,
  listed: BelowMaintenance,
  at: string,
  totals: { found: number; missed: number; spurious: number; difference: string },
): void {
  const rows = (list: BelowMaintenance): Map<number, number> =>
    new Map(Array.from({ length: list.count }, (_, row) => [list.slot[row], list.ratio[row]]));
  const expected = rows(full);
  const given = rows(listed);
  totals.found += full.count;
  for (const [slot, ratio] of expected) {
    if (given.get(slot) === ratio) continue;
    totals.missed++;
    totals.difference ||= `${at}: slot ${slot} at ratio ${ratio} is missed`;
  }
  for (const slot of given.keys()) {
    if (expected.has(slot)) continue;
    totals.spurious++;
    totals.difference ||= `${at}: slot ${slot} is listed without being below maintenance`;
  }
  if (listed.count !== given.size) totals.difference ||= `${at}: a slot is listed twice`;
}
