/**
 * A market without a book, held against the formulas of linear impact: quotes, limits, depth, impact prices.
 */
import {
  BUY,
  FILL_OR_KILL,
  FillBuffer,
  IMMEDIATE,
  LinearImpactBook,
  OrderDesk,
  ORDER_LIMIT,
  ORDER_MARKET,
  POST_ONLY,
  RESULT_BAD_SIZE,
  RESULT_FOK_UNFILLED,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
  RESULT_PRICE_OUT_OF_RANGE,
  SELL,
  UserError,
  linearImpactFill,
  linearImpactTickLots,
  linearImpactTicks,
  orderRules,
} from "@undertow/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const DESK = 0;
const TRADER = 1;
const MAX_TICKS = 4_000;

function marketOf(impactTicks: number, perLots: number, startTicks = 1_000) {
  const fills = new FillBuffer(4);
  const book = new LinearImpactBook({
    clearing: { kind: "linear-impact", impactTicks, perLots },
    maxTicks: MAX_TICKS,
    startTicks,
    clearingOwner: DESK,
    fills,
    ownerHead: new Int32Array(3).fill(-1),
    marketIndex: 7,
  });
  return { book, fills };
}

/** Places an order; its fills as [ticks, lots] and what they released of the reserve. */
function placed(
  { book, fills }: ReturnType<typeof marketOf>,
  side: number,
  limitTicks: number,
  lots: number,
  options: { reserve?: number; flags?: number } = {},
) {
  fills.count = 0;
  book.place(side, limitTicks, lots, TRADER, 3, options.reserve ?? 0, options.flags ?? 0);
  const rows = Array.from({ length: fills.count }, (_, row) => row);
  return {
    fills: rows.map((row) => [fills.ticks[row], fills.lots[row]]),
    released: rows.reduce((sum, row) => sum + fills.takerRelease[row], 0),
  };
}

const impacts = fc.record({
  impactTicks: fc.integer({ min: 0, max: 60 }),
  perLots: fc.integer({ min: 1, max: 60 }),
  startTicks: fc.integer({ min: 1, max: MAX_TICKS }),
});
const orders = fc.array(
  fc.record({
    side: fc.constantFrom(BUY, SELL),
    limitTicks: fc.integer({ min: 1, max: MAX_TICKS }),
    lots: fc.integer({ min: 1, max: 900 }),
    reserve: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  { maxLength: 30 },
);

describe("an order against linear impact", () => {
  test("moves the price by its size and pays the mean of before and after, in at most two adjacent fills", () => {
    const market = marketOf(8, 10);
    expect(placed(market, SELL, 1, 20)).toEqual({ fills: [[992, 20]], released: 0 });
    expect(market.book).toMatchObject({ priceTicks: 984, netLots: -20, filledLots: 20, remainingLots: 0 });
    // 3 lots x (984 + 986) / 2 = 2,955
    expect(placed(market, BUY, MAX_TICKS, 3).fills).toEqual([[985, 3]]);
    // 3 lots x (984 + 985) / 2 = 2,953.5: the buyer pays 2,954, the seller gets 2,953; the nearer price first.
    const narrow = marketOf(1, 3, 984);
    expect(placed(narrow, BUY, MAX_TICKS, 3).fills).toEqual([
      [984, 1],
      [985, 2],
    ]);
    expect(placed(narrow, SELL, 1, 3).fills).toEqual([
      [985, 1],
      [984, 2],
    ]);
    expect(market.fills.makerOwner[0]).toBe(DESK);
    expect(market.fills.market[0]).toBe(7);
  });

  test("equals the formulas: price, quote, the lots within a limit, the reserve that is used", () => {
    let split = 0;
    let cut = 0;
    fc.assert(
      fc.property(impacts, orders, ({ impactTicks, perLots, startTicks }, list) => {
        const market = marketOf(impactTicks, perLots, startTicks);
        const { book } = market;
        const priceOf = (netLots: number): number =>
          startTicks + Math.floor((netLots * impactTicks) / perLots);
        let net = 0;
        for (const { side, limitTicks, lots, reserve } of list) {
          const ticksBefore = book.priceTicks;
          const { fills, released } = placed(market, side, limitTicks, lots, { reserve, flags: IMMEDIATE });
          // The most lots that keep the price within the limit, counted one by one.
          let most = 0;
          while (most < lots && (priceOf(net + side * (most + 1)) - limitTicks) * side <= 0) most++;
          expect(book.filledLots).toBe(most);
          expect(book.remainingLots).toBe(lots - most);
          net += side * most;
          const ticksAfter = linearImpactTicks({ startTicks, netLots: net, impactTicks, perLots });
          expect(book.priceTicks).toBe(ticksAfter);
          expect(book.netLots).toBe(net);
          const used = most === lots ? reserve : Math.floor((reserve * most) / lots);
          expect(released).toBe(used);
          expect(book.takerReserveLeft).toBe(reserve - used);
          if (most < lots) cut++;
          if (most === 0) {
            expect(fills).toEqual([]);
            continue;
          }
          expect(fills.reduce((sum, [, size]) => sum + size, 0)).toBe(most);
          const tickLots = fills.reduce((sum, [ticks, size]) => sum + ticks * size, 0);
          expect(tickLots).toBe(linearImpactTickLots({ side, lots: most, ticksBefore, ticksAfter }));
          for (const [ticks] of fills) expect((ticks - limitTicks) * side).toBeLessThanOrEqual(0);
          if (fills.length === 2) {
            split++;
            expect(fills[1][0] - fills[0][0]).toBe(side);
          }
          expect(fills.length).toBeLessThanOrEqual(2);
          // Without ticks: less than half a tick a lot away, and the rounding of the whole by less than one.
          const impactPerUnit = impactTicks / perLots;
          if (ticksBefore + side * impactPerUnit * most > 0) {
            const fill = linearImpactFill({ price: ticksBefore, side, size: most, impactPerUnit });
            expect(Math.abs(ticksAfter - fill.priceAfter)).toBeLessThan(1);
            expect(Math.abs(tickLots - fill.quote)).toBeLessThan(most / 2 + 1);
          }
          book.validate();
        }
      }),
      { numRuns: 300, seed: 11 },
    );
    expect(split).toBeGreaterThan(100);
    expect(cut).toBeGreaterThan(100);
  });

  test("drops what cannot trade at once: beyond its limit, post-only, fill-or-kill, off the range", () => {
    const market = marketOf(1, 10);
    const { book } = market;
    placed(market, BUY, 999, 5, { reserve: 50 });
    expect(book).toMatchObject({ result: RESULT_OK, filledLots: 0, remainingLots: 5, restingOrder: -1 });
    expect(book.takerReserveLeft).toBe(50);
    placed(market, BUY, 990, 5, { flags: POST_ONLY });
    expect(book).toMatchObject({ result: RESULT_POST_ONLY_WOULD_TRADE, remainingLots: 5 });
    placed(market, BUY, 1_001, 20, { flags: FILL_OR_KILL });
    expect(book).toMatchObject({ result: RESULT_FOK_UNFILLED, netLots: 0 });
    placed(market, BUY, 1_001, 19, { flags: FILL_OR_KILL });
    expect(book).toMatchObject({ result: RESULT_OK, netLots: 19, priceTicks: 1_001 });
    placed(market, SELL, 0, 1);
    expect(book.result).toBe(RESULT_PRICE_OUT_OF_RANGE);
    placed(market, SELL, 1, 0.5);
    expect(book.result).toBe(RESULT_BAD_SIZE);
    placed(market, SELL, 1, 2 ** 53 - 1);
    expect(book).toMatchObject({ priceTicks: 1, netLots: -9_990, filledLots: 9_990 + 19 });
    expect([book.bestBid(), book.bestAsk()]).toEqual([0, 2]);
    expect(() => book.place(BUY, 10, 1, DESK, 0, 0, 0)).toThrow("clearing account");
  });
});

describe("what a market without a book shows", () => {
  test("depth is the lots that move the price so far, level by level", () => {
    fc.assert(
      fc.property(impacts, orders, ({ impactTicks, perLots, startTicks }, list) => {
        const market = marketOf(impactTicks, perLots, startTicks);
        const { book } = market;
        for (const { side, limitTicks, lots } of list.slice(0, 3)) placed(market, side, limitTicks, lots);
        const price = book.priceTicks;
        expect(book.bestBid()).toBe(price - 1);
        expect(book.bestAsk()).toBe(price === MAX_TICKS ? 0 : price + 1);
        for (const side of [BUY, SELL]) {
          const best = side === BUY ? book.bestBid() : book.bestAsk();
          let sum = 0;
          let last = price;
          book.forEachLevel(side, 6, (ticks, lots) => {
            expect((last - ticks) * side).toBeGreaterThan(0);
            expect(lots).toBeGreaterThan(0);
            sum += lots;
            last = ticks;
            expect(book.lotsWithin(side, ticks)).toBe(sum);
            expect(book.levelLots(side, ticks)).toBe(lots);
          });
          if (best === 0) {
            expect(book.lotsWithin(side, side === BUY ? 1 : MAX_TICKS)).toBe(0);
            continue;
          }
          expect(book.lotsWithin(side, best + side)).toBe(0);
          const far = Math.max(1, Math.min(MAX_TICKS, price - side * 10));
          const within = book.lotsWithin(side, far);
          if (impactTicks === 0) continue;
          const probe = marketOf(impactTicks, perLots, startTicks);
          probe.book.netLots = book.netLots;
          probe.book.priceTicks = price;
          placed(probe, -side, far, within + 1);
          expect(probe.book.filledLots).toBe(within);
          if (within > 0) expect(book.sweepTicks(-side, within)).toBe(probe.book.priceTicks);
        }
      }),
      { numRuns: 300, seed: 12 },
    );
  });

  test("the impact price of a notional is its average on the price line, 0 where it has no end", () => {
    const { book } = marketOf(2, 10);
    // 100 lots move the price by 20: 100 x 1,010 tick-lots at 1,010.
    expect(book.averageTicksFor(BUY, 101_000)).toBeCloseTo(1_010, 9);
    expect(book.averageTicksFor(SELL, 99_000)).toBeCloseTo(990, 9);
    expect(book.averageTicksFor(SELL, 0)).toBe(1_000);
    expect(book.averageTicksFor(SELL, 2_500_000)).toBe(0);
    expect(book.averageTicksFor(BUY, 1e9)).toBe(0);
    expect(book.notionalBetween(BUY, 998, 999)).toBe(5 * 999 + 5 * 998);
  });

  test("the hash follows the net flow", () => {
    const [one, other] = [marketOf(3, 7), marketOf(3, 7)];
    expect(one.book.hash()).toBe(other.book.hash());
    placed(one, BUY, MAX_TICKS, 1);
    expect(one.book.hash()).not.toBe(other.book.hash());
    placed(other, BUY, MAX_TICKS, 3);
    placed(other, SELL, 1, 2);
    expect(one.book.hash()).toBe(other.book.hash());
  });
});

describe("a desk in front of linear impact", () => {
  const rules = orderRules({ tickSize: 1, lotSize: 1, maxPrice: MAX_TICKS });
  const clearing = { kind: "linear-impact", impactTicks: 8, perLots: 10, owner: DESK } as const;

  test("waits for its first price, then fills at once and lets nothing rest", () => {
    const desk = new OrderDesk({ rules, owners: 3, orderCapacity: 4, clearing });
    const told = (): string[] =>
      Array.from({ length: desk.events.end }, (_, event) => desk.events.describe(event));
    desk.submit({ owner: TRADER, side: BUY, type: ORDER_MARKET, lots: 3 });
    expect(told().at(-1)).toContain("no price yet");
    desk.openAt(1_000);
    desk.openAt(2_000);
    const order = desk.submit({ owner: TRADER, side: SELL, type: ORDER_MARKET, lots: 20 });
    expect(told().slice(-2)).toEqual([
      `filled order ${order} of 1, sell 20 @ 992 (taker)`,
      "filled order of 0, buy 20 @ 992 (maker)",
    ]);
    expect([desk.accounts.positionLots(TRADER), desk.accounts.positionLots(DESK)]).toEqual([-20, 20]);
    desk.submit({ owner: 2, side: BUY, type: ORDER_LIMIT, lots: 3, limitTicks: 900 });
    expect(told().at(-1)).toContain("immediate order has expired");
    expect(
      desk.submit({ owner: 2, side: BUY, type: ORDER_LIMIT, lots: 3, limitTicks: 900, flags: POST_ONLY }),
    ).toBe(0);
    expect(desk.orderCount).toBe(0);
    expect([desk.book.bestBid(), desk.book.bestAsk()]).toEqual([983, 985]);
  });
});

describe("a clearing that cannot be", () => {
  test.each([
    [{ kind: "book" }, "clearing.kind"],
    [{ impactTicks: -1 }, "clearing.impactTicks"],
    [{ impactTicks: 0.5 }, "clearing.impactTicks"],
    [{ impactTicks: 2 ** 30 }, "clearing.impactTicks"],
    [{ perLots: 0 }, "clearing.perLots"],
    [{ perLots: Number.NaN }, "clearing.perLots"],
  ])("%o is refused by name", (change, path) => {
    const clearing = { kind: "linear-impact", impactTicks: 8, perLots: 10, ...change } as never;
    const options = { clearing, maxTicks: 10, clearingOwner: 0, fills: new FillBuffer(1) };
    const open = (): unknown => new LinearImpactBook({ ...options, ownerHead: new Int32Array(1) });
    expect(open).toThrow(UserError);
    expect(open).toThrow(path);
  });
});
