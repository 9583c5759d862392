/**
 * Accounts, their balances and positions, as the exchange keeps them: integers only, changed in few places.
 *
 * Cash is by currency and includes what is held for orders. A position stores signed lots and signed cost, so that
 * realised profit needs no average price; an isolated one also has its margin. An account has one position per market,
 * two in hedge mode. Nothing here decides anything.
 *
 * Conserved per currency: sum of cash + sum over positions of (margin - cost) = what came from outside.
 */
import { FLOOR, TRUNCATE, mulDiv } from "../numeric/mul-div.ts";
import type { MarginMode } from "./venue-rules.ts";

/** What an account is for; all but traders are the venue's own. */
export type AccountRole = "trader" | "fees" | "fund" | "vault" | "desk" | "clearing";

/** One account. */
export interface Account {
  /** From 0, in the order of opening; ties are broken by it. */
  readonly key: number;
  readonly name: string;
  readonly role: AccountRole;
  readonly mode: MarginMode;
  /** One pool over all collateral currencies. */
  readonly multiAsset: boolean;
  /** Quanta by currency. */
  readonly cash: number[];
  /** Part of cash held for orders, by currency. */
  readonly held: number[];
  /** Every position ever opened, by market and leg; empty ones have no lots. */
  readonly positions: Position[];
  /** Chosen leverage by market. */
  readonly leverage: number[];
}

/** One position: an account's lots in a market, or one leg of them. */
export interface Position {
  readonly account: Account;
  readonly market: number;
  /** 1 and -1 in hedge mode, 0 otherwise. */
  readonly leg: 1 | -1 | 0;
  /** Number under which the market's desk knows it. */
  readonly owner: number;
  lots: number;
  cost: number;
  /** Isolated margin, part of no cash; negative only as a debt that nobody has paid. */
  margin: number;
  /** Held for its resting orders by the book, and beside the book for what the book's hold no longer covers. */
  bookHeld: number;
  extraHeld: number;
  /** When its last partial liquidation was, in microseconds; -1 for never. */
  partialMicros: number;
  /** Limit of its forced orders under a rule that keeps one for a while, and when it was made. */
  offer: { readonly ticks: number; readonly micros: number } | undefined;
}

/** What a change of lots did to money. */
export interface Settled {
  /** Profit of the closed part, before fees. */
  realised: number;
  closedLots: number;
  openedLots: number;
}

export function openedAccount(
  base: Pick<Account, "key" | "name" | "role" | "mode" | "multiAsset">,
  currencies: number,
  leverage: readonly number[],
): Account {
  const zeros = (): number[] => new Array<number>(currencies).fill(0);
  return { ...base, cash: zeros(), held: zeros(), positions: [], leverage: [...leverage] };
}

/** Desk owner of an account's position: two numbers per account, the second for short legs. */
export function ownerOf(account: Account, leg: 1 | -1 | 0): number {
  return 2 * account.key + (leg === -1 ? 1 : 0);
}

/** The position, or undefined when there never was one. */
export function findPosition(account: Account, market: number, leg: 1 | -1 | 0): Position | undefined {
  return account.positions.find((position) => position.market === market && position.leg === leg);
}

/** The position, made when missing. */
export function positionOf(account: Account, market: number, leg: 1 | -1 | 0): Position {
  const found = findPosition(account, market, leg);
  if (found !== undefined) return found;
  const position: Position = {
    account,
    market,
    leg,
    owner: ownerOf(account, leg),
    lots: 0,
    cost: 0,
    margin: 0,
    bookHeld: 0,
    extraHeld: 0,
    partialMicros: -1,
    offer: undefined,
  };
  account.positions.push(position);
  return position;
}

/** Whether the margin of its positions is kept apart from its cash. */
export function isIsolated(account: Account): boolean {
  return account.mode === "isolated";
}

/** Cash of a currency that nothing is held on; below 0 when losses have eaten into holds. */
export function unheldCash(account: Account, currency: number): number {
  return account.cash[currency] - account.held[currency];
}

/** Moves cash between accounts. */
export function moveCash(from: Account, to: Account, currency: number, quanta: number): void {
  from.cash[currency] -= quanta;
  to.cash[currency] += quanta;
}

/**
 * Changes a position by signed lots whose signed cost is `cost` (see costOfBuying), closing first, then opening.
 *
 * The closed part's profit and its share of an isolated margin go to cash; a loss beyond that share is taken from
 * the margin that is left, or stays as a negative margin when nothing is left open. `marginFor` says how much
 * cash an isolated position that opens gets as margin for an opened cost.
 */
export function changeLots(
  position: Position,
  currency: number,
  signedLots: number,
  cost: number,
  marginFor: (openedCost: number) => number,
): Settled {
  const before = position.lots;
  const size = Math.abs(signedLots);
  const closing = before * signedLots < 0 ? Math.min(size, Math.abs(before)) : 0;
  const closingCost = closing === size ? cost : mulDiv(cost, closing, size, FLOOR);
  const realised = closing === 0 ? 0 : closeLots(position, currency, closing, closingCost);
  const opening = size - closing;
  if (opening > 0) {
    position.lots += signedLots > 0 ? opening : -opening;
    position.cost += cost - closingCost;
    if (isIsolated(position.account)) {
      const margin = marginFor(Math.abs(cost - closingCost));
      position.account.cash[currency] -= margin;
      position.margin += margin;
    }
  }
  return { realised, closedLots: closing, openedLots: opening };
}

function closeLots(position: Position, currency: number, closing: number, cost: number): number {
  const { account } = position;
  const size = Math.abs(position.lots);
  const whole = closing === size;
  const costPart = whole ? position.cost : mulDiv(position.cost, closing, size, TRUNCATE);
  const realised = 0 - cost - costPart;
  position.lots = whole ? 0 : position.lots - Math.sign(position.lots) * closing;
  position.cost -= costPart;
  if (!isIsolated(account)) {
    account.cash[currency] += realised;
    return realised;
  }
  const freed = whole ? position.margin : mulDiv(position.margin, closing, size, FLOOR);
  position.margin -= freed;
  const result = freed + realised;
  if (result < 0) position.margin += result;
  else account.cash[currency] += result;
  return realised;
}
