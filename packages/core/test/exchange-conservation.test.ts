/**
 * E1: no money and no contract appears or disappears, whatever is done to an exchange.
 *
 * 1,000 random scenarios over four rule sets: orders, fills, stops, fees, funding, liquidations, takeovers, deleveraging,
 * deposits, withdrawals, transfers. After every action the residual of each currency and contract is exactly 0.
 */
import fc from "fast-check";
import type { Exchange, ExchangeEvent } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { Scenario, action, seen, venues } from "./support/exchange-scenario.ts";

/** Everything that accounts show, summed: with linear contracts exactly what came in, as the longs' gain is the shorts' loss. */
function shownMoney(exchange: Exchange, currency: string): number {
  let sum = 0;
  for (let key = 0; key < 10; key++) {
    const view = exchange.account(key);
    const { cash, debt } = view.balances.find((balance) => balance.currency === currency)!;
    sum += Math.round(cash * 1e6) - Math.round(debt * 1e6);
    for (const { margin, unrealisedProfit } of view.positions) {
      sum += Math.round(margin * 1e6) + Math.round(unrealisedProfit * 1e6);
    }
  }
  return sum;
}

function declaredMoney(events: readonly ExchangeEvent[], currency: string): number {
  let sum = 0;
  for (const event of events) {
    if (event.type !== "deposit" && event.type !== "withdrawal") continue;
    if (event.currency === currency)
      sum += (event.type === "deposit" ? 1 : -1) * Math.round(event.amount * 1e6);
  }
  return sum;
}

describe("money and contracts are conserved after every action (E1)", () => {
  test.each(venues)("250 scenarios of the $name venue", { timeout: 60_000 }, (venue) => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: "max" }), (actions) => {
        const scenario = new Scenario(venue);
        for (const step of actions) {
          scenario.run(step);
          const audit = scenario.exchange.audit();
          if (!audit.clean) throw new Error(JSON.stringify(audit));
        }
        const isLinear = venue.currency === "USDT";
        if (isLinear) {
          expect(shownMoney(scenario.exchange, "USDT")).toBe(declaredMoney(scenario.events, "USDT"));
        }
      }),
      { numRuns: 250, seed: 20_260_205 },
    );
  });

  test.each([
    ["fund", ["fill", "funding", "auto-exchange", "liquidation book", "liquidation fund", "liquidation adl"]],
    ["vault", ["fill", "funding", "liquidation book", "liquidation vault", "liquidation adl"]],
    ["oracle", ["fill", "funding", "liquidation book", "liquidation adl", "liquidation insolvent"]],
    [
      "inverse",
      ["fill", "funding", "liquidation book", "liquidation fund", "liquidation adl", "debt-covered"],
    ],
  ])("the scenarios of the %s venue saw all that they are for", (venue, wanted) => {
    expect(wanted.filter((what) => !seen.has(`${venue} ${what}`))).toEqual([]);
  });
});
