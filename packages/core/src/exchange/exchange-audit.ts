/**
 * The audit of an exchange: money per currency, positions per contract and holds per account, as exact equalities.
 *
 * Residual of a currency: all cash + sum over positions of (margin - cost) - what came in + what went out. It is 0, and
 * so is the sum of signed lots of every market. Reads everything, changes nothing; sums are exact above 2^53.
 */
import { TwoLimbSum } from "../numeric/two-limb-sum.ts";
import type { Position } from "./accounts.ts";
import type { ExchangeState, MarketState } from "./exchange-state.ts";

/** What an audit found; every number is 0 on an exchange that keeps its books. */
export interface ExchangeAudit {
  readonly currencies: readonly { readonly currency: string; readonly residualQuanta: number }[];
  readonly markets: readonly {
    readonly market: string;
    /** Sum of signed lots. */
    readonly residualLots: number;
    /** Open interest as kept less open interest as counted. */
    readonly openInterestResidualLots: number;
    /** Holds as the positions have them less holds as the book has them. */
    readonly heldResidualQuanta: number;
  }[];
  /** Accounts whose holds differ from the sum over their positions. */
  readonly wrongHolds: readonly string[];
  /** True when all of it is 0. */
  readonly clean: boolean;
}

/** Audits a state. */
export function auditState(state: ExchangeState): ExchangeAudit {
  const currencies = state.currencies.map(({ name }, currency) => ({
    currency: name,
    residualQuanta: residualOf(state, currency),
  }));
  const markets = state.markets.map(auditMarket);
  const wrongHolds = state.accounts.filter((account) => hasWrongHold(state, account)).map(({ name }) => name);
  const clean =
    currencies.every(({ residualQuanta }) => residualQuanta === 0) &&
    markets.every(
      (market) =>
        market.residualLots === 0 && market.openInterestResidualLots === 0 && market.heldResidualQuanta === 0,
    ) &&
    wrongHolds.length === 0;
  return { currencies, markets, wrongHolds, clean };
}

function residualOf(state: ExchangeState, currency: number): number {
  const sum = new TwoLimbSum();
  for (const account of state.accounts) {
    sum.add(account.cash[currency]);
    for (const { market, margin, cost } of account.positions) {
      if (state.markets[market].currency !== currency) continue;
      sum.add(margin);
      sum.add(0 - cost);
    }
  }
  return Number(sum.toBigInt() - state.declared[currency].toBigInt());
}

function auditMarket(market: MarketState): ExchangeAudit["markets"][number] {
  let lots = 0;
  let long = 0;
  let held = 0;
  for (const position of market.positions) {
    if (position === undefined) continue;
    lots += position.lots;
    long += Math.max(0, position.lots);
    held += position.bookHeld - heldInBook(market, position);
  }
  return {
    market: market.spec.name,
    residualLots: lots,
    openInterestResidualLots: market.openInterestLots - long,
    heldResidualQuanta: held,
  };
}

function heldInBook(market: MarketState, position: Position): number {
  const { book } = market.desk;
  let sum = 0;
  for (let slot = book.ownerHead[position.owner]; slot !== -1; slot = book.ownerNext[slot]) {
    sum += book.orderReserve[slot];
  }
  return sum;
}

function hasWrongHold(state: ExchangeState, account: ExchangeState["accounts"][number]): boolean {
  return account.held.some((held, currency) => {
    let sum = 0;
    for (const { market, bookHeld, extraHeld } of account.positions) {
      if (state.markets[market].currency === currency) sum += bookHeld + extraHeld;
    }
    return sum !== held;
  });
}
