/**
 * The margin index never misses a liquidation and never invents one: 1,000 random paths of 100 steps and 40 accounts
 * with funding, fees, fills, liquidations, collateral prices and haircuts, against a full re-check after every step.
 * `npm run bench -- margin-index --full` plays the long form: 1,000 paths of 1,000 steps and 100 accounts.
 */
import { describe, expect, it } from "vitest";
import {
  MarginIndex,
  emptyBelowMaintenance,
  holdingQuanta,
  maintenanceQuanta,
  recheckAll,
  tierTable,
  type MarginColumns,
} from "@undertow/core";
import {
  BandLadder,
  FALLING,
  RISING,
  drawer,
  ladderColumns,
  marginWorld,
  playMarginPath,
} from "@undertow/core/testing";

const PATHS = 1000;

describe("margin index against the full re-check", () => {
  it(`finds the same positions on ${PATHS} random paths`, () => {
    let found = 0;
    let checked = 0;
    let rechecked = 0;
    for (let seed = 1; seed <= PATHS; seed++) {
      const path = playMarginPath({ seed, steps: 100, accounts: 40 });
      if (path.difference !== "") throw new Error(path.difference);
      expect(path.missed + path.spurious).toBe(0);
      found += path.found;
      checked += path.checked;
      rechecked += path.rechecked;
    }
    expect(found).toBeGreaterThan(100_000);
    // Not by looking at everybody.
    expect(checked).toBeLessThan(rechecked / 4);
  });

  it("repeats a path by its seed, and plays another for another seed", () => {
    const hash = (seed: number): string => playMarginPath({ seed }).hash;
    expect(hash(7)).toBe(hash(7));
    expect(hash(7)).not.toBe(hash(8));
  });

  it("allows for the rounding of many small amounts, on 3,000 accounts of five shorts and four holdings", () => {
    const draw = drawer(11);
    let found = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const columns = smallShorts(
        draw.whole(1, 3),
        draw.whole(20, 2000),
        draw.whole(1, 300),
        draw.whole(1, 400),
      );
      const index = new MarginIndex(columns);
      const full = emptyBelowMaintenance(5);
      index.check();
      for (let turn = 0; turn < 200 && full.count === 0; turn++) {
        for (let market = 0; market < 5; market++) {
          if (draw.share() < 0.5) index.moveMark(market, columns.markets.markTicks[market] + 1);
        }
        for (let asset = 0; asset < 4; asset++) {
          const priceTicks = Math.max(1, columns.collateral!.priceTicks[asset] - 1);
          if (draw.share() < 0.5) index.moveCollateral(asset, { priceTicks });
        }
        recheckAll(columns, 1, full);
        if (index.check() !== full.count) throw new Error(`trial ${trial}, turn ${turn}: missed`);
      }
      found += full.count;
    }
    expect(found).toBeGreaterThan(2000);
  });
});

/** A cross account with a short of a few lots in each of five markets, a few units of four assets, and little slack. */
function smallShorts(lots: number, mark: number, slack: number, permille: number): MarginColumns {
  const table = tierTable([
    { floorQuanta: 0, maxLeverage: 1, maintenancePpm: permille * 1000, maintenanceAmountQuanta: 0 },
  ]);
  const needed = 5 * maintenanceQuanta(table, lots * mark, 1);
  const collateral = {
    priceTicks: new Float64Array(4).fill(mark),
    ratioPpm: new Float64Array(4).fill(1_000_000 - permille * 1000),
    liabilityPpm: new Float64Array(4).fill(1_000_000),
    quantaPerTickUnit: new Float64Array(4).fill(1),
    firstHolding: Int32Array.of(0),
    account: new Int32Array(4),
    asset: Int32Array.of(0, 1, 2, 3),
    nextOfAccount: Int32Array.of(1, 2, 3, -1),
    units: new Float64Array(4).fill(lots),
  };
  const counted = [0, 1, 2, 3].reduce((sum, holding) => sum + holdingQuanta(collateral, holding), 0);
  return {
    accounts: {
      cash: Float64Array.of(needed + slack - counted),
      cross: Uint8Array.of(1),
      firstSlot: Int32Array.of(0),
      weight: Float64Array.of(1),
    },
    slots: {
      account: new Int32Array(5),
      market: Int32Array.of(0, 1, 2, 3, 4),
      nextOfAccount: Int32Array.of(1, 2, 3, 4, -1),
      lots: new Float64Array(5).fill(-lots),
      cost: new Float64Array(5).fill(-lots * mark),
      margin: new Float64Array(5),
    },
    markets: {
      perpetual: new Uint8Array(5).fill(1),
      quantaPerTickLot: new Float64Array(5).fill(1),
      tiers: [table, table, table, table, table],
      markTicks: new Float64Array(5).fill(mark),
    },
    collateral,
  };
}

describe("the full re-check", () => {
  it("agrees with the definitions in BigInt on 500 random worlds", () => {
    let found = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const draw = drawer(seed);
      const columns = marginWorld(draw, 20);
      columns.funding?.index.forEach((_, market) => {
        columns.funding!.index[market] = draw.whole(-1_000_000_000, 1_000_000_000);
      });
      const out = emptyBelowMaintenance(columns.slots.account.length);
      recheckAll(columns, 20, out);
      expect([...out.account.subarray(0, out.count)]).toEqual(accountsBelow(columns));
      found += out.count;
    }
    expect(found).toBeGreaterThan(1000);
  });
});

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));
const ceilDiv = (a: bigint, b: bigint): bigint => -floorDiv(-a, b);

/** Accounts below maintenance, once per isolated position and once per cross account. */
function accountsBelow(columns: MarginColumns): number[] {
  const { accounts, slots, collateral } = columns;
  return [...accounts.cash.keys()].flatMap((account) => {
    const own = [...slots.account.keys()].filter((slot) => slots.account[slot] === account);
    const parts = own.flatMap((slot) => partOf(columns, slot)).filter((part) => part !== undefined);
    if (accounts.cross[account] === 0) {
      const hit = parts.filter((part) => BigInt(slots.margin[part.slot]) + part.profit < part.needed);
      return hit.map(() => account);
    }
    let equity = parts.reduce((sum, part) => sum + part.profit, BigInt(accounts.cash[account]));
    for (const holding of collateral?.account.keys() ?? []) {
      if (collateral!.account[holding] !== account) continue;
      const asset = collateral!.asset[holding];
      const units = BigInt(collateral!.units[holding]);
      const value = units * BigInt(collateral!.priceTicks[asset] * collateral!.quantaPerTickUnit[asset]);
      const weight = units < 0n ? collateral!.liabilityPpm[asset] : collateral!.ratioPpm[asset];
      equity += floorDiv(value * BigInt(weight), 1_000_000n);
    }
    const needed = parts.reduce((sum, part) => sum + part.needed, 0n);
    return needed > 0n && equity < needed ? [account] : [];
  });
}

/** Profit less accrued funding, and maintenance margin, of a slot that holds a perpetual position. */
function partOf(columns: MarginColumns, slot: number) {
  const { accounts, slots, markets, funding } = columns;
  const market = slots.market[slot];
  if (markets.perpetual[market] === 0 || slots.lots[slot] === 0) return [];
  const lots = BigInt(slots.lots[slot]);
  const value = lots * BigInt(markets.markTicks[market]) * BigInt(markets.quantaPerTickLot[market]);
  const moved = BigInt((funding?.index[market] ?? 0) - (funding?.settled[slot] ?? 0));
  const profit = value - BigInt(slots.cost[slot]) - ceilDiv(lots * moved, 1_000_000n);
  const notional = value < 0n ? -value : value;
  const { floorQuanta, maintenancePpm, maintenanceAmountQuanta } = markets.tiers[market];
  const weight = BigInt(accounts.weight[slots.account[slot]]);
  let tier = 0;
  while (tier + 1 < floorQuanta.length && BigInt(floorQuanta[tier + 1]) * weight < notional) tier++;
  const gross = ceilDiv(notional * BigInt(maintenancePpm[tier]), 1_000_000n);
  return [{ slot, profit, needed: gross - BigInt(maintenanceAmountQuanta[tier]) * weight }];
}

describe("band ladder", () => {
  it("takes off what a plain scan finds, at any size and sign of keys, wherever the value jumps", () => {
    const ROWS = 300;
    for (const [scale, width] of [
      [1, 1],
      [1000, 7],
      [1e12, 1e9],
    ] as const) {
      const columns = ladderColumns(ROWS);
      const ladder = new BandLadder(columns, { buckets: 64, width });
      const draw = drawer(scale);
      const filed = new Map<number, { key: number; side: 1 | -1 }>();
      const out = new Int32Array(ROWS);
      let value = 0;
      let fired = 0;
      for (let turn = 0; turn < 4000; turn++) {
        for (let k = 0; k < 3; k++) {
          const row = draw.whole(0, ROWS - 1);
          const side = draw.pick([FALLING, RISING] as const);
          const key = value - side * Math.round(scale * draw.whole(-2, 200) * draw.share());
          if (draw.share() < 0.1) {
            ladder.clear(row);
            filed.delete(row);
          } else {
            ladder.file(row, key, side);
            filed.set(row, { key, side });
          }
        }
        value += Math.round(scale * (draw.share() < 0.02 ? 400 : 6) * (2 * draw.share() - 1));
        const found = [...out.subarray(0, ladder.collect(value, out, 0))].sort((a, b) => a - b);
        const expected = [...filed].filter(([, { key, side }]) => side * value <= side * key);
        expect(found).toEqual(expected.map(([row]) => row).sort((a, b) => a - b));
        for (const row of found) filed.delete(row);
        fired += found.length;
      }
      expect(fired).toBeGreaterThan(2000);
    }
  });

  it("files a band so that its room is free, and keeps a key that is not late and not far too early", () => {
    const ladder = new BandLadder(ladderColumns(1), { buckets: 64, width: 1 });
    const out = new Int32Array(1);
    const firesAt = (value: number): boolean => ladder.collect(value, out, 0) === 1;
    ladder.fileBand(0, 1000, 10, FALLING);
    expect([firesAt(990), firesAt(989)]).toEqual([false, true]);
    ladder.fileBand(0, 1000, 10, RISING);
    expect([firesAt(1010), firesAt(1011)]).toEqual([false, true]);
    ladder.fileBand(0, 1000, 10, FALLING);
    // 5 of the 8 that are free now: kept at 989.
    ladder.fileBand(0, 995, 8, FALLING);
    expect([firesAt(990), firesAt(989)]).toEqual([false, true]);
    ladder.fileBand(0, 1000, 10, FALLING);
    // 9 would be free under the old key, 4 are allowed.
    ladder.fileBand(0, 999, 4, FALLING);
    expect([firesAt(995), firesAt(994)]).toEqual([false, true]);
  });
});
