/**
 * That the auditor of the workload finds what is wrong: a true stream of events, falsified in one place at a time.
 *
 * The stream is a real one: trades, a stop, a trailing reduce-only order, funding, a liquidation with deleveraging.
 */
import { readFileSync, readdirSync } from "node:fs";
import { Exchange, type ExchangeEvent } from "@undertow/core";
import { type AuditedEvent, Auditor } from "@undertow/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { CURRENCIES, flatMargin, fundVenue, linearMarket } from "./support/exchange-rules.ts";

const rules = { ...fundVenue, mark: { kind: "oracle", updateSeconds: 1 } as const, bands: {} };
const market = { ...linearMarket, margin: flatMargin(0.02) };
const { name } = market;
const terms = {
  currencies: CURRENCIES,
  markets: [market],
  fees: rules.fees,
  takerFee: true,
  holder: "fund",
} as const;
const traders = ["alice", "bob", "carol", "dave"];

let exchange: Exchange;
let stream: ExchangeEvent[];

beforeAll(() => {
  exchange = new Exchange({ rules, currencies: CURRENCIES, markets: [market], accountCapacity: 16 });
  const [alice, bob, carol, dave] = traders.map((who) =>
    exchange.openAccount({ name: who, mode: "isolated", leverage: 20 }),
  );
  for (const account of [alice, bob, carol, dave])
    exchange.deposit({ account, currency: "USDT", amount: 1_000 });
  exchange.setIndex(name, 100);
  const base = { market: name, size: 10 };
  exchange.placeOrder({ ...base, account: bob, side: "sell", price: 100 });
  exchange.placeOrder({ ...base, account: carol, side: "sell", price: 100 });
  exchange.placeOrder({ ...base, account: alice, side: "buy", size: 15, price: 101 });
  exchange.placeOrder({ ...base, account: dave, side: "buy", size: 3, price: 96 });
  exchange.advance(28_800);
  exchange.transfer({ from: dave, to: carol, currency: "USDT", amount: 25 });
  exchange.setIndex(name, 94);
  exchange.advance(1);
  exchange.withdraw({ account: dave, currency: "USDT", amount: 10 });
  stream = exchange.takeEvents();
});

/** An auditor that has read a stream. */
function audited(events: readonly AuditedEvent[]): Auditor {
  const auditor = new Auditor(terms);
  traders.forEach((who, k) => auditor.open({ key: 4 + k, name: who, mode: "isolated" }));
  auditor.read(events);
  return auditor;
}

/** The stream with the n-th event that fits changed. */
function falsified(
  fits: (event: ExchangeEvent) => boolean,
  change: (event: never) => object | undefined,
  n = 0,
): AuditedEvent[] {
  const at = stream.findIndex((event) => fits(event) && n-- === 0);
  expect(at).toBeGreaterThanOrEqual(0);
  const changed = change(stream[at] as never);
  return [
    ...stream.slice(0, at),
    ...(changed === undefined ? [] : [{ ...stream[at], ...changed } as AuditedEvent]),
    ...stream.slice(at + 1),
  ];
}

const is =
  (type: ExchangeEvent["type"], more: object = {}) =>
  (event: ExchangeEvent): boolean =>
    event.type === type &&
    Object.entries(more).every(
      ([key, value]) => (event as unknown as Record<string, unknown>)[key] === value,
    );

describe("the auditor", () => {
  test("imports nothing but its own files", () => {
    const folder = new URL("../src/testing/", import.meta.url);
    const files = readdirSync(folder).filter((file) => file.startsWith("auditor"));
    const imports = files.flatMap((file) => [
      ...readFileSync(new URL(file, folder), "utf8").matchAll(/ from "([^"]+)";/g),
    ]);
    expect(files.length).toBeGreaterThan(3);
    expect(imports.map(([, path]) => path).filter((path) => !path.startsWith("./auditor"))).toEqual([]);
  });

  test("agrees with the true stream, which has all that is falsified below", () => {
    expect(audited(stream).compare(exchange)).toEqual([]);
    const kinds = new Set(stream.map((event) => (event.type === "liquidation" ? event.outcome : event.type)));
    expect([...kinds].sort()).toEqual(
      ["adl", "book", "deposit", "fill", "funding", "mark", "order", "transfer", "withdrawal"].sort(),
    );
  });

  test.each<[string, AuditedEvent[] | (() => AuditedEvent[]), RegExp]>([
    [
      "a fee one quantum too high",
      () => falsified(is("fill"), (e: { fee: number }) => ({ fee: e.fee + 1e-6 })),
      /^fee: told \d+, the auditor has \d+; at /,
    ],
    [
      "a profit from nowhere",
      () => falsified(is("fill"), () => ({ realised: 0.5 })),
      /^realised profit: told 500000/,
    ],
    [
      "a maker's fill that is missing",
      () => falsified(is("fill", { liquidity: "maker" }), () => undefined),
      /^two takers' fills in a row; at /,
    ],
    [
      "the last maker's fill of an order that is missing",
      () => falsified(is("fill", { liquidity: "maker" }), () => undefined, 1),
      /^a taker's fill without its maker's; at /,
    ],
    [
      "a trade at a price that nobody offered",
      () => falsified(is("fill", { liquidity: "taker" }), () => ({ price: 99.9 })),
      /^fee: told/,
    ],
    [
      "a maker that sold at another price than its taker bought",
      () => falsified(is("fill", { liquidity: "maker" }), () => ({ price: 99.9 })),
      /^the two sides of a trade differ; at /,
    ],
    [
      "a taker beyond its limit",
      () =>
        stream.map((event) =>
          event.type === "order" && event.account === "alice" ? { ...event, price: 99 } : event,
        ),
      /^order \d+ trades at 1000 beyond its limit 990; at /,
    ],
    [
      "an order that jumps the queue",
      () => {
        const first = stream.findIndex(is("order", { account: "bob" }));
        const second = stream.findIndex(is("order", { account: "carol" }));
        return stream.map((event, k) =>
          k === first ? stream[second] : k === second ? stream[first] : event,
        );
      },
      /^order \d+ stands before order \d+, which traded/,
    ],
    [
      "a funding payment one quantum short",
      () =>
        falsified(is("funding"), (e: { payments: { account: string; amount: number }[] }) => ({
          payments: e.payments.map((p, k) => (k === 0 ? { ...p, amount: p.amount + 1e-6 } : p)),
        })),
      /^sum of funding: told/,
    ],
    [
      "a funding rate that was not paid",
      () => falsified(is("funding"), () => ({ rate: 0.02 })),
      /^funding of alice: told/,
    ],
    [
      "a forced order that sold more than was told",
      () =>
        falsified(is("liquidation", { outcome: "book" }), (e: { size: number }) => ({ size: e.size + 1 })),
      /^lots of the forced order: told/,
    ],
    [
      "deleveraging of more than there was",
      () =>
        falsified(is("liquidation", { outcome: "adl" }), (e: { size: number; counterparties: object[] }) => ({
          size: e.size + 10,
          counterparties: e.counterparties.map((c) => ({ ...c, size: e.size + 10 })),
        })),
      /^lots that were there to be taken: told/,
    ],
    [
      "a liquidation of the wrong side",
      () => falsified(is("liquidation"), () => ({ side: "short" })),
      /^lots of the forced order: told/,
    ],
  ])("finds %s", (_, events, words) => {
    expect(() => audited(typeof events === "function" ? events() : events)).toThrow(words);
  });

  test.each<[string, () => AuditedEvent[], RegExp]>([
    [
      "a deposit that was not booked",
      () => falsified(is("deposit"), () => ({ amount: 999 })),
      /alice's USDT/,
    ],
    ["a transfer to somebody else", () => falsified(is("transfer"), () => ({ with: "bob" })), /carol's USDT/],
    ["a mark that was not told", () => falsified(is("mark"), () => undefined, 1), /mark of A-PERP/],
    [
      "a fund that got less than it was told",
      () =>
        falsified(is("liquidation", { outcome: "book" }), (e: { fundDelta: number }) => ({
          fundDelta: e.fundDelta + 1e-6,
        })),
      /fund's USDT/,
    ],
  ])("shows %s in its comparison", (_, events, words) => {
    expect(audited(events()).compare(exchange).join("; ")).toMatch(words);
  });
});
