/**
 * What can be asked of an order when it is placed (flags) and what came of it (result codes).
 *
 * Plain integers, because they travel through typed-array columns; `resultName` gives the word for a report.
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

const RESULT_NAMES: readonly string[] = [
  "ok",
  "post-only order would trade",
  "fill-or-kill order cannot be filled",
  "book is full",
  "price out of range",
  "bad size",
  "self-trade prevented",
  "no such order",
];

/** The result code in words; throws nothing, an unknown code reads "unknown result". */
export function resultName(result: number): string {
  return RESULT_NAMES[result] ?? "unknown result";
}
