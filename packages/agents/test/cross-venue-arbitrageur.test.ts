/** Reactions of the cross-venue arbitrageur, stepped against two hand-made venues that differ as each test says. */
import { describe, expect, test } from "vitest";
import { crossVenueArbitrageur } from "@undertow/agents";
import { BTC_PERP, MARKETS, SOL_PERP, Stage, UNIT, only, totalLots } from "./harness.ts";

const HOME = 0;
const AWAY = 1;
const BTC_AWAY = BTC_PERP + MARKETS;
const SOL_AWAY = SOL_PERP + MARKETS;
const WIDE = { maxDepthShare: 1, maxNotionalPerMinute: 1e9 * UNIT };

interface Setting {
  readonly params?: Record<string, number>;
  readonly count?: number;
  readonly coins?: number[];
  readonly venues?: number;
  /** Money on each venue. */
  readonly cash?: number;
}

/** Agents that have looked once, at two venues alike. */
function stage({ params = WIDE, count = 1, coins = [0], venues = 2, cash = 100e6 }: Setting = {}): Stage {
  const made = new Stage(crossVenueArbitrageur, params, count, coins, "stage", venues);
  for (const column of made.cashAt) column.fill(cash * UNIT);
  made.wake();
  return made;
}

const hedges = (made: Stage): { market: number; side: number; lots: number; source: number }[] =>
  only(made.wake(), "hedge").map(({ market, side, lots, source }) => ({ market, side, lots, source }));

describe("a gap", () => {
  test("is left alone within the threshold, at the prices that can be traded", () => {
    // Half a basis point of spread on either side is not the arbitrageur's.
    for (const [move, orders] of [
      [1.0012, 0],
      [1.0014, 2],
    ]) {
      const made = stage();
      made.move(BTC_AWAY, move);
      expect(hedges(made)).toHaveLength(orders);
    }
  });

  test("is bought where it is cheap and sold where it is dear, whichever venue is home", () => {
    for (const [moved, bought, sold] of [
      [BTC_AWAY, BTC_PERP, BTC_AWAY],
      [BTC_PERP, BTC_AWAY, BTC_PERP],
    ]) {
      const made = stage();
      made.move(moved, 1.004);
      made.view.return1m[moved] = 0.004;
      const [buy, sell, ...rest] = hedges(made);
      expect(rest).toEqual([]);
      expect(buy).toMatchObject({ market: bought, side: 1, source: moved });
      expect(sell).toMatchObject({ market: sold, side: -1, lots: buy.lots, source: moved });
      // $30M per 1 % on either side, gap 0.39 %: 0.3 x 0.39 x 15M.
      expect(made.moneyOf(bought, buy.lots) / (0.3 * 0.39 * 15e6)).toBeCloseTo(1, 2);
    }
  });

  test("is closed by the population together", () => {
    const [one, six] = [1, 6].map((count) => {
      const made = stage({ count });
      made.move(BTC_AWAY, 1.004);
      return made.moneyOf(BTC_PERP, totalLots(only(made.wake(), "hedge", BTC_PERP)));
    });
    // Each of six rounds down to a lot of $75.
    expect(Math.abs(one - six)).toBeLessThan(6 * 75);
  });

  test("is traded between the cheapest and the dearest of three venues, past one that does not list the coin", () => {
    const made = stage({ venues: 3 });
    made.move(BTC_PERP, 1.002);
    made.move(BTC_PERP + 2 * MARKETS, 1.004);
    expect(hedges(made).map(({ market }) => market)).toEqual([BTC_AWAY, BTC_PERP + 2 * MARKETS]);
    made.view.perpMarketAt[2 * AWAY] = -1;
    expect(hedges(made).map(({ market }) => market)).toEqual([BTC_PERP, BTC_PERP + 2 * MARKETS]);
  });

  test("is measured in money where ticks differ, and traded in coins where lots differ", () => {
    const made = stage();
    const { view } = made;
    // Away: ticks of 1 instead of 0.1, lots of 0.01 instead of 0.001.
    view.tickSize[BTC_AWAY] *= 10;
    view.quantaPerTickLot[BTC_AWAY] *= 100;
    for (const column of [view.bidTicks, view.askTicks, view.midTicks, view.markTicks])
      column[BTC_AWAY] /= 10;
    view.bidDepthLots[BTC_AWAY] /= 10;
    expect(hedges(made)).toEqual([]);
    made.move(BTC_AWAY, 1.004);
    const [buy, sell] = hedges(made);
    expect(buy.lots).toBe(10 * sell.lots);
    expect(made.moneyOf(BTC_PERP, buy.lots)).toBeGreaterThan(100_000);
  });

  test("is limited by pace, also over the coins of one look", () => {
    const made = stage({ params: { maxDepthShare: 1, maxNotionalPerMinute: 600_000 * UNIT }, coins: [0, 1] });
    made.move(BTC_AWAY, 1.02);
    made.move(SOL_AWAY, 1.02);
    const traded = (orders: ReturnType<typeof hedges>): number =>
      orders.reduce((sum, { market, lots }) => sum + made.moneyOf(market, lots), 0) / 2;
    const first = only(made.wake(), "hedge");
    expect(traded(first)).toBeGreaterThan(0.95 * 600_000);
    expect(traded(first)).toBeLessThanOrEqual(600_000 * 1.02);
    made.fill(first);
    // Ten seconds later a sixth of a minute's pace is back.
    expect(traded(hedges(made))).toBeLessThanOrEqual(100_000 * 1.02);
  });

  test("is limited by visible depth", () => {
    const made = stage({ params: { maxNotionalPerMinute: 1e9 * UNIT } });
    made.move(BTC_AWAY, 1.02);
    made.view.bidDepthLots[BTC_AWAY] = 1000;
    expect(hedges(made).map(({ lots }) => lots)).toEqual([100, 100]);
  });
});

describe("a venue that does not trade", () => {
  test("is not traded on while it is halted or shows one side", () => {
    for (const close of [
      (made: Stage) => (made.view.halted[BTC_AWAY] = 1),
      (made: Stage) => (made.view.bidTicks[BTC_AWAY] = 0),
      (made: Stage) => (made.view.askTicks[BTC_PERP] = 0),
    ]) {
      const made = stage();
      made.move(BTC_AWAY, 1.05);
      close(made);
      expect(hedges(made)).toEqual([]);
    }
  });

  test("leaves the others to be traded, and comes back when the halt ends", () => {
    const made = stage({ venues: 3 });
    made.move(BTC_AWAY, 1.05);
    made.move(BTC_PERP + 2 * MARKETS, 1.01);
    made.view.halted[BTC_AWAY] = 1;
    expect(hedges(made).map(({ market }) => market)).toEqual([BTC_PERP, BTC_PERP + 2 * MARKETS]);
    made.view.halted[BTC_AWAY] = 0;
    expect(hedges(made).map(({ market }) => market)).toEqual([BTC_PERP, BTC_AWAY]);
  });
});

describe("room", () => {
  const leverage = 3;

  /** Gap after gap the same way; the largest |notional| over equity that was reached on each venue. */
  function fillUp(cash: readonly number[], coins: number[]): number[] {
    const made = stage({ params: { ...WIDE, leverage, minCashShare: 0 }, coins });
    cash.forEach((money, venue) => (made.cashAt[venue][0] = money * UNIT));
    for (const coin of coins) made.move(BTC_AWAY + 2 * coin, 1.01);
    for (let k = 0; k < 60; k++) made.fill(made.wake());
    return [HOME, AWAY].map((venue) =>
      coins.reduce((sum, coin) => {
        const market = BTC_PERP + 2 * coin + MARKETS * venue;
        return sum + Math.abs(made.moneyOf(market, made.held[market][0]));
      }, 0),
    );
  }

  test("of the smaller account ends the trade, near but never beyond leverage times equity", () => {
    const [home, away] = fillUp([5e6, 1e6], [0, 1]);
    expect(away).toBeGreaterThan(0.9 * leverage * 1e6);
    expect(away).toBeLessThanOrEqual(leverage * 1e6);
    expect(Math.abs(home / away - 1)).toBeLessThan(0.011);
    const [turned] = fillUp([1e6, 5e6], [0, 1]);
    expect(turned).toBeGreaterThan(0.9 * leverage * 1e6);
    expect(turned).toBeLessThanOrEqual(leverage * 1e6);
  });

  test("of one look is shared by its coins: what is held for the orders is free on either venue", () => {
    const made = stage({ params: { ...WIDE, leverage, minCashShare: 0 }, coins: [0, 1], cash: 200_000 });
    made.move(BTC_AWAY, 1.05);
    made.move(SOL_AWAY, 1.05);
    const orders = made.wake();
    const opened = only(orders, "hedge").filter(({ market }) => market >= MARKETS);
    // Margin at 10 % beyond the price, and the loss to there.
    const held =
      opened.reduce((sum, { market, lots }) => sum + made.moneyOf(market, lots), 0) * (1.1 / leverage + 0.1);
    expect(held).toBeLessThanOrEqual(0.9 * 200_000);
    expect(held).toBeGreaterThan(0.89 * 200_000);
  });

  test("is none without cash, and none is needed to close", () => {
    const made = stage();
    made.move(BTC_AWAY, 1.01);
    made.cashAt[AWAY][0] = 0;
    expect(hedges(made)).toEqual([]);
    const holder = stage({ params: { ...WIDE, minCashShare: 0 } });
    holder.hold(BTC_PERP, -500);
    holder.hold(BTC_AWAY, 500);
    holder.cashAt[HOME][0] = 0;
    holder.cashAt[AWAY][0] = 0;
    holder.move(BTC_AWAY, 1.02);
    const closing = hedges(holder);
    expect(closing).toMatchObject([
      { market: BTC_PERP, side: 1, lots: 500 },
      { market: BTC_AWAY, side: -1, lots: 500 },
    ]);
  });
});

describe("legs that are uneven", () => {
  /** Long at home, short away, of which a part has been closed by force. */
  function lame(closed: number): Stage {
    const made = stage();
    made.hold(BTC_PERP, 2000);
    made.hold(BTC_AWAY, -2000);
    expect(hedges(made)).toEqual([]);
    made.hold(BTC_AWAY, -2000 + closed);
    return made;
  }

  test("are made even at the better price, before any gap is traded", () => {
    const made = lame(1000);
    made.params["maxNotionalPerMinute"].fill(1e6 * UNIT);
    made.move(BTC_AWAY, 1.004);
    expect(hedges(made)).toMatchObject([{ market: BTC_AWAY, side: -1, lots: 1000 }]);
    made.move(BTC_AWAY, 0.99);
    expect(hedges(made)).toMatchObject([{ market: BTC_PERP, side: -1, lots: 1000 }]);
  });

  test("are left alone while small", () => {
    const made = lame(100);
    // 100 lots are $7,500: 5 % of the pace is $10,000.
    made.params["maxNotionalPerMinute"].fill(200_000 * UNIT);
    expect(hedges(made)).toEqual([]);
    made.params["maxNotionalPerMinute"].fill(100_000 * UNIT);
    expect(hedges(made)).toHaveLength(1);
  });

  test("are repaired on the venue that trades, and wait while none does", () => {
    const made = lame(1000);
    made.params["maxNotionalPerMinute"].fill(1e6 * UNIT);
    made.move(BTC_AWAY, 1.004);
    made.view.halted[BTC_AWAY] = 1;
    expect(hedges(made)).toMatchObject([{ market: BTC_PERP, side: -1, lots: 1000 }]);
    made.view.halted[BTC_PERP] = 1;
    expect(hedges(made)).toEqual([]);
  });

  test("are repaired where the account can: by closing if nothing is left to open with", () => {
    const made = lame(1000);
    made.params["maxNotionalPerMinute"].fill(1e6 * UNIT);
    made.params["minCashShare"].fill(0);
    made.move(BTC_AWAY, 1.004);
    made.cashAt[AWAY][0] = 0;
    expect(hedges(made)).toMatchObject([{ market: BTC_PERP, side: -1, lots: 1000 }]);
  });

  test("are repaired in parts of the visible depth", () => {
    const made = lame(1000);
    made.params["maxNotionalPerMinute"].fill(1e6 * UNIT);
    made.params["maxDepthShare"].fill(0.1);
    made.view.bidDepthLots.fill(3000);
    expect(hedges(made)).toMatchObject([{ lots: 300 }]);
  });

  test("keep new gaps from being traded for a while after the repair", () => {
    const made = lame(1000);
    made.params["maxNotionalPerMinute"].fill(1e6 * UNIT);
    made.params["repairPause"].fill(60e6);
    made.move(BTC_AWAY, 1.01);
    const repair = only(made.wake(), "hedge");
    expect(repair).toHaveLength(1);
    made.fill(repair);
    // Every 10 s: five looks within the pause, the sixth at its end.
    for (let k = 0; k < 5; k++) expect(hedges(made)).toEqual([]);
    expect(hedges(made)).toHaveLength(2);
  });

  test("are measured from what was held at the start", () => {
    const made = new Stage(crossVenueArbitrageur, WIDE, 1, [0], "stage", 2);
    for (const column of made.cashAt) column.fill(100e6 * UNIT);
    made.hold(BTC_PERP, -3000);
    expect(only(made.wake(), "hedge")).toEqual([]);
    expect(hedges(made)).toEqual([]);
  });
});

describe("cash", () => {
  const transfers = (made: Stage, after?: number): unknown[] =>
    only(made.wake(after), "transfer").map(({ from, market: to, lots }) => [from, to, lots / UNIT]);

  function split(home: number, away: number, params: Record<string, number> = {}): Stage {
    const made = stage({ params });
    made.cashAt[HOME][0] = home * UNIT;
    made.cashAt[AWAY][0] = away * UNIT;
    return made;
  }

  test("is sent, half of the difference, once an account has less than its share of an equal split", () => {
    expect(transfers(split(700_000, 300_000))).toEqual([]);
    expect(transfers(split(760_000, 240_000))).toEqual([[HOME, AWAY, 260_000]]);
    expect(transfers(split(240_000, 760_000))).toEqual([[AWAY, HOME, 260_000]]);
    expect(transfers(split(700_000, 300_000, { minCashShare: 0.8 }))).toEqual([[HOME, AWAY, 200_000]]);
    expect(transfers(split(760_000, 240_000, { minCashShare: 0 }))).toEqual([]);
  });

  test("is not sent while some is on its way, and not more often than the interval", () => {
    const made = split(760_000, 240_000, { levelInterval: 300e6 });
    made.inTransit[AWAY][0] = 1;
    expect(transfers(made)).toEqual([]);
    made.inTransit[AWAY][0] = 0;
    expect(transfers(made)).toHaveLength(1);
    expect(transfers(made, 290e6)).toEqual([]);
    expect(transfers(made, 10e6)).toHaveLength(1);
  });

  test("that is sent cannot back orders of the same look", () => {
    const opened = (minCashShare: number): number => {
      const made = split(400_000, 80_000, { ...WIDE, minCashShare, levelInterval: 1e9 });
      made.move(BTC_AWAY, 0.95);
      made.hold(BTC_AWAY, -10_000);
      made.memory.base0[0] = -10_000;
      const orders = made.wake();
      return totalLots(only(orders, "hedge", BTC_PERP));
    };
    // Home sells to open; away buys to close, which needs no cash.
    expect(opened(0)).toBeGreaterThan(0);
    expect(opened(1) / opened(0)).toBeCloseTo(240 / 400, 1);
  });
});
