/**
 * Small steps of which the tests of the exchange are made: open, fund, trade, move the index, read back.
 *
 * The exchange that `opened` gives is audited after every call, so that no test can lose a quantum without a sound.
 */
import { Exchange, type ExchangeEvent, type PerpetualSpec, type VenueRules } from "@undertow/core";
import { expect } from "vitest";
import { CURRENCIES, linearMarket } from "./exchange-rules.ts";

/** An exchange of one market with mark = index and no bands, audited after every call. */
export function opened(
  rules: VenueRules,
  market: Partial<PerpetualSpec> = {},
  base = linearMarket,
): Exchange {
  const exchange = new Exchange({
    rules: { ...rules, mark: { kind: "oracle", updateSeconds: 1 }, bands: {} },
    currencies: CURRENCIES,
    markets: [{ ...base, ...market }],
    accountCapacity: 32,
  });
  return new Proxy(exchange, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "audit") return value;
      return (...input: unknown[]): unknown => {
        const output: unknown = Reflect.apply(value, target, input);
        expect(target.audit()).toMatchObject({ clean: true });
        return output;
      };
    },
  });
}

export const free: Pick<VenueRules, "fees" | "initialMargin"> = {
  fees: { maker: 0, taker: 0 },
  initialMargin: { leverage: "chosen", openLoss: false, withdrawal: { kind: "wallet" } },
};
export const name = "A-PERP";

/** Opens an account with cash. */
export function trader(
  exchange: Exchange,
  who: string,
  mode: "isolated" | "cross" | "hedge",
  cash: number,
  leverage = 1,
  currency = "USDT",
): number {
  const account = exchange.openAccount({ name: who, mode, leverage });
  exchange.deposit({ account, currency, amount: cash });
  return account;
}

/** A trade between two accounts at a price. */
export function trade(
  exchange: Exchange,
  market: string,
  buyer: number,
  seller: number,
  size: number,
  price: number,
): void {
  exchange.placeOrder({ account: seller, market, side: "sell", size, price });
  exchange.placeOrder({ account: buyer, market, side: "buy", size, price });
}

export const cashOf = (exchange: Exchange, account: number, currency = "USDT"): number =>
  exchange.account(account).balances.find((balance) => balance.currency === currency)!.cash;

export function liquidations(events: readonly ExchangeEvent[]): object[] {
  return events
    .filter((event) => event.type === "liquidation")
    .map(({ outcome, account, size, price, fundDelta }) => ({ outcome, account, size, price, fundDelta }));
}

export function moveTo(exchange: Exchange, price: number, market = name): ExchangeEvent[] {
  exchange.takeEvents();
  exchange.setIndex(market, price);
  exchange.advance(1);
  return exchange.takeEvents();
}
