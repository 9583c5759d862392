/**
 * The liquidation table of a run with what every liquidation metric needs: coin and account per row, search by time,
 * totals of a window. Metrics phase; reads columns, never changes them.
 *
 * Conventions: amounts are notional closed in the book, by the fund and by ADL together. A window holds the rows with
 * from <= time < to. A trader counts once per window, when an order left the account without a position in a market.
 * The largest liquidation is one order's notional over the traders that its account stands for.
 */
import { InvariantError } from "../errors.ts";
import type { RunData } from "../recorder/run-data.ts";
import { finiteOrNull, ratio } from "./quantile.ts";
import type { LiquidationTotals } from "./summary.ts";

export interface LiquidationView {
  readonly run: RunData;
  readonly rows: number;
  readonly timeMicros: Float64Array;
  /** Notional, units of the settlement currency. */
  readonly usd: Float64Array;
  readonly coin: Int32Array;
  readonly venue: Int32Array;
  /** Dense number of the agent over all populations. */
  readonly account: Int32Array;
  readonly accounts: number;
  /** First row of the measured part. */
  readonly firstRow: number;
}

/** Which rows: `[firstRow, endRow)`, of one coin, one venue and one side unless they are undefined. */
export interface LiquidationFilter {
  readonly firstRow: number;
  readonly endRow: number;
  readonly coin?: number | undefined;
  readonly venue?: number | undefined;
  /** +1 liquidated longs, -1 shorts. */
  readonly side?: 1 | -1 | undefined;
}

/** @throws InvariantError when the rows are not in order of time. */
export function viewLiquidations(run: RunData): LiquidationView {
  const { rows, timeMicros, notional, market, population, agent } = run.liquidations;
  const offsets: number[] = [];
  let accounts = 0;
  for (const { count } of run.populations) {
    offsets.push(accounts);
    accounts += count;
  }
  const usd = new Float64Array(rows);
  const coin = new Int32Array(rows);
  const venue = new Int32Array(rows);
  const account = new Int32Array(rows);
  let ordered = true;
  for (let row = 0; row < rows; row++) {
    ordered &&= row === 0 || timeMicros[row] >= timeMicros[row - 1];
    usd[row] = notional[row] / run.quantaPerUnit;
    coin[row] = run.markets[market[row]].coin;
    venue[row] = run.markets[market[row]].venue;
    account[row] = offsets[population[row]] + agent[row];
  }
  if (!ordered) {
    throw new InvariantError(
      "liquidations-disordered",
      "The recorded liquidations are not in order of time",
      run,
    );
  }
  const view = { run, rows, timeMicros, usd, coin, venue, account, accounts, firstRow: 0 };
  return { ...view, firstRow: rowAt(view, run.startMicros) };
}

/** First row at or after a moment. */
export function rowAt(view: Pick<LiquidationView, "rows" | "timeMicros">, micros: number): number {
  let below = -1;
  let above = view.rows;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (view.timeMicros[middle] < micros) below = middle;
    else above = middle;
  }
  return above;
}

/** Rows of a window in time, never of the warm-up. */
export function rowsBetween(
  view: LiquidationView,
  fromMicros: number,
  toMicros: number,
): { readonly firstRow: number; readonly endRow: number } {
  const firstRow = Math.max(view.firstRow, rowAt(view, fromMicros));
  // A window that ends with the run holds what happened in its last step too.
  const endRow = toMicros >= view.run.reachedMicros ? view.rows : rowAt(view, toMicros);
  return { firstRow, endRow: Math.max(firstRow, endRow) };
}

export function liquidationTotals(view: LiquidationView, filter: LiquidationFilter): LiquidationTotals {
  const { side, traders, closed } = view.run.liquidations;
  const { usd, coin, venue, account } = view;
  const counted = new Uint8Array(view.accounts);
  let longUsd = 0;
  let shortUsd = 0;
  let orders = 0;
  let people = 0;
  let largest = -1;
  for (let row = filter.firstRow; row < filter.endRow; row++) {
    if (filter.coin !== undefined && coin[row] !== filter.coin) continue;
    if (filter.venue !== undefined && venue[row] !== filter.venue) continue;
    if (filter.side !== undefined && side[row] !== filter.side) continue;
    const amount = usd[row];
    orders++;
    if (side[row] > 0) longUsd += amount;
    else shortUsd += amount;
    const single = amount / Math.max(1, traders[row]);
    if (single > largest) largest = single;
    if (closed[row] === 1 && counted[account[row]] === 0) {
      counted[account[row]] = 1;
      people += traders[row];
    }
  }
  const total = longUsd + shortUsd;
  return {
    usd: total,
    longUsd,
    shortUsd,
    longShare: ratio(longUsd, total),
    orders,
    traders: people,
    largestUsd: orders === 0 ? null : finiteOrNull(largest),
  };
}

/** Notional closed in each way, units of the settlement currency. */
export interface ClosedBy {
  readonly book: number;
  readonly fund: number;
  readonly adl: number;
}

/**
 * Notional of the measured part in the book, by the fund and by ADL, of one venue unless it is undefined: each order's
 * notional split by the sizes closed in each way.
 */
export function closedBy(view: LiquidationView, venue?: number): ClosedBy {
  const { bookSize, fundSize, adlSize } = view.run.liquidations;
  let book = 0;
  let fund = 0;
  let adl = 0;
  for (let row = view.firstRow; row < view.rows; row++) {
    if (venue !== undefined && view.venue[row] !== venue) continue;
    const size = bookSize[row] + fundSize[row] + adlSize[row];
    if (size === 0) continue;
    book += (view.usd[row] * bookSize[row]) / size;
    fund += (view.usd[row] * fundSize[row]) / size;
    adl += (view.usd[row] * adlSize[row]) / size;
  }
  return { book, fund, adl };
}

/**
 * The most notional in any span of `widthMicros` that ends at a liquidation, and the moment of its end; null without
 * rows. Two cursors, so the cost is one pass.
 */
export function densestSpan(
  view: LiquidationView,
  filter: LiquidationFilter,
  widthMicros: number,
): { readonly usd: number; readonly endMicros: number } | null {
  const { side, notional } = view.run.liquidations;
  const { timeMicros, coin } = view;
  const counts = (row: number): boolean =>
    (filter.coin === undefined || coin[row] === filter.coin) &&
    (filter.side === undefined || side[row] === filter.side);
  let sum = 0;
  let best = -1;
  let endMicros = 0;
  let tail = filter.firstRow;
  for (let row = filter.firstRow; row < filter.endRow; row++) {
    if (!counts(row)) continue;
    sum += notional[row];
    for (; timeMicros[tail] <= timeMicros[row] - widthMicros; tail++) if (counts(tail)) sum -= notional[tail];
    if (sum > best) {
      best = sum;
      endMicros = timeMicros[row];
    }
  }
  return best < 0 ? null : { usd: best / view.run.quantaPerUnit, endMicros };
}
