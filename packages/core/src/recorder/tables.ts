/**
 * Tables that the recorder appends rare rows to: plain number arrays, turned into columns at the end. Never
 * written from a hot loop.
 */
import type { LiquidationEvent } from "../simulation/observer.ts";
import type { World } from "../simulation/world.ts";
import type { LiquidationColumns } from "./run-data.ts";

/** Rows of numbers under named columns. */
export class RowTable {
  rows = 0;
  private readonly names: readonly string[];
  private readonly values: number[][];

  constructor(names: readonly string[]) {
    this.names = names;
    this.values = names.map(() => []);
  }

  push(row: readonly number[]): void {
    for (let column = 0; column < this.values.length; column++) this.values[column].push(row[column]);
    this.rows++;
  }

  float64(name: string): Float64Array {
    return Float64Array.from(this.column(name));
  }

  int32(name: string): Int32Array {
    return Int32Array.from(this.column(name));
  }

  private column(name: string): number[] {
    return this.values[this.names.indexOf(name)];
  }
}

const COLUMNS = [
  "timeMicros",
  "population",
  "agent",
  "market",
  "side",
  "bookSize",
  "fundSize",
  "adlSize",
  "notional",
  "traders",
  "bankruptcyPrice",
  "fillPrice",
  "fundDelta",
  "generation",
  "forcedShare",
  "cross",
  "closed",
] as const;

/** One row per liquidation order. */
export class LiquidationTable {
  private readonly table = new RowTable(COLUMNS);

  add(world: World, event: LiquidationEvent, timeMicros: number): void {
    const { market, account } = event;
    const agent = world.agentOfAccount[account];
    const member = world.members.find((m) => agent < m.firstAccount + m.spec.count);
    if (agent < 0 || member === undefined) return;
    const tickLots = event.bookTickLots + event.movedTickLots;
    const fillTicks = event.bookLots > 0 ? event.bookTickLots / event.bookLots : NaN;
    this.table.push([
      timeMicros,
      member.index,
      agent - member.firstAccount,
      market.index,
      event.side,
      event.bookLots * market.lotSize,
      event.fundLots * market.lotSize,
      event.adlLots * market.lotSize,
      tickLots * market.quantaPerTickLot,
      world.accounts.weight[account],
      event.bankruptcyTicks * market.tickSize,
      fillTicks * market.tickSize,
      event.fundDelta,
      event.generation,
      event.forcedShare,
      event.cross ? 1 : 0,
      event.closed ? 1 : 0,
    ]);
  }

  columns(): LiquidationColumns {
    const { table } = this;
    return {
      rows: table.rows,
      timeMicros: table.float64("timeMicros"),
      population: table.int32("population"),
      agent: table.int32("agent"),
      market: table.int32("market"),
      side: Int8Array.from(table.float64("side")),
      bookSize: table.float64("bookSize"),
      fundSize: table.float64("fundSize"),
      adlSize: table.float64("adlSize"),
      notional: table.float64("notional"),
      traders: table.float64("traders"),
      bankruptcyPrice: table.float64("bankruptcyPrice"),
      fillPrice: table.float64("fillPrice"),
      fundDelta: table.float64("fundDelta"),
      generation: table.int32("generation"),
      forcedShare: table.float64("forcedShare"),
      cross: Uint8Array.from(table.float64("cross")),
      closed: Uint8Array.from(table.float64("closed")),
    };
  }
}
