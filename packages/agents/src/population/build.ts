/**
 * Population synthesis: turns aggregates (open interest, leverage, size, entry age, holdings) into agents' accounts.
 *
 * Runs before the first step. Longs equal shorts exactly on every venue, totals are met to the lot, nobody starts
 * below maintenance, and every draw is keyed by population, agent and quantity: adding a population or a venue shifts
 * nobody's draws. Entries lie on one modelled past path per coin, whatever the venue; who would have been liquidated
 * or stopped on it is redrawn.
 */
import {
  MAX_EXACT,
  PURPOSE_ENDOWMENT,
  assertMoneyBound,
  drawDistribution,
  hash32,
  purposeOf,
} from "@undertow/core";
import type { DistributionSpec, Endowment, MarketSpec, RandomSource } from "@undertow/core";
import { type EntryPath, makeEntryPath } from "./entry-path.ts";
import { dealOpenInterest } from "./open-interest.ts";
import { type PerpMarket, type OpenedPosition, openPosition, perpMarket } from "./open-position.ts";
import type { EndowedPopulation, EndowmentRequest } from "./request.ts";

/** Rows of positions while they are collected. */
interface Rows {
  readonly agent: number[];
  readonly market: number[];
  readonly lots: number[];
  readonly costQuanta: number[];
  readonly marginQuanta: number[];
  readonly leverage: number[];
  readonly stopTicks: number[];
}

/** Markets on one venue and past of one coin; undefined where the coin has no such market. */
interface CoinMarkets {
  readonly name: string;
  readonly spot: number | undefined;
  readonly perp: PerpMarket | undefined;
  readonly path: EntryPath;
}

/**
 * Accounts of all agents at the start, in the order of `request.populations`.
 *
 * `cashQuanta` is free cash: margin of isolated positions is in `marginQuanta` and not in it; margin of cross
 * positions is in it. All amounts are totals for the agent's weight. Positions, their margin, coins and the cash that
 * goes with a margin are at home; drawn cash is split evenly over the agent's venues, what does not divide at home.
 *
 * @throws UserError `open-interest-shares` if the long or short shares of a coin on a venue do not sum to 1;
 *   `account-ratio` for a ratio of traders that the populations cannot have; `money-bound` for a position beyond 2^53 quanta
 */
export function buildEndowments(request: EndowmentRequest): Endowment[] {
  const dealt = dealOpenInterest(request);
  const paths = request.coins.map(({ name, aggregates }) =>
    makeEntryPath(request.random, name, aggregates.dailyVolatility),
  );
  const byVenue = new Map<number, CoinMarkets[]>();
  return request.populations.map((population, p) => {
    const [home] = population.venues;
    const coins = byVenue.get(home) ?? coinMarkets(request, paths, home);
    byVenue.set(home, coins);
    return endowPopulation(request, population, coins, dealt[p]);
  });
}

function coinMarkets(request: EndowmentRequest, paths: readonly EntryPath[], venue: number): CoinMarkets[] {
  return request.coins.map(({ name }, coin): CoinMarkets => {
    const find = (kind: MarketSpec["kind"]): number =>
      request.markets.findIndex((spec) => spec.venue === venue && spec.coin === coin && spec.kind === kind);
    const spot = find("spot");
    const perp = find("perpetual");
    return {
      name,
      spot: spot < 0 ? undefined : spot,
      perp: perp < 0 ? undefined : perpMarket(perp, request.markets[perp]),
      path: paths[coin],
    };
  });
}

function endowPopulation(
  request: EndowmentRequest,
  population: EndowedPopulation,
  coins: readonly CoinMarkets[],
  dealt: readonly Float64Array[],
): Endowment {
  const { random } = request;
  const { rule, count, weight } = population;
  const accounts = population.venues.length;
  const cashQuanta = new Float64Array(count * accounts);
  const crossMargin = new Uint8Array(count);
  const rows: Rows = {
    agent: [],
    market: [],
    lots: [],
    costQuanta: [],
    marginQuanta: [],
    leverage: [],
    stopTicks: [],
  };
  const draw = drawer(random, population.name);
  const opened: OpenedPosition = { costQuanta: 0, marginQuanta: 0, leverage: 1, stopTicks: 0 };
  for (let agent = 0; agent < count; agent++) {
    const cross = uniform(random, population.name, "cross", agent) < (rule.crossProbability ?? 0);
    crossMargin[agent] = cross ? 1 : 0;
    let margin = 0;
    for (let position = 0; position < population.coins.length; position++) {
      const coin = coins[population.coins[position]];
      const lots = dealt[position][agent];
      if (lots !== 0 && coin.perp !== undefined) {
        assertExact(population.name, coin.perp, lots);
        const source = { rule, random, population: population.name, coin: coin.name };
        openPosition(source, coin.perp, coin.path, { agent, lots, weight: weight[agent] }, opened);
        margin += opened.marginQuanta;
        addRow(rows, agent, coin.perp.index, lots, opened, cross);
      }
      addSpot(request.markets, rule, rows, agent, lots, coin, draw);
    }
    const drawnCash = Math.max(0, Math.round(draw(rule.cash, "cash", agent, 0)));
    const away = Math.floor(drawnCash / accounts);
    for (let v = 1; v < accounts; v++) cashQuanta[v * count + agent] = away;
    const atHome = drawnCash - (accounts - 1) * away;
    cashQuanta[agent] = atHome + Math.ceil((rule.cashPerMargin ?? 0) * margin) + (cross ? margin : 0);
  }
  return { cashQuanta, crossMargin, positions: typedRows(rows) };
}

/** The bound that `proveMoneyBounds` proves later; here before the position's amounts are formed. */
function assertExact(population: string, { spec }: PerpMarket, lots: number): void {
  const bound = 3 * Math.abs(lots) * spec.maxTicks * spec.quantaPerTickLot;
  if (bound > MAX_EXACT)
    assertMoneyBound(`largest position of ${population} in ${spec.name}, in quanta`, bound);
}

type Draw = (spec: DistributionSpec | undefined, quantity: string, agent: number, missing: number) => number;

/** Draws of a population, one stream per quantity; the value for a missing rule is given. */
function drawer(random: RandomSource, population: string): Draw {
  const subject = hash32(population);
  return (spec, quantity, agent, missing) =>
    spec === undefined
      ? missing
      : drawDistribution(spec, random, purposeOf(PURPOSE_ENDOWMENT, hash32(quantity)), subject, agent);
}

function uniform(random: RandomSource, population: string, quantity: string, agent: number): number {
  return random.uniform(purposeOf(PURPOSE_ENDOWMENT, hash32(quantity)), hash32(population), agent);
}

function addRow(
  rows: Rows,
  agent: number,
  market: number,
  lots: number,
  opened: OpenedPosition,
  cross: boolean,
): void {
  rows.agent.push(agent);
  rows.market.push(market);
  rows.lots.push(lots);
  rows.costQuanta.push(opened.costQuanta);
  rows.marginQuanta.push(cross ? 0 : opened.marginQuanta);
  rows.leverage.push(opened.leverage);
  rows.stopTicks.push(opened.stopTicks);
}

/** Coins held: drawn holdings at their cost basis, and coins against a short at the start price; one row. */
function addSpot(
  markets: readonly MarketSpec[],
  rule: EndowedPopulation["rule"],
  rows: Rows,
  agent: number,
  perpLots: number,
  coin: CoinMarkets,
  draw: Draw,
): void {
  if (coin.spot === undefined) return;
  const spec = markets[coin.spot];
  const value = draw(rule.spot, `spot/${coin.name}`, agent, 0);
  const lots = Math.max(0, Math.floor(value / (spec.startTicks * spec.quantaPerTickLot)));
  const basis = draw(rule.spotCostBasis, `cost-basis/${coin.name}`, agent, 1);
  const costTicks = Math.max(1, Math.round(spec.startTicks * basis));
  let hedge = 0;
  if (rule.spotHedge === true && perpLots < 0 && coin.perp !== undefined) {
    hedge = Math.round((-perpLots * coin.perp.spec.lotSize) / spec.lotSize);
  }
  if (lots + hedge === 0) return;
  const cost = (lots * costTicks + hedge * Math.round(spec.startTicks)) * spec.quantaPerTickLot;
  addRow(
    rows,
    agent,
    coin.spot,
    lots + hedge,
    { costQuanta: cost, marginQuanta: 0, leverage: 1, stopTicks: 0 },
    false,
  );
}

function typedRows(rows: Rows): Endowment["positions"] {
  return {
    agent: Int32Array.from(rows.agent),
    market: Int32Array.from(rows.market),
    lots: Float64Array.from(rows.lots),
    costQuanta: Float64Array.from(rows.costQuanta),
    marginQuanta: Float64Array.from(rows.marginQuanta),
    leverage: Float64Array.from(rows.leverage),
    stopTicks: Float64Array.from(rows.stopTicks),
  };
}
