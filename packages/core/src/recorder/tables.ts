/**
 * Tables to which the recorder appends rows of numbers, turned into columns at the end.
 *
 * Rows are written value by value into typed blocks of fixed size; a full block is followed by a new one, and nothing
 * is allocated for a row. A crowd of a million leaves thousands of rows in a step of a crash.
 */
import type { Member } from "../simulation/population.ts";
import type { LiquidationEvent } from "../simulation/observer.ts";
import type { World } from "../simulation/world.ts";
import type { LiquidationColumns } from "./run-data.ts";

/** Rows of a block. */
const BLOCK_ROWS = 4096;

/** Rows of numbers under named columns. */
export class RowTable {
  rows = 0;
  private readonly names: readonly string[];
  /** Within a block, the rows of the first column come first, then those of the second. */
  private readonly blocks: Float64Array[] = [];
  private block = new Float64Array(0);
  private cursor = 0;

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** Begins a row; its values follow in the order of the columns, each with `put`. */
  begin(): void {
    const row = this.rows % BLOCK_ROWS;
    if (row === 0) {
      this.block = new Float64Array(BLOCK_ROWS * this.names.length);
      this.blocks.push(this.block);
    }
    this.cursor = row;
    this.rows++;
  }

  put(value: number): void {
    this.block[this.cursor] = value;
    this.cursor += BLOCK_ROWS;
  }

  float64(name: string): Float64Array {
    return this.fill(name, new Float64Array(this.rows));
  }

  int32(name: string): Int32Array {
    return this.fill(name, new Int32Array(this.rows));
  }

  int8(name: string): Int8Array {
    return this.fill(name, new Int8Array(this.rows));
  }

  uint8(name: string): Uint8Array {
    return this.fill(name, new Uint8Array(this.rows));
  }

  private fill<Column extends Float64Array | Int32Array | Int8Array | Uint8Array>(
    name: string,
    out: Column,
  ): Column {
    const from = BLOCK_ROWS * this.names.indexOf(name);
    this.blocks.forEach((block, k) => {
      const first = k * BLOCK_ROWS;
      out.set(block.subarray(from, from + Math.min(BLOCK_ROWS, this.rows - first)), first);
    });
    return out;
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
    const { table } = this;
    const { market, account } = event;
    const agent = world.agentOfAccount[account];
    const member = memberOf(world, agent);
    if (member === undefined) return;
    const tickLots = event.bookTickLots + event.movedTickLots;
    const fillTicks = event.bookLots > 0 ? event.bookTickLots / event.bookLots : NaN;
    table.begin();
    table.put(timeMicros);
    table.put(member.index);
    table.put(agent - member.firstAccount);
    table.put(market.index);
    table.put(event.side);
    table.put(event.bookLots * market.lotSize);
    table.put(event.fundLots * market.lotSize);
    table.put(event.adlLots * market.lotSize);
    table.put(tickLots * market.quantaPerTickLot);
    table.put(world.accounts.weight[account]);
    table.put(event.bankruptcyTicks * market.tickSize);
    table.put(fillTicks * market.tickSize);
    table.put(event.fundDelta);
    table.put(event.generation);
    table.put(event.forcedShare);
    table.put(event.cross ? 1 : 0);
    table.put(event.closed ? 1 : 0);
  }

  columns(): LiquidationColumns {
    const { table } = this;
    return {
      rows: table.rows,
      timeMicros: table.float64("timeMicros"),
      population: table.int32("population"),
      agent: table.int32("agent"),
      market: table.int32("market"),
      side: table.int8("side"),
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
      cross: table.uint8("cross"),
      closed: table.uint8("closed"),
    };
  }
}

/** The population of an agent; undefined for the accounts of venues. */
function memberOf({ members }: World, agent: number): Member | undefined {
  if (agent < 0) return undefined;
  for (const member of members) {
    if (agent < member.firstAccount + member.spec.count) return member;
  }
  return undefined;
}
