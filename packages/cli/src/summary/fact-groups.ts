/**
 * Facts by what they are about: the groups in which terminal and report count hits and misses.
 */
import type { Fact, FactKind, Scorecard, Verdict } from "@undertow/core/metrics";

interface FactGroup {
  readonly name: string;
  readonly kinds: readonly FactKind[];
}

/** Every kind of fact is in exactly one group. */
export const FACT_GROUPS: readonly FactGroup[] = [
  { name: "Prices", kinds: ["price-low", "price-at"] },
  { name: "Falls, changes, lags", kinds: ["fall", "change", "trough-lag"] },
  { name: "Amounts liquidated", kinds: ["liquidations-usd", "liquidation-peak-4h-usd"] },
  { name: "Traders liquidated", kinds: ["traders-liquidated"] },
  { name: "Share of longs", kinds: ["long-share"] },
  { name: "Largest liquidation", kinds: ["largest-liquidation-usd"] },
  {
    name: "Open interest",
    kinds: ["open-interest-usd", "open-interest-usd-change", "open-interest-coins-change"],
  },
  { name: "Funding", kinds: ["funding"] },
  { name: "Levels", kinds: ["level-broken"] },
];

/** What a group needs of a fact beside one run, or beside several. */
export interface GradedFact {
  readonly fact: Fact;
  readonly verdict: Verdict;
}

/** The covered facts of a group, in their order, with the counts of their verdicts. */
export interface GroupedFacts<Row extends GradedFact> extends Pick<
  Scorecard,
  "hits" | "misses" | "notGraded"
> {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** Facts whose window the run covers, by group; groups without any are left out. */
export function groupFacts<Row extends GradedFact>(facts: readonly Row[]): GroupedFacts<Row>[] {
  return FACT_GROUPS.flatMap(({ name, kinds }) => {
    const rows = facts.filter(({ fact, verdict }) => verdict !== "outside-run" && kinds.includes(fact.kind));
    const count = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;
    if (rows.length === 0) return [];
    return [{ name, rows, hits: count("hit"), misses: count("miss"), notGraded: count("not-graded") }];
  });
}

/** A mark for a verdict, for people who read the words beside it too: hit, miss, shown only. */
export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = {
  hit: "✓",
  miss: "✗",
  "not-graded": "·",
  "outside-run": "·",
};
