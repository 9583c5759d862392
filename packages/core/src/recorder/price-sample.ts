/**
 * What a sample shows of one coin's spot and perpetual market, for the series of the run and those of its venues. Part
 * of phase 9; reads the world and changes nothing.
 */
import { middleTicks } from "../simulation/mark-rules.ts";
import type { Market, World } from "../simulation/world.ts";
import { BUY, SELL } from "../units.ts";
import type { BlockColumns } from "./table-kinds.ts";

/** Columns that the series of coins and of venues have in common. */
type PriceColumns = Pick<
  BlockColumns<"series">,
  "timeMicros" | "coin" | "spot" | "perp" | "mark" | "index" | "funding" | "spreadBp"
>;

/** Fills in time, coin, prices and spread of a row; returns the middles of both books, in ticks. */
export function samplePrices(
  columns: PriceColumns,
  row: number,
  world: World,
  spot: Market,
  perp: Market,
): { readonly spotMid: number; readonly perpMid: number } {
  const spotMid = middleTicks(world, spot);
  const perpMid = middleTicks(world, perp);
  const [bid, ask] = [perp.book.bestBid(), perp.book.bestAsk()];
  columns.timeMicros[row] = world.nowMicros;
  columns.coin[row] = perp.coin;
  columns.spot[row] = spotMid * spot.tickSize;
  columns.perp[row] = perpMid * perp.tickSize;
  columns.mark[row] = world.markTicks[perp.index] * perp.tickSize;
  columns.index[row] = world.view.indexTicks[perp.index] * perp.tickSize;
  columns.funding[row] = perp.fundingPpb / 1e9;
  columns.spreadBp[row] = bid > 0 && ask > 0 ? ((ask - bid) / perpMid) * 10_000 : NaN;
  return { spotMid, perpMid };
}

/** Resting notional of one side within 1 % of a market's mid, quanta. */
export function depthQuanta(market: Market, mid: number, side: number): number {
  const { book, quantaPerTickLot } = market;
  if (side === BUY)
    return book.notionalBetween(BUY, Math.ceil(mid * 0.99), Math.floor(mid)) * quantaPerTickLot;
  return book.notionalBetween(SELL, Math.ceil(mid), Math.floor(mid * 1.01)) * quantaPerTickLot;
}
