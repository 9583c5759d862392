/**
 * A profile's rules in the words of the step loop: one function per subject, undefined for a form that it does not run.
 *
 * Profiles count in microseconds, the step loop's rules in seconds. A rule that is followed in part only leaves a
 * note, which becomes an assumed value of the scenario.
 */
import type {
  AdlRules,
  BackstopRules,
  FundingCapRule,
  FundingRules,
  IndexRules,
  LiquidationRules,
  MarkRules,
} from "@undertow/core";
import { latestAt } from "./margin-tables.ts";
import type { ProfileData } from "./profile-schema.ts";

/** A rule that a run follows in part, or by an assumption. */
export interface RuleNote {
  /** Path in the profile, for example `mark`. */
  readonly path: string;
  readonly note: string;
}

const seconds = (micros: number): number => micros / 1_000_000;

/** The mark. A median of three moves with every step: its cadence is assumed, not published. */
export function markRules({ mark, cadence }: ProfileData, notes: RuleNote[]): MarkRules {
  const updateSeconds = seconds(cadence.mark);
  switch (mark.kind) {
    case "median-of-three":
      return {
        kind: mark.kind,
        updateSeconds: 0,
        sampleSeconds: seconds(mark.basisSample),
        samples: mark.basisSamples,
      };
    case "median-with-venues":
      notes.push({
        path: "mark.venues",
        note: "the simulated spot markets of the index stand for the other venues",
      });
      return {
        kind: "oracle-median",
        updateSeconds,
        basisTauSeconds: seconds(mark.basisAverage),
        bookTauSeconds: seconds(mark.twoInputAverage),
      };
    default:
      return { kind: mark.kind, updateSeconds };
  }
}

/**
 * The index of the simulated spot markets. Caps by coin are one cap, the widest of the coins that the venue lists:
 * the rules of an index are the venue's. A plain mean is not followed: a run's mean caps what deviates.
 */
export function indexRules(
  { index }: ProfileData,
  coins: readonly string[],
  notes: RuleNote[],
): IndexRules | undefined {
  switch (index.kind) {
    case "capped-mean": {
      const caps = coins.map((coin) => index.cap.coins[coin] ?? index.cap.others);
      const widest = Math.max(...caps);
      if (caps.some((cap) => cap !== widest))
        notes.push({
          path: "index.cap",
          note: `one cap for all coins, the widest: ${Math.round(widest * 1e6) / 1e4} %`,
        });
      return {
        kind: "weighted-mean",
        maxDeviation: widest,
        staleAfterSeconds: seconds(index.stale),
        fallbackShare: index.medianFrom,
      };
    }
    case "weighted-median":
      notes.push({ path: "index.sources", note: "the simulated venues stand for the sources" });
      return { kind: "weighted-median" };
    case "median":
      notes.push({ path: "index", note: "all validators see the same prices: their weighted median" });
      return { kind: "weighted-median" };
    case "mean":
      return undefined;
  }
}

/** Premium samples, rate, cap and payments. */
export function fundingRules({ funding }: ProfileData, notes: RuleNote[]): FundingRules | undefined {
  const cap = fundingCap(funding.cap);
  if (cap === undefined) return undefined;
  const isVote = funding.averaging === "vote-median";
  if (isVote)
    notes.push({
      path: "funding.averaging",
      note: "all block proposers see the same book: their median is the sample, and none is missing",
    });
  return {
    intervalSeconds: seconds(funding.interval),
    periodSeconds: seconds(funding.ratePeriod),
    sampleSeconds: seconds(funding.sample),
    averaging: funding.averaging === "linear-weights" ? "linear-weights" : "mean",
    rate: funding.rate,
    cap,
    paidOn: funding.paidOn === "oracle" ? "index" : "mark",
  };
}

function fundingCap(cap: ProfileData["funding"]["cap"]): FundingCapRule | undefined {
  switch (cap.kind) {
    case "maintenance-share":
      return cap;
    case "fixed":
      return { kind: "fixed", perPayment: cap.rate };
    case "margin-gap":
      if (cap.changeOfMaintenance !== undefined) return undefined;
      return {
        kind: "margin-gap",
        factor: cap.multiple,
        ...(cap.premiumMultiple === undefined ? {} : { premiumFactor: cap.premiumMultiple }),
      };
  }
}

/** From the trigger to the orders in the book; the clearance fee is that of the run's first day. */
export function liquidationRules(
  { liquidation }: ProfileData,
  start: string,
  notes: RuleNote[],
): LiquidationRules | undefined {
  const { step, price, clearanceFee: fee, ordersPerStep } = liquidation;
  if (step.kind === "risk-limit-step") return undefined;
  if (price.kind === "bankruptcy" && price.timeInForce !== "immediate-or-cancel") return undefined;
  const cancels = { account: "all", contract: "market", none: "none" } as const;
  const orders = { "margin-ratio": "equity-ratio", "fillable-distance": "fillable-distance" } as const;
  return {
    order: orders[liquidation.accountOrder],
    cancel: cancels[liquidation.cancels],
    partial: partialRule(step, notes),
    price: priceRule(price),
    clearanceFee:
      fee.kind === "share-of-notional"
        ? { kind: "notional-share", rate: fee.rates[latestAt(fee.rates, start)].rate }
        : fee.kind === "gain-over-bankruptcy"
          ? { kind: "capped-improvement", maxRate: fee.most }
          : fee,
    // Venues without a fee of their own charge what any taker pays.
    takerFee: fee.kind === "none",
    pick: "largest-maintenance",
    remainder: "at-once",
    ...(ordersPerStep === undefined ? {} : { ordersPerRound: ordersPerStep }),
  };
}

type Step = Exclude<ProfileData["liquidation"]["step"], { kind: "risk-limit-step" }>;

function partialRule(step: Step, notes: RuleNote[]): LiquidationRules["partial"] {
  switch (step.kind) {
    case "bracket-step":
      return { kind: "tier-step", order: "immediate" };
    case "share-with-cooldown":
      return {
        kind: "share",
        share: step.share,
        aboveNotional: step.above,
        cooldownSeconds: seconds(step.cooldown),
      };
    case "capped-portion":
      notes.push(
        {
          path: "liquidation.step",
          note: "a step of the run is one block: an account closes one portion in it",
        },
        { path: "liquidation.step.maxFundLoss", note: "a run does not limit the fund's loss per block" },
      );
      return {
        kind: "portion",
        maxPortion: step.portion,
        minNotional: step.minNotional,
        maxNotionalPerBlock: step.maxNotional,
      };
  }
}

function priceRule(price: ProfileData["liquidation"]["price"]): LiquidationRules["price"] {
  if (price.kind === "bankruptcy") return { kind: "bankruptcy" };
  if (price.kind === "market") return price;
  const { bankruptcyAdjustment, spreadToMaintenance } = price;
  return { kind: "fillable", bankruptcyAdjustment, spreadToMaintenanceRatio: spreadToMaintenance };
}

/** Who takes what the book did not. */
export function backstopRules({ backstop }: ProfileData): BackstopRules | undefined {
  switch (backstop.kind) {
    case "insurance-fund":
      return { kind: "fund", capRatio: backstop.takeoverCap, unwindSeconds: seconds(backstop.unwind) };
    case "vault":
      return {
        kind: "vault",
        equityRatio: backstop.takeoverRatio,
        unwindSeconds: seconds(backstop.unwind),
      };
    case "none":
      return { kind: "none", unwindSeconds: 0 };
    case "liquidation-engine":
      return undefined;
  }
}

/** When deleveraging begins follows from the backstop. */
export function deleveragingTrigger({ backstop }: ProfileData): string {
  return backstop.kind === "insurance-fund" ? "fund-cannot-take" : "negative-equity";
}

/**
 * The last resort. Profit times margin ratio ranks as profit times leverage: the two differ by maintenance rate and
 * by what profit is divided by, and published runs were ranked so.
 */
export function adlRules({ deleveraging }: ProfileData): AdlRules {
  const rankings = {
    "profit-times-margin-ratio": "pnl-margin-ratio",
    "profit-times-leverage": "pnl-leverage",
    "price-ratio-times-leverage": "price-ratio-leverage",
    "seeded-random": "random-start",
  } as const;
  return {
    ranking: rankings[deleveraging.ranking],
    settlement: deleveraging.settlement === "previous-mark" ? "previous-mark" : "bankruptcy",
    cancelOrders: false,
  };
}
