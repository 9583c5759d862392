/**
 * Stops, take-profits and trailing stops: when they fire, in which order, and what becomes of them; and hundreds
 * of them together on random prices beside the naive twin.
 */
import * as core from "@undertow/core";
import { describe, expect, test } from "vitest";
import type { FullRequest } from "./order-desk-naive-rules.ts";
import { lineOf, NaiveDesk } from "./order-desk-naive.ts";
import { draws } from "./support/draws.ts";
import { ANN, BEN, CAT, DAN, openDesk } from "./support/small-desk.ts";

const { BUY, SELL, TRIGGER_STOP, TRIGGER_TAKE_PROFIT, TRIGGER_TRAILING } = core;

describe("stops and take-profits", () => {
  test.each([
    ["a stop that buys fires at or above", TRIGGER_STOP, BUY, 110, [105, 109], 110],
    ["a stop that sells fires at or below", TRIGGER_STOP, SELL, 90, [95, 91], 90],
    ["a take-profit that buys fires at or below", TRIGGER_TAKE_PROFIT, BUY, 90, [95, 91], 89],
    ["a take-profit that sells fires at or above", TRIGGER_TAKE_PROFIT, SELL, 110, [105, 109], 111],
  ])("%s", (_, trigger, side, triggerTicks, quiet, fires) => {
    const { desk, stop, news } = openDesk({}, 100);
    stop(ANN, side, 3, triggerTicks, { trigger });
    news();
    for (const ticks of quiet) desk.setMark(ticks);
    expect(news()).toEqual([]);
    desk.setMark(fires);
    expect(news()[0]).toMatch(/^triggered 1 of ann/);
    expect(desk.orderCount).toBe(0);
  });

  test.each([
    [TRIGGER_STOP, BUY, 100, "101 to 1000"],
    [TRIGGER_STOP, SELL, 100, "1 to 99"],
    [TRIGGER_TAKE_PROFIT, BUY, 101, "1 to 99"],
    [TRIGGER_TAKE_PROFIT, SELL, 99, "101 to 1000"],
  ])("trigger %d of side %d at %d is reached already: a reject", (trigger, side, triggerTicks, range) => {
    const { stop, news } = openDesk({}, 100);
    stop(ANN, side, 3, triggerTicks, { trigger });
    expect(news()[0]).toContain(
      `order would trigger at once: triggerTicks ${triggerTicks}, expected ${range}`,
    );
  });

  test("the price passes the nearest trigger first; at one tick the older order is first", () => {
    const { desk, stop, news } = openDesk({}, 100);
    stop(ANN, SELL, 1, 90);
    stop(BEN, SELL, 2, 95);
    stop(CAT, SELL, 3, 90);
    stop(DAN, SELL, 4, 80);
    news();
    desk.setMark(85);
    const fired = news().filter((line) => line.startsWith("triggered"));
    expect(fired.map((line) => line.split(",")[0])).toEqual([
      "triggered 2 of ben",
      "triggered 1 of ann",
      "triggered 3 of cat",
    ]);
  });

  test("a stop limit rests at its limit, a stop market order trades within the trigger band", () => {
    const { desk, limit, stop, news } = openDesk({ marketBand: 0.01, triggerBand: 0.1 }, 100);
    limit(BEN, BUY, 5, 85);
    stop(ANN, SELL, 2, 95, { type: core.ORDER_LIMIT, limitTicks: 97 });
    stop(ANN, SELL, 3, 94);
    news();
    desk.setMark(94);
    expect(news()).toEqual([
      "triggered 2 of ann, sell 2 @ 97",
      "triggered 3 of ann, sell 3 @ 94",
      "filled 3 of ann, sell 3 @ 85 (taker)", // the band reaches down to 84.6
      "filled 1 of ben, buy 3 @ 85 (maker)",
    ]);
    expect(desk.book.bestAsk()).toBe(97);
  });

  test("on the last trade they cascade: each sale triggers the next stop", () => {
    const { desk, limit, stop, news } = openDesk();
    for (const ticks of [99, 97, 95]) limit(BEN, BUY, 1, ticks);
    limit(BEN, BUY, 1, 90);
    limit(CAT, SELL, 1, 100);
    limit(DAN, BUY, 1, 100); // prints 100
    stop(ANN, SELL, 1, 99, { triggerOn: core.ON_LAST });
    stop(ANN, SELL, 1, 97, { triggerOn: core.ON_LAST });
    stop(ANN, SELL, 1, 94, { triggerOn: core.ON_LAST });
    news();
    limit(DAN, SELL, 1, 99, { flags: core.IMMEDIATE });
    const lines = news().filter((line) => /triggered|taker/.test(line));
    expect(lines.map((line) => line.replace(/,.*@/, " @"))).toEqual([
      "filled 10 of dan @ 99 (taker)",
      "triggered 7 of ann @ 99",
      "filled 7 of ann @ 97 (taker)",
      "triggered 8 of ann @ 97",
      "filled 8 of ann @ 95 (taker)",
    ]);
    expect(desk.orderCount).toBe(2); // the stop at 94 and the bid at 90
  });

  test("an order triggered by a print is placed even if the price is back before its turn", () => {
    const { limit, stop, news } = openDesk();
    limit(BEN, BUY, 1, 100);
    limit(CAT, SELL, 1, 105);
    limit(DAN, SELL, 1, 100); // prints 100
    limit(BEN, BUY, 1, 95);
    limit(BEN, BUY, 5, 90);
    const onLast = { triggerOn: core.ON_LAST };
    stop(ANN, BUY, 1, 95, { ...onLast, trigger: TRIGGER_TAKE_PROFIT }); // will print 105
    stop(ANN, SELL, 1, 95, onLast);
    news();
    limit(DAN, SELL, 1, 95, { flags: core.IMMEDIATE });
    const lines = news().filter((line) => /triggered|taker/.test(line));
    expect(lines.map((line) => line.replace(/,.*@/, " @"))).toEqual([
      "filled 8 of dan @ 95 (taker)",
      "triggered 6 of ann @ 95",
      "triggered 7 of ann @ 95",
      "filled 6 of ann @ 105 (taker)",
      "filled 7 of ann @ 90 (taker)",
    ]);
  });

  test("what would be a reject at the desk is a cancel once triggered", () => {
    const { desk, stop, limit, news } = openDesk({ limitBandDown: 0.05 }, 100);
    stop(ANN, SELL, 2, 90, { flags: core.REDUCE_ONLY });
    stop(BEN, SELL, 2, 90, { type: core.ORDER_LIMIT, limitTicks: 80 });
    stop(CAT, SELL, 2, 90, { type: core.ORDER_LIMIT, limitTicks: 89, flags: core.FILL_OR_KILL });
    limit(DAN, BUY, 1, 89);
    news();
    desk.setMark(90);
    expect(news().slice(3)).toEqual([
      "cancelled 1 of ann, sell 2 @ 90: reduce-only order is not covered by a position",
      "cancelled 2 of ben, sell 2 @ 80: outside the price band",
      "cancelled 3 of cat, sell 2 @ 89: fill-or-kill order cannot be filled",
    ]);
  });

  test("a reduce-only stop is clamped when it fires, and a cancelled one never does", () => {
    const { desk, tally, stop, limit, news } = openDesk({}, 100);
    const gone = stop(ANN, SELL, 9, 95);
    stop(ANN, SELL, 9, 94, { flags: core.REDUCE_ONLY });
    limit(BEN, BUY, 20, 90);
    tally.lots[ANN] = 4;
    desk.cancel(ANN, gone);
    news();
    desk.setMark(93);
    expect(news()).toEqual([
      "triggered 2 of ann, sell 9 @ 94",
      "trimmed 2 of ann, sell 5 @ 94: reduce-only order is not covered by a position",
      "filled 2 of ann, sell 4 @ 90 (taker)",
      "filled 3 of ben, buy 4 @ 90 (maker)",
    ]);
  });
});

describe("trailing stops", () => {
  // Binance: a sell fires when the price is at or below highest x (1 - callback rate); a buy mirrored.
  test.each([
    [SELL, 600_000, 10_000, 594_000],
    [BUY, 600_000, 10_000, 606_000],
    [SELL, 100_001, 1000, 99_900],
    [BUY, 100_001, 1000, 100_102],
  ])("side %d, extreme %d, callback %d ppm: fires at %d", (side, extreme, callback, expected) => {
    expect(core.trailingTriggerTicks(side, extreme, callback)).toBe(expected);
  });

  test("a sell follows the highest mark since it became active", () => {
    const { desk, trail, news } = openDesk({}, 500);
    trail(ANN, SELL, 1, 20_000);
    for (const ticks of [600, 595, 700, 687]) desk.setMark(ticks);
    expect(news()).toEqual(["accepted 1 of ann, sell 1", "activated 1 of ann, sell 1"]);
    desk.setMark(686); // 700 x 0.98
    expect(news()[0]).toBe("triggered 1 of ann, sell 1 @ 686");
  });

  test("a buy follows the lowest, from its activation price on", () => {
    const { desk, trail, news } = openDesk({}, 500);
    trail(ANN, BUY, 1, 20_000, { activationTicks: 450 });
    desk.setMark(451);
    desk.setMark(480); // 451 x 1.02 is passed, but it does not follow yet
    expect(news()).toEqual(["accepted 1 of ann, buy 1 @ 450"]);
    desk.setMark(440);
    desk.setMark(448);
    expect(news()).toEqual(["activated 1 of ann, buy 1 @ 450"]);
    desk.setMark(449); // ceil(440 x 1.02)
    expect(news()[0]).toBe("triggered 1 of ann, buy 1 @ 449");
  });

  test("without a price yet the first one activates it", () => {
    const { desk, trail, news } = openDesk();
    trail(ANN, BUY, 1, 20_000);
    trail(ANN, SELL, 1, 20_000);
    expect(news()).toHaveLength(2);
    desk.setMark(300);
    expect(news()).toEqual(["activated 1 of ann, buy 1", "activated 2 of ann, sell 1"]);
  });

  test("orders with different extremes and callbacks fire in the order of their triggers", () => {
    const { desk, trail, stop, news } = openDesk({}, 900);
    trail(ANN, SELL, 1, 100_000); // extreme 900: 810
    desk.setMark(850);
    trail(BEN, SELL, 1, 10_000); // extreme 850: 841
    trail(CAT, SELL, 1, 60_000); // extreme 850: 799
    stop(DAN, SELL, 1, 820);
    news();
    desk.setMark(800);
    const fired = news().filter((line) => line.startsWith("triggered"));
    expect(fired.map((line) => line.replace(/,.*@/, " @"))).toEqual([
      "triggered 2 of ben @ 841",
      "triggered 4 of dan @ 820",
      "triggered 1 of ann @ 810",
    ]);
    desk.setMark(880); // the extreme of cat's is now 880: 827
    desk.setMark(827);
    expect(news()[0]).toBe("triggered 3 of cat, sell 1 @ 827");
  });
});

test("hundreds of waiting orders on a wandering mark: desk and naive twin never differ", () => {
  const CAPACITY = 700;
  const rules = core.orderRules({ tickSize: 1, lotSize: 1, maxPrice: 20_000 });
  const desk = new core.OrderDesk({ rules, owners: 4, orderCapacity: CAPACITY });
  const naive = new NaiveDesk(rules, 4, CAPACITY, () => true);
  const { share, whole, pick } = draws(0x7a11);
  const handles: { owner: number; handle: number }[] = [];
  let mark = 10_000;
  let cursor = 0;
  const seen = { activated: 0, triggered: 0, cancelled: 0 };
  desk.setMark(mark);
  naive.setMark(mark);
  for (let n = 0; n < 15_000; n++) {
    const kind = share();
    if (kind < 0.5) {
      const side = pick([BUY, SELL]);
      const trigger = pick([TRIGGER_STOP, TRIGGER_TAKE_PROFIT, TRIGGER_TRAILING, TRIGGER_TRAILING]);
      const away = (trigger === TRIGGER_STOP) === (side === BUY) ? 1 : -1;
      const order: FullRequest = {
        owner: whole(0, 3),
        side,
        type: core.ORDER_MARKET,
        lots: 1,
        limitTicks: 0,
        flags: 0,
        trigger,
        triggerOn: core.ON_MARK,
        triggerTicks: mark + away * whole(1, 1500),
        callbackPpm: whole(500, 150_000),
        activationTicks: share() < 0.7 ? 0 : mark - side * whole(0, 500),
        clientId: 0,
        tag: 0,
      };
      const handle = desk.submit(order);
      naive.submit(order);
      if (handle > 0) handles.push({ owner: order.owner, handle });
    } else if (kind < 0.65 && handles.length > 0) {
      const at = whole(0, handles.length - 1);
      const { owner, handle } = handles[at];
      handles[at] = handles[handles.length - 1];
      handles.pop();
      const cancelled = desk.cancel(owner, handle);
      expect(cancelled).toBe(naive.cancel(owner, Math.floor(handle / CAPACITY)));
      if (cancelled) seen.cancelled++;
    } else {
      const step = share() < 0.02 ? whole(-900, 900) : whole(-40, 40);
      mark = Math.min(Math.max(mark + step, 4000), 16_000);
      desk.setMark(mark);
      naive.setMark(mark);
    }
    for (; cursor < desk.events.end; cursor++) {
      const line = lineOf(desk.events, cursor, CAPACITY);
      if (line !== naive.log[cursor]) throw new Error(`call ${n}: "${line}", naive "${naive.log[cursor]}"`);
      if (line.startsWith("activated")) seen.activated++;
      if (line.startsWith("triggered")) seen.triggered++;
    }
    if (naive.log.length !== cursor) throw new Error(`call ${n}: naive has more: ${naive.log[cursor]}`);
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(500);
  expect(desk.orderCount).toBeGreaterThan(300);
});
