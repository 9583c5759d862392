/**
 * The full re-check: looks at every position of every account and says who is below maintenance.
 *
 * The readable form of what the margin index finds by triggers and bands. It is the index's twin in tests and its
 * reference in benchmarks; a simulation never calls it, it costs a pass over everything.
 */
import { InvariantError } from "../errors.ts";
import { accruedFundingQuanta, collateralQuanta, type MarginColumns } from "./margin-index-columns.ts";
import { maintenanceQuanta } from "./tiers.ts";

/** Positions to be closed, as columns of a list. */
export interface BelowMaintenance {
  count: number;
  readonly slot: Int32Array;
  readonly account: Int32Array;
  /** Equity over maintenance margin; the lower the more urgent. */
  readonly ratio: Float64Array;
}

/** An empty list with room for so many rows. */
export function emptyBelowMaintenance(rows: number): BelowMaintenance {
  return {
    count: 0,
    slot: new Int32Array(rows),
    account: new Int32Array(rows),
    ratio: new Float64Array(rows),
  };
}

/**
 * Writes into `out` what is below maintenance at the marks, funding indices and collateral prices as they stand:
 * each isolated position with equity < maintenance, and of each cross account with equity < total maintenance
 * the position with the largest maintenance. The first `watched` accounts, in order.
 */
export function recheckAll(columns: MarginColumns, watched: number, out: BelowMaintenance): void {
  out.count = 0;
  for (let account = 0; account < watched; account++) {
    if (columns.accounts.cross[account] === 1) recheckCross(columns, account, out);
    else recheckIsolated(columns, account, out);
  }
}

function recheckIsolated(columns: MarginColumns, account: number, out: BelowMaintenance): void {
  const { accounts, slots, markets } = columns;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (markets.perpetual[market] === 0 || slots.lots[slot] === 0) continue;
    const value = slots.lots[slot] * markets.markTicks[market] * markets.quantaPerTickLot[market];
    const equity = slots.margin[slot] + value - slots.cost[slot] - accruedFundingQuanta(columns, slot);
    const needed = maintenanceQuanta(markets.tiers[market], Math.abs(value), accounts.weight[account]);
    if (needed > 0 && equity < needed) append(out, slot, account, equity / needed);
  }
}

function recheckCross(columns: MarginColumns, account: number, out: BelowMaintenance): void {
  const { accounts, slots, markets } = columns;
  let equity = accounts.cash[account] + collateralQuanta(columns, account);
  let maintenance = 0;
  let worst = -1;
  let worstMaintenance = -1;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (markets.perpetual[market] === 0) continue;
    const value = slots.lots[slot] * markets.markTicks[market] * markets.quantaPerTickLot[market];
    equity += value - slots.cost[slot] - accruedFundingQuanta(columns, slot);
    if (slots.lots[slot] === 0) continue;
    const needed = maintenanceQuanta(markets.tiers[market], Math.abs(value), accounts.weight[account]);
    maintenance += needed;
    if (needed > worstMaintenance) {
      worstMaintenance = needed;
      worst = slot;
    }
  }
  if (maintenance > 0 && equity < maintenance) append(out, worst, account, equity / maintenance);
}

/**
 * Appends a row.
 *
 * @throws InvariantError when there is no room for it
 */
export function append(out: BelowMaintenance, slot: number, account: number, ratio: number): void {
  if (out.count === out.slot.length) {
    throw new InvariantError("margin-index", `more than ${out.count} positions below maintenance`);
  }
  out.slot[out.count] = slot;
  out.account[out.count] = account;
  out.ratio[out.count++] = ratio;
}
