/** The margin index on accounts small enough to follow by hand: who is looked at, when, and what it refuses. */
import { describe, expect, it } from "vitest";
import {
  MarginIndex,
  UserError,
  accruedFundingQuanta,
  collateralQuanta,
  collateralValue,
  fundingPayment,
  settleFunding,
  tierTable,
  type MarginColumns,
  type TierRow,
} from "@undertow/core";

const FLAT: readonly TierRow[] = [
  { floorQuanta: 0, maxLeverage: 100, maintenancePpm: 10_000, maintenanceAmountQuanta: 0 },
];
/** Whole notional at 10 % above 2,000 quanta: not continuous. */
const STEPS: readonly TierRow[] = [
  ...FLAT,
  { floorQuanta: 2000, maxLeverage: 10, maintenancePpm: 100_000, maintenanceAmountQuanta: 0 },
];

interface Row {
  readonly lots: number;
  readonly market?: number;
  /** Margin of an isolated position; left out for cross. */
  readonly margin?: number;
}

/** One account per list of rows, entered at a mark of 1,000 in every market, one quantum per tick and lot. */
function columnsOf(
  lists: readonly (readonly Row[])[],
  cash: number,
  extra: Partial<MarginColumns> & { readonly tiers?: readonly TierRow[] } = {},
): MarginColumns {
  const { tiers = FLAT, ...rest } = extra;
  const rows = lists.flatMap((list, account) => list.map((row) => ({ account, ...row })));
  const firstOf = (account: number): number => rows.findIndex((row) => row.account === account);
  return {
    accounts: {
      cash: new Float64Array(lists.length).fill(cash),
      cross: Uint8Array.from(lists, (list) => (list[0]?.margin === undefined ? 1 : 0)),
      firstSlot: Int32Array.from(lists, (_, account) => firstOf(account)),
      weight: new Float64Array(lists.length).fill(1),
    },
    slots: {
      account: Int32Array.from(rows, (row) => row.account),
      market: Int32Array.from(rows, (row) => row.market ?? 0),
      nextOfAccount: Int32Array.from(rows, (row, slot) =>
        rows[slot + 1]?.account === row.account ? slot + 1 : -1,
      ),
      lots: Float64Array.from(rows, (row) => row.lots),
      cost: Float64Array.from(rows, (row) => row.lots * 1000),
      margin: Float64Array.from(rows, (row) => row.margin ?? 0),
    },
    markets: {
      perpetual: Uint8Array.of(1, 1),
      quantaPerTickLot: Float64Array.of(1, 1),
      tiers: [tierTable(tiers), tierTable(tiers)],
      markTicks: Float64Array.of(1000, 1000),
    },
    ...rest,
  };
}

const fundingFor = (slots: number): NonNullable<MarginColumns["funding"]> => ({
  index: new Float64Array(2),
  settled: new Float64Array(slots),
});

/** Units of asset 0 and asset 1 in account 0, at 500 and 1 quanta, counted at 95 % and 90 %. */
const collateralFor = (first: number, second: number): NonNullable<MarginColumns["collateral"]> => ({
  priceTicks: Float64Array.of(500, 1),
  ratioPpm: Float64Array.of(950_000, 900_000),
  liabilityPpm: Float64Array.of(1_000_000, 1_000_000),
  quantaPerTickUnit: Float64Array.of(1, 1),
  firstHolding: Int32Array.of(0),
  account: Int32Array.of(0, 0),
  asset: Int32Array.of(0, 1),
  nextOfAccount: Int32Array.of(1, -1),
  units: Float64Array.of(first, second),
});

/** Moves market 0 from its mark one tick at a time until somebody is below maintenance; returns that mark. */
function walkUntilBelow(index: MarginIndex, columns: MarginColumns, step: 1 | -1): number {
  for (let mark = columns.markets.markTicks[0] + step; mark > 0 && mark < 5000; mark += step) {
    index.moveMark(0, mark);
    if (index.check() > 0) return mark;
  }
  return 0;
}

describe("isolated positions", () => {
  it("are found at the first mark with equity strictly below maintenance, and looked at once before", () => {
    // 10 lots at 1,000 with 1,000 of margin: equity = 1,000 + 10 (p - 1,000), maintenance = p / 10, equal at 909.09.
    const columns = columnsOf([[{ lots: 10, margin: 1000 }]], 0);
    const index = new MarginIndex(columns);
    expect(index.check()).toBe(0);
    expect(walkUntilBelow(index, columns, -1)).toBe(909);
    expect([index.below.slot[0], index.below.account[0]]).toEqual([0, 0]);
    expect(index.below.ratio[0]).toBeCloseTo(90 / 91, 12);
    expect(index.checked).toBeLessThanOrEqual(3);
  });

  it("stand at equality of equity and maintenance", () => {
    const columns = columnsOf([[{ lots: 100, margin: 2980 }]], 0);
    const index = new MarginIndex(columns);
    index.check();
    index.moveMark(0, 980);
    // 100 lots: 2,980 - 2,000 = 980 = 1 % of 98,000.
    expect(index.check()).toBe(0);
    index.moveMark(0, 979);
    expect(index.check()).toBe(1);
  });

  it("on the short side are found on the way up", () => {
    // 1,000 - 10 (p - 1,000) < p / 10 above 1,089.1.
    const columns = columnsOf([[{ lots: -10, margin: 1000 }]], 0);
    const index = new MarginIndex(columns);
    index.check();
    expect(walkUntilBelow(index, columns, 1)).toBe(1090);
  });

  it("stay listed until they are repaired", () => {
    const columns = columnsOf([[{ lots: 10, margin: 1000 }]], 0);
    const index = new MarginIndex(columns);
    index.moveMark(0, 905);
    expect([index.check(), index.check(), index.dueCount]).toEqual([1, 1, 1]);
    columns.slots.margin[0] += 500;
    expect([index.check(), index.dueCount]).toEqual([0, 0]);
  });

  it("are found when funding alone uses up their margin", () => {
    const columns = columnsOf([[{ lots: 10, margin: 1000 }]], 0, { funding: fundingFor(1) });
    const index = new MarginIndex(columns);
    index.check();
    let paid = 0;
    // A tenth of a quantum a lot each time: one quantum on 10 lots.
    for (; index.check() === 0 && paid < 2000; paid++) index.moveFunding(0, (paid + 1) * 100_000);
    // Equity 1,000 - paid < maintenance 100 after 901.
    expect(paid).toBe(901);
    expect(index.checked).toBeLessThan(100);
  });
});

describe("cross accounts", () => {
  it("are left alone while no value leaves its band", () => {
    const columns = columnsOf([[{ lots: 10 }, { lots: -10, market: 1 }]], 2200);
    const index = new MarginIndex(columns);
    index.check();
    const before = index.checked;
    // Slack 2,000 over a sensitivity of about 20,100: nobody is looked at within 9 % either way.
    for (const [market, ticks] of [
      [0, 915],
      [1, 1085],
      [0, 1500],
      [1, 300],
      [0, 950],
    ] as const) {
      index.moveMark(market, ticks);
      index.check();
    }
    expect(index.checked).toBe(before);
    index.moveMark(0, 890);
    index.check();
    expect(index.checked).toBe(before + 1);
  });

  it("name the position with the largest maintenance when they are below it", () => {
    const columns = columnsOf([[{ lots: 5 }, { lots: 10, market: 1 }]], 1000);
    const index = new MarginIndex(columns);
    index.check();
    index.moveMark(0, 900);
    index.moveMark(1, 950);
    // Equity 1,000 - 500 - 500 = 0.
    expect(index.check()).toBe(1);
    expect([index.below.slot[0], index.below.ratio[0]]).toEqual([1, 0]);
  });

  it("are found when a haircut alone uses up their slack", () => {
    const columns = columnsOf([[{ lots: 10 }]], 0, { collateral: collateralFor(2, 1000) });
    expect(collateralQuanta(columns, 0)).toBe(
      collateralValue([
        { balance: 2, price: 500, ratio: 0.95 },
        { balance: 1000, price: 1, ratio: 0.9 },
      ]),
    );
    const index = new MarginIndex(columns);
    expect(index.check()).toBe(0);
    index.moveCollateral(0, { ratioPpm: 0 });
    expect(index.check()).toBe(0);
    // 100 of maintenance: 1,000 units must count for at least a tenth.
    index.moveCollateral(1, { ratioPpm: 100_000 });
    expect(index.check()).toBe(0);
    index.moveCollateral(1, { ratioPpm: 99_999 });
    expect(index.check()).toBe(1);
  });

  it("are found when what they have borrowed rises", () => {
    const columns = columnsOf([[{ lots: 10 }]], 800, { collateral: collateralFor(-1, 0) });
    const index = new MarginIndex(columns);
    expect(index.check()).toBe(0);
    index.moveCollateral(0, { priceTicks: 700 });
    expect(index.check()).toBe(0);
    index.moveCollateral(0, { liabilityPpm: 1_002_000 });
    // 800 - 701.4, rounded against the account, is 98 < 100.
    expect(index.check()).toBe(1);
  });

  it("are found when a rising mark lifts a long over the edge of a step table", () => {
    // 2 lots at 1,000 need 20; from 1,001 on they need 10 % of 2,002.
    const columns = columnsOf([[{ lots: 2 }]], 100, { tiers: STEPS });
    const index = new MarginIndex(columns);
    expect(index.check()).toBe(0);
    index.moveMark(0, 1001);
    expect(index.check()).toBe(1);
  });

  it("without positions are no concern, and neither are accounts that are not watched", () => {
    const columns = columnsOf([[{ lots: 0 }], [{ lots: 10 }], [{ lots: 10 }]], -50);
    const index = new MarginIndex(columns, { watched: 2 });
    expect(index.check()).toBe(1);
    expect(index.below.account[0]).toBe(1);
    index.touch(2);
    expect([index.check(), index.isDue(1), index.isDue(2)]).toEqual([1, true, false]);
  });
});

describe("an index told how much there can be", () => {
  const columns = () => columnsOf([[{ lots: 10 }], [{ lots: 10 }]], -50);

  it("finds the same with room for one slot a market and account", () => {
    const index = new MarginIndex(columns(), { slotsOfMarket: 2, positions: 2 });
    expect(index.check()).toBe(2);
    expect(index.below.slot).toHaveLength(2);
  });

  it("ends the run when there is more than it was told", () => {
    expect(() => new MarginIndex(columns(), { positions: 1 }).check()).toThrow(
      "more than 1 positions below maintenance",
    );
  });
});

describe("funding", () => {
  it("accrues and settles what the formula says, payers up and receivers down", () => {
    const columns = columnsOf([[{ lots: 2, margin: 300 }], [{ lots: -1 }], [{ lots: -1 }]], 0, {
      funding: fundingFor(3),
    });
    const index = new MarginIndex(columns);
    // 0.25 quanta a lot.
    index.moveFunding(0, 250_000);
    expect([0, 1, 2].map((slot) => accruedFundingQuanta(columns, slot))).toEqual([1, 0, 0]);
    // 0.01 % of 1,000 is 0.1 quanta a lot, here on 20 lots.
    columns.slots.lots[0] = 20;
    columns.funding!.settled[0] = 150_000;
    expect(accruedFundingQuanta(columns, 0)).toBe(-fundingPayment({ size: 20, price: 1000, rate: 0.0001 }));
    expect(settleFunding(columns, 0)).toBe(2);
    expect([columns.slots.margin[0], accruedFundingQuanta(columns, 0)]).toEqual([298, 0]);
  });
});

describe("bad input", () => {
  const index = new MarginIndex(
    columnsOf([[{ lots: 1 }]], 100, { funding: fundingFor(1), collateral: collateralFor(1, 1) }),
  );

  it.each<[string, () => void, string]>([
    ["a mark of 0", () => index.moveMark(0, 0), "ticks"],
    ["a mark of NaN", () => index.moveMark(0, NaN), "ticks"],
    ["half a tick", () => index.moveMark(0, 999.5), "ticks"],
    ["an infinite funding index", () => index.moveFunding(0, Infinity), "index"],
    ["a haircut below 0", () => index.moveCollateral(0, { ratioPpm: 1_000_001 }), "ratioPpm"],
    [
      "a liability counted at less than all",
      () => index.moveCollateral(0, { liabilityPpm: 0 }),
      "liabilityPpm",
    ],
    ["a negative collateral price", () => index.moveCollateral(0, { priceTicks: -1 }), "priceTicks"],
  ])("refuses %s", (_, act, path) => {
    expect(act).toThrow(UserError);
    expect(act).toThrow(path);
  });

  it("refuses columns of different lengths and moves of what it does not have", () => {
    const columns = columnsOf([[{ lots: 1 }]], 100);
    const short = { ...columns, accounts: { ...columns.accounts, weight: new Float64Array(2) } };
    expect(() => new MarginIndex(short)).toThrow("accounts: columns differ in length");
    expect(() => new MarginIndex(columns).moveFunding(0, 1)).toThrow("no funding columns");
    expect(() => new MarginIndex(columns).moveCollateral(0, {})).toThrow("no collateral columns");
  });
});
