/**
 * Random scenarios of an exchange: what can be done to it as plain data, and a hand that does it.
 *
 * Six accounts of every mode and two markets on each of four venues; the best funded account quotes both sides. Refusals
 * of a trader's wish are counted, any other error is a fault of the exchange and comes through.
 */
import fc from "fast-check";
import {
  Exchange,
  type ExchangeCurrency,
  type ExchangeEvent,
  type PerpetualSpec,
  UserError,
  type VenueRules,
} from "@undertow/core";
import {
  CURRENCIES,
  fundVenue,
  inverseMarket,
  inverseVenue,
  linearMarket,
  oracleVenue,
  vaultVenue,
} from "./exchange-rules.ts";

const multiAsset: VenueRules = {
  ...fundVenue,
  collateral: {
    kind: "multi-asset",
    settlement: "USDT",
    assets: [{ currency: "COIN", ratio: 0.9, source: "index", autoExchangeRatio: 0.975 }],
    autoExchangeThreshold: 50,
  },
  bands: { market: 0.2 },
  liquidation: { ...fundVenue.liquidation, ordersPerRound: 2 },
};

const linear = [linearMarket, { ...linearMarket, name: "C-PERP" }];
const inverse = [inverseMarket, { ...inverseMarket, name: "D-INVERSE" }];
const flatMargin = { kind: "flat", initialRate: 0.05, maintenanceFraction: 0.6 } as const;
const oracle = linear.map((market) => ({ ...market, margin: flatMargin }));

/** A venue with what its traders start with. */
export interface ScenarioVenue {
  readonly name: string;
  readonly rules: VenueRules;
  readonly markets: readonly PerpetualSpec[];
  readonly currency: string;
  readonly amount: number;
  /** All prices and amounts are this many times those of scale 1; default 1. */
  readonly scale?: number;
  readonly currencies?: readonly ExchangeCurrency[];
}

export const venues: readonly ScenarioVenue[] = [
  { name: "fund", rules: multiAsset, markets: linear, currency: "USDT", amount: 1_000 },
  { name: "vault", rules: vaultVenue, markets: linear, currency: "USDT", amount: 1_000 },
  { name: "oracle", rules: oracleVenue, markets: oracle, currency: "USDT", amount: 1_000 },
  { name: "inverse", rules: inverseVenue, markets: inverse, currency: "COIN", amount: 10 },
];

const wholeTiers = {
  kind: "whole-tiers",
  largestNotional: 6_000,
  tiers: [
    { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 50 },
    { notionalFloor: 1_000, maintenanceRate: 0.015, maxLeverage: 40 },
    { notionalFloor: 2_000, maintenanceRate: 0.03, maxLeverage: 20 },
  ],
} as const;

/** The forms of single venues together: tiers, fees and offers as on OKX, a banded mark, votes. */
const formRules: VenueRules = {
  ...fundVenue,
  mark: { kind: "banded-basis", updateSeconds: 1, basisTauSeconds: 30, band: 0.01 },
  funding: {
    intervalSeconds: 3_600,
    periodSeconds: 28_800,
    sampleSeconds: 60,
    averaging: "vote-median",
    votes: { everySeconds: 10, least: 3 },
    premium: "middle",
    rate: { kind: "premium-less-interest", interest: 0 },
    cap: { kind: "margin-gap", factor: 0.75, limitToMaintenance: true },
    paidOn: "mark",
  },
  liquidation: {
    ...fundVenue.liquidation,
    maintenance: { closingFee: true, trigger: "reached" },
    partial: { kind: "two-tiers" },
    price: { kind: "past-last", offset: 0.005, repriceSeconds: 60 },
    clearanceFee: { kind: "all-residual" },
    remainder: "when-bankrupt",
  },
  backstop: { kind: "fund-drawdown", share: 0.3, unwindSeconds: 60 },
};

/** Portions whose loss for the fund is limited per account and block. */
const lossRules: VenueRules = {
  ...oracleVenue,
  liquidation: {
    ...oracleVenue.liquidation,
    partial: {
      kind: "portion",
      maxPortion: 0.5,
      minNotional: 100,
      maxNotionalPerBlock: 100_000,
      maxFundLossPerBlock: 1,
    },
  },
};

/** Venues with forms that the four have not. */
export const formVenues: readonly ScenarioVenue[] = [
  {
    name: "forms",
    rules: formRules,
    markets: linear.map((market) => ({ ...market, margin: wholeTiers })),
    currency: "USDT",
    amount: 1_000,
  },
  { name: "loss-limit", rules: lossRules, markets: oracle, currency: "USDT", amount: 1_000 },
];

const ACTIONS = [
  "quote", "quote", "limit", "limit", "market", "market", "market", "market", "stop", "trail", "reduce", "cancel",
  "amend", "deposit", "withdraw", "transfer", "margin", "fund", "move", "move", "move", "advance", "advance", "advance",
] as const; // prettier-ignore

/** One thing that is done. */
export interface Action {
  readonly kind: (typeof ACTIONS)[number];
  readonly who: number;
  readonly market: number;
  readonly side: "buy" | "sell";
  readonly amount: number;
  readonly move: number;
}

export const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(...ACTIONS),
  who: fc.integer({ min: 0, max: 5 }),
  market: fc.integer({ min: 0, max: 1 }),
  side: fc.constantFrom("buy", "sell"),
  amount: fc.integer({ min: 1, max: 100 }),
  move: fc.integer({ min: -20, max: 20 }),
});

/** A rough market: large orders, prices that jump and rounds that follow, so that most scenarios liquidate someone. */
export const roughAction: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(
    ...(["quote", "market", "market", "market", "limit", "move", "move", "advance", "advance"] as const),
    ...(["stop", "reduce", "withdraw", "transfer", "fund", "margin"] as const),
  ),
  who: fc.integer({ min: 0, max: 5 }),
  market: fc.integer({ min: 0, max: 1 }),
  side: fc.constantFrom("buy", "sell"),
  // Mostly large; an advance of 1 goes on to the next funding time.
  amount: fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 30, max: 100 }) },
    { weight: 1, arbitrary: fc.constant(1) },
  ),
  move: fc.integer({ min: -20, max: 20 }),
});

/** How far an advance goes: some seconds, or as long as one funding interval. */
export function advanceSeconds({ rules }: ScenarioVenue, amount: number): number {
  return amount === 1 ? rules.funding.intervalSeconds : [1, 1, 3, 60, 600][amount % 5];
}

/** What the scenarios together have seen, so that a test that sees nothing fails. */
export const seen = new Map<string, number>();

export class Scenario {
  readonly exchange: Exchange;
  readonly accounts: number[] = [];
  readonly orders: number[][] = [[], []];
  /** Of scale 1. */
  readonly index = [100, 100];
  readonly scale: number;
  readonly events: ExchangeEvent[] = [];
  readonly venue: ScenarioVenue;

  constructor(venue: ScenarioVenue) {
    this.venue = venue;
    const { rules, markets, currencies = CURRENCIES, scale = 1 } = venue;
    this.scale = scale;
    this.exchange = new Exchange({ rules, currencies, markets, accountCapacity: 12, seed: "e1" });
    this.exchange.setCollateralPrices("COIN", { index: 100 * scale });
    for (let k = 0; k < 6; k++) {
      const mode = k === 0 ? "cross" : rules.modes[k % rules.modes.length];
      const pooled = rules.collateral.kind === "multi-asset" && mode === "cross";
      const account = this.exchange.openAccount({ mode, leverage: 4 * (k + 1), multiAsset: pooled });
      this.accounts.push(account);
      this.exchange.deposit({
        account,
        currency: venue.currency,
        amount: k === 0 ? 10 * venue.amount : venue.amount / [1, 2, 4][k % 3],
      });
      if (pooled) this.exchange.deposit({ account, currency: "COIN", amount: 2 });
    }
    markets.forEach(({ name }) => this.exchange.setIndex(name, 100 * scale));
    this.drain();
  }

  run(step: Action): void {
    try {
      this.act(step);
    } catch (error) {
      // Only what a trader may be refused; anything else is a fault of the exchange.
      if (!(error instanceof UserError)) throw error;
      this.count(`refused ${error.code}`);
    }
    this.drain();
  }

  private drain(): void {
    for (const event of this.exchange.takeEvents()) {
      this.events.push(event);
      this.count(event.type === "liquidation" ? `liquidation ${event.outcome}` : event.type);
    }
  }

  private act({ kind, who, market: m, side, amount, move }: Action): void {
    const { exchange, index, venue, orders } = this;
    const account = this.accounts[who];
    const market = venue.markets[m].name;
    const { currency } = venue;
    const isInverse = venue.name === "inverse";
    const price = this.tickPrice(index[m] * (1 + move / 400));
    const size = isInverse ? amount * 5 : amount / 5;
    const leg =
      exchange.account(account).mode === "hedge" ? ({ leg: amount % 2 ? "long" : "short" } as const) : {};
    const base = { account, market, side, size, ...leg };
    const place = (wish: Parameters<Exchange["placeOrder"]>[0]): void => {
      orders[m].push(exchange.placeOrder(wish));
    };
    const flow = { account, currency, amount: (venue.amount * amount) / 1_000 };
    if (kind === "quote") this.quote(m);
    else if (kind === "limit") place({ ...base, price });
    else if (kind === "market") place(base);
    else if (kind === "stop") place({ ...base, trigger: { kind: move > 0 ? "stop" : "take-profit", price } });
    else if (kind === "trail") place({ ...base, trigger: { kind: "trailing", callback: 0.02 } });
    else if (kind === "reduce") place({ ...base, price, reduceOnly: true, time: "immediate" });
    else if (kind === "cancel") exchange.cancelAll(account, market);
    else if (kind === "amend") exchange.amendOrder({ ...base, order: orders[m].at(-1) ?? 0, price });
    else if (kind === "deposit") exchange.deposit(flow);
    else if (kind === "withdraw") exchange.withdraw(flow);
    else if (kind === "transfer")
      exchange.transfer({ ...flow, from: account, to: this.accounts[amount % 6] });
    else if (kind === "margin")
      exchange.changeMargin({ account, market, amount: move > 0 ? flow.amount : -flow.amount });
    else if (kind === "fund") exchange.deposit({ ...flow, account: exchange.fund });
    else if (kind === "move") {
      index[m] = Math.min(300, Math.max(30, nearestTick(index[m] * (1 + move / 100))));
      exchange.setIndex(market, index[m] * this.scale);
      exchange.setCollateralPrices("COIN", { index: index[m] * this.scale });
    } else exchange.advance(advanceSeconds(venue, amount));
  }

  /** The best funded account puts five levels on either side around the index. */
  private quote(m: number): void {
    const { exchange, index, venue } = this;
    const [account] = this.accounts;
    const market = venue.markets[m].name;
    exchange.cancelAll(account, market);
    for (let level = 1; level <= 5; level++) {
      for (const side of ["buy", "sell"] as const) {
        const away = (side === "buy" ? -1 : 1) * level * 0.01;
        const price = this.tickPrice(index[m] * (1 + away));
        const size = venue.name === "inverse" ? 50 * level : level;
        exchange.placeOrder({ account, market, side, size, price });
      }
    }
  }

  /** The nearest price of the markets' ticks of a tenth, at least one tick, on the venue's scale. */
  private tickPrice(price: number): number {
    return nearestTick(price) * this.scale;
  }

  private count(what: string): void {
    const key = `${this.venue.name} ${what}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
}

function nearestTick(price: number): number {
  return Math.max(1, Math.round(price * 10)) / 10;
}
