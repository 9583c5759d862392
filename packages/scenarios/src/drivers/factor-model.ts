/**
 * The exogenous driver: fundamentals that follow a market factor B, an altcoin factor A, own noise E and dated shocks:
 * ln fundamental_c(t) = ln price_c + beta_c (B(t) - macro(t)) + a_c A(t) + e_c E_c(t) - own shocks. B has the first
 * coin's volatility v_1; the residual variance max(0, v_c^2 - beta_c^2 v_1^2) is split into a_c^2 (common to altcoins)
 * and e_c^2. Diffusions are sums of normals on a grid of absolute time (60 s), linear in between, without drift in logs
 * and 0 at the start of run and warm-up; `newsClusters` lets their volatility vary (news-volatility.ts). With `reversionHalfLife` undated news is taken back slowly, so that over weeks
 * the dated shocks carry the trend. A function of time and seed alone: never of steps, calls or the market.
 */
import {
  type Driver,
  type DriverFactory,
  type DriverSample,
  exp,
  hash32,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  PURPOSE_DRIVER,
  type RandomSource,
  tanh,
} from "@undertow/core";
import { type NewsClusters, newsVolatility } from "./news-volatility.ts";

/** One coin of the model. */
export interface FactorCoin {
  readonly name: string;
  readonly startPrice: number;
  /** Beta to the first coin; 1 for the first. */
  readonly beta: number;
  /** Fraction per day, all sources together. */
  readonly dailyVolatility: number;
  /** Share of the residual variance that all coins but the first have in common. */
  readonly commonShare: number;
}

/** One dated shock. */
export interface FactorShock {
  readonly atMicros: number;
  readonly overMicros: number;
  /** Positive is a fall: the log return of a coin is -size * shockScale * beta. */
  readonly size: number;
  /** Names of the coins that are hit; all if absent. */
  readonly coins?: readonly string[];
}

/** Parameters of the model. */
export interface FactorModel {
  readonly coins: readonly FactorCoin[];
  readonly shockScale: number;
  readonly shocks: readonly FactorShock[];
  /** Half-life with which undated news is taken back; absent: never, the diffusions are random walks. */
  readonly reversionHalfLifeMicros?: number;
  /** Distance of the grid points of the diffusions; default a minute. */
  readonly gridMicros?: number;
  /** How the volatility of undated news clusters; absent: it is constant. */
  readonly newsClusters?: NewsClusters;
  readonly sentiment: {
    /** Before it is bounded by tanh. */
    readonly base: number;
    /** Sentiment lost per unit of log fall. */
    readonly shockImpact: number;
    readonly memoryMicros: number;
  };
}

const DEFAULT_GRID_MICROS = MICROS_PER_MINUTE;
const LN_2 = Math.LN2;

/** Makes the driver's factory. The context's coins must be those of the model, in order. */
export function factorModelDriver(model: FactorModel): DriverFactory {
  return (context) => {
    const grid = gridOf(context, model.gridMicros ?? DEFAULT_GRID_MICROS);
    const half = model.reversionHalfLifeMicros;
    const keep = half === undefined ? 1 : exp((-LN_2 * grid.stepMicros) / half);
    const volatility = newsVolatility(context.random, model.newsClusters, {
      count: grid.count,
      at: (k) => (grid.first + k) * grid.stepMicros,
    });
    const news = { grid, keep, volatility };
    const walk = (name: string): Float64Array => diffusion(context.random, name, news);
    const market = walk("market factor");
    const altcoin = walk("altcoin factor");
    const own = model.coins.map((coin) => walk(`own noise ${coin.name}`));
    return makeDriver(model, { grid, market, altcoin, own });
  };
}

interface Grid {
  readonly startMicros: number;
  /** Distance of two points. */
  readonly stepMicros: number;
  /** Absolute index of the first grid point and how many there are. */
  readonly first: number;
  readonly count: number;
  /** Index in the arrays of the grid point at or before the start. */
  readonly anchor: number;
}

interface Paths {
  readonly grid: Grid;
  /** Per grid point, standard deviation 1 per square-root day. */
  readonly market: Float64Array;
  readonly altcoin: Float64Array;
  readonly own: readonly Float64Array[];
}

function makeDriver(model: FactorModel, { grid, market, altcoin, own }: Paths): Driver {
  const { coins, shocks } = model;
  const marketVolatility = coins[0]?.dailyVolatility ?? 0;
  const loads = coins.map((coin) => loadings(coin, marketVolatility));
  const origin = (path: Float64Array): number => valueAt(path, grid, grid.startMicros);
  const origins = { market: origin(market), altcoin: origin(altcoin), own: own.map(origin) };
  return {
    sample(timeMicros: number, out: DriverSample): void {
      const marketMove = marketVolatility * (valueAt(market, grid, timeMicros) - origins.market);
      const altcoinMove = valueAt(altcoin, grid, timeMicros) - origins.altcoin;
      for (let c = 0; c < coins.length; c++) {
        const { beta, name, startPrice } = coins[c];
        const ownMove = valueAt(own[c], grid, timeMicros) - origins.own[c];
        let logMove = beta * marketMove + loads[c].altcoin * altcoinMove + loads[c].own * ownMove;
        for (const shock of shocks) {
          if (shock.coins !== undefined && !shock.coins.includes(name)) continue;
          logMove -=
            shock.size * model.shockScale * beta * shockProgress(shock, timeMicros, grid.startMicros);
        }
        out.fundamental[c] = startPrice * exp(logMove);
      }
      out.sentiment[0] = sentimentAt(model, timeMicros, grid.startMicros);
    },
  };
}

/** Volatilities per day of the altcoin factor and of the own noise. */
function loadings(coin: FactorCoin, marketVolatility: number): { altcoin: number; own: number } {
  const systematic = coin.beta * marketVolatility;
  const residual = Math.max(0, coin.dailyVolatility * coin.dailyVolatility - systematic * systematic);
  return {
    altcoin: Math.sqrt(residual * coin.commonShare),
    own: Math.sqrt(residual * (1 - coin.commonShare)),
  };
}

/** How much of the shock has come since the start of the run: linear over its ramp, nothing in the warm-up. */
function shockProgress(shock: FactorShock, timeMicros: number, startMicros: number): number {
  if (timeMicros <= startMicros) return 0;
  return ramp(shock, timeMicros) - ramp(shock, startMicros);
}

function ramp(shock: FactorShock, timeMicros: number): number {
  return Math.min(1, Math.max(0, (timeMicros - shock.atMicros) / shock.overMicros));
}

/** tanh(base - sum of the shocks' impacts, each decaying from its start); the base alone in the warm-up. */
function sentimentAt(model: FactorModel, timeMicros: number, startMicros: number): number {
  const { base, shockImpact, memoryMicros } = model.sentiment;
  let raw = base;
  if (timeMicros >= startMicros) {
    for (const shock of model.shocks) {
      const age = timeMicros - shock.atMicros;
      if (age >= 0) raw -= shock.size * model.shockScale * shockImpact * exp(-age / memoryMicros);
    }
  }
  return tanh(raw);
}

function gridOf(
  { startMicros, endMicros, warmUpMicros }: Parameters<DriverFactory>[0],
  stepMicros: number,
): Grid {
  const first = Math.floor((startMicros - warmUpMicros) / stepMicros);
  const last = Math.floor(endMicros / stepMicros) + 2;
  return {
    startMicros,
    stepMicros,
    first,
    count: last - first + 1,
    anchor: Math.floor(startMicros / stepMicros) - first,
  };
}

/** What the walks of a run have in common: the grid, how much of a point the next keeps, and each increment's volatility. */
interface News {
  readonly grid: Grid;
  readonly keep: number;
  readonly volatility: Float64Array;
}

/**
 * A walk on the grid, 0 at the anchor, of which each point keeps the share `keep` (1: a random walk). The increment from point i to i + 1 is keyed by i alone and summed
 * away from the anchor in both directions, so that a longer warm-up or a later end changes no value of the run.
 * The warm-up's part is bridged to 0 at its beginning too: books open at the start price, which is then fair.
 */
function diffusion(random: RandomSource, name: string, { grid, keep, volatility }: News): Float64Array {
  const path = new Float64Array(grid.count);
  const subject = hash32(name);
  const deviation = Math.sqrt(grid.stepMicros / MICROS_PER_DAY);
  for (let k = grid.anchor + 1; k < grid.count; k++) {
    const scale = deviation * volatility[k - 1];
    path[k] = keep * path[k - 1] + scale * random.normal(PURPOSE_DRIVER, subject, grid.first + k - 1);
  }
  for (let k = grid.anchor - 1; k >= 0; k--) {
    const scale = deviation * volatility[k];
    path[k] = path[k + 1] - scale * random.normal(PURPOSE_DRIVER, subject, grid.first + k);
  }
  const lead = path[0];
  for (let k = 0; k < grid.anchor; k++) path[k] -= (lead * (grid.anchor - k)) / grid.anchor;
  return path;
}

/** Linear between grid points; beyond the ends of the grid, the last value. */
function valueAt(path: Float64Array, grid: Grid, timeMicros: number): number {
  const position = timeMicros / grid.stepMicros - grid.first;
  if (position <= 0) return path[0];
  if (position >= grid.count - 1) return path[grid.count - 1];
  const k = Math.floor(position);
  return path[k] + (position - k) * (path[k + 1] - path[k]);
}
