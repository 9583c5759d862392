/**
 * Several seeds of one scenario in one table: median and 10-90 % range of every headline figure. Metrics phase.
 *
 * A fact is a hit when the median over the seeds is inside its accepted interval; the share of seeds that hit on their
 * own stands beside it. Summaries of different scenarios must never be combined.
 */
import { UserError } from "../errors.ts";
import { writeHeadline } from "./headline.ts";
import { spreadOf } from "./quantile.ts";
import { countVerdicts, verdictOn } from "./scorecard.ts";
import type { CombinedPriceGap, CombinedSummary, CombinedVenue, Spread } from "./combined-summary.ts";
import type { CoinPrices, PriceGap, RunSummary, VenueSummary } from "./summary.ts";

/**
 * @param summaries One per seed, of the same scenario and facts, in the order of the seeds.
 * @throws UserError when there is none, or when they are of different scenarios.
 */
export function combineSummaries(summaries: readonly RunSummary[]): CombinedSummary {
  const first = summaries[0];
  if (first === undefined) throw new UserError("no-runs", { message: "no run to combine" });
  if (
    summaries.some(
      (s) => s.run.scenarioHash !== first.run.scenarioHash || s.facts.length !== first.facts.length,
    )
  ) {
    throw new UserError("mixed-runs", { message: "the runs are of different scenarios or facts" });
  }
  const over = (value: (summary: RunSummary) => number | null): Spread => spreadOf(summaries.map(value));
  const reference = (summary: RunSummary): CoinPrices =>
    summary.prices.coins.find((c) => c.coin === summary.prices.referenceCoin)!;
  const measures = {
    btcFall: over((s) => reference(s).fall),
    medianAltcoinFall: over((s) => s.prices.medianAltcoinFall),
    medianAltcoinFallOverBtc: over((s) => s.prices.medianAltcoinFallOverBtc),
    liquidatedUsd: over((s) => s.liquidations.wholeRun.total?.usd ?? null),
    liquidatedTraders: over((s) => s.liquidations.wholeRun.total?.traders ?? null),
    forcedShareInCrash: over((s) => s.feedback.crash.forced),
    reproductionByCount: over((s) => s.feedback.reproduction.byCount),
    adlUsd: over((s) => s.feedback.adlUsd),
    badDebtUsd: over((s) => s.feedback.badDebtUsd),
  };
  const facts = combineFacts(summaries);
  return {
    format: 1,
    title: first.title,
    headline: headlineOf(first, measures, summaries.length),
    scenarioHash: first.run.scenarioHash,
    seeds: summaries.map((s) => s.run.seed),
    stateHashes: summaries.map((s) => s.stateHash),
    measures,
    coins: first.prices.coins.map(({ coin }, index) => ({
      coin,
      fall: over((s) => s.prices.coins[index].fall),
      fallOverBtc: over((s) => s.prices.coins[index].fallOverBtc),
      lagToBtcMinutes: over((s) => s.prices.coins[index].lagToBtcMinutes),
      crashBeta: over((s) => s.prices.coins[index].crashBeta),
      liquidatedUsd: over((s) => s.liquidations.wholeRun.coins[index]?.usd ?? null),
    })),
    venues: first.venues.venues.map((_, index) => combineVenue(summaries, index)),
    venueGaps: first.venues.gaps.map(({ coin, venues }, index) => ({
      coin,
      venues,
      spot: combineGap(summaries.map((s) => s.venues.gaps[index].spot)),
      perpetual: combineGap(summaries.map((s) => s.venues.gaps[index].perpetual)),
    })),
    facts,
    scorecard: countVerdicts(facts, `Median of ${summaries.length} seeds.`),
    residual: summaries.reduce((most, s) => Math.max(most, Math.abs(s.money.residual)), 0),
  };
}

function combineVenue(summaries: readonly RunSummary[], index: number): CombinedVenue {
  const { venue, coverage } = summaries[0].venues.venues[index];
  const over = (value: (summary: VenueSummary) => number | null): Spread =>
    spreadOf(summaries.map((s) => value(s.venues.venues[index])));
  return {
    venue,
    coverage,
    liquidatedUsd: over((v) => v.liquidations.usd),
    liquidatedLongShare: over((v) => v.liquidations.longShare),
    liquidatedTraders: over((v) => v.liquidations.traders),
    bookShare: over((v) => v.bookShare),
    fundShare: over((v) => v.fundShare),
    adlShare: over((v) => v.adlShare),
    adlUsd: over((v) => v.adlUsd),
    insolvent: over((v) => v.insolvent),
    fundUsedUsd: over((v) => v.fund.usedUsd),
    feesUsd: over((v) => v.feesUsd),
    transfersInUsd: over((v) => v.transfersInUsd),
    transfersOutUsd: over((v) => v.transfersOutUsd),
    haltedMinutes: over((v) => v.haltedMinutes),
  };
}

function combineGap(gaps: readonly PriceGap[]): CombinedPriceGap {
  return {
    largest: spreadOf(gaps.map((gap) => gap.largest)),
    mean: spreadOf(gaps.map((gap) => gap.mean)),
    minutesAboveOnePercent: spreadOf(gaps.map((gap) => gap.minutesAboveOnePercent)),
  };
}

function combineFacts(summaries: readonly RunSummary[]): CombinedSummary["facts"] {
  return summaries[0].facts.map((row, index) => {
    const rows = summaries.map((s) => s.facts[index]);
    // A window can be outside one stopped run and inside the others; it counts when most runs cover it.
    const covered = rows.filter((r) => r.verdict !== "outside-run");
    const simulated = spreadOf(rows.map((r) => r.simulated));
    const graded = covered.filter((r) => r.verdict !== "not-graded");
    const outside = 2 * covered.length <= rows.length;
    const base = covered[0] ?? row;
    return {
      ...base,
      simulated,
      verdict: outside ? ("outside-run" as const) : verdictOn(base, simulated.median),
      hitShare: graded.length === 0 ? null : graded.filter((r) => r.verdict === "hit").length / graded.length,
    };
  });
}

function headlineOf(first: RunSummary, measures: CombinedSummary["measures"], seeds: number): string {
  const sentence = writeHeadline({
    referenceCoin: first.prices.referenceCoin,
    fall: measures.btcFall.median,
    peak: null,
    trough: null,
    troughTime: null,
    medianAltcoinFall: measures.medianAltcoinFall.median,
    medianAltcoinFallOverBtc: measures.medianAltcoinFallOverBtc.median,
    liquidatedUsd: measures.liquidatedUsd.median,
    traders: measures.liquidatedTraders.median,
    forcedShare: measures.forcedShareInCrash.median,
  });
  return `Median of ${seeds} seeds: ${sentence}`;
}
