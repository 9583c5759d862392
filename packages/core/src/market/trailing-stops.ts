/**
 * Trailing stops of one side that follow one price: what fires when the price turns is found without touching the
 * others, and a new extreme moves all of them at once.
 *
 * Orders that have seen the same extreme since they became active form a group; within it the one with the smallest
 * callback fires first. Groups stand on a stack, the farthest extreme at the bottom: a new extreme merges those it
 * passes, at the top, and leaves the rest alone. A group is a pairing heap (Fredman et al. 1986) by callback, so
 * merging two is one link. While the price stays between the last extreme and the nearest trigger, a move costs
 * two comparisons.
 */
import type { AllocateColumn } from "./allocate.ts";
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { NO_ROW, type OrderRows } from "./order-rows.ts";

/** Links of the pairing heaps; both sides may share them, since a row is in one heap. */
export interface TrailingLinks {
  readonly child: Int32Array;
  readonly sibling: Int32Array;
  /** Left sibling, parent of a first child, NO_ROW for a root. */
  readonly before: Int32Array;
  /** Place of a root's group on the stack. */
  readonly group: Int32Array;
}

/**
 * Tick at which a trailing stop fires: the last price that is at least `callbackPpm` from the extreme. Selling stops
 * follow the highest price and fire at or below floor(extreme x (1 - callback)); buying stops follow the lowest and
 * fire at or above ceil(extreme x (1 + callback)).
 *
 * @param side +1 for an order that will buy, -1 for one that will sell
 */
export function trailingTriggerTicks(side: number, extremeTicks: number, callbackPpm: number): number {
  return side < 0
    ? mulDiv(extremeTicks, PPM - callbackPpm, PPM, FLOOR)
    : mulDiv(extremeTicks, PPM + callbackPpm, PPM, CEIL);
}

export class TrailingStops {
  private readonly rows: OrderRows;
  private readonly links: TrailingLinks;
  /** +1 follows the highest price (orders that sell), -1 the lowest. */
  private readonly direction: 1 | -1;

  // The stack of groups, bottom first.
  private size = 0;
  private readonly extreme: Int32Array;
  private readonly root: Int32Array;
  /** Nearest trigger among this group and those below it. */
  private readonly nearest: Int32Array;

  constructor(rows: OrderRows, direction: 1 | -1, links: TrailingLinks, allocate: AllocateColumn) {
    this.rows = rows;
    this.direction = direction;
    this.links = links;
    this.extreme = allocate("i32", rows.capacity);
    this.root = allocate("i32", rows.capacity);
    this.nearest = allocate("i32", rows.capacity);
  }

  /** Lets an order follow from `ticks` on, the price that was observed last. */
  add(row: number, ticks: number): void {
    const { child, sibling, before } = this.links;
    child[row] = NO_ROW;
    sibling[row] = NO_ROW;
    before[row] = NO_ROW;
    this.pushGroup(row, ticks);
  }

  /** Takes in a price: groups whose extreme it passes merge into one with this extreme. */
  observe(ticks: number): void {
    let merged = NO_ROW;
    while (this.size > 0 && (ticks - this.extreme[this.size - 1]) * this.direction > 0) {
      const root = this.root[--this.size];
      merged = merged === NO_ROW ? root : this.link(merged, root);
    }
    if (merged !== NO_ROW) this.pushGroup(merged, ticks);
  }

  /** Whether a price fires any order. */
  isReached(ticks: number): boolean {
    return this.size > 0 && (ticks - this.nearest[this.size - 1]) * this.direction <= 0;
  }

  /**
   * Takes out one order that the price fires, with its trigger written into `triggerTicks`; NO_ROW when there are
   * no more. In no particular order.
   */
  popReached(ticks: number): number {
    if (!this.isReached(ticks)) return NO_ROW;
    // The lowest group that reaches this far: `nearest` only grows nearer towards the top.
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ticks - this.nearest[middle]) * this.direction <= 0) high = middle;
      else low = middle + 1;
    }
    const row = this.root[low];
    this.rows.triggerTicks[row] = this.triggerOf(low);
    this.remove(row);
    return row;
  }

  /** Takes out an order that is following. */
  remove(row: number): void {
    const { child, sibling, before, group } = this.links;
    const heir = this.joinSiblings(child[row]);
    const left = before[row];
    if (left === NO_ROW) {
      this.replaceRoot(group[row], heir);
      return;
    }
    // The heir stands in the row's place: it fires no earlier than the row, so no earlier than the parent.
    const right = sibling[row];
    const next = heir === NO_ROW ? right : heir;
    if (child[left] === row) child[left] = next;
    else sibling[left] = next;
    if (next !== NO_ROW) before[next] = left;
    if (heir === NO_ROW) return;
    sibling[heir] = right;
    if (right !== NO_ROW) before[right] = heir;
  }

  private pushGroup(root: number, ticks: number): void {
    const top = this.size - 1;
    if (top >= 0 && this.extreme[top] === ticks) {
      this.replaceRoot(top, this.link(this.root[top], root));
      return;
    }
    this.extreme[this.size] = ticks;
    this.replaceRoot(this.size++, root);
  }

  /** Gives a group a new root, or takes the group off the stack when there is none. */
  private replaceRoot(group: number, root: number): void {
    if (root === NO_ROW) {
      this.size--;
      for (let at = group; at < this.size; at++) {
        this.extreme[at] = this.extreme[at + 1];
        this.root[at] = this.root[at + 1];
        this.links.group[this.root[at]] = at;
      }
    } else {
      this.root[group] = root;
      this.links.group[root] = group;
    }
    for (let at = group; at < this.size; at++) {
      const own = this.triggerOf(at);
      const below = at === 0 ? own : this.nearest[at - 1];
      this.nearest[at] = (own - below) * this.direction >= 0 ? own : below;
    }
  }

  private triggerOf(group: number): number {
    const callbackPpm = this.rows.callbackPpm[this.root[group]];
    return trailingTriggerTicks(-this.direction, this.extreme[group], callbackPpm);
  }

  /** Joins two heaps; returns the root, whose own links are clear. */
  private link(left: number, right: number): number {
    const { child, sibling, before } = this.links;
    const leftFirst = this.firesBefore(left, right);
    const parent = leftFirst ? left : right;
    const other = leftFirst ? right : left;
    const first = child[parent];
    child[parent] = other;
    before[other] = parent;
    sibling[other] = first;
    if (first !== NO_ROW) before[first] = other;
    before[parent] = NO_ROW;
    sibling[parent] = NO_ROW;
    return parent;
  }

  /** Joins a list of siblings in pairs, then the pairs from the last to the first. */
  private joinSiblings(first: number): number {
    const { sibling, before } = this.links;
    let pairs = NO_ROW;
    let at = first;
    while (at !== NO_ROW) {
      const second = sibling[at];
      const rest = second === NO_ROW ? NO_ROW : sibling[second];
      before[at] = NO_ROW;
      sibling[at] = NO_ROW;
      const joined = second === NO_ROW ? at : this.link(at, second);
      sibling[joined] = pairs;
      pairs = joined;
      at = rest;
    }
    let root = NO_ROW;
    while (pairs !== NO_ROW) {
      const rest = sibling[pairs];
      sibling[pairs] = NO_ROW;
      root = root === NO_ROW ? pairs : this.link(root, pairs);
      pairs = rest;
    }
    return root;
  }

  private firesBefore(left: number, right: number): boolean {
    const { callbackPpm, handle } = this.rows;
    const nearer = callbackPpm[right] - callbackPpm[left];
    return nearer > 0 || (nearer === 0 && handle[left] < handle[right]);
  }
}
