/**
 * The series of every venue in a run of several: what each of them shows of each coin at the samples. Part of phase 9;
 * reads the world and changes nothing.
 */
import type { Venue, World } from "../simulation/world.ts";
import { BUY, SELL } from "../units.ts";
import { depthQuanta, samplePrices } from "./price-sample.ts";
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
    const { spotMid, perpMid } = samplePrices(columns, row, world, spot, perp);
    columns.venue[row] = venue.index;
    columns.openInterest[row] = perp.openInterestLots * perp.lotSize;
    columns.bidDepth[row] = depthQuanta(spot, spotMid, BUY) + depthQuanta(perp, perpMid, BUY);
    columns.askDepth[row] = depthQuanta(spot, spotMid, SELL) + depthQuanta(perp, perpMid, SELL);
    columns.halted[row] = perp.halted ? 1 : 0;
    columns.fund[row] = world.accounts.cash[venue.fundAccount];
  }
}
