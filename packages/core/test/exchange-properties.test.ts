/**
 * Properties of the whole exchange over random scenarios: the fund, deleveraging, funding, holds, replays.
 *
 * Numbers are those of the list of properties of the venue mechanics: 6 (fund and deleveraging), 7 (funding nets to 0),
 * 8 (replays), 9 (self-trades); and nothing is taken from who holds nothing.
 */
import fc from "fast-check";
import type { ExchangeEvent } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { type Action, Scenario, type ScenarioVenue, action, venues } from "./support/exchange-scenario.ts";

const scenarios = fc.array(action, { maxLength: 100, size: "max" });
const runs = { numRuns: 40, seed: 8 };

/** Whole quanta of an amount that was told in units. */
const quantaOf = (venue: ScenarioVenue, amount: number): number =>
  Math.round(amount * (venue.currency === "USDT" ? 1e6 : 1e8));

function play(
  venue: ScenarioVenue,
  actions: readonly Action[],
  after: (scenario: Scenario, fresh: readonly ExchangeEvent[]) => void = () => undefined,
): Scenario {
  const scenario = new Scenario(venue);
  for (const step of actions) {
    const from = scenario.events.length;
    scenario.run(step);
    after(scenario, scenario.events.slice(from));
  }
  return scenario;
}

describe.each(venues)("the $name venue", (venue) => {
  test("property 6: the fund or vault never pays more than it has, deleveraging takes exactly its size", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(venue, actions, ({ exchange }, fresh) => {
          for (const key of [exchange.fund, exchange.vault]) {
            const { positions, balances } = exchange.account(key);
            const cash = balances.find(({ currency }) => currency === venue.currency)!.cash;
            // A holder of positions owes what they have lost; without any it owes nothing.
            const isInsolvent = fresh.some(
              (event) => event.type === "liquidation" && event.account === "fund",
            );
            if (positions.length === 0 && !isInsolvent) expect(cash).toBeGreaterThanOrEqual(0);
          }
          for (const event of fresh) {
            if (event.type !== "liquidation" || event.outcome !== "adl") continue;
            const taken = event.counterparties!.reduce((sum, { size }) => sum + Math.round(size * 10), 0);
            expect(taken).toBe(Math.round(event.size * 10));
            expect(event.counterparties!.map(({ account }) => account)).not.toContain(event.account);
          }
        });
      }),
      runs,
    );
  });

  test("property 7: funding nets to 0 with its dust, which is at least 0 and below a quantum per position", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        for (const event of play(venue, actions).events) {
          if (event.type !== "funding") continue;
          const paid = event.payments.reduce((sum, { amount }) => sum + quantaOf(venue, amount), 0);
          const dust = quantaOf(venue, event.dust);
          expect(paid + dust).toBe(0);
          expect(dust).toBeGreaterThanOrEqual(0);
          expect(dust).toBeLessThanOrEqual(event.payments.length);
        }
      }),
      runs,
    );
  });

  test("property 8: the same actions give the same events, byte for byte", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        const [first, second] = [play(venue, actions), play(venue, actions)];
        expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
      }),
      { ...runs, numRuns: 20 },
    );
  });

  test("property 9: nobody of one position trades with itself; holds are never below 0", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(venue, actions, ({ exchange, accounts }, fresh) => {
          const fills = fresh.filter((event) => event.type === "fill");
          for (let k = 0; k < fills.length; k += 2) {
            const [taker, maker] = [fills[k], fills[k + 1]];
            expect([taker.liquidity, maker.liquidity]).toEqual(["taker", "maker"]);
            expect([maker.price, maker.size]).toEqual([taker.price, taker.size]);
            const isHedge = accounts.some((account) => {
              const { name, mode } = exchange.account(account);
              return name === taker.account && mode === "hedge";
            });
            if (!isHedge) expect(maker.account).not.toBe(taker.account);
          }
          for (const account of accounts) {
            for (const { held } of exchange.account(account).balances) expect(held).toBeGreaterThanOrEqual(0);
          }
        });
      }),
      runs,
    );
  });

  test("who holds no position and trades nothing loses nothing", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        const scenario = new Scenario(venue);
        const { exchange } = scenario;
        const account = exchange.openAccount({ mode: "cross" });
        exchange.deposit({ account, currency: venue.currency, amount: 5 });
        for (const step of actions) scenario.run(step);
        expect(exchange.account(account).balances.find((b) => b.currency === venue.currency)!.cash).toBe(5);
      }),
      { ...runs, numRuns: 20 },
    );
  });
});
