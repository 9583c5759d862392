/**
 * The rules of a venue as plain data: what an `Exchange` is made of besides its markets.
 *
 * Every rule is named by its structure, never by an exchange; `kind` tells the forms apart. Rates are fractions,
 * money is in units of the settlement currency, times are in seconds. check-rules.ts refuses what cannot be.
 */
import type { AdlScoreRule } from "../mechanics/adl-ranking.ts";
import type { ClearanceFeeRule } from "../mechanics/clearance-fee.ts";
import type { CollateralPriceSource } from "../mechanics/collateral.ts";
import type { LiquidationPriceRule } from "../mechanics/fillable-price.ts";
import type { LiquidationOrderRule } from "../mechanics/liquidation-order.ts";
import type { TakeoverRule } from "../mechanics/takeover.ts";

/** How an account's margin is kept. `hedge` is cross margin with a long and a short leg in every market. */
export type MarginMode = "isolated" | "cross" | "hedge";

/** What opening takes beyond the margin rule of the market. */
export interface InitialMarginRules {
  /** `chosen`: traders choose it, up to what the market's rule allows. `rule`: the rule's initial rate alone counts. */
  readonly leverage: "chosen" | "rule";
  /** An order also holds its loss against the mark: size x max(0, side (limit - mark)). */
  readonly openLoss: boolean;
  /**
   * `wallet`: unrealised profit backs orders but cannot be withdrawn. `equity`: it can, as long as `keptShare` of
   * the total notional and the initial margin stay.
   */
  readonly withdrawal: { readonly kind: "wallet" } | { readonly kind: "equity"; readonly keptShare: number };
}

/** One currency that counts as collateral beside the settlement currency. */
export interface CollateralAssetRule {
  readonly currency: string;
  /** Share of the value that counts, 0 to 1. */
  readonly ratio: number;
  readonly source: CollateralPriceSource;
  /** Units of the underlying that one unit redeems for; for `redemptionRatio`. */
  readonly redemptionRatio?: number;
  readonly minimumPrice?: number;
  /** Share of the price at which the venue buys it; default 1. */
  readonly autoExchangeRatio?: number;
}

/**
 * `per-currency`: every settlement currency is a pool of its own. `multi-asset`: accounts that ask for it have one
 * pool in `settlement`; a debt of `autoExchangeThreshold` or more is covered by selling the assets in the order of
 * the table.
 */
export type CollateralRules =
  | { readonly kind: "per-currency" }
  | {
      readonly kind: "multi-asset";
      readonly settlement: string;
      readonly assets: readonly CollateralAssetRule[];
      readonly autoExchangeThreshold: number;
    };

/** How the index is made of its sources; see mechanics/index-price.ts. */
export interface IndexRules {
  readonly kind: "weighted-mean" | "dropping-mean" | "weighted-median";
  readonly maxDeviation?: number;
  readonly staleAfterSeconds?: number;
  readonly fallbackShare?: number;
}

/** How the mark is made, in the forms that a run has too; see mechanics/mark-forms.ts. */
export type MarkRules = { readonly updateSeconds: number } & (
  | { readonly kind: "median-of-three"; readonly sampleSeconds: number; readonly samples: number }
  | { readonly kind: "oracle-median"; readonly basisTauSeconds: number; readonly bookTauSeconds: number }
  | { readonly kind: "mean-basis"; readonly sampleSeconds: number; readonly samples: number }
  | { readonly kind: "funding-basis" }
  | { readonly kind: "oracle" }
);

/** How the mark of an `Exchange` is made. */
export type VenueMarkRules =
  | MarkRules
  /** Index plus the EMA of (middle of the impact prices - index), held to +-band x index (Deribit). */
  | {
      readonly kind: "banded-basis";
      readonly updateSeconds: number;
      readonly basisTauSeconds: number;
      /** Fraction of the index, from 0 to below 1. */
      readonly band: number;
    };

/** Cap of the rate of one payment. */
export type FundingCapRule =
  | { readonly kind: "fixed"; readonly perPayment: number }
  /** Share of the market's lowest maintenance rate, on the rate of the period. */
  | { readonly kind: "maintenance-share"; readonly share: number }
  /**
   * Multiple of initial less maintenance rate, on the rate of the period; `changeShare` of the maintenance rate is
   * the farthest it moves from one payment to the next; `premiumFactor` times the gap caps a premium sample;
   * `limitToMaintenance`: never above the maintenance rate (Bybit).
   */
  | {
      readonly kind: "margin-gap";
      readonly factor: number;
      readonly changeShare?: number;
      readonly premiumFactor?: number;
      readonly limitToMaintenance?: boolean;
    };

/** Premium samples, the rate made of them and when it is paid, averaged as a run averages them too. */
export interface FundingRules {
  /** Between payments. */
  readonly intervalSeconds: number;
  /** What the rate is stated for; a payment takes interval / period of it. */
  readonly periodSeconds: number;
  readonly sampleSeconds: number;
  readonly averaging: "mean" | "linear-weights";
  /**
   * What is held against the index: the impact prices (default), the middle of the book (OKX), or the mark (Deribit).
   * A side of the book that is empty or too thin gives a premium of 0.
   */
  readonly premium?: "impact" | "middle" | "mark";
  /** premium + clamp(interest - premium), premium + interest, or premium - interest. Interest is for the period. */
  readonly rate:
    | { readonly kind: "clamped-interest"; readonly interest: number; readonly clamp: number }
    | { readonly kind: "premium-plus-interest" | "premium-less-interest"; readonly interest: number };
  readonly cap: FundingCapRule;
  /** Decimals of a payment's rate that are published, the rest cut off (Lighter: 6); all unless told. */
  readonly publishedDecimals?: number;
  readonly paidOn: "mark" | "index";
}

/**
 * Funding of an `Exchange`. `vote-median`: one vote each `votes.everySeconds`; the median of the votes of a sample's time
 * is the sample, filled up with zeros to `votes.least`; the rate's premium is the mean over all samples of the
 * interval, missing ones 0, in whole parts per million (dYdX v4: a vote a block, 15 at least, 60 samples an hour).
 */
export type VenueFundingRules =
  | FundingRules
  | (Omit<FundingRules, "averaging"> & {
      readonly averaging: "vote-median";
      readonly votes: { readonly everySeconds: number; readonly least: number };
    });

/** Which of an account's orders go when it is liquidated: all, those of the market that closes, or none. */
export type CancelScope = "all" | "market" | "none";

/** How much of a position one forced order closes; mechanics/partial-size.ts with the market's own tiers. */
export type PartialRule =
  | { readonly kind: "all" }
  /** `fill-or-kill`: tried whole; when it cannot trade the whole position follows at once. */
  | { readonly kind: "tier-step"; readonly order: "immediate" | "fill-or-kill" }
  | { readonly kind: "two-tiers" }
  | {
      readonly kind: "share";
      readonly share: number;
      readonly aboveNotional: number;
      readonly cooldownSeconds: number;
    }
  | {
      readonly kind: "portion";
      readonly maxPortion: number;
      readonly minNotional: number;
      readonly maxNotionalPerBlock: number;
      /**
       * Most that the forced order of a margin unit may cost the fund in a round, which is one block; what would cost
       * more does not trade. No limit unless told (dYdX v4 genesis: 1,000,000).
       */
      readonly maxFundLossPerBlock?: number;
    }
  | { readonly kind: "shortage"; readonly liquidationFeeRate: number; readonly fundFeeRate: number };

/** What equity is held against; all left out: the maintenance margin at the mark, strictly. */
export interface MaintenanceRules {
  /** `entry`: on the value at which the position was opened (Bybit to 2025). Default `mark`. */
  readonly valuedAt?: "mark" | "entry";
  /** The taker fee of closing at the mark is added (OKX, Bybit 2026). Default false. */
  readonly closingFee?: boolean;
  /** `reached`: equity equal to it is liquidated, too (OKX). Default `below`. */
  readonly trigger?: "below" | "reached";
}

/** What happens to accounts below their maintenance margin. */
export interface LiquidationRules {
  readonly maintenance?: MaintenanceRules;
  readonly order: LiquidationOrderRule;
  readonly cancel: CancelScope;
  readonly partial: PartialRule;
  readonly price: LiquidationPriceRule;
  readonly clearanceFee: ClearanceFeeRule;
  /** Whether forced orders also pay the taker fee. */
  readonly takerFee: boolean;
  /** Which position of a cross account closes: the one with most maintenance margin, or a keyed draw. */
  readonly pick: "largest-maintenance" | "keyed-draw";
  /**
   * When what the book left is looked at: at once, or only once the account has nothing left at the mark; until
   * then it is offered to the book again each round.
   */
  readonly remainder: "at-once" | "when-bankrupt";
  /** Most forced orders per round; accounts beyond it wait and are not deleveraged. No limit unless told. */
  readonly ordersPerRound?: number;
}

/** Who takes what the book did not, and how the holder sells it again. */
export type BackstopRules = TakeoverRule & {
  /** Time constant with which taken positions are sold into the book; 0: never. */
  readonly unwindSeconds: number;
};

/** Who is deleveraged first, and at what price. */
export interface AdlRules {
  readonly ranking: AdlScoreRule | "random-start";
  readonly settlement: "bankruptcy" | "previous-mark";
  /** Whether a deleveraged trader's orders in the market are cancelled. */
  readonly cancelOrders: boolean;
}

/**
 * Market option: no order book; every order trades at once, up to its limit, against a clearing account of the venue,
 * at a price that moves by `impactTicks` ticks for each `perLots` lots of net flow. For checks against formulas
 * (mechanics/linear-impact.ts). A market without the option has an order book.
 */
export interface LinearImpactClearing {
  readonly kind: "linear-impact";
  /** Ticks by which `perLots` lots move the price, a whole number from 0 to 2^30 - 1. */
  readonly impactTicks: number;
  /** Whole number of at least 1. */
  readonly perLots: number;
}

/** Everything that a venue decides. */
export interface VenueRules {
  readonly modes: readonly MarginMode[];
  readonly initialMargin: InitialMarginRules;
  readonly collateral: CollateralRules;
  readonly index: IndexRules;
  readonly mark: VenueMarkRules;
  readonly funding: VenueFundingRules;
  readonly liquidation: LiquidationRules;
  readonly backstop: BackstopRules;
  readonly adl: AdlRules;
  /** Fractions of the traded value; a negative maker fee is a rebate. */
  readonly fees: { readonly maker: number; readonly taker: number };
  readonly selfTradePrevention: "expire-maker" | "expire-taker" | "expire-both";
  /** Price bands around the mark as fractions; none unless told. */
  readonly bands: { readonly market?: number; readonly limitUp?: number; readonly limitDown?: number };
}
