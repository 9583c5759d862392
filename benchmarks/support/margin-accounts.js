/**
 * Accounts, positions and price paths for the margin benchmarks, drawn from fixed seeds.
 *
 * Columns as `MarginIndex` reads them: a million accounts with one isolated position each, or cross accounts in ten
 * markets with two collateral assets and accruing funding.
 */
import { tierTable } from "@undertow/core";
import { drawer } from "@undertow/core/testing";

/** Binance BTCUSDT brackets of 2020, in quanta of 1e-6 USDT. */
export const TIERS = tierTable([
  { floorQuanta: 0, maxLeverage: 125, maintenancePpm: 4000, maintenanceAmountQuanta: 0 },
  { floorQuanta: 50_000e6, maxLeverage: 100, maintenancePpm: 5000, maintenanceAmountQuanta: 50e6 },
  { floorQuanta: 250_000e6, maxLeverage: 50, maintenancePpm: 10_000, maintenanceAmountQuanta: 1300e6 },
  { floorQuanta: 1_000_000e6, maxLeverage: 20, maintenancePpm: 25_000, maintenanceAmountQuanta: 16_300e6 },
]);
/** 80,000 USDT in ticks of 0.1, lots of 0.001: 100 quanta a tick and lot. */
export const START_TICKS = 800_000;
export const LOT_QUANTA = 100;
export const MARKETS = 10;
export const ASSETS = 2;

/** One account and one position each, three longs to a short, entered up to 5 % from the mark at leverage 2 to 125. */
export function isolatedColumns(count, seed) {
  const draw = drawer(seed);
  const lots = new Float64Array(count);
  const cost = new Float64Array(count);
  const margin = new Float64Array(count);
  for (let slot = 0; slot < count; slot++) {
    const entry = START_TICKS + draw.whole(-START_TICKS * 0.05, START_TICKS * 0.05);
    const size = 1 + Math.floor(3000 * draw.share() * draw.share() * draw.share());
    const long = draw.share() < 0.75;
    lots[slot] = long ? size : -size;
    cost[slot] = lots[slot] * entry * LOT_QUANTA;
    // Backed by its initial margin and by what the mark has already taken.
    const lost = Math.max(0, cost[slot] - lots[slot] * START_TICKS * LOT_QUANTA);
    margin[slot] = lost + Math.ceil(Math.abs(cost[slot]) / (2 + 123 * draw.share() * draw.share()));
  }
  return {
    accounts: accountColumns(count, 0, 1),
    slots: { ...slotColumns(count, 1), lots, cost, margin },
    markets: marketColumns([START_TICKS]),
  };
}

/** Ten positions an account, equity of 0.6 % to 151 % of the notional, two assets as collateral beside cash. */
export function crossColumns(count) {
  const draw = drawer(4);
  const marks = Array.from({ length: MARKETS }, () => draw.whole(20_000, START_TICKS));
  const slots = { ...slotColumns(count, MARKETS), margin: new Float64Array(count * MARKETS) };
  const accounts = accountColumns(count, 1, MARKETS);
  const units = new Float64Array(count * ASSETS);
  for (let account = 0; account < count; account++) {
    let notional = 0;
    for (let market = 0; market < MARKETS; market++) {
      const size = Math.ceil((draw.whole(1, 40) * START_TICKS) / marks[market]);
      const slot = account * MARKETS + market;
      slots.lots[slot] = draw.share() < 0.75 ? size : -size;
      slots.cost[slot] = slots.lots[slot] * marks[market] * LOT_QUANTA;
      notional += Math.abs(slots.cost[slot]);
    }
    const equity = notional * (0.006 + 1.5 * draw.share() * draw.share());
    accounts.cash[account] = Math.round(equity * 0.7);
    for (let asset = 0; asset < ASSETS; asset++) {
      units[account * ASSETS + asset] = Math.round((equity * 0.15) / (marks[asset] * LOT_QUANTA * 0.9));
    }
  }
  const { account, market: asset, nextOfAccount } = slotColumns(count, ASSETS);
  return {
    accounts,
    slots,
    markets: marketColumns(marks),
    funding: { index: new Float64Array(MARKETS), settled: new Float64Array(count * MARKETS) },
    collateral: {
      priceTicks: Float64Array.from(marks.slice(0, ASSETS)),
      ratioPpm: Float64Array.of(950_000, 900_000),
      liabilityPpm: new Float64Array(ASSETS).fill(1_000_000),
      quantaPerTickUnit: new Float64Array(ASSETS).fill(LOT_QUANTA),
      firstHolding: Int32Array.from({ length: count }, (_, owner) => owner * ASSETS),
      account,
      asset,
      nextOfAccount,
      units,
    },
  };
}

function accountColumns(count, cross, slotsEach) {
  return {
    cash: new Float64Array(count),
    cross: new Uint8Array(count).fill(cross),
    firstSlot: Int32Array.from({ length: count }, (_, account) => account * slotsEach),
    weight: new Float64Array(count).fill(1),
  };
}

function slotColumns(accounts, each) {
  const column = (value) => Int32Array.from({ length: accounts * each }, (_, slot) => value(slot));
  return {
    account: column((slot) => Math.floor(slot / each)),
    market: column((slot) => slot % each),
    nextOfAccount: column((slot) => (slot % each === each - 1 ? -1 : slot + 1)),
    lots: new Float64Array(accounts * each),
    cost: new Float64Array(accounts * each),
  };
}

function marketColumns(marks) {
  return {
    perpetual: new Uint8Array(marks.length).fill(1),
    quantaPerTickLot: new Float64Array(marks.length).fill(LOT_QUANTA),
    tiers: marks.map(() => TIERS),
    markTicks: Float64Array.from(marks),
  };
}

/** Marks inside a corridor around the start, a basis point or so apart. */
export function corridor(count, half) {
  const draw = drawer(5);
  let ticks = START_TICKS;
  return Float64Array.from({ length: count }, () => {
    ticks += draw.whole(-150, 150);
    ticks = Math.max(START_TICKS - half, Math.min(START_TICKS + half, ticks));
    return ticks;
  });
}

/** One factor and one part of its own for each coin; collateral follows the first coins. */
export function nextValues({ markets, funding, collateral }, draw) {
  const noise = () => draw.share() + draw.share() + draw.share() - 1.5;
  const common = noise();
  const step = (ticks, own) => Math.max(1, Math.round(ticks * (1 + 0.00015 * (common + own))));
  const own = Array.from({ length: MARKETS }, noise);
  return {
    marks: own.map((part, market) => step(markets.markTicks[market], part)),
    prices: own.slice(0, ASSETS).map((part, asset) => step(collateral.priceTicks[asset], part)),
    funding: own.map((part, market) => {
      const lotMicros = markets.markTicks[market] * LOT_QUANTA * 1e6;
      return funding.index[market] + Math.round(lotMicros * 1e-6 * (0.2 + part));
    }),
  };
}

/** Takes a position out of the columns. */
export function close({ slots }, index, slot) {
  slots.lots[slot] = slots.cost[slot] = slots.margin[slot] = 0;
  index.touch(slots.account[slot]);
}

/** Takes all positions of an account out of the columns. */
export function closeAccount(columns, index, account) {
  for (let market = 0; market < MARKETS; market++) close(columns, index, account * MARKETS + market);
}
