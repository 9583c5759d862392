/** Liquidation prices: the venues' worked examples, experiments E2 and E3, and equity = maintenance at the price. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  UserError,
  bankruptcyPrice,
  crossEquity,
  crossLiquidationPrice,
  crossLiquidationPrices,
  crossMaintenanceMargin,
  factorMoves,
  firstLiquidationTick,
  flatBracket,
  hedgeLiquidationPrice,
  hedgeSafePrices,
  isLiquidatable,
  isolatedEquity,
  isolatedLiquidationPrice,
  isolatedTriggerTicks,
  maintenanceMargin,
  maintenanceQuanta,
  marginalBrackets,
  tierTable,
} from "@undertow/core";
import type { Bracket, MarkedPosition } from "@undertow/core";
import {
  BINANCE_2021,
  BINANCE_2024,
  RUNS,
  anyBrackets,
  anyLeverage,
  anyPrice,
  anySide,
  anySize,
  table,
} from "./support/margin-tables.ts";

const flat = (maintenanceRate: number): readonly Bracket[] => flatBracket({ maintenanceRate });
const BTC_2024 = table(BINANCE_2024["BTCUSDT"]);
const ETH_2021 = table(BINANCE_2021["ETHUSDT"]);
const BTC_2021 = table(BINANCE_2021["BTCUSDT"]);

describe("Binance form, isolated and cross", () => {
  const eth = {
    side: 1,
    size: 3_683.979,
    entryPrice: 1_456.84,
    markPrice: 1_335.18,
    brackets: ETH_2021,
  } as const;
  const btc = {
    side: 1,
    size: 109.488,
    entryPrice: 32_481.98,
    markPrice: 31_967.27,
    brackets: BTC_2021,
  } as const;
  const walletBalance = 1_535_443.01;

  it("example 1, isolated ETH long: 1,114.78 (support b3c689c1f50a44cabb3a84e663b81d93)", () => {
    const price = isolatedLiquidationPrice({ ...eth, margin: walletBalance });
    expect(price).toBeCloseTo(1_114.78, 2);
  });

  it("example 2, cross with two longs: 1,153.26 and 26,316.89", () => {
    const [btcPrice, ethPrice] = crossLiquidationPrices({ walletBalance, positions: [btc, eth] });
    expect(ethPrice).toBeCloseTo(1_153.26, 2);
    expect(btcPrice).toBeCloseTo(26_316.89, 2);
  });

  it("example 3, cross with BTC short and ETH long, text of 2020: 11,383.99 and 190.29", () => {
    const short = { side: -1, size: 0.005, entryPrice: 9_451.53, brackets: flat(0.004) } as const;
    const long = { side: 1, size: 1, entryPrice: 199.53, brackets: flat(0.0065) } as const;
    const btcPrice = crossLiquidationPrice({
      ...short,
      walletBalance: 10.72,
      otherMaintenance: 1.3,
      otherProfit: 0.47,
    });
    const ethPrice = crossLiquidationPrice({
      ...long,
      walletBalance: 10.72,
      otherMaintenance: 0.19,
      otherProfit: -0.06,
    });
    expect(btcPrice).toBeCloseTo(11_383.99, 2);
    // The venue: "difference due to rounding off" of its printed inputs.
    expect(Math.abs((ethPrice ?? 0) - 190.29)).toBeLessThan(0.01);
  });

  it.each([
    ["1 BTC, bracket 2", 1, 3_000, 57_236.18],
    ["10 BTC, bracket 2 at the liquidation price", 10, 30_000, 57_281.41],
  ])("BTCUSDT long at 60,000, 20x, brackets of 2024-10-24: %s", (_, size, margin, expected) => {
    const long = { side: 1, size, entryPrice: 60_000, margin, brackets: BTC_2024 } as const;
    expect(isolatedLiquidationPrice(long)).toBeCloseTo(expected, 2);
    expect(bankruptcyPrice(long)).toBe(57_000);
  });

  it("dYdX large-cap long 1 BTC at 60,000 with equity 3,000: 57,692.31", () => {
    const long = { side: 1, size: 1, entryPrice: 60_000, margin: 3_000, brackets: flat(0.012) } as const;
    expect(isolatedLiquidationPrice(long)).toBeCloseTo(57_692.31, 2);
  });

  it("from the liquidation to the bankruptcy price is the maintenance rate", () => {
    for (const rate of [0.004, 0.005, 0.0125]) {
      const long = { side: 1, size: 1, entryPrice: 60_000, margin: 3_000, brackets: flat(rate) } as const;
      const price = isolatedLiquidationPrice(long) ?? NaN;
      expect((price - 57_000) / price).toBeCloseTo(rate, 12);
    }
  });

  it("fully backed positions have no price", () => {
    const long = { side: 1, size: 1, entryPrice: 100, brackets: flat(0.01) } as const;
    expect(isolatedLiquidationPrice({ ...long, margin: 100 })).toBeUndefined();
    expect(isolatedLiquidationPrice({ ...long, side: -1, margin: -100 })).toBeUndefined();
    expect(crossLiquidationPrices({ walletBalance: 500, positions: [{ ...long, markPrice: 100 }] })).toEqual([
      undefined,
    ]);
  });
});

describe("E2: isolated liquidation price", () => {
  it.each([
    [100, 10, 0.005, 90.45226130653266, 109.45273631840799],
    [100, 50, 0.005, 98.49246231155779, 101.49253731343285],
    [30_000, 3, 0.01, 20202.020202020205, 39603.960396039605],
  ])("F01 linear: entry %d at %dx, maintenance %d", (entryPrice, leverage, rate, long, short) => {
    const position = { size: 1, entryPrice, margin: entryPrice / leverage, brackets: flat(rate) };
    expectRelative(isolatedLiquidationPrice({ ...position, side: 1 }), long, 1e-12);
    expectRelative(isolatedLiquidationPrice({ ...position, side: -1 }), short, 1e-12);
  });

  it("F01 linear: entry 100 at 2x without maintenance is the bankruptcy price", () => {
    expectRelative(bankruptcyPrice({ side: 1, size: 1, entryPrice: 100, margin: 50 }), 50, 1e-12);
    expectRelative(bankruptcyPrice({ side: -1, size: 1, entryPrice: 100, margin: 50 }), 150, 1e-12);
  });

  it.each([
    [1, 90.45226130653266, 90.4],
    [-1, 109.45273631840799, 109.5],
    [1, 90, 90],
    [-1, 110, 110],
  ] as const)("the first tick at or through the price: side %d, price %d", (side, liquidationPrice, tick) => {
    expect(firstLiquidationTick({ side, liquidationPrice, tickSize: 0.1 })).toBe(tick);
  });

  it("a mark walked tick by tick triggers exactly there", () => {
    const cents = fc.integer({ min: 1_000, max: 1_000_000 });
    const ratePpm = fc.integer({ min: 10, max: 90_000 });
    const leverage = fc.integer({ min: 2, max: 10 });
    fc.assert(
      fc.property(anySide, cents, leverage, ratePpm, (side, entryCents, times, ppm) => {
        const position = { side, size: 1, entryPrice: entryCents / 100, margin: entryCents / 100 / times };
        const brackets = flat(ppm / 1e6);
        const liquidationPrice = isolatedLiquidationPrice({ ...position, brackets }) ?? NaN;
        const tick = firstLiquidationTick({ side, liquidationPrice, tickSize: 0.01 });
        const triggers = (markPrice: number): boolean =>
          isLiquidatable({
            equity: isolatedEquity({ ...position, markPrice }),
            maintenanceMargin: maintenanceMargin({
              rule: { kind: "brackets", brackets },
              size: 1,
              markPrice,
            }),
          });
        const offGrid = Math.abs(tick - liquidationPrice) > 1e-6;
        if (offGrid) expect(triggers(tick)).toBe(true);
        expect(triggers(tick + side * 0.01)).toBe(false);
        expect(triggers(tick - side * 0.01)).toBe(true);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it("the engine's integer trigger is that tick, or the next one at a tie", () => {
    fc.assert(
      fc.property(
        anySide,
        fc.integer({ min: 1_000, max: 1_000_000 }),
        fc.integer({ min: 2, max: 50 }),
        (side, entry, leverage) => {
          const tiers = tierTable([
            { floorQuanta: 0, maxLeverage: 125, maintenancePpm: 4_000, maintenanceAmountQuanta: 0 },
          ]);
          const margin = Math.ceil((entry * 1000) / leverage);
          const cost = side * entry * 1000;
          const position = { side, size: 1000, entryPrice: entry, margin, brackets: flat(0.004) };
          const liquidationPrice = isolatedLiquidationPrice(position) ?? NaN;
          const through = firstLiquidationTick({ side, liquidationPrice, tickSize: 1, trigger: "through" });
          const filed = isolatedTriggerTicks(tiers, side * 1000, cost, margin, 1, 1);
          const isBelow = (ticks: number): boolean =>
            margin + side * 1000 * ticks - cost < maintenanceQuanta(tiers, 1000 * ticks, 1);
          // The engine files a tick that is never late, and liquidates by equity at the mark.
          expect(side * (filed - through)).toBeGreaterThanOrEqual(0);
          expect(side * (filed - through)).toBeLessThanOrEqual(2);
          expect(isBelow(through)).toBe(true);
          expect(isBelow(through + side * 2)).toBe(false);
        },
      ),
      { numRuns: 2_000, seed: 4 },
    );
  });
});

describe("E3: cross margin moved by one factor", () => {
  const btc = {
    side: 1,
    size: 0.1,
    entryPrice: 30_000,
    markPrice: 30_000,
    brackets: flat(0.01),
    beta: 1,
  } as const;
  const eth = {
    side: 1,
    size: 2,
    entryPrice: 1_500,
    markPrice: 1_500,
    brackets: flat(0.02),
    beta: 1.4,
  } as const;

  it("F03: triggers at -0.12842224", () => {
    const moves = factorMoves({ walletBalance: 1_000, positions: [btc, eth] });
    expectRelative(moves?.down, -0.12842224103866778, 1e-12);
    expect(moves?.up).toBeUndefined();
  });

  it("a hedged account is safe between two moves, an account below maintenance nowhere", () => {
    const short = { ...eth, side: -1 } as const;
    const moves = factorMoves({ walletBalance: 1_000, positions: [btc, short] });
    expect(moves?.down).toBeUndefined();
    expect(moves?.up).toBeGreaterThan(0);
    expect(factorMoves({ walletBalance: -10_000, positions: [btc, { ...btc, side: -1 }] })).toBeUndefined();
  });

  it("with beta 1 for one market it is that market's liquidation price", () => {
    fc.assert(
      fc.property(anyAccount, ({ walletBalance, positions }) => {
        const prices = crossLiquidationPrices({ walletBalance, positions });
        for (const [index, position] of positions.entries()) {
          const moved = positions.map((each, other) => ({ ...each, beta: other === index ? 1 : 0 }));
          const moves = factorMoves({ walletBalance, positions: moved });
          const move = position.side === 1 ? moves?.down : moves?.up;
          const price = prices[index];
          if (price === undefined) {
            expect(move === undefined || 1 + move <= 1e-9).toBe(true);
            continue;
          }
          const scale = (Math.abs(walletBalance) + grossOf(positions)) / position.size;
          expect(Math.abs(position.markPrice * (1 + (move ?? NaN)) - price)).toBeLessThanOrEqual(
            1e-9 * (price + scale),
          );
        }
      }),
      { numRuns: 2_000, seed: 5 },
    );
  });
});

describe("equity equals maintenance at the price (property 2)", () => {
  it("isolated", () => {
    fc.assert(
      fc.property(
        anySide,
        anySize,
        anyPrice,
        anyLeverage,
        anyBrackets,
        (side, size, entryPrice, leverage, brackets) => {
          const position = { side, size, entryPrice, margin: (size * entryPrice) / leverage };
          const price = isolatedLiquidationPrice({ ...position, brackets });
          if (price === undefined || price < entryPrice / 1000) return;
          const at = (markPrice: number): { equity: number; maintenanceMargin: number } => ({
            equity: isolatedEquity({ ...position, markPrice }),
            maintenanceMargin: maintenanceMargin({ rule: { kind: "brackets", brackets }, size, markPrice }),
          });
          expectRelative(at(price).equity, at(price).maintenanceMargin, 1e-9);
          expect(isLiquidatable(at(price * (1 - side * 1e-6)))).toBe(true);
          expect(isLiquidatable(at(price * (1 + side * 1e-6)))).toBe(false);
        },
      ),
      { numRuns: RUNS, seed: 6 },
    );
  });

  it("cross", () => {
    fc.assert(
      fc.property(anyAccount, ({ walletBalance, positions }) => {
        for (const [index, price] of crossLiquidationPrices({ walletBalance, positions }).entries()) {
          if (price === undefined) continue;
          const at = (markPrice: number): { equity: number; maintenanceMargin: number } =>
            accountAt(
              walletBalance,
              positions.map((each, other) => (other === index ? { ...each, markPrice } : each)),
            );
          const { equity, maintenanceMargin: maintenance } = at(price);
          const scale = Math.abs(walletBalance) + grossOf(positions) + positions[index].size * price;
          expect(Math.abs(equity - maintenance)).toBeLessThanOrEqual(
            1e-9 * Math.max(maintenance, 1e-3 * scale),
          );
          const side = positions[index].side;
          const beyond = price - (side * 1e-6 * scale) / positions[index].size;
          if (beyond > 0) expect(isLiquidatable(at(beyond))).toBe(true);
        }
      }),
      { numRuns: RUNS, seed: 7 },
    );
  });

  it("hedge: at both ends, and safe exactly between them", () => {
    const fields = {
      longSize: anySize,
      longEntryPrice: anyPrice,
      shortSize: anySize,
      shortEntryPrice: anyPrice,
    };
    const wallet = fc.integer({ min: -1_000_000, max: 50_000_000 });
    fc.assert(
      fc.property(fc.record({ ...fields, walletBalance: wallet, brackets: anyBrackets }), (account) => {
        const surplus = (price: number): number => {
          const { longSize, shortSize, longEntryPrice, shortEntryPrice, brackets } = account;
          const { equity, maintenanceMargin: maintenance } = accountAt(account.walletBalance, [
            { side: 1, size: longSize, entryPrice: longEntryPrice, markPrice: price, brackets },
            { side: -1, size: shortSize, entryPrice: shortEntryPrice, markPrice: price, brackets },
          ]);
          return equity - maintenance;
        };
        const gross = account.longSize * account.longEntryPrice + account.shortSize * account.shortEntryPrice;
        const scale = (price: number): number =>
          Math.abs(account.walletBalance) + gross + (account.longSize + account.shortSize) * price;
        const safe = hedgeSafePrices(account);
        expect(hedgeLiquidationPrice(account)).toBe(safe?.below ?? safe?.above);
        for (const end of [safe?.below, safe?.above]) {
          if (end !== undefined) expect(Math.abs(surplus(end))).toBeLessThanOrEqual(1e-9 * scale(end));
        }
        for (const price of [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]) {
          const inside =
            safe !== undefined && price >= (safe.below ?? 0) && price <= (safe.above ?? Infinity);
          if (inside) expect(surplus(price)).toBeGreaterThanOrEqual(-1e-9 * scale(price));
          else expect(surplus(price)).toBeLessThanOrEqual(1e-9 * scale(price));
        }
      }),
      { numRuns: RUNS, seed: 8 },
    );
  });
});

describe("hedge mode", () => {
  it("with one bracket is Binance's layout", () => {
    const account = {
      longSize: 3,
      longEntryPrice: 100,
      shortSize: 1,
      shortEntryPrice: 110,
      brackets: flat(0.01),
      walletBalance: 20,
      otherMaintenance: 3,
      otherProfit: 3,
    };
    expect(hedgeLiquidationPrice(account)).toBeCloseTo((20 - 300 + 110) / (0.03 + 0.01 - 3 + 1), 9);
  });

  it("with one leg is the one-way price", () => {
    const account = {
      longSize: 2,
      longEntryPrice: 100,
      shortSize: 0,
      shortEntryPrice: 100,
      brackets: BTC_2024,
    };
    const one = isolatedLiquidationPrice({
      side: 1,
      size: 2,
      entryPrice: 100,
      margin: 30,
      brackets: BTC_2024,
    });
    expectRelative(hedgeLiquidationPrice({ ...account, walletBalance: 30 }), one ?? NaN, 1e-12);
  });

  it("equal legs are liquidated by a rise, through their maintenance", () => {
    const legs = {
      longSize: 1,
      longEntryPrice: 100,
      shortSize: 1,
      shortEntryPrice: 100,
      brackets: flat(0.01),
    };
    expect(hedgeSafePrices({ ...legs, walletBalance: 4 })).toEqual({ below: undefined, above: 200 });
    expect(hedgeSafePrices({ ...legs, walletBalance: -4 })).toBeUndefined();
  });
});

describe("scale", () => {
  it("property 10: prices, cash and brackets times k move the price by k", () => {
    fc.assert(
      fc.property(anyAccount, fc.integer({ min: -6, max: 10 }), ({ walletBalance, positions }, exponent) => {
        const k = 2 ** exponent;
        const scaled = positions.map((position) => ({
          ...position,
          entryPrice: position.entryPrice * k,
          markPrice: position.markPrice * k,
          brackets: marginalBrackets(
            position.brackets.map((bracket) => ({
              notionalFloor: bracket.notionalFloor * k,
              maintenanceRate: bracket.maintenanceRate,
              maxLeverage: bracket.maxLeverage,
            })),
          ),
        }));
        const prices = crossLiquidationPrices({ walletBalance: walletBalance * k, positions: scaled });
        expect(prices).toEqual(
          crossLiquidationPrices({ walletBalance, positions }).map((price) =>
            price === undefined ? undefined : price * k,
          ),
        );
      }),
      { numRuns: RUNS, seed: 11 },
    );
  });
});

describe("bad input", () => {
  const long = { side: 1, size: 1, entryPrice: 100, margin: 10, brackets: flat(0.01) } as const;
  const hedge = {
    longSize: 1,
    longEntryPrice: 1,
    shortSize: 1,
    shortEntryPrice: 1,
    brackets: flat(0.01),
    walletBalance: 1,
  };
  it.each<[string, () => unknown, string]>([
    ["NaN entry", () => isolatedLiquidationPrice({ ...long, entryPrice: NaN }), "entryPrice"],
    ["no size", () => isolatedLiquidationPrice({ ...long, size: 0 }), "size"],
    ["negative size", () => isolatedLiquidationPrice({ ...long, size: -1 }), "size"],
    ["infinite margin", () => isolatedLiquidationPrice({ ...long, margin: Infinity }), "margin"],
    [
      "unsorted brackets",
      () => isolatedLiquidationPrice({ ...long, brackets: [...BTC_2024].reverse() }),
      "brackets[0].notionalFloor",
    ],
    ["NaN wallet", () => crossLiquidationPrices({ walletBalance: NaN, positions: [] }), "walletBalance"],
    [
      "a bad mark of many",
      () => crossLiquidationPrices({ walletBalance: 1, positions: [{ ...long, markPrice: 0 }] }),
      "positions[0].markPrice",
    ],
    [
      "negative maintenance",
      () => crossLiquidationPrice({ ...long, walletBalance: 1, otherMaintenance: -1, otherProfit: 0 }),
      "otherMaintenance",
    ],
    [
      "two empty legs",
      () => hedgeSafePrices({ ...hedge, longSize: 0, shortSize: 0 }),
      "longSize + shortSize",
    ],
    ["no tick", () => firstLiquidationTick({ side: 1, liquidationPrice: 1, tickSize: 0 }), "tickSize"],
    [
      "betas that are all 0",
      () => factorMoves({ walletBalance: 1, positions: [{ ...long, markPrice: 1, beta: 0 }] }),
      "positions",
    ],
  ])("refuses %s", (_, call, path) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(
      new RegExp(`^${path.replaceAll(/[[\]+.]/g, String.raw`\$&`)}: invalid argument \\(expected `),
    );
  });
});

interface AnyPosition extends MarkedPosition {
  readonly brackets: readonly Bracket[];
}

const anyAccount = fc
  .record({
    positions: fc.array(
      fc.record<AnyPosition>({
        side: anySide,
        size: anySize,
        entryPrice: anyPrice,
        markPrice: anyPrice,
        brackets: anyBrackets,
      }),
      { minLength: 1, maxLength: 4 },
    ),
    leverage: anyLeverage,
  })
  .map(({ positions, leverage }) => ({ positions, walletBalance: grossOf(positions) / leverage }));

function grossOf(positions: readonly AnyPosition[]): number {
  return positions.reduce((sum, each) => sum + each.size * Math.max(each.entryPrice, each.markPrice), 0);
}

function accountAt(
  walletBalance: number,
  positions: readonly AnyPosition[],
): { equity: number; maintenanceMargin: number } {
  return {
    equity: crossEquity({ walletBalance, positions }),
    maintenanceMargin: crossMaintenanceMargin(
      positions.map(({ size, markPrice, brackets }) => ({
        size,
        markPrice,
        rule: { kind: "brackets", brackets } as const,
      })),
    ),
  };
}

function expectRelative(found: number | undefined, expected: number, tolerance: number): void {
  expect(Math.abs((found ?? NaN) - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}
