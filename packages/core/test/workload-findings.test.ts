/**
 * What the workload has found in the exchange, each as the smallest case by hand, so that it stays found.
 */
import { describe, expect, test } from "vitest";
import { fundVenue, vaultVenue } from "./support/exchange-rules.ts";
import { free, moveTo, name, opened, trade, trader } from "./support/exchange-steps.ts";

describe("the exchange", () => {
  test("tells a stop that a forced order triggers apart from the forced order, on the same position", () => {
    const exchange = opened({ ...vaultVenue, ...free });
    const alice = trader(exchange, "alice", "isolated", 1_000, 20);
    const bob = trader(exchange, "bob", "cross", 100_000);
    trade(exchange, name, alice, bob, 10, 100);
    exchange.placeOrder({ account: bob, market: name, side: "buy", size: 30, price: 95 });
    const stop = { kind: "stop", on: "last", price: 96 } as const;
    exchange.placeOrder({ account: alice, market: name, side: "sell", size: 5, trigger: stop });
    const events = moveTo(exchange, 94);
    const fills = events
      .filter((event) => event.type === "fill")
      .filter(({ account }) => account === "alice");
    expect(fills).toMatchObject([
      { size: 10, price: 95, forced: true },
      { size: 5, price: 95, forced: false },
    ]);
    expect(events.filter(({ type }) => type === "liquidation")).toMatchObject([
      { outcome: "book", side: "long", size: 10, price: 95 },
    ]);
    // The short that the stop has opened keeps the margin that it was opened with: 475 / 20.
    expect(exchange.account(alice).positions).toMatchObject([{ side: "short", size: 5, margin: 23.75 }]);
  });

  test("gives back what it held beside the book when the order is cancelled that it was held for", () => {
    const exchange = opened({ ...fundVenue, ...free });
    const alice = trader(exchange, "alice", "isolated", 1_000, 10);
    const bob = trader(exchange, "bob", "cross", 100_000);
    trade(exchange, name, alice, bob, 10, 100);
    const order = exchange.placeOrder({ account: alice, market: name, side: "sell", size: 10, price: 120 });
    // The position is gone, and the order would open one: its margin is held now.
    trade(exchange, name, bob, alice, 10, 100);
    expect(exchange.account(alice).balances[0].held).toBe(120);
    exchange.cancelOrder({ account: alice, market: name, order });
    expect(exchange.account(alice).balances[0]).toMatchObject({ held: 0, withdrawable: 1_000 });
  });

  test.each([3e8, 1e12])(
    "rejects an order of %d base units for want of margin, as any other too large",
    (size) => {
      const exchange = opened(fundVenue);
      const alice = trader(exchange, "alice", "cross", 1_000, 10);
      exchange.setIndex(name, 100);
      expect(exchange.placeOrder({ account: alice, market: name, side: "buy", size, price: 100 })).toBe(0);
      expect(exchange.takeEvents().at(-1)).toMatchObject({
        state: "rejected",
        reason: "insufficient margin",
      });
    },
  );
});
