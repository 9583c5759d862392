/**
 * Random accounts for the margin index: columns of accounts, positions, markets, funding and collateral, drawn from a
 * seed so that many of them stand near maintenance.
 *
 * Coarse and fine ticks, flat, marginal and step tables, weights, longs and shorts, isolated and cross, a spot
 * market that no margin looks at, and collateral with negative balances. Never used by a simulation.
 */
import { type MarginColumns, settleFunding } from "../accounts/margin-index-columns.ts";
import { type TierRow, type TierTable, maintenanceQuanta, tierTable } from "../accounts/tiers.ts";
import { PPM } from "../units.ts";

const MARKETS = 4;
const SPOT = 3;
const ASSETS = 2;

/** Seeded draws. */
export interface Draw {
  /** Uniform in [0, 1). */
  readonly share: () => number;
  /** Uniform whole number in [low, high]. */
  readonly whole: (low: number, high: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value;
}

/** Draws from a seed (mulberry32: 32 bits of state, good enough to vary inputs). */
export function drawer(seed: number): Draw {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low: number, high: number): number => low + Math.floor(share() * (high - low + 1));
  return { share, whole, pick: (values) => values[whole(0, values.length - 1)] };
}

/** Columns with positions open; every second account is cross. Each account has a slot in each market. */
export function marginWorld(draw: Draw, accountCount: number): MarginColumns {
  const slotCount = accountCount * MARKETS;
  const slots = {
    account: new Int32Array(slotCount).map((_, slot) => Math.floor(slot / MARKETS)),
    market: new Int32Array(slotCount).map((_, slot) => slot % MARKETS),
    nextOfAccount: new Int32Array(slotCount).map((_, slot) =>
      slot % MARKETS === MARKETS - 1 ? -1 : slot + 1,
    ),
    lots: new Float64Array(slotCount),
    cost: new Float64Array(slotCount),
    margin: new Float64Array(slotCount),
  };
  const accounts = {
    cash: new Float64Array(accountCount),
    cross: new Uint8Array(accountCount).map((_, account) => account & 1),
    firstSlot: new Int32Array(accountCount).map((_, account) => account * MARKETS),
    weight: new Float64Array(accountCount).map(() => draw.pick([1, 1, 7, 1000])),
  };
  const markTicks = Float64Array.from({ length: MARKETS }, () =>
    draw.whole(50, draw.pick([100, 10_000, 2_000_000])),
  );
  const quantaPerTickLot = Float64Array.from({ length: MARKETS }, () => draw.pick([1, 1, 10, 1000]));
  const markets = {
    perpetual: Uint8Array.from({ length: MARKETS }, (_, market) => (market === SPOT ? 0 : 1)),
    quantaPerTickLot,
    tiers: Array.from({ length: MARKETS }, (_, market) =>
      market === SPOT ? tierTable([]) : table(draw, markTicks[market] * quantaPerTickLot[market]),
    ),
    markTicks,
  };
  const columns: MarginColumns = {
    accounts,
    slots,
    markets,
    funding:
      draw.share() < 0.2
        ? undefined
        : { index: new Float64Array(MARKETS), settled: new Float64Array(slotCount) },
    collateral: draw.share() < 0.3 ? undefined : collateralOf(draw, accounts.cross),
  };
  for (let slot = 0; slot < slotCount; slot++) if (draw.share() < 0.8) openPosition(columns, draw, slot);
  return columns;
}

/** A flat table, one with continuous brackets, or one of steps on the whole notional; `unit` is what a lot is worth. */
function table(draw: Draw, unit: number): TierTable {
  const rows: TierRow[] = [];
  const brackets = draw.pick([1, 3, 6]);
  const steps = draw.share() < 0.15;
  let amount = 0;
  for (let bracket = 0; bracket < brackets; bracket++) {
    // Floors are multiples of 1,000, rates of 1,000 ppm: the amounts are whole quanta.
    const typical = (unit * draw.whole(1, 300) * (bracket + 1)) / draw.pick([1, 7, 1000]);
    const floorQuanta = bracket === 0 ? 0 : 1000 * Math.ceil(typical / 1000);
    const last = rows.at(-1);
    if (last !== undefined && floorQuanta <= last.floorQuanta) continue;
    const maintenancePpm = (last?.maintenancePpm ?? 0) + 1000 * draw.pick([1, 4, 10, 40]);
    if (last !== undefined) amount += (floorQuanta / 1000) * ((maintenancePpm - last.maintenancePpm) / 1000);
    rows.push({
      floorQuanta,
      maxLeverage: 20,
      maintenancePpm,
      maintenanceAmountQuanta: steps ? 0 : amount,
    });
  }
  return tierTable(rows);
}

/** Two assets; every cross account holds both, some owe. */
function collateralOf(draw: Draw, cross: Uint8Array): NonNullable<MarginColumns["collateral"]> {
  const owners = [...cross.keys()].filter((account) => cross[account] === 1);
  const count = owners.length * ASSETS;
  const firstHolding = new Int32Array(cross.length).fill(-1);
  owners.forEach((account, row) => (firstHolding[account] = row * ASSETS));
  return {
    priceTicks: Float64Array.from({ length: ASSETS }, () => draw.whole(50, 100_000)),
    ratioPpm: Float64Array.from({ length: ASSETS }, () => draw.pick([900_000, 950_000, PPM])),
    liabilityPpm: Float64Array.from({ length: ASSETS }, () => PPM + draw.whole(0, 100_000)),
    quantaPerTickUnit: Float64Array.from({ length: ASSETS }, () => draw.pick([1, 100])),
    firstHolding,
    account: new Int32Array(count).map((_, holding) => owners[Math.floor(holding / ASSETS)]),
    asset: new Int32Array(count).map((_, holding) => holding % ASSETS),
    nextOfAccount: new Int32Array(count).map((_, holding) =>
      holding % ASSETS === ASSETS - 1 ? -1 : holding + 1,
    ),
    units: new Float64Array(count).map(() => (draw.share() < 0.2 ? -1 : 1) * draw.whole(0, 2000)),
  };
}

/**
 * Gives a slot a new position at its mark, in the place of what it held, with backing between half of its
 * maintenance margin and a third of its notional more than it.
 */
export function openPosition(columns: MarginColumns, draw: Draw, slot: number): void {
  const { accounts, slots, markets } = columns;
  settleFunding(columns, slot);
  const account = slots.account[slot];
  const market = slots.market[slot];
  const unit = markets.markTicks[market] * markets.quantaPerTickLot[market];
  const before = slots.lots[slot] * unit - slots.cost[slot];
  const size = draw.whole(1, draw.pick([1, 3, 300, 30_000]));
  const lots = draw.share() < 0.1 ? 0 : size * (draw.share() < 0.5 ? 1 : -1);
  const notional = Math.abs(lots) * unit;
  const weight = accounts.weight[account];
  const needed = maintenanceQuanta(markets.tiers[market], notional, weight);
  const backing = Math.round(
    needed * (0.5 + draw.share()) + notional * draw.pick([0, 0.01, 0.3]) * draw.share(),
  );
  slots.lots[slot] = lots;
  slots.cost[slot] = lots * unit;
  if (accounts.cross[account] === 1) accounts.cash[account] += Math.min(before, 0) + backing;
  else slots.margin[slot] = backing;
}
