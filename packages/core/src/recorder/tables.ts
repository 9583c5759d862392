/**
 * The table of liquidations: one row per liquidation order, in blocks. A crowd of a million leaves thousands of rows
 * in a step of a crash; nothing is allocated for a row.
 */
import { memberOf } from "../simulation/population.ts";
import type { LiquidationEvent } from "../simulation/observer.ts";
import type { World } from "../simulation/world.ts";
import { BlockTable, type RecordSink } from "./record-sink.ts";

/** One row per liquidation order. */
export class LiquidationTable {
  readonly table: BlockTable<"liquidations">;

  /** @param capacity rows of a block */
  constructor(sink: RecordSink, capacity: number) {
    this.table = new BlockTable("liquidations", sink, capacity);
  }

  add(world: World, event: LiquidationEvent, timeMicros: number): void {
    const { market, account } = event;
    const agent = world.agentOfAccount[account];
    const member = memberOf(world.members, agent);
    if (member === undefined) return;
    const tickLots = event.bookTickLots + event.movedTickLots;
    const fillTicks = event.bookLots > 0 ? event.bookTickLots / event.bookLots : NaN;
    const { columns } = this.table;
    const row = this.table.next();
    columns.timeMicros[row] = timeMicros;
    columns.population[row] = member.index;
    columns.agent[row] = agent - member.firstAccount;
    columns.market[row] = market.index;
    columns.side[row] = event.side;
    columns.bookSize[row] = event.bookLots * market.lotSize;
    columns.fundSize[row] = event.fundLots * market.lotSize;
    columns.adlSize[row] = event.adlLots * market.lotSize;
    columns.notional[row] = tickLots * market.quantaPerTickLot;
    columns.traders[row] = world.accounts.weight[account];
    columns.bankruptcyPrice[row] = event.bankruptcyTicks * market.tickSize;
    columns.fillPrice[row] = fillTicks * market.tickSize;
    columns.fundDelta[row] = event.fundDelta;
    columns.generation[row] = event.generation;
    columns.forcedShare[row] = event.forcedShare;
    columns.cross[row] = event.cross ? 1 : 0;
    columns.closed[row] = event.closed ? 1 : 0;
  }
}
