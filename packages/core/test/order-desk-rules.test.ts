/**
 * What a venue may expect of the order desk: its ticks, lots, sizes, notional and bands are kept, and a reject says
 * which field is out of which range.
 */
import * as core from "@undertow/core";
import { describe, expect, test } from "vitest";

const { BUY, SELL } = core;

describe("market rules", () => {
  // Binance BTCUSDT, exchangeInfo sample: tick 0.10, lot 0.001, minimum notional 100, market max 120, limit max 1000.
  const btc = core.orderRules({
    tickSize: 0.1,
    lotSize: 0.001,
    maxPrice: 200_000,
    minNotional: 100,
    maxSize: 1000,
    maxMarketSize: 120,
    limitBandUp: 0.05,
    limitBandDown: 0.05,
    marketBand: 0.05,
  });

  const desk = new core.OrderDesk({ rules: btc, owners: 4, orderCapacity: 10 });
  desk.setMark(600_000);

  test("figures of a venue become whole ticks, lots and ppm", () => {
    expect(btc).toMatchObject({
      maxTicks: 2_000_000,
      minLots: 1,
      maxLots: 1_000_000,
      maxMarketLots: 120_000,
      minNotionalTickLots: 1_000_000,
      limitBandUpPpm: 50_000,
      triggerBandPpm: 50_000,
    });
    expect([core.priceToTicks(btc, 60_000.1), core.sizeToLots(btc, 1.5)]).toEqual([600_001, 1500]);
    expect(core.priceToTicks(btc, 60_000.15)).toBeCloseTo(600_001.5, 6);
  });

  test.each([
    ["limitTicks 600001.5", { limitTicks: 600_001.5 }, "price is not on the tick"],
    ["limitTicks 2000001", { limitTicks: 2_000_001 }, "price out of range"],
    ["limitTicks 0", { limitTicks: 0 }, "price out of range"],
    ["limitTicks NaN", { limitTicks: NaN }, "price out of range"],
    ["lots 0.5", { lots: 0.5 }, "size is not on the lot"],
    ["lots 0", { lots: 0 }, "bad size"],
    ["lots -3", { lots: -3 }, "bad size"],
    ["lots NaN", { lots: NaN }, "bad size"],
    ["lots 1000001", { lots: 1_000_001 }, "bad size"],
    ["lots 120001", { lots: 120_001, type: core.ORDER_MARKET }, "bad size"],
    ["notional 600000", { lots: 1 }, "below the minimum notional"],
    ["limitTicks 630001", { limitTicks: 630_001 }, "outside the price band"],
    ["limitTicks 569999", { limitTicks: 569_999, side: SELL }, "outside the price band"],
    ["owner 9", { owner: 9 }, "invalid field"],
    ["owner -1", { owner: -1 }, "invalid field"],
    ["side 0", { side: 0 }, "invalid field"],
    ["type 2", { type: 2 }, "invalid field"],
    ["flags 3", { flags: core.IMMEDIATE | core.POST_ONLY }, "invalid field"],
    ["flags 2", { flags: core.POST_ONLY, type: core.ORDER_MARKET }, "invalid field"],
    ["flags 48", { flags: core.STP_EXPIRE_TAKER | core.STP_EXPIRE_BOTH }, "invalid field"],
    ["clientId -1", { clientId: -1 }, "invalid field"],
    ["tag 0.5", { tag: 0.5 }, "invalid field"],
    ["trigger 4", { trigger: 4 }, "invalid field"],
    ["triggerOn 2", { trigger: core.TRIGGER_STOP, triggerOn: 2, triggerTicks: 610_000 }, "invalid field"],
    ["triggerTicks 0", { trigger: core.TRIGGER_STOP }, "price out of range"],
    ["callbackPpm 0", { trigger: core.TRIGGER_TRAILING }, "invalid field"],
    ["callbackPpm 1000000", { trigger: core.TRIGGER_TRAILING, callbackPpm: 1e6 }, "invalid field"],
  ])("rejected with the field and its range: %s", (field, change, reason) => {
    const order = { owner: 0, side: BUY, type: core.ORDER_LIMIT, lots: 20, limitTicks: 600_000 };
    expect(desk.submit({ ...order, ...change })).toBe(0);
    const text = desk.events.describe(desk.events.end - 1);
    expect(text).toContain(`: ${reason}: ${field}, expected `);
    expect(core.resultName(desk.reason)).toBe(reason);
    expect([desk.orderCount, desk.book.orderCount]).toEqual([0, 0]);
  });

  test.each([
    [{ limitTicks: 630_000 }, BUY],
    [{ limitTicks: 570_000 }, SELL],
    [{ limitTicks: 400_000 }, BUY],
    [{ limitTicks: 900_000 }, SELL],
    [{ lots: 2 }, BUY],
  ])("accepted at the edge of its range: %j", (change, side) => {
    const order = { owner: 0, side, type: core.ORDER_LIMIT, lots: 20, limitTicks: 600_000 };
    expect(desk.submit({ ...order, ...change })).toBeGreaterThan(0);
  });

  // Hyperliquid docs, tick and lot size: at most 5 significant figures and 6 decimals (perpetuals, szDecimals 0).
  test.each([
    [1234.5, 0.01, true],
    [1234.56, 0.01, false],
    [0.001234, 1e-6, true],
    [0.012345, 1e-6, true],
    [123_456, 0.1, true],
    [12_345.1, 0.1, false],
    [1, 0.01, true],
  ])("five significant figures: %d is a price at a tick of %d: %s", (price, tickSize, valid) => {
    const rules = core.orderRules({
      tickSize,
      lotSize: 1,
      maxPrice: 2_000_000 * tickSize,
      significantFigures: 5,
    });
    const limitTicks = core.priceToTicks(rules, price);
    const small = new core.OrderDesk({ rules, owners: 1, orderCapacity: 4 });
    small.submit({ owner: 0, side: BUY, type: core.ORDER_LIMIT, lots: 1, limitTicks });
    expect(core.resultName(small.reason)).toBe(valid ? "ok" : "price is not on the tick");
  });

  test.each([
    [{ tickSize: 0 }, "tickSize"],
    [{ lotSize: NaN }, "lotSize"],
    [{ maxPrice: 1e12 }, "maxPrice"],
    [{ maxSize: 0.0005 }, "maxSize"],
    [{ minNotional: -1 }, "minNotional"],
    [{ marketBand: 1.5 }, "marketBand"],
    [{ limitBandDown: 1e-9 }, "limitBandDown"],
    [{ significantFigures: 2.5 }, "significantFigures"],
    [{ significantFigures: 5, tickSize: 0.25 }, "tickSize"],
  ])("a venue's figures are refused by name: %j", (change, field) => {
    expect(() => core.orderRules({ tickSize: 0.1, lotSize: 0.001, maxPrice: 1000, ...change })).toThrow(
      field,
    );
  });

  test("a desk refuses owners, capacities, modes and marks that cannot be", () => {
    const rules = core.orderRules({ tickSize: 1, lotSize: 1, maxPrice: 100 });
    const options = { rules, owners: 1, orderCapacity: 1 };
    expect(() => new core.OrderDesk({ ...options, owners: 0 })).toThrow("owners");
    expect(() => new core.OrderDesk({ ...options, orderCapacity: 1.5 })).toThrow("orderCapacity");
    expect(() => new core.OrderDesk({ ...options, selfTradePrevention: 3 })).toThrow("selfTradePrevention");
    const small = new core.OrderDesk(options);
    expect(() => small.setMark(NaN)).toThrow("markTicks");
    expect(() => small.cancelAll(1)).toThrow("owner");
  });
});
