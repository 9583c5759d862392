/**
 * Coins and their two markets on each venue that lists them, in ticks, lots and quanta.
 *
 * A coin has the same ticks and lots everywhere. One tick of one lot must be a whole number of quanta, so that every
 * notional is an integer.
 */
import type { AgentType, CoinSpec, MarginTier, MarketSpec } from "@undertow/core";
import { quantaPerUnit } from "../loading/load-scenario.ts";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import type { ScenarioVenue } from "../loading/scenario-venues.ts";
import type { ClearingData, CoinData } from "../schema/scenario-schema.ts";
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

/** Spot and perpetual of every coin that a venue lists, by venue, in the order of `marketPlaces`. */
export function marketSpecs(
  scenario: ResolvedScenario,
  venues: readonly ScenarioVenue[],
  populations: readonly DrawnPopulation[],
  types: Readonly<Record<string, AgentType>>,
): MarketSpec[] {
  return venues.flatMap((venue, v) => {
    const suffix = venues.length > 1 ? `@${venue.name}` : "";
    return venue.coins.flatMap((coin) =>
      coinMarkets(scenario, venue, coin, { venue: v, suffix, populations, types }),
    );
  });
}

/** What the markets of a venue have in common. */
interface Place {
  readonly venue: number;
  /** Of the markets' names. */
  readonly suffix: string;
  readonly populations: readonly DrawnPopulation[];
  readonly types: Readonly<Record<string, AgentType>>;
}

function coinMarkets(
  scenario: ResolvedScenario,
  { rules, settings }: ScenarioVenue,
  name: string,
  { venue, suffix, populations, types }: Place,
): [spot: MarketSpec, perpetual: MarketSpec] {
  const quanta = quantaPerUnit(scenario);
  const coin = scenario.coins[name];
  const index = Object.keys(scenario.coins).indexOf(name);
  const fees = (fee: { maker: number; taker: number }): ReturnType<typeof feesPpm> =>
    feesPpm({ ...fee, maker: settings.makerFee ?? fee.maker });
  const spot = { tick: coin.spot?.tick ?? coin.tick, lot: coin.spot?.lot ?? coin.lot };
  const common = {
    venue,
    coin: index,
    orderCapacity: capacity(populations, types, venue, index),
    priceBandPpm: Math.round(rules.priceBand * MILLION),
    impactNotionalQuanta: Math.round(rules.impactNotional[name] * quanta),
  };
  return [
    {
      ...common,
      name: `${name}-SPOT${suffix}`,
      kind: "spot",
      ...grid(coin.price, spot, quanta),
      ...clearingOf(coin.clearing?.spot, spot),
      ...fees(rules.fees.spot),
      tiers: [],
    },
    {
      ...common,
      name: `${name}-PERP${suffix}`,
      kind: "perpetual",
      ...grid(coin.price, coin, quanta),
      ...clearingOf(coin.clearing?.perpetual, coin),
      ...fees(rules.fees.perpetual),
      tiers: marginTiers(rules, name, quanta),
    },
  ];
}

/** A coin's open interest on all venues, one side, in lots of its perpetuals. */
export function openInterestLots(coin: CoinData): number {
  return Math.round(coin.openInterest / coin.lot);
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

/** Linear impact in ticks and lots; nothing for an order book. */
function clearingOf(
  clearing: ClearingData | undefined,
  { tick, lot }: { tick: number; lot: number },
): Pick<MarketSpec, "clearing"> {
  if (clearing === undefined || clearing === "order-book") return {};
  const { move, per, kind } = clearing;
  return { clearing: { kind, impactTicks: Math.round(move / tick), perLots: Math.round(per / lot) } };
}

function feesPpm(fees: { maker: number; taker: number }): Pick<MarketSpec, "makerFeePpm" | "takerFeePpm"> {
  return { makerFeePpm: Math.round(fees.maker * MILLION), takerFeePpm: Math.round(fees.taker * MILLION) };
}

/** The profile's table with floors as caps of the bracket before. */
function marginTiers(rules: RunRules, coin: string, quanta: number): MarginTier[] {
  const table = rules.tiers[coin];
  return table.map((tier, n) => ({
    floorQuanta: Math.round(tier.floor * quanta),
    capQuanta: n + 1 < table.length ? Math.round(table[n + 1].floor * quanta) : Infinity,
    maxLeverage: tier.maxLeverage,
    maintenancePpm: Math.round(tier.maintenance * MILLION),
    maintenanceAmountQuanta: Math.round(tier.amount * quanta),
  }));
}

/** Resting orders that a venue's populations of a coin can have in one of its markets, and some to spare. */
function capacity(
  populations: readonly DrawnPopulation[],
  types: Readonly<Record<string, AgentType>>,
  venue: number,
  coin: number,
): number {
  let orders = SPARE_ORDERS;
  for (const { type, coins, venues, count, params } of populations) {
    if (!venues.includes(venue) || !coins.includes(coin)) continue;
    const quotesLadder = params["levels"] !== undefined || params["perpDepth0"] !== undefined;
    const { restingOrders } = types[type];
    if (restingOrders !== undefined) orders += count * restingOrders;
    else if (quotesLadder) orders += count * ladderOrders(params["levels"]);
    else orders += Math.min(count, MOST_RESTING_AGENTS) * USUAL_ORDERS;
  }
  return orders;
}

function ladderOrders(levels: Float64Array | undefined): number {
  let most = 0;
  for (const value of levels ?? []) most = Math.max(most, value);
  return Math.max(LADDER_ORDERS, 2 * Math.ceil(most) + 2);
}
