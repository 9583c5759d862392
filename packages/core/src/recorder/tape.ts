/**
 * The tape: every order that arrives, every fill and snapshots of the books, as far as a run is asked for them. Part
 * of phase 9; reads the world and changes nothing. Nothing of the warm-up is on it.
 */
import { between, exactInteger, positive } from "../mechanics/checked.ts";
import { CAUSE_LIQUIDATION } from "../simulation/agent-port.ts";
import { clockTicks } from "../simulation/clock.ts";
import { causeOfTag, generationOfTag } from "../simulation/flow.ts";
import type { RecordSpec } from "../simulation/inputs.ts";
import type { OrderTape } from "../simulation/observer.ts";
import {
  KIND_CANCEL_ALL,
  KIND_IMMEDIATE,
  KIND_LADDER,
  KIND_LIMIT,
  KIND_MARGIN,
  LADDER_LEVELS,
} from "../simulation/order-messages.ts";
import { memberOf } from "../simulation/population.ts";
import type { Market, World } from "../simulation/world.ts";
import { BUY, SELL } from "../units.ts";
import { BlockTable, type RecordSink } from "./record-sink.ts";

/**
 * Rows of a block: a third of a megabyte at most, and a row group of a Parquet file, whose table of contents stays in
 * memory.
 */
export const TAPE_ROWS = 1 << 13;
/** Levels of a side in a snapshot at most. */
const MOST_LEVELS = 1000;

/** Orders as they arrive at the venue, and those that the venue sends itself. */
class OrderRecorder implements OrderTape {
  readonly table: BlockTable<"orders">;
  private readonly traders: Traders;

  constructor(sink: RecordSink, traders: Traders) {
    this.table = new BlockTable("orders", sink, TAPE_ROWS);
    this.traders = traders;
  }

  arrived(world: World, message: number, admitted: boolean): void {
    if (world.nowMicros < world.inputs.startMicros) return;
    const { queue } = world;
    const kind = queue.kind[message];
    const at = queue.arrivalMicros[message];
    const account = queue.account[message];
    const market = queue.market[message];
    const cause = causeOfTag(queue.tag[message]);
    const count = kind === KIND_LADDER ? queue.levelCount[message] : 0;
    if (count > 0) {
      const first = queue.ladder[message] * LADDER_LEVELS;
      for (let row = first; row < first + count; row++) {
        const lots = queue.levelLots[row];
        const taken = admitted && lots > 0;
        const { levelSide, levelTicks } = queue;
        this.add(at, account, market, kind, levelSide[row], levelTicks[row], Math.abs(lots), cause, taken);
      }
      return;
    }
    if (kind === KIND_MARGIN) {
      this.add(at, account, market, kind, 0, 0, queue.lots[message], cause, admitted);
      return;
    }
    if (kind === KIND_LADDER || kind === KIND_CANCEL_ALL) {
      this.add(at, account, market, kind, 0, 0, 0, cause, admitted);
      return;
    }
    const ticks = kind === KIND_LIMIT || kind === KIND_IMMEDIATE ? queue.ticks[message] : 0;
    this.add(at, account, market, kind, queue.side[message], ticks, queue.lots[message], cause, admitted);
  }

  forced(
    world: World,
    market: Market,
    slot: number,
    side: number,
    ticks: number,
    lots: number,
    tag: number,
  ): void {
    if (world.nowMicros < world.inputs.startMicros) return;
    const at = world.nowMicros + world.inputs.stepMicros;
    const account = world.slots.account[slot];
    this.add(at, account, market.index, KIND_IMMEDIATE, side, ticks, lots, causeOfTag(tag), true);
  }

  private add(
    timeMicros: number,
    account: number,
    market: number,
    kind: number,
    side: number,
    ticks: number,
    lots: number,
    cause: number,
    admitted: boolean,
  ): void {
    const { table, traders } = this;
    const { columns } = table;
    const row = table.next();
    columns.timeMicros[row] = timeMicros;
    columns.population[row] = traders.population[account];
    columns.agent[row] = traders.agent[account];
    columns.market[row] = market;
    columns.kind[row] = kind;
    columns.side[row] = side;
    columns.ticks[row] = ticks;
    columns.lots[row] = lots;
    columns.cause[row] = cause;
    columns.admitted[row] = admitted ? 1 : 0;
  }
}

/** Trades in the books. */
class FillRecorder {
  readonly table: BlockTable<"fills">;
  private readonly traders: Traders;

  constructor(sink: RecordSink, traders: Traders) {
    this.table = new BlockTable("fills", sink, TAPE_ROWS);
    this.traders = traders;
  }

  /** All trades of the step that has ended, market by market in the order in which they happened. */
  afterStep({ fills, slots, nowMicros }: World): void {
    const { table, traders } = this;
    const { columns } = table;
    for (let fill = 0; fill < fills.count; fill++) {
      if (fills.lots[fill] === 0) continue;
      const row = table.next();
      const maker = slots.account[fills.makerOwner[fill]];
      const taker = slots.account[fills.takerOwner[fill]];
      const tag = fills.takerTag[fill];
      const cause = causeOfTag(tag);
      columns.timeMicros[row] = nowMicros;
      columns.market[row] = fills.market[fill];
      columns.ticks[row] = fills.ticks[fill];
      columns.lots[row] = fills.lots[fill];
      columns.takerPopulation[row] = traders.population[taker];
      columns.taker[row] = traders.agent[taker];
      columns.makerPopulation[row] = traders.population[maker];
      columns.maker[row] = traders.agent[maker];
      columns.side[row] = fills.takerSide[fill];
      columns.cause[row] = cause;
      columns.generation[row] = cause === CAUSE_LIQUIDATION ? generationOfTag(tag) : -1;
    }
  }
}

/** The best levels of every book, on a clock. */
class BookRecorder {
  readonly table: BlockTable<"books">;
  private readonly levels: number;
  private readonly everyMicros: number;

  constructor(sink: RecordSink, { everyMicros, levels }: NonNullable<RecordSpec["books"]>) {
    this.table = new BlockTable("books", sink, TAPE_ROWS);
    this.everyMicros = positive("record.books.everyMicros", everyMicros);
    this.levels = between("record.books.levels", exactInteger("record.books.levels", levels), 1, MOST_LEVELS);
  }

  afterStep(world: World): void {
    const { nowMicros, inputs, markets } = world;
    if (!clockTicks(nowMicros - inputs.stepMicros, nowMicros, this.everyMicros)) return;
    for (const market of markets) {
      this.addSide(market, nowMicros, BUY);
      this.addSide(market, nowMicros, SELL);
    }
  }

  private addSide({ index, book }: Market, timeMicros: number, side: number): void {
    const { table } = this;
    const { columns } = table;
    let level = 0;
    book.forEachLevel(side, this.levels, (ticks, lots, orders) => {
      const row = table.next();
      columns.timeMicros[row] = timeMicros;
      columns.market[row] = index;
      columns.side[row] = side;
      columns.level[row] = ++level;
      columns.ticks[row] = ticks;
      columns.lots[row] = lots;
      columns.orders[row] = orders;
    });
  }
}

/** Whose an account is: population and index in it, -1 for the accounts of venues. */
interface Traders {
  readonly population: Int32Array;
  readonly agent: Int32Array;
}

/** What a run is asked to put on tape; nothing by default. */
export class Tape {
  readonly orders: OrderRecorder | undefined;
  private readonly fills: FillRecorder | undefined;
  private readonly books: BookRecorder | undefined;

  constructor(world: World, sink: RecordSink) {
    const { record } = world.inputs;
    const asked = record?.orders === true || record?.fills === true;
    const traders = asked ? tradersOf(world) : undefined;
    if (traders !== undefined && record?.orders === true) this.orders = new OrderRecorder(sink, traders);
    if (traders !== undefined && record?.fills === true) this.fills = new FillRecorder(sink, traders);
    if (record?.books !== undefined) this.books = new BookRecorder(sink, record.books);
  }

  /** The step is over; `world.nowMicros` is its end. */
  afterStep(world: World): void {
    if (world.nowMicros > world.inputs.startMicros) this.fills?.afterStep(world);
    if (world.nowMicros >= world.inputs.startMicros) this.books?.afterStep(world);
  }

  /** Tables that are written to. */
  tables(): (BlockTable<"orders"> | BlockTable<"fills"> | BlockTable<"books">)[] {
    return [this.orders, this.fills, this.books].flatMap((part) => (part === undefined ? [] : [part.table]));
  }
}

function tradersOf({ agentOfAccount, members }: World): Traders {
  const population = new Int32Array(agentOfAccount.length).fill(-1);
  const agent = new Int32Array(agentOfAccount.length).fill(-1);
  for (let account = 0; account < agentOfAccount.length; account++) {
    const key = agentOfAccount[account];
    const member = memberOf(members, key);
    if (member === undefined) continue;
    population[account] = member.index;
    agent[account] = key - member.firstAccount;
  }
  return { population, agent };
}
