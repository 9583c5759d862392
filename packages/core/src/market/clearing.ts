/**
 * How a market clears orders: by an order book, or by linear impact against a desk of the venue.
 *
 * `Clearing` is what the rest of core asks of either: one arrival at a time, answers in fields, fills in the fill
 * buffer. The book is order-book.ts, the other form linear-impact-book.ts. Types and the check of a market's option.
 */
import { exactInteger, fail, nonNegative, positive } from "../mechanics/checked.ts";
import { type BookLadder, SIZE_LIMIT } from "./book-ladder.ts";
import type { OrderBook } from "./order-book.ts";

/**
 * Market option: no order book; every order trades at once and in full against a clearing account of the venue, at a
 * price that moves by `impactTicks` ticks for each `perLots` lots of net flow. For checks against formulas
 * (mechanics/linear-impact.ts). A market without the option has an order book.
 */
export interface LinearImpactClearing {
  readonly kind: "linear-impact";
  /** Ticks by which `perLots` lots move the price, a whole number from 0 to 2^30 - 1. */
  readonly impactTicks: number;
  /** Whole number of at least 1. */
  readonly perLots: number;
}

/**
 * What a market's clearing does and answers, whichever form it has; see `OrderBook`. The columns are those of resting
 * orders by owner: empty where nothing rests.
 */
export type Clearing = Omit<OrderBook, keyof BookLadder> &
  Pick<BookLadder, "orderCount" | "ownerHead" | "ownerNext" | "orderReserve">;

/**
 * The option, unless it cannot be.
 *
 * @param path of the option, for the message
 * @throws UserError `invalid-argument` with the field's path
 */
export function checkClearing(path: string, clearing: LinearImpactClearing): LinearImpactClearing {
  const { kind, impactTicks, perLots } = clearing;
  if (kind !== "linear-impact")
    fail(`${path}.kind`, '"linear-impact", or no clearing for an order book', kind);
  nonNegative(`${path}.impactTicks`, exactInteger(`${path}.impactTicks`, impactTicks));
  if (impactTicks >= SIZE_LIMIT) fail(`${path}.impactTicks`, "below 2^30", impactTicks);
  positive(`${path}.perLots`, exactInteger(`${path}.perLots`, perLots));
  return clearing;
}
