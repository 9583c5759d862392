/**
 * A set of ticks that finds the nearest member above or below any tick in a handful of operations.
 *
 * Four layers of 32-way bitmaps: a bit of a layer says that its 32 bits in the layer below are not all zero.
 * One word of the top layer spans 2^20 ticks, so a ladder of 4 million ticks has four of them, which are
 * searched in line. Holds which price levels of one side of a book are not empty.
 */
import { type AllocateColumn, allocatePlain } from "./allocate.ts";

/** Members are integers in [1, maxTicks]; tick 0 is never a member and stands for "none" in answers. */
export class TickSet {
  private readonly layer0: Int32Array;
  private readonly layer1: Int32Array;
  private readonly layer2: Int32Array;
  private readonly layer3: Int32Array;

  constructor(maxTicks: number, allocate: AllocateColumn = allocatePlain) {
    const end = maxTicks + 1; // `below(end)` is a fair question
    this.layer0 = allocate("i32", (end >>> 5) + 1);
    this.layer1 = allocate("i32", (end >>> 10) + 1);
    this.layer2 = allocate("i32", (end >>> 15) + 1);
    this.layer3 = allocate("i32", (end >>> 20) + 1);
  }

  /** Whether `ticks` is a member. */
  has(ticks: number): boolean {
    return (this.layer0[ticks >>> 5] & (1 << (ticks & 31))) !== 0;
  }

  /** Adds `ticks`; no effect when it is a member. */
  add(ticks: number): void {
    const word0 = this.layer0[ticks >>> 5];
    this.layer0[ticks >>> 5] = word0 | (1 << (ticks & 31));
    if (word0 !== 0) return;
    const word1 = this.layer1[ticks >>> 10];
    this.layer1[ticks >>> 10] = word1 | (1 << ((ticks >>> 5) & 31));
    if (word1 !== 0) return;
    const word2 = this.layer2[ticks >>> 15];
    this.layer2[ticks >>> 15] = word2 | (1 << ((ticks >>> 10) & 31));
    if (word2 !== 0) return;
    this.layer3[ticks >>> 20] |= 1 << ((ticks >>> 15) & 31);
  }

  /** Removes `ticks`; no effect when it is not a member. */
  remove(ticks: number): void {
    const word0 = this.layer0[ticks >>> 5] & ~(1 << (ticks & 31));
    this.layer0[ticks >>> 5] = word0;
    if (word0 !== 0) return;
    const word1 = this.layer1[ticks >>> 10] & ~(1 << ((ticks >>> 5) & 31));
    this.layer1[ticks >>> 10] = word1;
    if (word1 !== 0) return;
    const word2 = this.layer2[ticks >>> 15] & ~(1 << ((ticks >>> 10) & 31));
    this.layer2[ticks >>> 15] = word2;
    if (word2 !== 0) return;
    this.layer3[ticks >>> 20] &= ~(1 << ((ticks >>> 15) & 31));
  }

  /** Smallest member above `ticks` (0 and up), or 0 when there is none. */
  above(ticks: number): number {
    let word = this.layer0[ticks >>> 5] & (-2 << (ticks & 31));
    if (word !== 0) return ((ticks >>> 5) << 5) | lowestBit(word);
    let at = ticks >>> 5;
    word = this.layer1[at >>> 5] & (-2 << (at & 31));
    if (word !== 0) return this.lowestUnder0(((at >>> 5) << 5) | lowestBit(word));
    at >>>= 5;
    word = this.layer2[at >>> 5] & (-2 << (at & 31));
    if (word !== 0) return this.lowestUnder1(((at >>> 5) << 5) | lowestBit(word));
    at >>>= 5;
    let top = at >>> 5;
    word = this.layer3[top] & (-2 << (at & 31));
    while (word === 0) {
      if (++top >= this.layer3.length) return 0;
      word = this.layer3[top];
    }
    return this.lowestUnder2((top << 5) | lowestBit(word));
  }

  /** Largest member below `ticks` (up to maxTicks + 1), or 0 when there is none. */
  below(ticks: number): number {
    let word = this.layer0[ticks >>> 5] & ~(-1 << (ticks & 31));
    if (word !== 0) return ((ticks >>> 5) << 5) | highestBit(word);
    let at = ticks >>> 5;
    word = this.layer1[at >>> 5] & ~(-1 << (at & 31));
    if (word !== 0) return this.highestUnder0(((at >>> 5) << 5) | highestBit(word));
    at >>>= 5;
    word = this.layer2[at >>> 5] & ~(-1 << (at & 31));
    if (word !== 0) return this.highestUnder1(((at >>> 5) << 5) | highestBit(word));
    at >>>= 5;
    let top = at >>> 5;
    word = this.layer3[top] & ~(-1 << (at & 31));
    while (word === 0) {
      if (--top < 0) return 0;
      word = this.layer3[top];
    }
    return this.highestUnder2((top << 5) | highestBit(word));
  }

  // The extreme member under a word that is known not to be zero, named by the word's layer.

  private lowestUnder2(index: number): number {
    return this.lowestUnder1((index << 5) | lowestBit(this.layer2[index]));
  }

  private lowestUnder1(index: number): number {
    return this.lowestUnder0((index << 5) | lowestBit(this.layer1[index]));
  }

  private lowestUnder0(index: number): number {
    return (index << 5) | lowestBit(this.layer0[index]);
  }

  private highestUnder2(index: number): number {
    return this.highestUnder1((index << 5) | highestBit(this.layer2[index]));
  }

  private highestUnder1(index: number): number {
    return this.highestUnder0((index << 5) | highestBit(this.layer1[index]));
  }

  private highestUnder0(index: number): number {
    return (index << 5) | highestBit(this.layer0[index]);
  }
}

/** Bytes of a set's four layers. */
export function tickSetBytes(maxTicks: number): number {
  const end = maxTicks + 1;
  return 4 * ((end >>> 5) + (end >>> 10) + (end >>> 15) + (end >>> 20) + 4);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}
