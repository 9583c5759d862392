/**
 * Two hundred thousand random calls on the order desk and on its naive twin: the same answers, the same log of
 * events, the same positions; at the end no reserve is left and the book is sound.
 *
 * Prices wander, so that stops, take-profits and trailing stops fire, on the mark and on the last trade, and cascade;
 * a twentieth of the calls is invalid. Everything is seeded; a failure names the call and the last lines of the log.
 */
import * as core from "@undertow/core";
import { expect, test } from "vitest";
import type { FullRequest } from "./order-desk-naive-rules.ts";
import { lineOf, NaiveDesk } from "./order-desk-naive.ts";
import { draws } from "./support/draws.ts";

const OWNERS = 6;
const CAPACITY = 48;
const RULES = core.orderRules({
  tickSize: 1,
  lotSize: 1,
  maxPrice: 2000,
  maxSize: 60,
  maxMarketSize: 40,
  minNotional: 2000,
  limitBandUp: 0.025,
  limitBandDown: 0.02,
  marketBand: 0.03,
  triggerBand: 0.08,
});

/** Accounts with a position and held quanta by owner; a reserve of 3 quanta a lot, refused now and then. */
class TestAccounts extends core.PositionTally {
  readonly held = new Float64Array(OWNERS);

  override applyFill(fills: core.FillBuffer, row: number): void {
    super.applyFill(fills, row);
    this.held[fills.takerOwner[row]] -= fills.takerRelease[row];
    this.held[fills.makerOwner[row]] -= fills.makerRelease[row];
  }

  reserveQuanta(owner: number, _side: number, ticks: number, lots: number): number {
    if (!covers(ticks, lots)) return -1;
    this.held[owner] += 3 * lots;
    return 3 * lots;
  }

  releaseQuanta(owner: number, quanta: number): void {
    this.held[owner] -= quanta;
  }
}

function covers(ticks: number, lots: number): boolean {
  return (ticks + lots) % 13 !== 0;
}

test("two hundred thousand calls: the desk and the naive twin never differ", () => {
  const { share, whole, pick } = draws(0xde5c);
  const accounts = new TestAccounts(OWNERS);
  const desk = new core.OrderDesk({ rules: RULES, owners: OWNERS, orderCapacity: CAPACITY, accounts });
  const naive = new NaiveDesk(RULES, OWNERS, CAPACITY, (_owner, _side, ticks, lots) => covers(ticks, lots));
  const counts = new Map<string, number>();
  let mine: { handle: number; owner: number }[] = [];
  let cursor = 0;
  let mark = 1000;
  let middle = 1000;
  let halts = 0;

  function request(): FullRequest {
    const side = share() < 0.5 ? core.BUY : core.SELL;
    const trigger = share() < 0.3 ? whole(1, 3) : 0;
    const away = side * whole(-12, 4);
    const stop = (trigger === core.TRIGGER_STOP) === (side === core.BUY) ? 1 : -1;
    return {
      owner: whole(0, OWNERS - 1),
      side,
      type: share() < 0.75 ? core.ORDER_LIMIT : core.ORDER_MARKET,
      lots: whole(1, 30),
      limitTicks: middle + away,
      flags:
        pick([0, 0, 0, core.IMMEDIATE, core.POST_ONLY, core.FILL_OR_KILL]) |
        pick([0, 0, core.REDUCE_ONLY]) |
        pick([0, core.STP_EXPIRE_MAKER, core.STP_EXPIRE_TAKER, core.STP_EXPIRE_BOTH]),
      trigger,
      triggerOn: whole(0, 1),
      triggerTicks: middle + stop * whole(-1, 25),
      callbackPpm: pick([1, 2500, 5000, 10_000, 10_001, 20_000]),
      activationTicks: share() < 0.5 ? 0 : middle - side * whole(-5, 10),
      clientId: share() < 0.5 ? 0 : whole(1, 9),
      tag: 0,
    };
  }

  function spoilt(order: FullRequest): FullRequest {
    const field = pick(["owner", "side", "type", "lots", "limitTicks", "flags", "clientId", "triggerTicks"]);
    return { ...order, [field]: pick([-1, 0, 0.5, 3, 77, 5000, 2 ** 53, Infinity]) };
  }

  function failure(n: number, what: string): Error {
    return new Error(`call ${n}: ${what}\n${naive.log.slice(-12).join("\n")}`);
  }

  function compare(n: number): void {
    const { events } = desk;
    for (; cursor < events.end; cursor++) {
      const line = lineOf(events, cursor, CAPACITY);
      const twin = naive.log[cursor];
      if (line !== twin) throw failure(n, `event ${cursor}: desk "${line}", naive "${twin}"`);
      const row = events.row(cursor);
      const key = `${line.split(" ")[0]}: ${core.resultName(events.reason[row])}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    if (naive.log.length !== events.end) throw failure(n, `desk has ${events.end} events`);
    for (let owner = 0; owner < OWNERS; owner++) {
      if (accounts.lots[owner] !== naive.positions[owner]) throw failure(n, `position of ${owner}`);
    }
  }

  function same(n: number, what: string, found: unknown, expected: unknown): void {
    if (found !== expected) throw failure(n, `${what}: desk ${String(found)}, naive ${String(expected)}`);
  }

  const serialOf = (handle: number): number => Math.floor(handle / CAPACITY);

  for (let n = 1; n <= 200_000; n++) {
    const kind = share();
    const owner = whole(0, OWNERS - 1);
    mine = mine.filter((one) => desk.openLots(one.handle) > 0 || share() < 0.5);
    const { handle, owner: theirs } = mine.length === 0 ? { handle: 1, owner: 0 } : pick(mine);
    // Now and then somebody reaches for an order that is not his.
    const holder = share() < 0.1 ? owner : theirs;
    if (kind < 0.5) {
      const order = share() < 0.05 ? spoilt(request()) : request();
      const got = desk.submit(order);
      same(
        n,
        `submit ${JSON.stringify(order)} (${core.resultName(desk.reason)})`,
        serialOf(got),
        naive.submit(order),
      );
      if (got > 0) mine.push({ handle: got, owner: order.owner });
    } else if (kind < 0.65) {
      const lots = share() < 0.4 ? Math.ceil(desk.openLots(handle) * share()) : whole(0, 30);
      const ticks = middle + whole(-8, 8);
      same(
        n,
        "amend",
        desk.amend(holder, handle, ticks, lots),
        naive.amend(holder, serialOf(handle), ticks, lots),
      );
    } else if (kind < 0.75) {
      same(n, "cancel", desk.cancel(holder, handle), naive.cancel(holder, serialOf(handle)));
    } else if (kind < 0.76) {
      same(n, "cancelAll", desk.cancelAll(owner), naive.cancelAll(owner));
    } else if (kind < 0.97 && n > 300) {
      // The first calls find no mark.
      mark = Math.min(Math.max(mark + whole(-9, 9) + Math.sign(1000 - mark), 600), 1400);
      middle = Math.round((middle + mark) / 2);
      desk.setMark(mark);
      naive.setMark(mark);
    } else if (kind < 0.98) {
      // Another hand changes a position: both desks are told.
      const lots = Math.trunc(accounts.lots[owner] / 2);
      accounts.lots[owner] = lots;
      naive.positions[owner] = lots;
      desk.positionChanged(owner);
      naive.positionChanged(owner);
    } else if (kind < 0.983) {
      halts++;
      desk.halt();
      naive.halt();
    } else {
      desk.resume();
      naive.resume();
    }
    compare(n);
    same(n, "openLots", desk.openLots(handle), naive.openLots(serialOf(handle)));
    same(n, "find", serialOf(desk.find(owner, 5)), naive.find(owner, 5));
    if (n % 500 === 0) desk.book.validate();
  }

  desk.resume();
  for (let owner = 0; owner < OWNERS; owner++) desk.cancelAll(owner);
  expect(Array.from(accounts.held)).toEqual(Array.from({ length: OWNERS }, () => 0));
  expect([desk.orderCount, desk.book.orderCount]).toEqual([0, 0]);
  desk.book.validate();
  const few = [...counts].filter(([, count]) => count < 10);
  expect(few).toEqual([]);
  expect(counts.size).toBeGreaterThan(30);
  expect(halts).toBeGreaterThan(100);
});
