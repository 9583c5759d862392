/**
 * Coins and their two markets each, in ticks, lots and quanta.
 *
 * Market 2k is the spot pair of coin k, market 2k + 1 its perpetual. One tick of one lot must be a whole number
 * of quanta, so that every notional is an integer.
 */
import type { CoinSpec, MarginTier, MarketSpec } from "@undertow/core";
import { quantaPerUnit } from "../loading/load-scenario.ts";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import type { CoinData } from "../schema/scenario-schema.ts";
import type { RunRules } from "../venues/run-rules.ts";
import type { DrawnPopulation } from "./populations.ts";

/** Highest price a book accepts, as a multiple of the start price. */
const PRICE_ROOM = 3;
/** Resting orders allowed for beside those that agents are sized for. */
const SPARE_ORDERS = 1024;
/** Resting orders in one market of an agent that does not say how many levels it quotes, */
const USUAL_ORDERS = 12;
/** and how many agents of one such population are taken to rest orders at once: crowds trade at market. */
const MOST_RESTING_AGENTS = 2000;
/** Resting orders in one market of an agent that quotes a ladder. */
const LADDER_ORDERS = 48;
const MILLION = 1_000_000;

/** The scenario's coins, in file order. */
export function coinSpecs(scenario: ResolvedScenario): CoinSpec[] {
  return Object.entries(scenario.coins).map(([name, coin]) => ({
    name,
    startPrice: coin.price,
    preCrashBeta: coin.preCrashBeta,
    preCrashDailyVolatility: coin.dailyVolatility,
  }));
}

/** Spot and perpetual of every coin. */
export function marketSpecs(
  scenario: ResolvedScenario,
  populations: readonly DrawnPopulation[],
): MarketSpec[] {
  const quanta = quantaPerUnit(scenario);
  const { profile, venue } = scenario;
  const fees = (fee: { maker: number; taker: number }): ReturnType<typeof feesPpm> =>
    feesPpm({ ...fee, maker: venue.makerFee ?? fee.maker });
  return Object.entries(scenario.coins).flatMap(([name, coin], index) => {
    const tiers = marginTiers(profile, name, quanta);
    const orderCapacity = capacity(populations, index);
    const spot = { tick: coin.spot?.tick ?? coin.tick, lot: coin.spot?.lot ?? coin.lot };
    const impact = Math.round(profile.impactNotional[name] * quanta);
    const common = { coin: index, orderCapacity, priceBandPpm: Math.round(profile.priceBand * MILLION) };
    return [
      {
        ...common,
        venue: 0,
        name: `${name}-SPOT`,
        kind: "spot",
        ...grid(coin.price, spot, quanta),
        ...fees(profile.fees.spot),
        tiers: [],
        impactNotionalQuanta: impact,
      },
      {
        ...common,
        venue: 0,
        name: `${name}-PERP`,
        kind: "perpetual",
        ...grid(coin.price, coin, quanta),
        ...fees(profile.fees.perpetual),
        tiers,
        impactNotionalQuanta: impact,
      },
    ] satisfies MarketSpec[];
  });
}

/** Open interest in lots of the perpetual, one side. */
export function openInterestLots(coin: CoinData, perpetual: MarketSpec): number {
  return Math.round(coin.openInterest / perpetual.lotSize);
}

function grid(
  price: number,
  { tick, lot }: { tick: number; lot: number },
  quanta: number,
): Pick<MarketSpec, "tickSize" | "lotSize" | "quantaPerTickLot" | "maxTicks" | "startTicks"> {
  const startTicks = Math.round(price / tick);
  return {
    tickSize: tick,
    lotSize: lot,
    quantaPerTickLot: Math.round(tick * lot * quanta),
    maxTicks: PRICE_ROOM * startTicks,
    startTicks,
  };
}

function feesPpm(fees: { maker: number; taker: number }): Pick<MarketSpec, "makerFeePpm" | "takerFeePpm"> {
  return { makerFeePpm: Math.round(fees.maker * MILLION), takerFeePpm: Math.round(fees.taker * MILLION) };
}

/** The profile's table with floors as caps of the bracket before. */
function marginTiers(profile: RunRules, coin: string, quanta: number): MarginTier[] {
  const table = profile.tiers[coin];
  return table.map((tier, n) => ({
    floorQuanta: Math.round(tier.floor * quanta),
    capQuanta: n + 1 < table.length ? Math.round(table[n + 1].floor * quanta) : Infinity,
    maxLeverage: tier.maxLeverage,
    maintenancePpm: Math.round(tier.maintenance * MILLION),
    maintenanceAmountQuanta: Math.round(tier.amount * quanta),
  }));
}

/** Resting orders that the populations of a coin can have in one of its markets, and some to spare. */
function capacity(populations: readonly DrawnPopulation[], coin: number): number {
  let orders = SPARE_ORDERS;
  for (const { coins, count, params } of populations) {
    if (!coins.includes(coin)) continue;
    const quotesLadder = params["levels"] !== undefined || params["perpDepth0"] !== undefined;
    if (quotesLadder) orders += count * ladderOrders(params["levels"]);
    else orders += Math.min(count, MOST_RESTING_AGENTS) * USUAL_ORDERS;
  }
  return orders;
}

function ladderOrders(levels: Float64Array | undefined): number {
  let most = 0;
  for (const value of levels ?? []) most = Math.max(most, value);
  return Math.max(LADDER_ORDERS, 2 * Math.ceil(most) + 2);
}
