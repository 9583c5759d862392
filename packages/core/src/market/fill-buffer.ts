/**
 * The fills of a step as columns with a cursor: what the match phase writes and the settle phase reads.
 *
 * Three kinds of record. A trade has lots > 0. With lots = 0 and cancelledLots > 0 nothing was printed: a resting
 * order of the taker's own owner was cancelled (self-trade prevention), or another owner's guarded order was cut
 * down to what its position covers. Never grows: the engine sizes it
 * for a step's arrivals, and running over is an invariant error.
 */
import { InvariantError } from "../errors.ts";
import { type AllocateColumn, allocatePlain } from "./allocate.ts";

/** One record, by the names of the columns. */
export type FillRecord = Readonly<
  Record<Exclude<keyof FillBuffer, "count" | "capacity" | "append" | "overflow">, number>
>;

/** Fixed-capacity columns; records 0 .. count-1 are valid. Ticks, lots and quanta as in units.ts. */
export class FillBuffer {
  /** Records written. The reader sets it back to 0. */
  count = 0;
  readonly capacity: number;
  /** `marketIndex` of the book that wrote the record. */
  readonly market: Int32Array;
  readonly makerOwner: Int32Array;
  readonly takerOwner: Int32Array;
  /** +1: the taker bought. The maker's side is the opposite. */
  readonly takerSide: Int8Array;
  /** The maker's price. */
  readonly ticks: Int32Array;
  /** Traded lots; 0 when the maker's order was cut without a trade. */
  readonly lots: Float64Array;
  /** Reserve freed from the maker's order: floor(reserve x lots / its lots), all that is left on its last fill. */
  readonly makerRelease: Float64Array;
  /** Share of the taker's reserve that the fill consumes; the shares of one order add up to floor(reserve x filled / lots). */
  readonly takerRelease: Float64Array;
  readonly makerTag: Int32Array;
  readonly takerTag: Int32Array;
  /** Lots by which the maker's order was cut without a trade, 0 in a trade. */
  readonly cancelledLots: Float64Array;

  /** Takes 57 bytes per record. */
  constructor(capacity: number, allocate: AllocateColumn = allocatePlain) {
    this.capacity = capacity;
    this.market = allocate("i32", capacity);
    this.makerOwner = allocate("i32", capacity);
    this.takerOwner = allocate("i32", capacity);
    const takerSide = allocate("u8", capacity);
    this.takerSide = new Int8Array(takerSide.buffer, takerSide.byteOffset, capacity);
    this.ticks = allocate("i32", capacity);
    this.lots = allocate("f64", capacity);
    this.makerRelease = allocate("f64", capacity);
    this.takerRelease = allocate("f64", capacity);
    this.makerTag = allocate("i32", capacity);
    this.takerTag = allocate("i32", capacity);
    this.cancelledLots = allocate("f64", capacity);
  }

  /** Writes a record. Not for the hot path of a book, which writes its columns itself. */
  append(record: FillRecord): void {
    const at = this.count;
    if (at >= this.capacity) this.overflow();
    this.count = at + 1;
    this.market[at] = record.market;
    this.makerOwner[at] = record.makerOwner;
    this.takerOwner[at] = record.takerOwner;
    this.takerSide[at] = record.takerSide;
    this.ticks[at] = record.ticks;
    this.lots[at] = record.lots;
    this.makerRelease[at] = record.makerRelease;
    this.takerRelease[at] = record.takerRelease;
    this.makerTag[at] = record.makerTag;
    this.takerTag[at] = record.takerTag;
    this.cancelledLots[at] = record.cancelledLots;
  }

  /** Throws InvariantError; called by a book that finds no room for a record. */
  overflow(): never {
    throw new InvariantError("fill-buffer-overflow", `fill buffer is full at ${this.capacity} records`);
  }
}
