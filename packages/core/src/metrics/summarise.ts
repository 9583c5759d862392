/**
 * From the columns of a run to its summary: the one entry of the metrics phase.
 *
 * Reads the recorded run and the facts, nothing else; a run is never changed and no fact reaches a simulation. Cost is
 * a few passes over the recorded rows.
 */
import type { RunData } from "../recorder/run-data.ts";
import { MICROS_PER_SECOND } from "../units.ts";
import type { Fact } from "./facts.ts";
import { summariseFeedback } from "./feedback.ts";
import { NOTHING_MEASURED, writeHeadline } from "./headline.ts";
import { summariseHolders } from "./holders.ts";
import { formatIsoTime } from "./iso-time.ts";
import { summariseLevels } from "./levels.ts";
import { viewLiquidations } from "./liquidation-view.ts";
import { summariseLiquidations } from "./liquidations.ts";
import { summariseLiquidity } from "./liquidity.ts";
import { summariseOpenInterest } from "./open-interest.ts";
import { crashRange, summarisePrices } from "./prices.ts";
import { toUsd, viewRun } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { countVerdicts, gradeFacts } from "./scorecard.ts";
import { summariseStabilisation } from "./stabilisation.ts";
import type {
  FeedbackSummary,
  LiquidationSummary,
  MoneySummary,
  PriceSummary,
  RunIdentity,
  RunSummary,
} from "./summary.ts";
import { summariseVenues } from "./venues.ts";

/**
 * Every figure of a run, next to the facts given.
 *
 * @param run The recorded run, also a partial one; of one stopped in the warm-up every figure is null or 0.
 * @param facts Published figures to compare it with; may be empty.
 * @returns Plain JSON; `run.wallSeconds` and `run.eventsPerSecond` are null, for whoever timed the run to fill in.
 * @throws InvariantError when the columns are out of order or a fact's time is not ISO 8601 UTC.
 */
export function summarise(run: RunData, facts: readonly Fact[]): RunSummary {
  const view = viewRun(run);
  const liquidationView = viewLiquidations(run);
  const crash = crashRange(view);
  const prices = summarisePrices(view);
  const liquidations = summariseLiquidations(liquidationView, facts);
  const feedback = summariseFeedback(view, liquidationView, crash);
  const rows = gradeFacts(view, liquidationView, facts);
  return {
    format: 1,
    title: run.title,
    headline: headlineOf(view, prices, liquidations, feedback),
    stateHash: run.stateHash,
    run: identityOf(run),
    prices,
    liquidations,
    openInterest: summariseOpenInterest(view, facts),
    liquidity: summariseLiquidity(view, crash),
    feedback,
    levels: summariseLevels(view),
    stabilisation: summariseStabilisation(view, liquidationView, crash),
    holders: summariseHolders(view, crash),
    facts: rows,
    scorecard: countVerdicts(rows, "One seed: another seed can turn hits into misses and back."),
    money: moneyOf(view),
    venues: summariseVenues(view, liquidationView),
  };
}

function headlineOf(
  view: RunView,
  prices: PriceSummary,
  liquidations: LiquidationSummary,
  feedback: FeedbackSummary,
): string {
  if (view.times.length === 0) return NOTHING_MEASURED;
  const reference = prices.coins[view.reference];
  return writeHeadline({
    referenceCoin: prices.referenceCoin,
    fall: reference.fall,
    peak: reference.peak,
    trough: reference.trough,
    troughTime: reference.troughTime,
    medianAltcoinFall: prices.medianAltcoinFall,
    medianAltcoinFallOverBtc: prices.medianAltcoinFallOverBtc,
    liquidatedUsd: liquidations.wholeRun.total?.usd ?? null,
    traders: liquidations.wholeRun.total?.traders ?? null,
    forcedShare: feedback.crash.forced,
  });
}

function identityOf(run: RunData): RunIdentity {
  const { totals } = run;
  return {
    seed: run.seed,
    scenarioHash: run.scenarioHash,
    engineVersion: run.engineVersion,
    start: formatIsoTime(run.startMicros),
    end: formatIsoTime(run.endMicros),
    reached: formatIsoTime(run.reachedMicros),
    partial: run.partial,
    stepSeconds: run.stepMicros / MICROS_PER_SECOND,
    sampleSeconds: run.sampleMicros / MICROS_PER_SECOND,
    coins: run.coins.map((coin) => coin.name),
    agents: run.agents.rows,
    traders: run.agents.weight.reduce((sum, weight) => sum + weight, 0),
    steps: totals.steps,
    orders: totals.orders,
    cancels: totals.cancels,
    fills: totals.fills,
    triggers: totals.triggers,
    decisions: totals.decisions,
    rejects: totals.rejects,
    events: totals.orders + totals.cancels + totals.fills + totals.triggers + totals.decisions,
    wallSeconds: null,
    eventsPerSecond: null,
  };
}

function moneyOf(view: RunView): MoneySummary {
  const { totals } = view.run;
  return {
    residual: totals.auditResidual,
    audits: totals.audits,
    feesUsd: toUsd(view, totals.fees),
    fundingPaidUsd: toUsd(view, totals.fundingPaid),
    externalFlowUsd: toUsd(view, totals.externalFlow),
  };
}
