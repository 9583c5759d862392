/**
 * An auditor's own accounts and positions: BigInt and plain objects, the rounding rules written out once more.
 *
 * A wallet is an account's cash with its isolated margins and less its unpaid debts: how cash and margin are split is
 * the venue's rule and no event tells it. Every change passes through `pay` and `enter`, which also keep what is left
 * over of each currency and market. Never reads an exchange.
 */
import { AuditorClearing } from "./auditor-clearing.ts";
import type { AuditedAccount, AuditedMarket, AuditedTerms } from "./auditor-events.ts";

/** One account. */
export interface AuditedBook {
  readonly account: AuditedAccount;
  readonly venueOwned: boolean;
  /** Quanta by currency. */
  readonly wallets: Map<string, bigint>;
  readonly positions: AuditedPosition[];
}

/** One position, or one leg of a hedged one. */
export interface AuditedPosition {
  readonly market: MarketBook;
  readonly leg: 1 | -1 | 0;
  lots: bigint;
  cost: bigint;
}

/** A market's terms in whole numbers, and what is open in it. */
export interface MarketBook {
  readonly name: string;
  readonly settlement: string;
  readonly inverse: boolean;
  readonly ticksPerUnit: number;
  readonly lotsPerUnit: number;
  /** Linear: quanta per tick and lot. Inverse: quanta x ticks per lot. */
  readonly unit: bigint;
  /** In place of an order book. */
  readonly clearing: AuditorClearing | undefined;
  markTicks: bigint;
  lastTicks: bigint;
  halted: boolean;
  /** Sum of signed lots of all positions; 0 between trades. */
  residualLots: bigint;
}

/** The venue's own accounts, which have the lowest keys in this order. */
export const VENUE_ACCOUNTS: readonly string[] = ["fees", "fund", "vault", "desk"];
/** Takes the other side of every trade in a market with linear impact. */
export const CLEARING_ACCOUNT = "clearing";
const PPM = 1_000_000n;
const PPB = 1_000_000_000n;

export class AuditorBooks {
  readonly books = new Map<string, AuditedBook>();
  readonly markets = new Map<string, MarketBook>();
  /** By currency: wallets less positions' cost less what came from outside; 0 between trades. */
  readonly residuals = new Map<string, bigint>();
  private readonly perUnit = new Map<string, number>();

  constructor(terms: AuditedTerms) {
    for (const { name, decimals } of terms.currencies) {
      this.perUnit.set(name, Number(`1e${decimals}`));
      this.residuals.set(name, 0n);
    }
    for (const market of terms.markets) this.markets.set(market.name, this.openMarket(market));
    const clears = terms.markets.some(({ clearing }) => clearing !== undefined);
    const own = clears ? [...VENUE_ACCOUNTS, CLEARING_ACCOUNT] : VENUE_ACCOUNTS;
    own.forEach((name, key) => this.open({ key, name, mode: "cross" }));
  }

  /** Adds an account. */
  open(account: AuditedAccount): void {
    const wallets = new Map([...this.perUnit.keys()].map((currency) => [currency, 0n]));
    const venueOwned = VENUE_ACCOUNTS.includes(account.name) || account.name === CLEARING_ACCOUNT;
    this.books.set(account.name, { account, venueOwned, wallets, positions: [] });
  }

  book(name: string): AuditedBook {
    return known(this.books.get(name), `account ${name}`);
  }

  market(name: string): MarketBook {
    return known(this.markets.get(name), `market ${name}`);
  }

  wallet(name: string, currency: string): bigint {
    return known(this.book(name).wallets.get(currency), `currency ${currency}`);
  }

  /** An amount in display units as whole quanta. */
  quanta(currency: string, amount: number): bigint {
    const perUnit = known(this.perUnit.get(currency), `currency ${currency}`);
    return whole(amount * perUnit, `amount ${amount} ${currency}`);
  }

  /** Changes a wallet. `declared` money comes from outside. */
  pay(name: string, currency: string, quanta: bigint, declared = false): void {
    const { wallets } = this.book(name);
    wallets.set(currency, (wallets.get(currency) ?? 0n) + quanta);
    if (!declared) this.residuals.set(currency, (this.residuals.get(currency) ?? 0n) + quanta);
  }

  /** Moves money between wallets. */
  move(from: string, to: string, currency: string, quanta: bigint): void {
    this.pay(from, currency, 0n - quanta);
    this.pay(to, currency, quanta);
  }

  position(name: string, market: MarketBook, leg: 1 | -1 | 0): AuditedPosition {
    const { positions } = this.book(name);
    const found = positions.find((position) => position.market === market && position.leg === leg);
    if (found !== undefined) return found;
    const position: AuditedPosition = { market, leg, lots: 0n, cost: 0n };
    positions.push(position);
    return position;
  }

  /** The leg that a trade of this side belongs to when it closes a position. */
  closingLeg(name: string, side: bigint): 1 | -1 | 0 {
    if (this.book(name).account.mode !== "hedge") return 0;
    return side > 0n ? -1 : 1;
  }

  /**
   * Adds signed lots with their signed cost to a position. What closes takes its share of the cost with it, truncated;
   * the profit goes to the wallet. Returns profit and closed lots.
   */
  enter(
    name: string,
    position: AuditedPosition,
    lots: bigint,
    cost: bigint,
  ): { readonly realised: bigint; readonly closed: bigint } {
    const { market } = position;
    const size = abs(lots);
    const held = abs(position.lots);
    const closed = position.lots * lots < 0n ? least(size, held) : 0n;
    let realised = 0n;
    const costBefore = position.cost;
    const closedCost = closed === size ? cost : floorDiv(cost * closed, size);
    if (closed > 0n) {
      const entry = (position.cost * closed) / held;
      realised = 0n - closedCost - entry;
      position.cost -= entry;
      this.pay(name, market.settlement, realised);
    }
    position.lots += lots;
    position.cost += cost - closedCost;
    market.residualLots += lots;
    const left = this.residuals.get(market.settlement) ?? 0n;
    this.residuals.set(market.settlement, left - (position.cost - costBefore));
    return { realised, closed };
  }

  /** Every residual made anew from all accounts and positions, to be compared with the running ones. */
  recount(declared: ReadonlyMap<string, bigint>): Map<string, bigint> {
    const sums = new Map([...declared].map(([currency, quanta]) => [currency, 0n - quanta]));
    for (const { wallets, positions } of this.books.values()) {
      for (const [currency, quanta] of wallets) sums.set(currency, (sums.get(currency) ?? 0n) + quanta);
      for (const { market, cost } of positions) {
        sums.set(market.settlement, (sums.get(market.settlement) ?? 0n) - cost);
      }
    }
    return sums;
  }

  private openMarket(spec: AuditedMarket): MarketBook {
    const { name, settlement, tickSize, lotSize, contractValue = 1 } = spec;
    const perUnit = known(this.perUnit.get(settlement), `currency ${settlement}`);
    const inverse = spec.contract === "inverse";
    const unit = inverse ? (lotSize * contractValue * perUnit) / tickSize : tickSize * lotSize * perUnit;
    return {
      name,
      settlement,
      inverse,
      ticksPerUnit: Math.round(1 / tickSize),
      lotsPerUnit: Math.round(1 / lotSize),
      unit: BigInt(Math.round(unit)),
      clearing: spec.clearing === undefined ? undefined : new AuditorClearing(spec.clearing),
      markTicks: 0n,
      lastTicks: 0n,
      halted: false,
      residualLots: 0n,
    };
  }
}

/** Ticks of a price, of a market whose tick divides 1. */
export function ticksIn(market: MarketBook, price: number): bigint {
  return whole(price * market.ticksPerUnit, `price ${price}`);
}

/** Lots of a size, of a market whose lot divides 1. */
export function lotsIn(market: MarketBook, size: number): bigint {
  return whole(size * market.lotsPerUnit, `size ${size}`);
}

/** What buying lots adds to a position's cost: quote paid (linear), minus the coins, halves up (inverse). */
export function costOf(market: MarketBook, lots: bigint, ticks: bigint): bigint {
  if (!market.inverse) return lots * ticks * market.unit;
  return 0n - (2n * lots * market.unit + ticks) / (2n * ticks);
}

/** Signed value of signed lots at a price. */
export function valueOf(market: MarketBook, lots: bigint, ticks: bigint): bigint {
  if (lots === 0n) return 0n;
  return lots > 0n ? costOf(market, lots, ticks) : 0n - costOf(market, 0n - lots, ticks);
}

/** Fee on a traded value, rounded up; a rebate is rounded down. */
export function feeOn(cost: bigint, rate: number): bigint {
  return 0n - floorDiv(0n - abs(cost) * BigInt(Math.round(rate * Number(PPM))), PPM);
}

/** Cash change of a position at a funding time: payers round up, receivers down. */
export function fundingOf(market: MarketBook, lots: bigint, ticks: bigint, rate: number): bigint {
  const ratePpb = BigInt(Math.round(rate * Number(PPB)));
  if (market.inverse) return floorDiv(0n - lots * market.unit * ratePpb, ticks * PPB);
  return floorDiv(0n - lots * ticks * market.unit * ratePpb, PPB);
}

export function abs(value: bigint): bigint {
  return value < 0n ? 0n - value : value;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function whole(value: number, what: string): bigint {
  const rounded = Math.round(value);
  if (!(Math.abs(rounded - value) <= 1e-6 * Math.max(1, Math.abs(value) * 1e-6))) {
    throw new Error(`${what} is no whole number of its smallest unit`);
  }
  return BigInt(rounded);
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the auditor knows no ${what}`);
  return value;
}
