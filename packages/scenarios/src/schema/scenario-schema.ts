/**
 * The scenario file: one schema that gives types, defaults, units and JSON Schema.
 *
 * Output in base units: fractions, settlement-currency units, microseconds, ISO 8601 UTC. Checks that need
 * more than one field are in `loading/cross-checks.ts`; agent parameters are checked against the agent type.
 */
import { FACT_KINDS } from "@undertow/core/metrics";
import * as z from "zod";
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from "@undertow/core";
import {
  anyQuantity,
  coinName,
  distribution,
  lowerName,
  moment,
  paramName,
  quantity,
  text,
} from "./leaves.ts";
import { DEFAULT_LATENCY } from "../values/distribution.ts";
import { latencySection, regionMix } from "./latency-schema.ts";
import { namedVenue, oneVenue } from "./venue-schema.ts";

const share = (description: string, sourced = false): z.ZodType<number> =>
  quantity("ratio", { description, min: 0, max: 1, sourced });
const coverage = share(
  "Share of the whole market that the figure covers. Default: the coverage of the venues that list the coin.",
).optional();

const time = z.strictObject({
  start: moment("Start of the measured run."),
  end: moment("End of the run."),
  warmUp: quantity("duration", {
    description: "Simulated before the start, shocks off, in no metric.",
    min: 0,
  }).default(6 * MICROS_PER_HOUR),
  step: quantity("duration", { description: "Length of a step.", min: 1000, max: MICROS_PER_MINUTE }).default(
    MICROS_PER_SECOND,
  ),
  sample: quantity("duration", {
    description: "Time between samples of the series.",
    min: MICROS_PER_SECOND,
  }).default(MICROS_PER_MINUTE),
});

const settlement = z.strictObject({
  currency: text("Currency in which money is counted.").default("USDT"),
  quantum: quantity("count", { description: "Smallest amount of the currency.", above: 0, max: 1 }).default(
    1e-5,
  ),
});

/** How the orders of a market meet. */
const clearing = z.union([
  z.literal("order-book"),
  z.strictObject({
    kind: z.literal("linear-impact").meta({
      description:
        "No book: every order trades at once against the run's clearing account and moves the price.",
    }),
    move: quantity("money", { description: "By how much the price moves ...", min: 0 }),
    per: quantity("count", { description: "... for so many coins bought or sold.", above: 0 }),
  }),
]);

const coin = z.strictObject({
  price: quantity("money", { description: "Price at the start.", above: 0, sourced: true }),
  openInterest: quantity("count", {
    description: "Open interest (one side) in coins.",
    min: 0,
    sourced: true,
  }),
  dailyVolatility: quantity("ratio", {
    description: "Volatility per day before the crash.",
    min: 0,
    max: 1,
    sourced: true,
  }),
  preCrashBeta: quantity("ratio", {
    description: "Beta of hourly returns to the first coin.",
    min: 0,
    max: 10,
    sourced: true,
  }),
  idiosyncraticCommonShare: share(
    "Share of the residual variance that all altcoins have in common.",
    true,
  ).default(0.5),
  spotDepth: quantity("money", {
    description: "Notional of spot bids within 1 % of the mid.",
    min: 0,
    sourced: true,
  }),
  perpDepth: quantity("money", {
    description: "Notional of perpetual bids within 1 % of the mid.",
    min: 0,
    sourced: true,
  }),
  funding: quantity("ratio", {
    description: "Funding rate per 8 h before the start.",
    min: -0.1,
    max: 0.1,
    sourced: true,
  }).default(0),
  tick: quantity("money", { description: "Tick of the perpetual.", above: 0, sourced: true }),
  lot: quantity("count", { description: "Lot of the perpetual in coins.", above: 0, sourced: true }),
  spot: z
    .strictObject({
      tick: quantity("money", {
        description: "Tick of the spot market.",
        above: 0,
        sourced: true,
      }).optional(),
      lot: quantity("count", {
        description: "Lot of the spot market in coins.",
        above: 0,
        sourced: true,
      }).optional(),
    })
    .optional(),
  clearing: z
    .strictObject({ spot: clearing.default("order-book"), perpetual: clearing.default("order-book") })
    .optional()
    .meta({ description: "How orders meet, for analytic checks; left out: in order books." }),
  openInterestCoverage: coverage,
  depthCoverage: coverage,
  volumeCoverage: coverage,
});

const shock = z.strictObject({
  at: moment("Moment at which the shock begins."),
  over: quantity("duration", { description: "Time over which it builds up, linearly.", above: 0 }),
  size: quantity("ratio", {
    description: "Relative size; positive is a fall. Times driver.shockScale times the coin's beta.",
  }),
  coins: z
    .array(coinName)
    .min(1, "at least one coin")
    .optional()
    .meta({ description: "Coins that are hit; default all." }),
  title: text("What happened."),
  source: text("Where it was published."),
});

const driver = z.strictObject({
  type: z.literal("factor-model"),
  shockScale: quantity("ratio", {
    description: "Fall of the first coin's fundamental per unit of size, as a log return.",
    min: 0,
    max: 2,
  }),
  shocks: z.array(shock).default([]),
  reversionHalfLife: quantity("duration", {
    description: "Half-life with which undated news is taken back; left out: never, a random walk.",
    above: 0,
    sourced: true,
  }).optional(),
  sentiment: z
    .strictObject({
      base: quantity("ratio", {
        description: "Sentiment without shocks, before it is bounded.",
        min: -3,
        max: 3,
      }).default(0),
      shockImpact: quantity("ratio", { description: "Sentiment lost per unit of log fall.", min: 0 }).default(
        5,
      ),
      memory: quantity("duration", {
        description: "Time constant with which a shock is forgotten.",
        above: 0,
      }).default(24 * MICROS_PER_HOUR),
    })
    .prefault({}),
});

const endowment = z.strictObject({
  cash: distribution("money", {
    description: "Cash per agent, total for its weight; split evenly over its venues.",
    min: 0,
  }).optional(),
  cashPerMargin: quantity("ratio", {
    description: "Free cash over the margin of the positions.",
    min: 0,
  }).optional(),
  perpLongShare: share("Share of each coin's open interest on the home venue held long.").optional(),
  perpShortShare: share("Share of each coin's open interest on the home venue held short.").optional(),
  size: distribution("count", { description: "Relative size of a position.", min: 0 }).optional(),
  leverage: distribution("ratio", { description: "Leverage at entry.", min: 1, max: 125 }).optional(),
  crossProbability: share("Probability of cross margin.").optional(),
  entryAge: distribution("duration", { description: "Age of the entry.", min: 0 }).optional(),
  stopProbability: share("Probability of a stop.").optional(),
  stopAtMarginLoss: distribution("ratio", {
    description: "Share of the margin lost at the stop.",
    min: 0,
    max: 1,
  }).optional(),
  spot: distribution("money", { description: "Value of spot coins per agent and coin.", min: 0 }).optional(),
  spotHedge: z.boolean().optional().meta({ description: "Hold spot equal to the short perpetual position." }),
  spotCostBasis: distribution("ratio", {
    description: "Cost of spot coins over the start price.",
    above: 0,
  }).optional(),
});

const population = z.strictObject({
  type: text("Name of an agent type."),
  count: quantity("count", { description: "Number of agents.", min: 1, whole: true }),
  weight: distribution("count", {
    description: "Traders that an agent stands for; rounded, at least 1.",
    min: 1,
  }).prefault(1),
  coins: z.union([z.literal("all"), z.array(coinName).min(1, "at least one coin")]).default("all"),
  venue: text("Venue that the population trades on; default the first.").optional(),
  venues: z
    .array(text("Name of a venue."))
    .min(1, "at least one venue")
    .optional()
    .meta({ description: "Venues on which each agent has an account, home first." }),
  tracked: z
    .boolean()
    .default(false)
    .meta({ description: "Follow each agent's unrealised result in the record." }),
  depthShare: share(
    "Makers: share of the coins' depth that the population quotes, evenly over its agents.",
  ).default(1),
  latency: distribution("duration", { description: "From decision to arrival.", min: 0 }).prefault(
    DEFAULT_LATENCY,
  ),
  region: regionMix.optional(),
  endowment: endowment.prefault({}),
  params: z
    .record(paramName, z.any())
    .default({})
    .meta({ description: "Parameters of the agent type; default the type's own." }),
});

const fact = z.strictObject({
  id: lowerName,
  title: text("The figure in words."),
  kind: z.enum(FACT_KINDS),
  coin: z.union([z.literal("ALL"), coinName]).optional(),
  side: z.enum(["long", "short"]).optional(),
  from: moment("Start of the window.").optional(),
  to: moment("End of the window.").optional(),
  value: anyQuantity("Published value: USD, fraction, count."),
  low: anyQuantity("Lower end of the published range.").optional(),
  high: anyQuantity("Upper end of the published range.").optional(),
  unit: z.enum([
    "USD",
    "fraction",
    "traders",
    "coins",
    "minutes",
    "fraction per year",
    "fraction per interval",
  ]),
  source: text("Where it was published."),
  confidence: z.enum(["high", "medium", "low"]),
  graded: z.boolean().default(true),
  note: text("What to know when reading it.").optional(),
});

const record = z.strictObject({
  tape: z
    .enum(["none", "orders", "fills", "both"])
    .default("none")
    .meta({ description: "Record every order that arrives, every fill, or both. Changes no result." }),
  books: z
    .strictObject({
      every: quantity("duration", { description: "Time between snapshots.", min: 1000 }).default(
        MICROS_PER_MINUTE,
      ),
      levels: quantity("count", {
        description: "Levels of each side of a book, the best ones.",
        min: 1,
        max: 1000,
        whole: true,
      }).default(20),
    })
    .optional()
    .meta({ description: "Record snapshots of all books; left out: none." }),
});

const patch = z.record(z.string(), z.any());

/** Sections of a scenario. */
export const scenarioSchema = z.strictObject({
  title: text("One line."),
  description: text("A paragraph.").optional(),
  extends: text("Name of a bundled scenario, or a path inside this file's folder.").optional(),
  params: z.record(paramName, anyQuantity("A number for expressions.")).default({}),
  time,
  settlement: settlement.prefault({}),
  venue: oneVenue.optional().meta({ description: "The one venue of the run; or `venues`." }),
  venues: z
    .record(lowerName, namedVenue)
    .optional()
    .meta({ description: "Several venues by name, the reference first; instead of `venue`." }),
  coins: z.record(coinName, coin),
  driver,
  latency: latencySection
    .optional()
    .meta({ description: "Delays between regions and venues; left out: each agent's latency alone." }),
  populations: z.record(lowerName, population),
  levels: z
    .array(
      z.strictObject({
        coin: coinName,
        price: quantity("money", { description: "Price level to follow.", above: 0 }),
      }),
    )
    .default([]),
  facts: z.array(fact).default([]),
  record: record.prefault({}),
  patches: z.record(lowerName, patch).default({}).meta({ description: "Named merge patches." }),
  ablations: z
    .record(lowerName, patch)
    .default({})
    .meta({ description: "Named merge patches that cut one channel." }),
});

/** A scenario as the schema returns it: every default filled in, base units. */
export type ScenarioData = z.output<typeof scenarioSchema>;
/** One coin of a scenario. */
export type CoinData = ScenarioData["coins"][string];
/** How the orders of one market of a coin meet. */
export type ClearingData = NonNullable<CoinData["clearing"]>["spot" | "perpetual"];
/** One population of a scenario; its params are resolved later against the agent type. */
export type PopulationData = ScenarioData["populations"][string];
/** What is recorded beside the series. */
export type RecordData = ScenarioData["record"];
/** One exogenous shock. */
export type ShockData = ScenarioData["driver"]["shocks"][number];

/** JSON Schema (draft 2020-12) of a scenario file, for editors. */
export function describeSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any" });
  return { ...schema, oneOf: [{ required: ["venue"] }, { required: ["venues"] }] };
}
