/**
 * The crash day of the benchmark as a scenario object: ten coins, spot and perpetual each, a crowd of leveraged
 * traders at weight 1, and one shock in which its longs are liquidated.
 *
 * Round figures in the proportions of a real market, not a calibrated one. Everything that is money scales with the
 * number of agents, so a small crowd sees the same market, cut to its share; the rates of its agents stay the same.
 */

/** The crowd at which the money below holds as it stands. */
const WHOLE_CROWD = 1_000_000;
const START_MILLIS = Date.UTC(2026, 1, 5);
const HOUR_MILLIS = 3_600_000;

/** Price, open interest in dollars, share of the crowd, beta, daily volatility, tick, lot. */
const COINS = {
  BTC: { price: 73_000, interest: 48e9, crowd: 0.3, beta: 1, volatility: 0.035, tick: 0.1, lot: 0.001 },
  ETH: { price: 2150, interest: 18e9, crowd: 0.22, beta: 1.2, volatility: 0.045, tick: 0.01, lot: 0.01 },
  SOL: { price: 92, interest: 3.9e9, crowd: 0.1, beta: 1.3, volatility: 0.05, tick: 0.01, lot: 0.01 },
  XRP: { price: 1.5, interest: 2.2e9, crowd: 0.08, beta: 1.2, volatility: 0.045, tick: 0.0001, lot: 1 },
  BNB: { price: 900, interest: 1.2e9, crowd: 0.06, beta: 1, volatility: 0.04, tick: 0.01, lot: 0.01 },
  DOGE: { price: 0.1, interest: 0.85e9, crowd: 0.06, beta: 1.3, volatility: 0.05, tick: 0.00001, lot: 10 },
  ADA: { price: 0.3, interest: 0.7e9, crowd: 0.05, beta: 1.3, volatility: 0.05, tick: 0.0001, lot: 1 },
  LINK: { price: 9, interest: 0.6e9, crowd: 0.05, beta: 1.3, volatility: 0.05, tick: 0.001, lot: 0.1 },
  AVAX: { price: 9, interest: 0.5e9, crowd: 0.04, beta: 1.4, volatility: 0.055, tick: 0.001, lot: 0.1 },
  SUI: { price: 1, interest: 0.5e9, crowd: 0.04, beta: 1.4, volatility: 0.06, tick: 0.0001, lot: 1 },
};
/** Open interest over the perpetual's depth within 1 %. */
const INTEREST_PER_DEPTH = 120;
const SPOT_DEPTH = 0.35;

/** Of a mixed crowd: the share of all agents that each of these types has, in place of leveraged traders. */
const MIXED_SHARE = 0.04;
const MIXED = {
  "short-seller": { endowment: { cash: 20_000 }, params: { interval: "1h" } },
  "level-trader": { endowment: { cash: 20_000 }, params: { interval: "1h" } },
  "dip-buyer": { endowment: { cash: 20_000 }, params: { interval: "1h" } },
  "fcn-trader": { endowment: { cash: 20_000, crossProbability: 1 }, params: { interval: "1h" } },
  "crowd-trader": { endowment: { cash: 10_000, spot: 10_000 }, params: { interval: "1h" } },
};
/** Few, in all coins, with money in proportion to the market. */
const SPECIALISTS = {
  "liquidation-hunter": { count: 50, cash: 5e6 },
  "relative-value-trader": { count: 50, cash: 2e7 },
  "funding-harvester": { count: 20, cash: 2e8 },
  "backstop-vault": { count: 3, cash: 3e8 },
  "short-seller": { count: 20, cash: 5e6 },
};

/**
 * The scenario for a crowd of `agents` over `hours`: the shock begins at 0.4 of the time and builds up over a twelfth
 * of it, ten minutes at least. `takeoverCap`: largest position of the insurance fund over its balance; left out, the
 * venue's own; at 200 the fund takes whatever the book leaves, and nobody is deleveraged. `mixed`: a fifth of the crowd is
 * of five other types, and specialists of five are beside it.
 */
export function crashScenario({ agents, hours, takeoverCap, mixed = false }) {
  const scale = agents / WHOLE_CROWD;
  const money = (dollars) => Math.max(1, Math.round(dollars * scale));
  const lognormal = (median, sigma) => `lognormal(median=${money(median)}, sigma=${sigma})`;
  const at = (hour) => new Date(START_MILLIS + hour * HOUR_MILLIS).toISOString().replace(/\.\d+Z$/, "Z");
  const coins = {};
  const populations = {};
  for (const [name, coin] of Object.entries(COINS)) {
    coins[name] = coinOf(coin, money);
    const key = name.toLowerCase();
    const count = crowdCount(agents, coin.crowd);
    const others = mixed ? Math.floor(MIXED_SHARE * count) : 0;
    populations[`crowd-${key}`] = crowd(name, count - Object.keys(MIXED).length * others);
    for (const [type, rest] of others > 0 ? Object.entries(MIXED) : [])
      populations[`${type}-${key}`] = { type, count: others, coins: [name], ...rest };
    populations[`noise-${key}`] = {
      type: "noise-trader",
      count: Math.max(10, Math.round((agents / 100) * coin.crowd)),
      coins: [name],
      endowment: { cash: 2e6, spot: 1e6 },
      params: { interval: "10m", notional: 20_000 },
    };
    populations[`value-${key}`] = {
      type: "value-investor",
      count: 60,
      coins: [name],
      endowment: { cash: lognormal(0.01 * coin.interest, 0.8), spot: money(0.003 * coin.interest) },
      params: { interval: "10m", fullDistance: 0.15, restingShare: 0.08, maxDepthShare: 0.3 },
    };
  }
  return {
    title: "Crash day of the benchmark",
    time: { start: at(0), end: at(hours), warmUp: "0s", step: "1s", sample: "60s" },
    settlement: { currency: "USDT", quantum: 0.0001 },
    venue: {
      profile: "binance-like",
      makerFee: 0,
      insuranceFund: money(3.5e9),
      ...(takeoverCap === undefined ? {} : { liquidation: { takeoverCap } }),
    },
    coins,
    driver: {
      type: "factor-model",
      shockScale: 0.06,
      shocks: [{ at: at(0.4 * hours), over: overText(hours), size: 1, title: "Shock", source: "made up" }],
    },
    populations: {
      ...populations,
      ...professionals(agents, money),
      ...(mixed ? specialists(money) : {}),
    },
  };
}

function overText(hours) {
  return `${Math.max(10, Math.round((hours * 60) / 12))}m`;
}

/** Coins' shares of the crowd; the sum may miss the total by rounding, so the first coin takes the rest. */
function crowdCount(agents, share) {
  const counts = Object.values(COINS).map((coin) => Math.floor(agents * coin.crowd + 1e-6));
  const rest = agents - counts.reduce((sum, count) => sum + count, 0);
  return Math.floor(agents * share + 1e-6) + (share === COINS.BTC.crowd ? rest : 0);
}

function coinOf({ price, interest, beta, volatility, tick, lot }, money) {
  const perpDepth = money(interest / INTEREST_PER_DEPTH);
  return {
    price,
    openInterest: money(interest) / price,
    dailyVolatility: volatility,
    preCrashBeta: beta,
    perpDepth,
    spotDepth: Math.round(SPOT_DEPTH * perpDepth),
    funding: 0.0001,
    tick,
    lot,
  };
}

/** Day traders: a look an hour, positions of a day; a quarter with a stop, three in ten on cross margin. */
function crowd(coin, count) {
  const leverage = "lognormal(median=3.7, sigma=0.61, min=1, max=50)";
  return {
    type: "leveraged-trader",
    count,
    coins: [coin],
    endowment: {
      perpLongShare: 0.8,
      perpShortShare: 0.6,
      size: "lognormal(median=1, sigma=1.2, max=40)",
      leverage,
      cashPerMargin: 1,
      crossProbability: 0.3,
      entryAge: "exponential(mean=24h)",
      stopProbability: 0.25,
      stopAtMarginLoss: "uniform(0.4, 0.9)",
    },
    params: { interval: "1h", horizon: "24h", leverage, longBias: 0.6, reentryDelay: "4h" },
  };
}

function specialists(money) {
  return Object.fromEntries(
    Object.entries(SPECIALISTS).map(([type, { count, cash }]) => [
      `${type}s`,
      { type, count, endowment: { cash: money(cash), crossProbability: 1 } },
    ]),
  );
}

function professionals(agents, money) {
  return {
    "market-makers": {
      type: "market-maker",
      count: 3,
      latency: "lognormal(median=5ms, sigma=0.5)",
      endowment: { cash: money(2e9), spot: money(3e8), crossProbability: 1 },
      params: { interval: "20s", riskCapital: money(8e7), newsHalfLife: "4m" },
    },
    arbitrageurs: {
      type: "basis-arbitrageur",
      count: 10,
      latency: "lognormal(median=20ms, sigma=0.5)",
      endowment: {
        cash: money(8e7),
        perpShortShare: 0.4,
        spotHedge: true,
        leverage: 2,
        cashPerMargin: 0.5,
        crossProbability: 1,
      },
      params: { interval: "15s", maxNotionalPerMinute: money(2e7) },
    },
    momentum: {
      type: "momentum-trader",
      count: Math.max(10, Math.round(agents / 1000)),
      endowment: { cash: "lognormal(median=1000000, sigma=0.8)" },
    },
    funds: {
      type: "portfolio-fund",
      count: Math.max(10, Math.round(agents / 500)),
      endowment: {
        perpLongShare: 0.2,
        size: "lognormal(median=1, sigma=1)",
        leverage: "choice([1.5, 2, 3], [0.4, 0.4, 0.2])",
        cashPerMargin: 0.5,
        crossProbability: 1,
        entryAge: "exponential(mean=200h)",
      },
    },
  };
}
