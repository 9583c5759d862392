/**
 * A published figure of a crash, in the form in which a run is compared with it. Input of the metrics phase.
 *
 * Facts are never fed to a simulation: they are read after the run, by the scorecard alone.
 */

/** What a fact measures. The conventions of each kind are those of `evaluate-fact.ts`. */
export const FACT_KINDS = [
  /** Notional of forced liquidations in the window, USD. */
  "liquidations-usd",
  /** Traders with a position closed by liquidation in the window, each counted once. */
  "traders-liquidated",
  /** Notional of liquidated longs over all liquidated notional in the window, fraction. */
  "long-share",
  /** Largest liquidation order of one trader in the window, USD. */
  "largest-liquidation-usd",
  /** Most liquidated notional in any four hours inside the window, USD. */
  "liquidation-peak-4h-usd",
  /** Lowest spot price in the window, USD. */
  "price-low",
  /** Spot price at the window's end (`to`, or `from` when there is no `to`), USD. */
  "price-at",
  /** Largest fall from a high to a later low inside the window, positive fraction. */
  "fall",
  /** Spot price at the end over that at the start of the window less one, signed fraction. */
  "change",
  /** Open interest (one side) at the window's end, USD. */
  "open-interest-usd",
  /** Change of open interest in dollars over the window: a fraction, or USD when `unit` is `USD`. */
  "open-interest-usd-change",
  /** Change of open interest in coins over the window: a fraction, or coins when `unit` is `coins`. */
  "open-interest-coins-change",
  /** Funding estimate at the window's end: per year when `unit` says `year`, else per interval; fraction. */
  "funding",
  /** Trough of the coin after that of BTC inside the window, minutes (negative: before). */
  "trough-lag",
  /** Price of a level that broke inside the window: a hit when the lowest spot price is at or below it, USD. */
  "level-broken",
] as const;

export type FactKind = (typeof FACT_KINDS)[number];

/** One published figure. Amounts in USD, shares and changes as fractions (0.05 is 5 %), times in ISO 8601 UTC. */
export interface Fact {
  /** Unique in its list, kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly kind: FactKind;
  /** Name of a coin of the run, or `ALL`; without it, `ALL`. */
  readonly coin?: string;
  /** Only liquidations of this side; without it, both. */
  readonly side?: "long" | "short";
  /** Start of the window, for example `2026-02-01T16:48:00Z`; without it, the start of the run. */
  readonly from?: string;
  /** End of the window; without it, the end of the run. */
  readonly to?: string;
  readonly value: number;
  /** Published range; without one, the scorecard accepts +-25 % of `value`, +-5 % of a price. */
  readonly low?: number;
  readonly high?: number;
  /** `USD`, `fraction`, `traders`, `coins`, `minutes`, `fraction per year`, `fraction per interval`. */
  readonly unit: string;
  readonly source: string;
  readonly confidence: "high" | "medium" | "low";
  /** False: shown beside the simulated figure, in no count of hits. */
  readonly graded: boolean;
  readonly note?: string;
}
