/**
 * The two margin checks behind the index: who is below maintenance, and under which values an account has to be
 * filed so that it is looked at again in time. They read columns, file triggers, and move no money.
 */
import {
  type MarginColumns,
  accruedFundingQuanta,
  collateralQuanta,
  holdingQuanta,
} from "./margin-index-columns.ts";
import { type BandLadder, FALLING, RISING } from "./margin-index-ladder.ts";
import { type BelowMaintenance, append } from "./margin-index-recheck.ts";
import { FUNDING_SHARE, type MarginTriggers } from "./margin-index-triggers.ts";
import { type TierTable, isolatedTriggerTicks, maintenanceQuanta, tierIndex } from "./tiers.ts";
import { PPM } from "../units.ts";

/** What both checks work on. */
export interface MarginChecks {
  readonly columns: MarginColumns;
  readonly triggers: MarginTriggers;
  /** Per market: by how much its tier table's maintenance jumps at bracket edges, quanta per trader. */
  readonly jumps: Float64Array;
  /** Where positions below maintenance are listed. */
  readonly below: BelowMaintenance;
}

/** Bands are computed in floating point and taken a little too narrow for that. */
const NARROWED = 1 - 1e-9;

/**
 * Checks the positions of an account with isolated margins. Returns whether it has to be looked at in the next
 * round whatever happens: while one of them is below maintenance.
 *
 * The mark trigger is exact while the funding index stands still. When it accrues, part of the slack is kept for
 * it: the mark trigger assumes the kept part as paid, and the funding trigger fires when it has been.
 */
export function checkIsolated(checks: MarginChecks, account: number): boolean {
  const { columns, triggers, below } = checks;
  const { accounts, slots, markets, funding } = columns;
  const { markTicks, quantaPerTickLot, perpetual, tiers } = markets;
  const weight = accounts.weight[account];
  let stays = false;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (perpetual[market] === 0) continue;
    const lots = slots.lots[slot];
    if (lots === 0) {
      clearSlot(triggers, market, slot);
      continue;
    }
    const lotQuanta = quantaPerTickLot[market];
    const value = lots * markTicks[market] * lotQuanta;
    const cost = slots.cost[slot];
    const margin = slots.margin[slot] - accruedFundingQuanta(columns, slot);
    const equity = margin + value - cost;
    const needed = maintenanceQuanta(tiers[market], Math.abs(value), weight);
    if (needed > 0 && equity < needed) {
      append(below, slot, account, equity / needed);
      stays = true;
      continue;
    }
    const side = lots > 0 ? FALLING : RISING;
    let kept = 0;
    if (funding !== undefined) {
      kept = Math.floor(Math.min(Math.abs(value) * FUNDING_SHARE, (equity - needed) / 4));
      const room = Math.floor((Math.max(0, kept - 1) * PPM) / Math.abs(lots));
      triggers.funding[market].fileBand(slot, funding.index[market], room, lots > 0 ? RISING : FALLING);
    }
    const ticks = isolatedTriggerTicks(tiers[market], lots, cost, margin - kept, lotQuanta, weight);
    if (ticks === 0) triggers.mark[market].clear(slot);
    else triggers.mark[market].file(slot, ticks, side);
  }
  return stays;
}

/**
 * Checks a cross account: all positions and holdings together. Returns whether it has to be looked at in the next
 * round whatever happens: while it is below maintenance, or has no slack beyond rounding.
 */
export function checkCross(checks: MarginChecks, account: number): boolean {
  const { columns, jumps, below } = checks;
  const { accounts, slots, markets, funding, collateral } = columns;
  const { markTicks, quantaPerTickLot, perpetual, tiers } = markets;
  const weight = accounts.weight[account];
  let equity = accounts.cash[account] + collateralQuanta(columns, account);
  let maintenance = 0;
  let sensitivity = 0;
  let rounding = 0;
  let worst = -1;
  let worstMaintenance = -1;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (perpetual[market] === 0) continue;
    const lots = slots.lots[slot];
    const value = lots * markTicks[market] * quantaPerTickLot[market];
    equity += value - slots.cost[slot];
    if (lots === 0) continue;
    if (funding !== undefined) equity -= accruedFundingQuanta(columns, slot);
    const notional = Math.abs(value);
    const needed = maintenanceQuanta(tiers[market], notional, weight);
    maintenance += needed;
    sensitivity += notional * slope(tiers[market], notional, weight, lots > 0);
    // Maintenance and accrued funding are rounded up once each.
    rounding += 2 + weight * jumps[market];
    if (needed > worstMaintenance) {
      worstMaintenance = needed;
      worst = slot;
    }
  }
  if (worst === -1 || maintenance === 0) {
    clearAccount(checks, account);
    return false;
  }
  if (equity < maintenance) {
    append(below, worst, account, equity / maintenance);
    return true;
  }
  if (collateral !== undefined) {
    let holding = collateral.firstHolding[account];
    for (; holding !== -1; holding = collateral.nextOfAccount[holding]) {
      sensitivity += Math.abs(holdingQuanta(collateral, holding));
      rounding += 2;
    }
  }
  const usable = equity - maintenance - rounding;
  if (usable <= 0) return true;
  fileBands(checks, account, Math.min(1, (usable / sensitivity) * NARROWED));
  return false;
}

/**
 * Most that a position can take from equity less maintenance when its mark moves against it by a share b of at
 * most 1 and its funding by `FUNDING_SHARE` b, per notional and b.
 *
 * A long loses the notional's part and needs less maintenance; a short's maintenance grows at most at the rate
 * of twice its notional. The other way each gains more than its maintenance grows.
 */
function slope(table: TierTable, notional: number, weight: number, long: boolean): number {
  if (long) return 1 + FUNDING_SHARE;
  return 1 + FUNDING_SHARE + table.maintenancePpm[tierIndex(table, (2 * notional) / weight)] / PPM;
}

/**
 * Files the account under every value that it depends on. Moves of all of them at once, each against it by less
 * than `band` (a share of the value; of the lot's value for funding), take less than the slack.
 */
function fileBands(checks: MarginChecks, account: number, band: number): void {
  const { columns, triggers } = checks;
  const { accounts, slots, markets, funding, collateral } = columns;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (markets.perpetual[market] === 0) continue;
    const lots = slots.lots[slot];
    if (lots === 0) {
      clearSlot(triggers, market, slot);
      continue;
    }
    const mark = markets.markTicks[market];
    fileShare(triggers.mark[market], slot, mark, Math.floor(mark * band), lots > 0 ? FALLING : RISING);
    if (funding === undefined) continue;
    const room = Math.floor(mark * markets.quantaPerTickLot[market] * PPM * FUNDING_SHARE * band);
    triggers.funding[market].fileBand(slot, funding.index[market], room, lots > 0 ? RISING : FALLING);
  }
  if (collateral === undefined) return;
  let holding = collateral.firstHolding[account];
  for (; holding !== -1; holding = collateral.nextOfAccount[holding]) {
    const asset = collateral.asset[holding];
    const owned = collateral.units[holding] >= 0;
    const weightPpm = (owned ? collateral.ratioPpm : collateral.liabilityPpm)[asset];
    const value = collateral.priceTicks[asset] * weightPpm;
    const room = Math.floor(value * band);
    fileShare(triggers.collateral[asset], holding, value, room, owned ? FALLING : RISING);
  }
}

/** Files a row under a value that cannot fall below 0; not at all when the room reaches that far. */
function fileShare(ladder: BandLadder, row: number, value: number, room: number, side: 1 | -1): void {
  if (side === FALLING && room >= value - 1) ladder.clear(row);
  else ladder.fileBand(row, value, room, side);
}

/** Takes off everything of an account without positions. */
function clearAccount(checks: MarginChecks, account: number): void {
  const { accounts, slots, collateral } = checks.columns;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    clearSlot(checks.triggers, slots.market[slot], slot);
  }
  if (collateral === undefined) return;
  let holding = collateral.firstHolding[account];
  for (; holding !== -1; holding = collateral.nextOfAccount[holding]) {
    checks.triggers.collateral[collateral.asset[holding]].clear(holding);
  }
}

function clearSlot(triggers: MarginTriggers, market: number, slot: number): void {
  triggers.mark[market].clear(slot);
  if (triggers.funding.length > 0) triggers.funding[market].clear(slot);
}

/** Sum of the jumps of a table's maintenance at its bracket edges, quanta per trader; 0 for continuous tables. */
export function tableJumps(table: TierTable): number {
  let sum = 0;
  for (let tier = 1; tier < table.count; tier++) {
    const { floorQuanta, maintenancePpm, maintenanceAmountQuanta } = table;
    const steps = floorQuanta[tier] * (maintenancePpm[tier] - maintenancePpm[tier - 1]);
    const amount = maintenanceAmountQuanta[tier] - maintenanceAmountQuanta[tier - 1];
    sum += Math.abs(steps / PPM - amount);
  }
  return Math.ceil(sum);
}
