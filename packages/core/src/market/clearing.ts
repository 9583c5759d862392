/**
 * How a market clears orders: by an order book, or by linear impact against a desk of the venue.
 *
 * `Clearing` is what the rest of core asks of either: one arrival at a time, answers in fields, fills in the fill
 * buffer. The book is order-book.ts, the other form linear-impact-book.ts. The option itself is a venue's rule
 * (exchange/venue-rules.ts); its check is here.
 */
import type { LinearImpactClearing } from "../exchange/venue-rules.ts";
import { exactInteger, fail, nonNegative, positive } from "../mechanics/checked.ts";
import { type BookLadder, SIZE_LIMIT } from "./book-ladder.ts";
import type { OrderBook } from "./order-book.ts";

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
