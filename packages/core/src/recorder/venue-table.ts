/**
 * The series of every venue in a run of several: what each of them shows of each coin at the samples. Part of phase 9;
 * reads the world and changes nothing.
 */
import { middleTicks } from "../simulation/mark-rules.ts";
import type { Market, Venue, World } from "../simulation/world.ts";
import { BUY, SELL } from "../units.ts";
import { BlockTable, type RecordSink } from "./record-sink.ts";

export class VenueTable {
  readonly table: BlockTable<"venues">;

  /** @param capacity rows of a block */
  constructor(sink: RecordSink, capacity: number) {
    this.table = new BlockTable("venues", sink, capacity);
  }

  /** One row for each venue and coin. */
  sample(world: World): void {
    for (const venue of world.venues) {
      for (let coin = 0; coin < venue.perpOfCoin.length; coin++) {
        if (venue.perpOfCoin[coin] >= 0) this.add(world, venue, coin);
      }
    }
  }

  private add(world: World, venue: Venue, coin: number): void {
    const { columns } = this.table;
    const row = this.table.next();
    const spot = world.markets[venue.spotOfCoin[coin]];
    const perp = world.markets[venue.perpOfCoin[coin]];
    const spotMid = middleTicks(world, spot);
    const perpMid = middleTicks(world, perp);
    const [bid, ask] = [perp.book.bestBid(), perp.book.bestAsk()];
    columns.timeMicros[row] = world.nowMicros;
    columns.venue[row] = venue.index;
    columns.coin[row] = coin;
    columns.spot[row] = spotMid * spot.tickSize;
    columns.perp[row] = perpMid * perp.tickSize;
    columns.mark[row] = world.markTicks[perp.index] * perp.tickSize;
    columns.index[row] = world.view.indexTicks[perp.index] * perp.tickSize;
    columns.funding[row] = perp.fundingPpb / 1e9;
    columns.openInterest[row] = perp.openInterestLots * perp.lotSize;
    columns.spreadBp[row] = bid > 0 && ask > 0 ? ((ask - bid) / perpMid) * 10_000 : NaN;
    columns.bidDepth[row] = depthQuanta(spot, spotMid, BUY) + depthQuanta(perp, perpMid, BUY);
    columns.askDepth[row] = depthQuanta(spot, spotMid, SELL) + depthQuanta(perp, perpMid, SELL);
    columns.halted[row] = perp.halted ? 1 : 0;
    columns.fund[row] = world.accounts.cash[venue.fundAccount];
  }
}

/** Resting notional of one side within 1 % of a market's mid, quanta. */
export function depthQuanta(market: Market, mid: number, side: number): number {
  const { book, quantaPerTickLot } = market;
  if (side === BUY)
    return book.notionalBetween(BUY, Math.ceil(mid * 0.99), Math.floor(mid)) * quantaPerTickLot;
  return book.notionalBetween(SELL, Math.ceil(mid), Math.floor(mid * 1.01)) * quantaPerTickLot;
}
