/**
 * Properties of the whole exchange, which need its accounts, books and rounds together.
 *
 * Beside conservation (exchange-conservation.test.ts) and the fund, funding, replays and self-trades
 * (exchange-properties.test.ts), with the numbers of the list of properties of the venue mechanics: who is liquidated and in
 * what order (2, 6.2), what a close and deleveraging may cost (4, 6), when a round has come to rest, orders (9), scale
 * (10), and conservation and loss limits under the forms of single venues. Cases, which keep the file near ten seconds of
 * one core: 20 scenarios of 60 to 120 actions for each property and venue (25 where rounds are replayed, 80 for
 * deleveraging, 40 for conservation, 100 for the loss limit), 300 positions for liquidation prices.
 */
import fc from "fast-check";
import { Exchange, type ExchangeEvent, type PositionView, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import {
  type Action,
  Scenario,
  type ScenarioVenue,
  advanceSeconds,
  formVenues,
  roughAction,
  seen,
  venues,
} from "./support/exchange-scenario.ts";
import { CURRENCIES, flatMargin, fundVenue, linearMarket } from "./support/exchange-rules.ts";

const all = [...venues, ...formVenues];
const scenarios = fc.array(roughAction, { minLength: 60, maxLength: 120, size: "max" });
// Shrinking replays a scenario hundreds of times: a failure names its seed and path instead.
const runs = { numRuns: 20, seed: 15, endOnFailure: true };

/** Why a post-only order that crosses is rejected. */
const WOULD_TRADE = "post-only order would trade";

type Liquidation = Extract<ExchangeEvent, { type: "liquidation" }>;
const liquidationsOf = (events: readonly ExchangeEvent[]): Liquidation[] =>
  events.filter((event) => event.type === "liquidation");

/** Plays actions and looks after each of them. */
function play(
  venue: ScenarioVenue,
  actions: readonly Action[],
  after: (scenario: Scenario, fresh: readonly ExchangeEvent[], step: Action) => void = () => undefined,
): Scenario {
  const scenario = new Scenario(venue);
  for (const step of actions) {
    const from = scenario.events.length;
    scenario.run(step);
    after(scenario, scenario.events.slice(from), step);
  }
  return scenario;
}

/** The venue without what moves accounts between the marks and the round: stops, unwinding, auto-exchange. */
function still(venue: ScenarioVenue): ScenarioVenue {
  const { backstop, collateral } = venue.rules;
  return {
    ...venue,
    rules: {
      ...venue.rules,
      backstop: { ...backstop, unwindSeconds: 0 },
      collateral: collateral.kind === "multi-asset" ? { kind: "per-currency" } : collateral,
    },
  };
}

interface Judged {
  readonly ratio: number;
  readonly key: number;
  readonly isDue: boolean;
}

/** How accounts stood before the round of an advance: the same actions again, the last one with halted markets. */
function judgedBefore(venue: ScenarioVenue, done: readonly Action[], last: Action): Map<string, Judged> {
  const { exchange, accounts } = play(venue, done);
  for (const { name } of venue.markets) exchange.halt(name);
  exchange.advance(advanceSeconds(venue, last.amount));
  const reached = venue.rules.liquidation.maintenance?.trigger === "reached";
  const judged = new Map<string, Judged>();
  for (const key of accounts) {
    const { name, positions } = exchange.account(key);
    for (const { market, side, equity, maintenance } of positions) {
      const isDue = equity < maintenance || (reached && equity === maintenance);
      judged.set(`${name} ${market} ${side}`, { ratio: equity / maintenance, key, isDue });
    }
  }
  return judged;
}

describe.each(all.map(still))("the $name venue, round by round", (venue) => {
  test("nobody above maintenance is liquidated; where the venue says so, the deepest under water comes first", () => {
    let judgedRounds = 0;
    fc.assert(
      fc.property(scenarios, (drawn) => {
        const actions = drawn.filter(({ kind }) => kind !== "stop" && kind !== "trail");
        const done: Action[] = [];
        play(venue, actions, (_, fresh, step) => {
          const told = liquidationsOf(fresh).filter(({ account }) => account.startsWith("account"));
          if (told.length > 0) {
            judgedRounds++;
            const judged = judgedBefore(venue, done, step);
            const found = told.map(({ account, market, side }) => judged.get(`${account} ${market} ${side}`));
            // A debt of an earlier round is told without a position.
            const open = found.filter((one, k) => told[k].size > 0 || one !== undefined);
            expect(open.filter((one) => one?.isDue !== true)).toEqual([]);
            if (venue.rules.liquidation.order !== "equity-ratio") return void done.push(step);
            const book = found.filter(
              (one, k) => told[k].outcome === "book" && one !== undefined,
            ) as Judged[];
            for (let k = 1; k < book.length; k++) {
              if (book[k].key === book[k - 1].key) continue;
              expect(book[k].ratio).toBeGreaterThanOrEqual(book[k - 1].ratio - 1e-9);
            }
          }
          done.push(step);
        });
      }),
      { ...runs, numRuns: 25 },
    );
    expect(judgedRounds).toBeGreaterThan(5);
  });

  test("with empty books and unmoved prices a round that moves nothing is followed by such rounds only", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        const oracle: ScenarioVenue = {
          ...venue,
          rules: { ...venue.rules, mark: { kind: "oracle", updateSeconds: 1 } },
        };
        const { exchange, accounts } = play(oracle, actions);
        for (const account of accounts) exchange.cancelAll(account);
        const hasMoved = (): boolean => {
          exchange.takeEvents();
          exchange.advance(1);
          return exchange.takeEvents().some(isMove);
        };
        let rounds = 0;
        while (hasMoved()) expect(++rounds).toBeLessThan(200);
        const before = JSON.stringify(accounts.map((key) => exchange.account(key)));
        expect(hasMoved()).toBe(false);
        expect(JSON.stringify(accounts.map((key) => exchange.account(key)))).toBe(before);
      }),
      runs,
    );
  });
});

/** Whether something changed hands: forced orders that find nobody come and go each round. */
function isMove(event: ExchangeEvent): boolean {
  if (event.type === "liquidation") return event.outcome !== "insolvent";
  return event.type !== "order" && event.type !== "mark";
}

describe.each(all)("the $name venue", (venue) => {
  test("an isolated account loses its margin at most; an empty pool owes nothing that was not told insolvent", () => {
    let isolated = 0;
    let debts = 0;
    fc.assert(
      fc.property(scenarios, (actions) => {
        const insolvent = new Set<string>();
        // Who closes at a loss beyond its cash owes from then on; it is told by the round that follows.
        const traded = new Set<string>();
        play(venue, actions, ({ exchange, accounts }, fresh, step) => {
          if (step.kind === "advance") traded.clear();
          else for (const event of fresh) if (event.type === "fill") traded.add(event.account);
          for (const { outcome, account } of liquidationsOf(fresh))
            if (outcome === "insolvent") insolvent.add(account);
          const alone = accounts
            .map((key) => exchange.account(key))
            .filter(({ mode }) => mode === "isolated");
          for (const { account } of liquidationsOf(fresh))
            if (alone.some(({ name }) => name === account)) isolated++;
          for (const key of accounts) {
            const { name, mode, positions, balances } = exchange.account(key);
            for (const { cash, debt } of balances) {
              if (mode === "isolated") expect(cash).toBeGreaterThanOrEqual(0);
              else if (positions.length === 0 && cash < 0 && !traded.has(name))
                expect(insolvent).toContain(name);
              if (debt > 0) expect(insolvent).toContain(name);
              if (debt > 0) debts++;
            }
          }
        });
      }),
      runs,
    );
    if (venue.rules.modes.includes("isolated")) expect(isolated).toBeGreaterThan(10);
    // The vault has nothing at first, so losses beyond the margin stay as debts; elsewhere somebody pays for them.
    if (venue.name === "vault") expect(debts).toBeGreaterThan(10);
  });

  test("deleveraging leaves no counterparty below zero", () => {
    let checked = 0;
    fc.assert(
      fc.property(scenarios, (actions) => {
        const debts = new Map<string, number>();
        play(venue, actions, ({ exchange, accounts }, fresh) => {
          const told = liquidationsOf(fresh);
          const names = told.flatMap(({ counterparties = [] }) => counterparties.map((one) => one.account));
          const others = told.filter(({ outcome }) => outcome !== "adl").map(({ account }) => account);
          for (const key of accounts) {
            const { name, mode, positions, balances } = exchange.account(key);
            const debt = balances.reduce((sum, balance) => sum + balance.debt, 0);
            const owed = debts.get(name) ?? 0;
            debts.set(name, debt);
            if (!names.includes(name) || others.includes(name)) continue;
            for (const { equity } of positions) expect(equity).toBeGreaterThanOrEqual(0);
            for (const { equity } of balances)
              if (mode !== "isolated") expect(equity).toBeGreaterThanOrEqual(0);
            expect(debt).toBeLessThanOrEqual(owed);
            checked++;
          }
        });
      }),
      { ...runs, numRuns: 80 },
    );
    expect(checked).toBeGreaterThan(0);
  });

  test("post-only never takes, fill-or-kill is all or nothing, reduce-only never adds to a position", () => {
    const count = { refused: 0, filled: 0, reduced: 0 };
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(venue, actions, ({ exchange, accounts, index }, _, step) => {
          const account = accounts[step.who];
          const { name, mode } = exchange.account(account);
          if (mode === "hedge") return;
          const market = venue.markets[step.market].name;
          const price = Math.max(0.1, Math.round(index[step.market] * (10 + step.move / 20)) / 10);
          const size = venue.currency === "COIN" ? step.amount : step.amount / 10;
          const base = { account, market, side: step.side, size, price } as const;
          for (const kind of ["post-only", "fill-or-kill", "reduce-only"] as const) {
            const isReducing = kind === "reduce-only";
            const before = lotsOf(exchange.account(account).positions, market);
            exchange.takeEvents();
            const order = exchange.placeOrder({
              ...base,
              ...(isReducing ? { reduceOnly: true } : { time: kind }),
            });
            const events = exchange.takeEvents();
            const fills = events
              .filter((event) => event.type === "fill")
              .filter((fill) => fill.account === name && fill.order === order && fill.liquidity === "taker");
            const taken = fills.reduce((sum, fill) => sum + fill.size, 0);
            if (kind === "post-only") expect(taken).toBe(0);
            if (kind === "fill-or-kill" && taken > 0) expect(taken).toBeCloseTo(size, 9);
            if (isReducing) expect(taken).toBeLessThanOrEqual(reducible(before, step.side) + 1e-9);
            if (events.some((event) => event.type === "order" && event.reason === WOULD_TRADE))
              count.refused++;
            if (kind === "fill-or-kill" && taken > 0) count.filled++;
            if (isReducing && taken > 0) count.reduced++;
            exchange.cancelAll(account, market);
          }
        });
      }),
      runs,
    );
    expect(count.refused).toBeGreaterThan(50);
    expect(count.filled).toBeGreaterThan(20);
    expect(count.reduced).toBeGreaterThan(4);
  });
});

describe.each(formVenues)("the $name venue", ({ name, ...rest }) => {
  const venue = { name, ...rest };
  test("money and contracts are conserved after every action", () => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(venue, actions, ({ exchange }) => {
          const audit = exchange.audit();
          if (!audit.clean) throw new Error(JSON.stringify(audit));
        });
      }),
      { ...runs, numRuns: 40 },
    );
  });
});

describe("forms of single venues", () => {
  const [forms, limited] = formVenues;

  test("a banded mark is never further from its index than the band, to the tick", () => {
    let farthest = 0;
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(forms, actions, (_, fresh) => {
          for (const event of fresh) {
            if (event.type !== "mark") continue;
            expect(Math.abs(event.mark - event.index)).toBeLessThanOrEqual(0.01 * event.index + 0.05 + 1e-9);
            farthest = Math.max(farthest, Math.abs(event.mark - event.index) / event.index);
          }
        });
      }),
      runs,
    );
    // The band was reached, so that it is what held.
    expect(farthest).toBeGreaterThan(0.009);
  });

  test("a forced order never costs the fund more than the limit of a block", () => {
    let most = 0;
    fc.assert(
      fc.property(scenarios, (actions) => {
        play(limited, actions, (_, fresh) => {
          for (const { outcome, fundDelta } of liquidationsOf(fresh)) {
            if (outcome !== "book") continue;
            expect(fundDelta).toBeGreaterThanOrEqual(-1);
            most = Math.max(most, -fundDelta);
          }
        });
      }),
      { ...runs, numRuns: 100 },
    );
    // The limit was reached, so that it is what held.
    expect(most).toBeGreaterThan(0.9);
  });

  test.each([
    ["fund", ["fill", "funding", "liquidation book"]],
    ["forms", ["fill", "funding", "liquidation book", "liquidation fund", "liquidation adl"]],
    ["loss-limit", ["fill", "funding", "liquidation book", "liquidation adl"]],
  ])("the scenarios of the %s venue saw all that they are for", (name, wanted) => {
    expect(wanted.filter((what) => !seen.has(`${name} ${what}`))).toEqual([]);
  });
});

/** All prices and amounts ten times as large, in a currency with one decimal less: the same integers inside. */
function tenfold(venue: ScenarioVenue): ScenarioVenue {
  const { rules, markets } = venue;
  const { partial } = rules.liquidation;
  const scaled =
    partial.kind === "share"
      ? { ...partial, aboveNotional: 10 * partial.aboveNotional }
      : partial.kind === "portion"
        ? {
            ...partial,
            minNotional: 10 * partial.minNotional,
            maxNotionalPerBlock: 10 * partial.maxNotionalPerBlock,
            maxFundLossPerBlock: 10 * (partial.maxFundLossPerBlock ?? 1e9),
          }
        : partial;
  return {
    ...venue,
    scale: 10,
    amount: 10 * venue.amount,
    currencies: CURRENCIES.map(({ name, decimals }) => ({
      name,
      decimals: name === "USDT" ? decimals - 1 : decimals,
    })),
    rules: { ...rules, liquidation: { ...rules.liquidation, partial: scaled } },
    markets: markets.map((market) => ({
      ...market,
      tickSize: 10 * market.tickSize,
      maxPrice: 10 * market.maxPrice,
      impactNotional: 10 * market.impactNotional,
      margin: tenfoldMargin(market.margin),
    })),
  };
}

function tenfoldMargin(margin: ScenarioVenue["markets"][number]["margin"]): typeof margin {
  if (margin.kind === "whole-tiers")
    return {
      ...margin,
      ...(margin.largestNotional === undefined ? {} : { largestNotional: 10 * margin.largestNotional }),
      tiers: margin.tiers.map((tier) => ({ ...tier, notionalFloor: 10 * tier.notionalFloor })),
    };
  if (margin.kind !== "brackets") return margin;
  return {
    ...margin,
    brackets: margin.brackets.map((bracket) => ({
      ...bracket,
      notionalFloor: 10 * bracket.notionalFloor,
      notionalCap: 10 * bracket.notionalCap,
      maintenanceAmount: 10 * bracket.maintenanceAmount,
    })),
  };
}

/** Fields that are money or a price, in events and in the payments of a funding time; the others count size or rate. */
const SCALED = new Set(
  "price amount fee realised mark index fundDelta dust debt bankruptcyPrice received".split(" "),
);

/** Without the averages of the mark, whose last bits follow the scale. */
const onIndex = (venue: ScenarioVenue): ScenarioVenue => ({
  ...venue,
  rules: { ...venue.rules, mark: { kind: "oracle", updateSeconds: 1 } },
});

function normalised(event: object, scale: number): object {
  return Object.fromEntries(
    Object.entries(event).map(([field, value]: [string, unknown]) => {
      if (SCALED.has(field)) return [field, Number(((value as number) / scale).toPrecision(9))];
      return [field, Array.isArray(value) ? value.map((one: object) => normalised(one, scale)) : value];
    }),
  );
}

describe("property 10: prices, money and tables times ten give the same events", () => {
  test.each([venues[1], venues[2], ...formVenues].map(onIndex))("on the $name venue", (venue) => {
    fc.assert(
      fc.property(scenarios, (actions) => {
        const once = play(venue, actions).events.map((event) => normalised(event, 1));
        const ten = play(tenfold(venue), actions).events.map((event) => normalised(event, 10));
        expect(ten).toEqual(once);
      }),
      runs,
    );
  });
});

describe("property 2: the liquidation price that is shown is where liquidation begins", () => {
  test("300 isolated positions, with and without closing fee, on mark and entry value", () => {
    const position = fc.record({
      lots: fc.integer({ min: 1, max: 400 }),
      leverage: fc.integer({ min: 2, max: 40 }),
      side: fc.constantFrom("buy", "sell"),
      closingFee: fc.boolean(),
      valuedAt: fc.constantFrom("mark", "entry"),
      isFlat: fc.boolean(),
    } as const);
    let tried = 0;
    fc.assert(
      fc.property(position, ({ lots, leverage, side, closingFee, valuedAt, isFlat }) => {
        const rules: VenueRules = {
          ...fundVenue,
          mark: { kind: "oracle", updateSeconds: 1 },
          bands: {},
          fees: { maker: 0, taker: 0.0005 },
          liquidation: { ...fundVenue.liquidation, maintenance: { closingFee, valuedAt } },
          backstop: { kind: "fund", capRatio: 1, unwindSeconds: 0 },
        };
        const market = {
          ...linearMarket,
          tickSize: 0.01,
          margin: isFlat ? flatMargin(0.01) : linearMarket.margin,
        };
        const exchange = new Exchange({
          rules,
          currencies: CURRENCIES,
          markets: [market],
          accountCapacity: 8,
        });
        const alice = exchange.openAccount({ mode: "isolated", leverage: Math.min(leverage, 20) });
        const maker = exchange.openAccount({ mode: "cross", leverage: 10 });
        for (const account of [alice, maker, exchange.fund])
          exchange.deposit({ account, currency: "USDT", amount: 1_000_000 });
        exchange.setIndex(market.name, 100);
        const base = { market: market.name, size: lots / 10, price: 100 };
        exchange.placeOrder({ ...base, account: maker, side: side === "buy" ? "sell" : "buy" });
        exchange.placeOrder({ ...base, account: alice, side });
        const price = exchange.account(alice).positions[0].liquidationPrice;
        if (price === undefined || price > 390) return;
        const ticks = price * 100;
        const sign = side === "buy" ? 1 : -1;
        const safe = side === "buy" ? Math.ceil(ticks) : Math.floor(ticks);
        // Nearer than that margin and fee, rounded up to the quantum, decide.
        fc.pre(Math.abs(safe - ticks) > 0.01 && Math.abs(safe - sign - ticks) > 0.01);
        tried++;
        const isLiquidatedAt = (at: number): boolean => {
          exchange.setIndex(market.name, at / 100);
          exchange.takeEvents();
          exchange.advance(1);
          return liquidationsOf(exchange.takeEvents()).length > 0;
        };
        expect(isLiquidatedAt(safe)).toBe(false);
        expect(isLiquidatedAt(safe - sign)).toBe(true);
      }),
      { numRuns: 300, seed: 2 },
    );
    expect(tried).toBeGreaterThan(250);
  });
});

function lotsOf(positions: readonly PositionView[], market: string): number {
  const found = positions.find((position) => position.market === market);
  return found === undefined ? 0 : found.size * (found.side === "long" ? 1 : -1);
}

const reducible = (lots: number, side: "buy" | "sell"): number => Math.max(0, side === "buy" ? -lots : lots);
