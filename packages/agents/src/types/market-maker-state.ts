/**
 * What a market maker remembers: memory columns per slot, gathered once per batch.
 *
 * A slot is one market: 2 x position of the coin + (perpetual ? 1 : 0). The gathered arrays are scratch space of
 * the batch; nothing survives in them from one batch to the next.
 */
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";

/** Markets that one agent can quote. */
export const SLOTS = 2 * MAX_COINS;

/** Names of the columns kept per slot. */
const SLOT_COLUMNS = [
  "reference",
  "lift",
  "bought",
  "sold",
  "baseLots",
  "lastLots",
  "lastMid",
  "calm",
  "bidRefill",
  "askRefill",
  "quotedCentre",
  "quotedBid",
  "quotedAsk",
  "quotedLots",
  "quotedOrders",
] as const;

/** Columns per slot. */
export interface SlotMemory {
  /** Unrounded reference price in ticks; 0 before the first wake. */
  readonly reference: Float64Array[];
  /** Share by which the quotes stand above the reference for what takers bought; negative after sales. */
  readonly lift: Float64Array[];
  /** What the view remembered at the last wake of the lots that takers bought and sold. */
  readonly bought: Float64Array[];
  readonly sold: Float64Array[];
  /** Working stock: lots at the start for spot, 0 for perpetuals. */
  readonly baseLots: Float64Array[];
  /** Lots and mid at the last wake. */
  readonly lastLots: Float64Array[];
  readonly lastMid: Float64Array[];
  /** Smoothed withdrawal multiplier in (0, 1]. */
  readonly calm: Float64Array[];
  /** Share of a side that has been refilled after fills. */
  readonly bidRefill: Float64Array[];
  readonly askRefill: Float64Array[];
  /** What was quoted last: centre, sides as a share of the target, lots held then. */
  readonly quotedCentre: Float64Array[];
  readonly quotedBid: Float64Array[];
  readonly quotedAsk: Float64Array[];
  readonly quotedLots: Float64Array[];
  /** Orders of the last quote; fewer resting ones were filled or refused. */
  readonly quotedOrders: Float64Array[];
}

/** Initial memory of the type. */
export const marketMakerMemory: Record<string, number> = {
  /** Moment of the last wake; 0 before the first. */
  lastMicros: 0,
  /** Mid of the first coin's spot market at the last wake, ticks. */
  leaderMid: 0,
  /** Fundamental of each coin at the last wake, units of the settlement currency. */
  ...numberedMemory("lastValue", MAX_COINS),
  /** Inventory loss of the account not yet forgotten, quanta; the same per coin. */
  loss: 0,
  ...numberedMemory("coinLoss", MAX_COINS),
  ...Object.assign({}, ...SLOT_COLUMNS.map((name) => numberedMemory(name, SLOTS))),
};

/** An empty set of slot columns. */
export function emptySlotMemory(): SlotMemory {
  return {
    reference: [],
    lift: [],
    bought: [],
    sold: [],
    baseLots: [],
    lastLots: [],
    lastMid: [],
    calm: [],
    bidRefill: [],
    askRefill: [],
    quotedCentre: [],
    quotedBid: [],
    quotedAsk: [],
    quotedLots: [],
    quotedOrders: [],
  };
}

/** Gathers the columns of `slotCount` slots. */
export function collectSlots(
  memory: Readonly<Record<string, Float64Array>>,
  slotCount: number,
  out: SlotMemory,
): void {
  for (const name of SLOT_COLUMNS) collect(memory, name, slotCount, out[name]);
}
