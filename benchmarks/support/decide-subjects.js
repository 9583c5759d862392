/**
 * The agent types that the decide benchmark measures, each with what it changes in the crash day's scenario: more agents
 * of the type with money in proportion, and the types that the crash day does without.
 */

/** Executors that send a slice of some lots at every look. */
const EXECUTION = {
  count: 500,
  endowment: { cash: 200_000 },
  params: { startAfter: "0s", horizon: "1h", notional: 100_000, side: "choice([1, -1])" },
};

/** Type and change of the scenario; one for each built-in type but the replay trader, which needs a tape. `turns`: times as many steps as usual, where a step is short. */
export const decideSubjects = [
  { type: "leveraged-trader" },
  { type: "noise-trader", change: (scenario) => more(scenario, "noise-trader", 5) },
  { type: "value-investor" },
  { type: "momentum-trader", change: (scenario) => more(scenario, "momentum-trader", 25) },
  { type: "portfolio-fund", change: (scenario) => more(scenario, "portfolio-fund", 10) },
  { type: "market-maker", change: (scenario) => more(scenario, "market-maker", 3) },
  { type: "basis-arbitrageur", change: (scenario) => more(scenario, "basis-arbitrageur", 50) },
  { type: "large-holder", change: withHolders },
  { type: "cross-venue-arbitrageur", change: withTwoVenues },
  { type: "zi-c-trader", change: joined("zi-c-trader", { endowment: { cash: 20_000, spot: 20_000 } }) },
  { type: "dip-buyer", change: joined("dip-buyer") },
  { type: "level-trader", change: joined("level-trader", { coins: ["BTC"] }) },
  { type: "fcn-trader", change: joined("fcn-trader") },
  { type: "short-seller", change: joined("short-seller", { coins: ["BTC"] }) },
  { type: "metaorder-executor", change: joined("metaorder-executor", EXECUTION) },
  { type: "scripted-trader", change: joined("scripted-trader", { params: { kind0: 1, notional0: 1_000 } }) },
];

/** Adds a population of a type that the crash day does without. */
function joined(type, settings = {}) {
  const population = { type, count: 2_000, endowment: { cash: 20_000 }, ...settings };
  return (scenario) => ({ ...scenario, populations: { ...scenario.populations, joined: population } });
}

/** Times as many agents of a type. */
function more(scenario, type, times) {
  const populations = Object.fromEntries(
    Object.entries(scenario.populations).map(([name, population]) => [
      name,
      population.type === type ? { ...population, count: population.count * times } : population,
    ]),
  );
  return { ...scenario, populations };
}

/** Holders of BTC with a cost basis on either side of the price; some of them give up in the run. */
function withHolders(scenario) {
  const holders = {
    type: "large-holder",
    count: 500,
    coins: ["BTC"],
    endowment: { spot: "lognormal(median=50000, sigma=1)", spotCostBasis: "uniform(0.8, 1.6)" },
  };
  return { ...scenario, populations: { ...scenario.populations, holders } };
}

/** A second venue with the same populations at home there, and traders with cash on both. */
function withTwoVenues(scenario) {
  const { venue, ...rest } = scenario;
  const home = Object.entries(scenario.populations);
  const at = (where) =>
    home.map(([name, population]) => [`${name}-${where}`, { ...population, venue: where }]);
  return {
    ...rest,
    venues: {
      main: { ...venue, coverage: 0.4 },
      dex: { profile: "hyperliquid-like", coverage: 0.1, makerFee: 0, insuranceFund: venue.insuranceFund },
    },
    populations: {
      ...Object.fromEntries([...at("main"), ...at("dex")]),
      "between-venues": {
        type: "cross-venue-arbitrageur",
        count: 50,
        venues: ["main", "dex"],
        endowment: { cash: 100_000, crossProbability: 1 },
        params: { maxNotionalPerMinute: 100_000 },
      },
    },
  };
}
