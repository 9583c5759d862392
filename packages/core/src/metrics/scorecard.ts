/**
 * 8. Facts beside the run: hit or miss by a rule that stands in each row. Metrics phase.
 *
 * Accepted is the published range; without one, +-25 % of the value, for prices +-5 % (25 % of a price would accept
 * most crashes and their absence), and for a level any low at or below it; each cut to what the figure can be (a share
 * to 0 to 100 %, a fall, a count or money to 0 or more). Facts on the same figure whose accepted intervals do not
 * overlap conflict: both are shown, neither is graded. A window that the run does not cover is never a hit or a miss.
 */
import { factWindow, isCovered } from "./fact-window.ts";
import type { Fact, FactKind } from "./facts.ts";
import { coinsOfFact, evaluateFact } from "./evaluate-fact.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import type { RunView } from "./run-view.ts";
import type { FactRow, Scorecard, Verdict } from "./summary.ts";

const TOLERANCE = 0.25;
const PRICE_TOLERANCE = 0.05;

interface Accepted {
  readonly low: number;
  readonly high: number;
  readonly rule: string;
}

export function gradeFacts(view: RunView, liquidations: LiquidationView, facts: readonly Fact[]): FactRow[] {
  const conflicts = findConflicts(facts);
  return facts.map((fact, index) => gradeFact(view, liquidations, fact, conflicts[index]));
}

/** Counts of the verdicts; `note` says what they rest on. */
export function countVerdicts(rows: readonly { readonly verdict: Verdict }[], note: string): Scorecard {
  const count = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;
  return {
    hits: count("hit"),
    misses: count("miss"),
    notGraded: count("not-graded"),
    outsideRun: count("outside-run"),
    note,
  };
}

/** Verdict on a value in the fact's unit, once the window is known to be covered. */
export function verdictOn(
  row: Pick<FactRow, "fact" | "acceptLow" | "acceptHigh" | "conflictsWith">,
  value: number | null,
): Verdict {
  if (!row.fact.graded || row.conflictsWith.length > 0) return "not-graded";
  if (value === null) return "miss";
  return value >= row.acceptLow && value <= row.acceptHigh ? "hit" : "miss";
}

function gradeFact(
  view: RunView,
  liquidations: LiquidationView,
  fact: Fact,
  conflictsWith: readonly string[],
): FactRow {
  const { low, high, rule } = acceptedInterval(fact);
  const row = { fact, acceptLow: low, acceptHigh: high, rule, conflictsWith };
  const covered = isCovered(view.run, factWindow(view.run, fact));
  const simulatedCoins = coinsOfFact(view, fact);
  if (!covered || simulatedCoins.length === 0) {
    const note = covered ? `${fact.coin} is not simulated` : "the run does not cover the window";
    return { ...row, simulated: null, verdict: "outside-run", note };
  }
  const simulated = evaluateFact(view, liquidations, fact);
  return { ...row, simulated, verdict: verdictOn(row, simulated), note: noteOn(view, fact, simulated) };
}

function noteOn(view: RunView, fact: Fact, simulated: number | null): string | null {
  if (simulated === null) return "undefined in this run";
  if (fact.coin === undefined || fact.coin === "ALL") return `the run's ${view.coins.length} coins`;
  return null;
}

/**
 * The interval in which a simulated value is a hit; an open end of a published range is the value itself. A fact that
 * claims the impossible has an interval that nothing lies in.
 */
export function acceptedInterval(fact: Fact): Accepted {
  const { low, high, rule } = intervalByRule(fact);
  const [least, most] = possibleValues(fact);
  const cuts = [
    ...(low < least ? [`at least ${least === 0 ? "0" : percentOf(least)}`] : []),
    ...(high > most ? [`at most ${percentOf(most)}`] : []),
  ];
  return { low: Math.max(low, least), high: Math.min(high, most), rule: [rule, ...cuts].join(", ") };
}

function intervalByRule(fact: Fact): Accepted {
  if (fact.kind === "level-broken") {
    return { low: 0, high: fact.high ?? fact.value, rule: "at or below it" };
  }
  if (fact.low !== undefined || fact.high !== undefined) {
    return { low: fact.low ?? fact.value, high: fact.high ?? fact.value, rule: "published range" };
  }
  const isPrice = fact.kind === "price-low" || fact.kind === "price-at";
  const tolerance = isPrice ? PRICE_TOLERANCE : TOLERANCE;
  const width = Math.abs(fact.value) * tolerance;
  return {
    low: fact.value - width,
    high: fact.value + width,
    rule: `within ${percentOf(tolerance)}`,
  };
}

/** Kinds whose figure has a sign, and so no least value unless it is a fraction of something positive. */
const SIGNED_KINDS: ReadonlySet<FactKind> = new Set([
  "change",
  "open-interest-usd-change",
  "open-interest-coins-change",
  "funding",
  "trough-lag",
]);

/** Least and greatest value that a fact's figure can have. */
function possibleValues({ kind, unit }: Fact): readonly [number, number] {
  if (kind === "long-share" || kind === "fall") return [0, 1];
  if (!SIGNED_KINDS.has(kind)) return [0, Infinity];
  // Nothing loses more than all of itself; funding is a rate and not such a fraction.
  return [unit === "fraction" && kind !== "funding" ? -1 : -Infinity, Infinity];
}

function percentOf(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}

/** Per fact, the ids of those on the same figure whose accepted intervals do not overlap its own. */
function findConflicts(facts: readonly Fact[]): string[][] {
  const figure = (fact: Fact): string =>
    [fact.kind, fact.coin ?? "ALL", fact.side ?? "", fact.from ?? "", fact.to ?? "", fact.unit].join("|");
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(figure(fact), [...(groups.get(figure(fact)) ?? []), fact]);
  return facts.map((fact) => {
    const own = acceptedInterval(fact);
    return groups
      .get(figure(fact))!
      .filter((other) => {
        const theirs = acceptedInterval(other);
        return other !== fact && (theirs.low > own.high || theirs.high < own.low);
      })
      .map((other) => other.id);
  });
}
