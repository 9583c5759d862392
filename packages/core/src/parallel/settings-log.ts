/**
 * Leverage, stops and wake levels that agents set while several threads let them decide: written down with their chunk, applied in
 * the order of the chunks once all have decided, which is the order in which one thread applies them.
 */
import { sharedFloat64, sharedInt32, sharedUint8 } from "../columns/shared.ts";
import { InvariantError } from "../errors.ts";
import type { AgentSettings } from "../simulation/decider.ts";

const LEVERAGE = 0;
const STOP = 1;
const WAKE_LEVEL = 2;

/** Columns over settings. */
export interface SettingsColumns {
  readonly kind: Uint8Array;
  readonly ticket: Int32Array;
  /** Of a wake level the row of its agent and market. */
  readonly account: Int32Array;
  readonly market: Int32Array;
  readonly value: Float64Array;
}

/** Columns with room for so many settings in a step. */
export function settingsColumns(capacity: number): SettingsColumns {
  return {
    kind: sharedUint8(capacity),
    ticket: sharedInt32(capacity),
    account: sharedInt32(capacity),
    market: sharedInt32(capacity),
    value: sharedFloat64(capacity),
  };
}

export class SettingsLog implements AgentSettings {
  /** Chunk that is being decided. */
  ticket = 0;
  private readonly columns: SettingsColumns;
  private readonly counts: Int32Array;
  private readonly at: number;

  /** @param counts `counts[at]` is how many there are: in shared memory for a worker */
  constructor(columns: SettingsColumns, counts: Int32Array, at: number) {
    this.columns = columns;
    this.counts = counts;
    this.at = at;
  }

  setLeverage(account: number, market: number, leverage: number): void {
    this.push(LEVERAGE, account, market, leverage);
  }

  setStop(account: number, market: number, ticks: number): void {
    this.push(STOP, account, market, ticks);
  }

  setWakeLevel(row: number, market: number, ticks: number): void {
    this.push(WAKE_LEVEL, row, market, ticks);
  }

  private push(kind: number, account: number, market: number, value: number): void {
    const { columns, counts, at } = this;
    const row = counts[at];
    if (row === columns.kind.length)
      throw new InvariantError("settings-capacity", `settings of a step exhausted: ${columns.kind.length}`);
    columns.kind[row] = kind;
    columns.ticket[row] = this.ticket;
    columns.account[row] = account;
    columns.market[row] = market;
    columns.value[row] = value;
    counts[at] = row + 1;
  }
}

/** Reads a log from its end, ticket by ticket: chunks are dealt from the last to the first. */
export class SettingsReader {
  private readonly columns: SettingsColumns;
  /** Rows that are left. */
  private count: number;

  constructor(columns: SettingsColumns, count: number) {
    this.columns = columns;
    this.count = count;
  }

  /** Applies the settings that a chunk left, in the order in which they were written. */
  apply(chunk: number, to: AgentSettings): void {
    const { kind, ticket, account, market, value } = this.columns;
    const end = this.count;
    while (this.count > 0 && ticket[this.count - 1] === chunk) this.count--;
    for (let row = this.count; row < end; row++) {
      if (kind[row] === LEVERAGE) to.setLeverage(account[row], market[row], value[row]);
      else if (kind[row] === STOP) to.setStop(account[row], market[row], value[row]);
      else to.setWakeLevel(account[row], market[row], value[row]);
    }
  }
}
