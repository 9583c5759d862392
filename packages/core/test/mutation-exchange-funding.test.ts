/** The price on which an exchange takes the notional of a funding payment: what the mutation check asks for. */
import { Exchange, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { CURRENCIES, fundVenue, linearMarket } from "./support/exchange-rules.ts";

/** Funding of 0.1 % of a long of 10 with the index at 100 and the mark at 104, paid on one of them. */
function payment(paidOn: "mark" | "index"): object | undefined {
  const rules: VenueRules = {
    ...fundVenue,
    mark: { kind: "oracle-median", updateSeconds: 1, basisTauSeconds: 1, bookTauSeconds: 1 },
    funding: {
      ...fundVenue.funding,
      intervalSeconds: 60,
      periodSeconds: 60,
      rate: { kind: "clamped-interest", interest: 0.001, clamp: 1 },
      cap: { kind: "fixed", perPayment: 0.01 },
      paidOn,
    },
    bands: {},
  };
  const markets = [linearMarket];
  const exchange = new Exchange({ rules, currencies: CURRENCIES, markets, accountCapacity: 8 });
  const [long, short] = ["long", "short"].map((name) => exchange.openAccount({ name, mode: "cross" }));
  for (const account of [long, short]) exchange.deposit({ account, currency: "USDT", amount: 100_000 });
  const market = linearMarket.name;
  exchange.setIndex(market, 100);
  exchange.placeOrder({ account: short, market, side: "sell", size: 10, price: 104 });
  exchange.placeOrder({ account: long, market, side: "buy", size: 10, price: 104 });
  // A book of 103.9 and 104.1 keeps the mark at 104, four above the index.
  exchange.placeOrder({ account: long, market, side: "buy", size: 1, price: 103.9 });
  exchange.placeOrder({ account: short, market, side: "sell", size: 1, price: 104.1 });
  exchange.advance(59);
  expect(exchange.market(market)).toMatchObject({ index: 100, mark: 104 });
  exchange.advance(1);
  return exchange.takeEvents().find(({ type }) => type === "funding");
}

describe("a funding payment", () => {
  test.each([
    ["mark", 104, 1.04],
    ["index", 100, 1],
  ] as const)("is taken on the %s where the venue says so", (paidOn, price, amount) => {
    expect(payment(paidOn)).toMatchObject({
      rate: 0.001,
      price,
      payments: [
        { account: "long", amount: -amount },
        { account: "short", amount },
      ],
    });
  });
});
