/**
 * What a trader may expect of the order desk: bands, halts, client ids, reduce-only orders, modes of self-trade
 * prevention, reserves. Told in the words of the event log.
 */
import * as core from "@undertow/core";
import { describe, expect, test } from "vitest";
import { ANN, BEN, CAT, openDesk } from "./support/small-desk.ts";

const { BUY, SELL } = core;

describe("prices and halts", () => {
  test("a market order trades within its band around the mark, the remainder expires", () => {
    const { limit, market, news } = openDesk({ marketBand: 0.05 }, 100);
    limit(BEN, SELL, 2, 104);
    limit(BEN, SELL, 2, 105);
    limit(BEN, SELL, 2, 106);
    news();
    market(ANN, BUY, 9);
    expect(news()).toEqual([
      "accepted 4 of ann, buy 9",
      "filled 4 of ann, buy 2 @ 104 (taker)",
      "filled 1 of ben, sell 2 @ 104 (maker)",
      "filled 4 of ann, buy 2 @ 105 (taker)",
      "filled 2 of ben, sell 2 @ 105 (maker)",
      "cancelled 4 of ann, buy 5: nothing left within the band of a market order",
    ]);
  });

  test("without a mark a market order with a band is rejected, a limit order is not", () => {
    const { limit, market, reason } = openDesk({ marketBand: 0.05 });
    market(ANN, BUY, 1);
    expect(reason()).toBe("no price yet");
    limit(ANN, BUY, 1, 100);
    expect(reason()).toBe("ok");
  });

  test("while halted orders and amendments are rejected and nothing triggers; cancels are taken", () => {
    const { desk, limit, stop, news, reason } = openDesk({}, 100);
    const resting = limit(ANN, BUY, 5, 90);
    const other = limit(ANN, BUY, 5, 91);
    stop(BEN, SELL, 1, 95);
    desk.halt();
    news();
    limit(CAT, BUY, 1, 90);
    expect(reason()).toBe("market is halted");
    expect(desk.amend(ANN, resting, 90, 4)).toBe(false);
    desk.setMark(92);
    expect(desk.cancel(ANN, other)).toBe(true);
    expect(news()).toEqual([
      "rejected of cat, buy 1 @ 90: market is halted",
      "rejected 1 of ann, buy 4 @ 90: market is halted",
      "cancelled 2 of ann, buy 5 @ 91: requested",
    ]);
    desk.resume();
    expect(news()).toEqual([
      "resumed",
      "triggered 3 of ben, sell 1 @ 95",
      "filled 3 of ben, sell 1 @ 90 (taker)",
      "filled 1 of ann, buy 1 @ 90 (maker)",
    ]);
  });
});

describe("handles and client ids", () => {
  test("a client id finds a live order, is refused twice and free again afterwards", () => {
    const { desk, limit, reason } = openDesk({}, 100);
    const first = limit(ANN, BUY, 5, 90, { clientId: 2 ** 40 + 7 });
    expect(limit(ANN, BUY, 5, 91, { clientId: 2 ** 40 + 7 })).toBe(0);
    expect(reason()).toBe("client id is in use");
    expect(limit(BEN, BUY, 5, 91, { clientId: 2 ** 40 + 7 })).toBeGreaterThan(first);
    expect(desk.find(ANN, 2 ** 40 + 7)).toBe(first);
    desk.cancel(ANN, first);
    expect(desk.find(ANN, 2 ** 40 + 7)).toBe(0);
    expect(limit(ANN, BUY, 5, 91, { clientId: 2 ** 40 + 7 })).toBeGreaterThan(0);
  });

  test("only the owner cancels and amends; a handle is never used again", () => {
    const { desk, limit } = openDesk({}, 100);
    const order = limit(ANN, BUY, 5, 90);
    expect([desk.cancel(BEN, order), desk.amend(BEN, order, 90, 1)]).toEqual([false, false]);
    expect(desk.cancel(ANN, order)).toBe(true);
    const next = limit(ANN, BUY, 5, 90);
    expect(next).not.toBe(order);
    expect([desk.cancel(ANN, order), desk.openLots(order), desk.openLots(next)]).toEqual([false, 0, 5]);
    expect([desk.cancel(ANN, NaN), desk.cancel(ANN, -1), desk.cancel(ANN, 0.5)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("cancel-all takes resting and waiting orders of one owner, newest first", () => {
    const { desk, limit, stop, news } = openDesk({}, 100);
    limit(ANN, BUY, 5, 90);
    limit(BEN, BUY, 5, 90);
    stop(ANN, SELL, 1, 80);
    news();
    expect(desk.cancelAll(ANN)).toBe(2);
    expect(news()).toEqual([
      "cancelled 3 of ann, sell 1 @ 80: requested",
      "cancelled 1 of ann, buy 5 @ 90: requested",
    ]);
    expect(desk.orderCount).toBe(1);
  });

  test("a full desk rejects; a tag comes back with every event", () => {
    const { desk, limit, reason } = openDesk({}, 100);
    for (let n = 0; n < 16; n++) limit(ANN, BUY, 1, 10 + n, { tag: 7 });
    expect(limit(ANN, BUY, 1, 50)).toBe(0);
    expect(reason()).toBe("desk is full");
    desk.cancelAll(ANN);
    expect(desk.events.tag[desk.events.row(desk.events.end - 1)]).toBe(7);
  });

  test("an event that the ring no longer holds is refused, not skipped", () => {
    const { desk, limit } = openDesk({}, 100);
    for (let n = 0; n < 80; n++) desk.cancel(ANN, limit(ANN, BUY, 1, 50));
    expect([desk.events.end, desk.events.first]).toEqual([160, 160 - 128]);
    expect(() => desk.events.row(31)).toThrow("event 31");
    expect(() => desk.events.row(160)).toThrow("event 160");
    expect(desk.events.describe(159)).toMatch(/^cancelled/);
  });
});

describe("reduce-only", () => {
  const reduce = { flags: core.REDUCE_ONLY };

  test("without a position, or on its side, it is rejected", () => {
    const { tally, limit, reason } = openDesk({}, 100);
    limit(ANN, SELL, 5, 100, reduce);
    expect(reason()).toBe("reduce-only order is not covered by a position");
    tally.lots[ANN] = 3;
    limit(ANN, BUY, 5, 100, reduce);
    expect(reason()).toBe("reduce-only order is not covered by a position");
  });

  test("it is clamped to the position, and needs no minimum notional", () => {
    const { tally, limit, market, news } = openDesk({ minNotional: 500 }, 100);
    tally.lots[ANN] = 3;
    limit(BEN, BUY, 9, 99);
    news();
    market(ANN, SELL, 5, reduce);
    expect(news()).toEqual([
      "accepted 2 of ann, sell 3",
      "filled 2 of ann, sell 3 @ 99 (taker)",
      "filled 1 of ben, buy 3 @ 99 (maker)",
    ]);
  });

  test("resting orders are trimmed newest first when the position shrinks, and go with it", () => {
    const { desk, tally, limit, news } = openDesk({}, 100);
    tally.lots[ANN] = 10;
    limit(ANN, SELL, 4, 105, reduce);
    limit(ANN, SELL, 4, 106, reduce);
    limit(ANN, SELL, 4, 107, reduce); // only 2 more are covered
    expect(news()).toEqual([
      "accepted 1 of ann, sell 4 @ 105",
      "accepted 2 of ann, sell 4 @ 106",
      "accepted 3 of ann, sell 4 @ 107",
      "trimmed 3 of ann, sell 2 @ 107: reduce-only order is not covered by a position",
    ]);
    limit(BEN, BUY, 5, 99);
    limit(ANN, SELL, 5, 99);
    expect(news().slice(-2)).toEqual([
      "cancelled 3 of ann, sell 2 @ 107: reduce-only order is not covered by a position",
      "trimmed 2 of ann, sell 3 @ 106: reduce-only order is not covered by a position",
    ]);
    tally.lots[ANN] = -2; // auto-deleveraged and turned
    desk.positionChanged(ANN);
    expect(news().map((line) => line.slice(0, 11))).toEqual(["cancelled 2", "cancelled 1"]);
    expect(desk.book.bestAsk()).toBe(0);
    desk.book.validate();
  });

  test("an amendment is clamped too", () => {
    const { desk, tally, limit } = openDesk({}, 100);
    tally.lots[ANN] = 6;
    const order = limit(ANN, SELL, 4, 105, reduce);
    expect(desk.amend(ANN, order, 104, 50)).toBe(true);
    expect(desk.openLots(order)).toBe(6);
  });
});

describe("self-trade prevention", () => {
  test.each([
    [core.STP_EXPIRE_MAKER, 0, ["self-trade prevented"], 3],
    [core.STP_EXPIRE_TAKER, 0, ["self-trade prevented"], 2],
    [core.STP_EXPIRE_BOTH, 0, ["self-trade prevented", "self-trade prevented"], 0],
    [core.STP_EXPIRE_BOTH, core.STP_EXPIRE_MAKER, ["self-trade prevented"], 3],
    [core.STP_EXPIRE_MAKER, core.STP_EXPIRE_TAKER, ["self-trade prevented"], 2],
  ])("desk mode %d, order mode %d", (selfTradePrevention, flags, reasons, left) => {
    const { desk, limit, news } = openDesk({}, 100, { selfTradePrevention });
    limit(ANN, SELL, 2, 100);
    limit(ANN, BUY, 3, 100, { flags });
    const cancels = news().filter((line) => line.startsWith("cancelled"));
    expect(cancels.map((line) => line.split(": ")[1])).toEqual(reasons);
    expect(desk.book.lotsWithin(BUY, 1) + desk.book.lotsWithin(SELL, 1000)).toBe(left);
    expect(news().filter((line) => line.startsWith("filled"))).toEqual([]);
  });
});

describe("reserves", () => {
  /** Accounts that hold 10 quanta a lot, up to 100. */
  class Held extends core.PositionTally {
    held = 0;
    reserveQuanta(_owner: number, _side: number, _ticks: number, lots: number): number {
      if (this.held + 10 * lots > 100) return -1;
      this.held += 10 * lots;
      return 10 * lots;
    }
    releaseQuanta(_owner: number, quanta: number): void {
      this.held -= quanta;
    }
    override applyFill(fills: core.FillBuffer, row: number): void {
      super.applyFill(fills, row);
      this.held -= fills.makerRelease[row] + fills.takerRelease[row];
    }
  }

  test("are asked for, refused as a reject, and freed by fills, cancels, amendments and expiry", () => {
    const accounts = new Held(4);
    const { desk, limit, market, reason } = openDesk({ marketBand: 0.1 }, 100, { accounts });
    const order = limit(ANN, BUY, 6, 90);
    expect(accounts.held).toBe(60);
    limit(BEN, BUY, 5, 90);
    expect([reason(), accounts.held]).toEqual(["insufficient margin", 60]);
    market(BEN, SELL, 2);
    expect(accounts.held).toBe(40);
    desk.amend(ANN, order, 90, 3);
    expect(accounts.held).toBe(30);
    desk.amend(ANN, order, 91, 4);
    expect(accounts.held).toBe(40);
    market(BEN, SELL, 6); // 4 trade, 2 expire
    expect(accounts.held).toBe(0);
    limit(ANN, BUY, 5, 90, { flags: core.FILL_OR_KILL });
    expect([reason(), accounts.held]).toEqual(["fill-or-kill order cannot be filled", 0]);
    desk.cancel(ANN, limit(ANN, BUY, 5, 90));
    expect(accounts.held).toBe(0);
  });

  test("a given fill buffer is shared with others and cleared by the caller", () => {
    const fills = new core.FillBuffer(10);
    fills.count = 3; // another market's
    const { tally, limit } = openDesk({}, 100, { fills });
    limit(ANN, BUY, 5, 100);
    limit(BEN, SELL, 2, 100);
    expect([fills.count, fills.lots[3], tally.lots[ANN], tally.lots[BEN]]).toEqual([4, 2, 2, -2]);
  });
});
