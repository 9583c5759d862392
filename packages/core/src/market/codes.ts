/**
 * What can be asked of an order when it is placed (flags) and what came of it (result and reason codes).
 *
 * Plain integers, because they travel through typed-array columns; `resultName` and `fieldName` give the words for
 * a report. Results come from the book, reasons from the desk in front of it; they share one numbering.
 */

/** Trade at once within the limit, drop the rest (IOC). */
export const IMMEDIATE = 1;
/** Only rest: rejected when the limit reaches a resting order of the other side, whoever owns it (GTX, ALO). */
export const POST_ONLY = 2;
/** Trade the whole size at once within the limit, or do nothing at all (FOK). */
export const FILL_OR_KILL = 4;
/** What rests is traded only as far as the owner's position covers it (see `OrderBook.guardMakers`). */
export const REDUCE_ONLY = 8;
/**
 * Self-trade prevention, expire taker: the taker's remainder is dropped where it meets an order of its own owner,
 * which stays. Without this flag and the next the resting order goes and the taker continues (expire maker).
 */
export const STP_EXPIRE_TAKER = 16;
/** Self-trade prevention, expire both: the resting order goes and the taker's remainder is dropped. */
export const STP_EXPIRE_BOTH = 32;
/** Self-trade prevention, expire maker, said outright: for a desk whose default is another mode. */
export const STP_EXPIRE_MAKER = 64;

/** Accepted: traded, rested or dropped as the flags say. */
export const RESULT_OK = 0;
/** Post-only order whose limit reaches the other side; nothing happened. */
export const RESULT_POST_ONLY_WOULD_TRADE = 1;
/** Fill-or-kill order for which the other side, without the owner's own orders, is too thin; nothing happened. */
export const RESULT_FOK_UNFILLED = 2;
/** The remainder found no free order slot, or would take its level to 2^53 lots: it is dropped, its fills stand. */
export const RESULT_BOOK_FULL = 3;
/** The limit is not a whole number of ticks in [1, maxTicks]; nothing happened. */
export const RESULT_PRICE_OUT_OF_RANGE = 4;
/** The size is not a whole number of lots in [1, 2^53); nothing happened. */
export const RESULT_BAD_SIZE = 5;
/** The taker met an order of its own owner and its mode expires the taker: remainder dropped, fills stand. */
export const RESULT_SELF_TRADE = 6;
/** There is no such resting order; nothing happened. */
export const RESULT_NO_ORDER = 7;

/** The market is halted: only cancels are taken. */
export const REASON_HALTED = 8;
/** A field holds what is no choice of it, or two fields contradict each other. */
export const REASON_BAD_FIELD = 9;
/** The price is not a whole number of ticks, or not one of the prices that the market quotes. */
export const REASON_OFF_TICK = 10;
/** The size is not a whole number of lots, or no multiple of the market's lot step. */
export const REASON_OFF_LOT = 11;
/** Price times size is below the market's minimum notional. */
export const REASON_BELOW_MIN_NOTIONAL = 12;
/** The limit is outside the price band around the mark. */
export const REASON_OUTSIDE_BAND = 13;
/** A price that the order depends on is not known yet. */
export const REASON_NO_PRICE = 14;
/** Reduce-only order without a position to reduce, or with one that no longer covers it. */
export const REASON_REDUCE_ONLY = 15;
/** The trigger of a stop or take-profit order is already reached. */
export const REASON_WOULD_TRIGGER = 16;
/** The owner has a live order with this client id. */
export const REASON_DUPLICATE_ID = 17;
/** The desk holds as many orders as it can. */
export const REASON_DESK_FULL = 18;
/** The owner's accounts cannot cover the order. */
export const REASON_MARGIN = 19;
/** The owner asked for it. */
export const REASON_REQUESTED = 20;
/** Remainder of an order that must trade at once within its limit. */
export const REASON_IMMEDIATE = 21;
/** Remainder of a market order beyond its price band. */
export const REASON_MARKET_BAND = 22;

/** Which field of an order a reject is about. */
export const FIELD_NONE = 0;
export const FIELD_OWNER = 1;
export const FIELD_SIDE = 2;
export const FIELD_TYPE = 3;
export const FIELD_LOTS = 4;
export const FIELD_LIMIT_TICKS = 5;
export const FIELD_FLAGS = 6;
export const FIELD_TRIGGER = 7;
export const FIELD_TRIGGER_ON = 8;
export const FIELD_TRIGGER_TICKS = 9;
export const FIELD_CALLBACK_PPM = 10;
export const FIELD_ACTIVATION_TICKS = 11;
export const FIELD_CLIENT_ID = 12;
export const FIELD_NOTIONAL = 13;
export const FIELD_TAG = 14;

const FIELD_NAMES: readonly string[] = [
  "",
  "owner",
  "side",
  "type",
  "lots",
  "limitTicks",
  "flags",
  "trigger",
  "triggerOn",
  "triggerTicks",
  "callbackPpm",
  "activationTicks",
  "clientId",
  "notional",
  "tag",
];

const RESULT_NAMES: readonly string[] = [
  "ok",
  "post-only order would trade",
  "fill-or-kill order cannot be filled",
  "book is full",
  "price out of range",
  "bad size",
  "self-trade prevented",
  "no such order",
  "market is halted",
  "invalid field",
  "price is not on the tick",
  "size is not on the lot",
  "below the minimum notional",
  "outside the price band",
  "no price yet",
  "reduce-only order is not covered by a position",
  "order would trigger at once",
  "client id is in use",
  "desk is full",
  "insufficient margin",
  "requested",
  "immediate order has expired",
  "nothing left within the band of a market order",
];

/** Name of the field that a FIELD_* code stands for, "" for none. */
export function fieldName(field: number): string {
  return FIELD_NAMES[field] ?? "";
}

/** The result or reason code in words; throws nothing, an unknown code reads "unknown result". */
export function resultName(result: number): string {
  return RESULT_NAMES[result] ?? "unknown result";
}
