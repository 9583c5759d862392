/**
 * What must come of an order or an amendment, from its fields, the market's rules and the auditor's books.
 *
 * In the order in which a venue looks: words that mean nothing (refused), halt, size, price, trigger, band, reduce-only,
 * minimum notional, margin, then the book. Margin is certain only far away from its limit: an eighth of the equity
 * for everything that is open, or more value than the largest position or than all money there is.
 */
import type { OrderWish } from "../exchange/order-wish.ts";
import { type AuditedBook, type MarketBook, abs, costOf, lotsIn, ticksIn } from "./auditor-books.ts";
import type { Auditor } from "./auditor.ts";
import type { OrderName, WorkloadOutcome } from "./workload-requests.ts";
import type { WorkloadVenue } from "./workload-venues.ts";

/** What forecasts of orders need to know. */
export interface OrderTerms {
  readonly venue: WorkloadVenue;
  readonly auditor: Auditor;
  bookOf(account: number): AuditedBook | undefined;
  marketOf(name: string): MarketBook | undefined;
  isPooled(book: AuditedBook): boolean;
  equityOf(book: AuditedBook): bigint;
  isIdle(book: AuditedBook): boolean;
}

/** An order whose fields are known to be sound. */
interface SoundOrder {
  readonly book: AuditedBook;
  readonly market: MarketBook;
  readonly side: 1 | -1;
  readonly lots: bigint;
  /** Undefined for a market order. */
  readonly ticks: bigint | undefined;
  readonly reduceOnly: boolean;
  readonly leg: 1 | -1 | 0;
}

const TIMES = ["rest", "immediate", "fill-or-kill", "post-only"];
const TRIGGERS = ["stop", "take-profit", "trailing"];
/** Everything open may be this part of the equity for margin to be certain. */
const CERTAIN_SHARE = 8n;

/** Whether a number is whole but for the error of decimals. */
export function isWhole(value: number): boolean {
  return Math.abs(Math.round(value) - value) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** Forecast of an order. */
export function forecastOrder(terms: OrderTerms, wish: OrderWish): WorkloadOutcome | undefined {
  const book = terms.bookOf(wish.account);
  const market = terms.marketOf(wish.market);
  if (book === undefined || market === undefined || !hasSense(wish, book)) return "refused";
  if (market.halted) return "rejected";
  const spec = terms.venue.markets.find(({ name }) => name === wish.market);
  const isMarket = wish.price === undefined;
  if (isMarket && wish.time === "post-only") return "rejected";
  const bound = spec?.maxSize ?? Number.MAX_SAFE_INTEGER / market.lotsPerUnit;
  const largest = isMarket ? (spec?.maxMarketSize ?? bound) : bound;
  if (!(wish.size > 0 && wish.size <= largest && isWhole(wish.size * market.lotsPerUnit))) return "rejected";
  if (!isMarket && !isQuoted(terms, market, wish.price)) return "rejected";
  const side = wish.side === "buy" ? 1 : -1;
  const leg = wish.leg === undefined ? 0 : wish.leg === "long" ? 1 : -1;
  const order: SoundOrder = {
    book,
    market,
    side,
    lots: lotsIn(market, wish.size),
    ticks: isMarket ? undefined : ticksIn(market, wish.price),
    reduceOnly: wish.reduceOnly === true || (leg !== 0 && leg !== side),
    leg,
  };
  if (wish.trigger !== undefined) return forecastTrigger(terms, order, wish.trigger);
  const admitted = forecastAdmission(terms, order);
  if (admitted === "rejected") return "rejected";
  const meets = reaches(terms, order);
  if (meets && book.account.mode === "hedge") return undefined;
  if (wish.time === "post-only" && meets) return "rejected";
  if (wish.time === "fill-or-kill") return meets ? undefined : "rejected";
  return admitted;
}

/** Forecast of an amendment. */
export function forecastAmendment(
  terms: OrderTerms,
  wish: OrderName & { readonly price: number; readonly size: number },
): WorkloadOutcome | undefined {
  const book = terms.bookOf(wish.account);
  const market = terms.marketOf(wish.market);
  const hasNumbers = Number.isFinite(wish.price) && Number.isFinite(wish.size);
  if (book === undefined || market === undefined || !hasNumbers) return "refused";
  const order = terms.auditor.orders.get(wish.market)?.live.get(wish.order);
  if (market.halted || order === undefined || order.account !== book.account.name) return "rejected";
  if (order.state === "waiting") return "rejected";
  if (!(wish.size > 0 && isWhole(wish.size * market.lotsPerUnit))) return "rejected";
  if (!isQuoted(terms, market, wish.price)) return "rejected";
  const { ticket, side } = order;
  const lots = lotsIn(market, wish.size);
  const ticks = ticksIn(market, wish.price);
  const changed: SoundOrder = { book, market, side, lots, ticks, ...ticket };
  if (ticket.reduceOnly)
    return isBeyondBand(terms, changed) && ticks !== order.ticks ? "rejected" : undefined;
  if (isBelowMinimum(terms, market, wish.price * wish.size)) return "rejected";
  if (ticks === order.ticks && lots <= order.left) return "done";
  const admitted = ticks === order.ticks ? forecastMargin(terms, changed) : forecastAdmission(terms, changed);
  return admitted === "done" && reaches(terms, changed) ? undefined : admitted;
}

function hasSense(wish: OrderWish, book: AuditedBook): boolean {
  const isHedged = book.account.mode === "hedge";
  if (isHedged ? wish.leg !== "long" && wish.leg !== "short" : wish.leg !== undefined) return false;
  if (!TIMES.includes(wish.time ?? "rest") || !["buy", "sell"].includes(wish.side)) return false;
  const { trigger } = wish;
  if (trigger !== undefined && !TRIGGERS.includes(trigger.kind)) return false;
  const numbers = [wish.size, wish.price, trigger?.price, trigger?.callback, trigger?.activationPrice];
  return numbers.every((value) => value === undefined || Number.isFinite(value));
}

function isQuoted(terms: OrderTerms, market: MarketBook, price = 0): boolean {
  const highest = terms.venue.markets.find(({ name }) => name === market.name)?.maxPrice ?? Infinity;
  return price > 0 && price <= highest && isWhole(price * market.ticksPerUnit);
}

function isBelowMinimum(terms: OrderTerms, market: MarketBook, quote: number): boolean {
  const least = terms.venue.markets.find(({ name }) => name === market.name)?.minNotional ?? 0;
  return quote < least - 1e-9;
}

/** A stop or take-profit must lie ahead of its source's price. Nothing is held for it. */
function forecastTrigger(
  terms: OrderTerms,
  order: SoundOrder,
  trigger: NonNullable<OrderWish["trigger"]>,
): WorkloadOutcome | undefined {
  const { market, side, lots } = order;
  const source = trigger.on === "last" ? market.lastTicks : market.markTicks;
  let reference = source;
  if (trigger.kind === "trailing") {
    const callback = Math.round((trigger.callback ?? 0) * 1e6);
    if (callback < 1 || callback > 999_999) return "rejected";
    if (trigger.activationPrice !== undefined) {
      if (!isQuoted(terms, market, trigger.activationPrice)) return "rejected";
      reference = ticksIn(market, trigger.activationPrice);
    }
  } else {
    if (!isQuoted(terms, market, trigger.price)) return "rejected";
    reference = ticksIn(market, trigger.price ?? 0);
    // A buying stop and a selling take-profit wait for the price to rise.
    const rises = (trigger.kind === "stop") === (side === 1);
    if (source !== 0n && (rises ? source >= reference : source <= reference)) return "rejected";
  }
  if (order.reduceOnly) return "done";
  const ticks = order.ticks ?? reference;
  const quote = (Number(ticks) * Number(lots)) / (market.ticksPerUnit * market.lotsPerUnit);
  return ticks !== 0n && isBelowMinimum(terms, market, quote) ? "rejected" : "done";
}

/** Band, reduce-only, minimum notional, margin. */
function forecastAdmission(terms: OrderTerms, order: SoundOrder): WorkloadOutcome | undefined {
  const { market, side, lots, reduceOnly } = order;
  if (isBeyondBand(terms, order)) return "rejected";
  if (reduceOnly) return heldLots(order) * BigInt(side) < 0n ? "done" : "rejected";
  const ticks = order.ticks ?? market.markTicks;
  const quote = (Number(ticks) * Number(lots)) / (market.ticksPerUnit * market.lotsPerUnit);
  if (isBelowMinimum(terms, market, quote)) return "rejected";
  return forecastMargin(terms, order);
}

function isBeyondBand(terms: OrderTerms, order: SoundOrder): boolean {
  const { limitUp, limitDown } = terms.venue.rules.bands;
  const { ticks, side, market } = order;
  if (ticks === undefined) return false;
  const scaled = ticks * 1_000_000n;
  const edge = (share: number): bigint => market.markTicks * BigInt(Math.round(share * 1e6));
  if (side === 1) return limitUp !== undefined && scaled > edge(1 + limitUp);
  return limitDown !== undefined && scaled < edge(1 - limitDown);
}

/** Lots of the position that an order is about. */
function heldLots({ book, market, leg }: SoundOrder): bigint {
  return book.positions.find((own) => own.market === market && own.leg === leg)?.lots ?? 0n;
}

function forecastMargin(terms: OrderTerms, order: SoundOrder): WorkloadOutcome | undefined {
  const { book, market, side, lots } = order;
  const { venue, auditor } = terms;
  const ticks = order.ticks ?? market.markTicks;
  const value = abs(costOf(market, lots, ticks));
  const perUnit = auditor.books.quanta(venue.currency, 1);
  const held = heldLots(order);
  const opening = held * BigInt(side) < 0n ? lots - abs(held) : lots;
  if (opening <= 0n) return undefined;
  const openingUnits = Number(abs(costOf(market, opening, ticks))) / Number(perUnit);
  // Market orders are valued within their band of the mark.
  if (openingUnits * 0.9 > venue.largestNotional) return "rejected";
  if (openingUnits > 1e9) return "rejected";
  if (terms.isPooled(book)) return undefined;
  if (book.account.mode === "isolated" && !terms.isIdle(book)) return undefined;
  const open = value + openValue(terms, book);
  const isSmall = Number(open) / Number(perUnit) < venue.largestNotional / Number(CERTAIN_SHARE);
  return isSmall && open * CERTAIN_SHARE <= terms.equityOf(book) ? "done" : undefined;
}

/** Value of all positions and orders of an account at the marks. */
function openValue(terms: OrderTerms, book: AuditedBook): bigint {
  let sum = 0n;
  for (const { market, lots } of book.positions) {
    if (lots !== 0n) sum += abs(costOf(market, abs(lots), market.markTicks));
  }
  for (const [name, { live }] of terms.auditor.orders) {
    const { markTicks } = terms.auditor.books.market(name);
    for (const { account, left } of live.values()) {
      if (account === book.account.name)
        sum += abs(costOf(terms.auditor.books.market(name), left, markTicks));
    }
  }
  return sum;
}

/** Whether the order's limit reaches a resting order of the other side; market orders may. */
function reaches(terms: OrderTerms, order: SoundOrder): boolean {
  const best = terms.auditor.orders.get(order.market.name)?.best(order.side === 1 ? -1 : 1);
  if (best === undefined) return false;
  if (order.ticks === undefined) return true;
  return order.side === 1 ? best <= order.ticks : best >= order.ticks;
}
