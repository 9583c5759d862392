/**
 * Refuses rules that no venue could have, before anything is traded under them.
 *
 * Names the field's path, what was expected and what was found. Every figure of every rule is asked here, also those
 * that are first read in a liquidation; the rules of liquidation are in check-liquidation-rules.ts.
 */
import {
  belowOne,
  between,
  clock,
  fail,
  nonNegative,
  oneOf,
  positive,
  whole,
  yesOrNo,
} from "../mechanics/checked.ts";
import { checkLiquidation } from "./check-liquidation-rules.ts";
import { microsOf } from "../units.ts";
import type { CurrencySpec } from "./market-spec.ts";
import type { IndexRules, VenueFundingRules, VenueMarkRules, VenueRules } from "./venue-rules.ts";

/** Most votes that an interval may have: they are kept until it is paid. */
const MAX_VOTES = 1_000_000;

/**
 * Checks a venue's rules.
 *
 * @throws UserError `invalid-argument` with the field's path
 */
export function checkRules(rules: VenueRules, currencies: readonly CurrencySpec[]): void {
  if (rules.modes.length === 0) fail("rules.modes", "at least one margin mode", "none");
  for (const [k, mode] of rules.modes.entries())
    oneOf(`rules.modes[${k}]`, mode, ["isolated", "cross", "hedge"]);
  const { leverage, openLoss, withdrawal } = rules.initialMargin;
  oneOf("rules.initialMargin.leverage", leverage, ["chosen", "rule"]);
  yesOrNo("rules.initialMargin.openLoss", openLoss);
  oneOf("rules.initialMargin.withdrawal.kind", withdrawal.kind, ["wallet", "equity"]);
  if (withdrawal.kind === "equity")
    between("rules.initialMargin.withdrawal.keptShare", withdrawal.keptShare, 0, 1);
  checkCollateral(rules, currencies);
  checkIndex(rules.index);
  checkMark(rules.mark);
  checkFunding(rules.funding);
  checkLiquidation(rules);
  between("rules.fees.maker", rules.fees.maker, -0.01, 0.01);
  between("rules.fees.taker", rules.fees.taker, 0, 0.01);
  if (rules.fees.maker + rules.fees.taker < 0)
    fail("rules.fees.maker", "a rebate of at most the taker fee", rules.fees.maker);
  const modes = ["expire-maker", "expire-taker", "expire-both"];
  oneOf("rules.selfTradePrevention", rules.selfTradePrevention, modes);
  for (const [name, band] of [
    ["market", rules.bands.market],
    ["limitUp", rules.bands.limitUp],
    ["limitDown", rules.bands.limitDown],
  ] as const) {
    if (band !== undefined) between(`rules.bands.${name}`, band, 0, name === "limitUp" ? 100 : 1);
  }
}

function checkCollateral(rules: VenueRules, currencies: readonly CurrencySpec[]): void {
  const { collateral } = rules;
  oneOf("rules.collateral.kind", collateral.kind, ["per-currency", "multi-asset"]);
  if (collateral.kind !== "multi-asset") return;
  const names = currencies.map(({ name }) => name);
  oneOf("rules.collateral.settlement", collateral.settlement, names);
  nonNegative("rules.collateral.autoExchangeThreshold", collateral.autoExchangeThreshold);
  for (const [k, asset] of collateral.assets.entries()) {
    const path = `rules.collateral.assets[${k}]`;
    oneOf(`${path}.currency`, asset.currency, names);
    if (asset.currency === collateral.settlement)
      fail(`${path}.currency`, "a currency beside settlement", asset.currency);
    between(`${path}.ratio`, asset.ratio, 0, 1);
    oneOf(`${path}.source`, asset.source, ["index", "localBook", "redemptionRatio"]);
    if (asset.source === "redemptionRatio") positive(`${path}.redemptionRatio`, asset.redemptionRatio ?? NaN);
    if (asset.minimumPrice !== undefined) nonNegative(`${path}.minimumPrice`, asset.minimumPrice);
    const ratio = asset.autoExchangeRatio ?? 1;
    positive(`${path}.autoExchangeRatio`, between(`${path}.autoExchangeRatio`, ratio, 0, 1));
  }
}

function checkIndex(index: IndexRules): void {
  oneOf("rules.index.kind", index.kind, ["weighted-mean", "dropping-mean", "weighted-median"]);
  const { maxDeviation, staleAfterSeconds, fallbackShare } = index;
  if (maxDeviation !== undefined) belowOne("rules.index.maxDeviation", maxDeviation);
  if (staleAfterSeconds !== undefined) nonNegative("rules.index.staleAfterSeconds", staleAfterSeconds);
  if (fallbackShare !== undefined)
    between("rules.index.fallbackShare", positive("rules.index.fallbackShare", fallbackShare), 0, 1);
}

function checkMark(mark: VenueMarkRules): void {
  clock("rules.mark.updateSeconds", mark.updateSeconds);
  const kinds = ["median-of-three", "oracle-median", "mean-basis", "funding-basis", "oracle", "banded-basis"];
  oneOf("rules.mark.kind", mark.kind, kinds);
  if (mark.kind === "median-of-three" || mark.kind === "mean-basis") {
    clock("rules.mark.sampleSeconds", mark.sampleSeconds);
    whole("rules.mark.samples", positive("rules.mark.samples", mark.samples));
  }
  if (mark.kind === "oracle-median") {
    positive("rules.mark.basisTauSeconds", mark.basisTauSeconds);
    positive("rules.mark.bookTauSeconds", mark.bookTauSeconds);
  }
  if (mark.kind === "banded-basis") {
    positive("rules.mark.basisTauSeconds", mark.basisTauSeconds);
    belowOne("rules.mark.band", mark.band);
  }
}

function checkFunding(funding: VenueFundingRules): void {
  const { rate, cap, publishedDecimals } = funding;
  clock("rules.funding.intervalSeconds", funding.intervalSeconds);
  positive("rules.funding.periodSeconds", funding.periodSeconds);
  clock("rules.funding.sampleSeconds", funding.sampleSeconds);
  oneOf("rules.funding.averaging", funding.averaging, ["mean", "linear-weights", "vote-median"]);
  if (funding.averaging === "vote-median") checkVotes(funding);
  oneOf("rules.funding.premium", funding.premium ?? "impact", ["impact", "middle", "mark"]);
  const rates = ["clamped-interest", "premium-plus-interest", "premium-less-interest"];
  oneOf("rules.funding.rate.kind", rate.kind, rates);
  between("rules.funding.rate.interest", rate.interest, -0.01, 0.01);
  if (rate.kind === "clamped-interest") nonNegative("rules.funding.rate.clamp", rate.clamp);
  oneOf("rules.funding.cap.kind", cap.kind, ["fixed", "maintenance-share", "margin-gap"]);
  if (cap.kind === "fixed") nonNegative("rules.funding.cap.perPayment", cap.perPayment);
  if (cap.kind === "maintenance-share") positive("rules.funding.cap.share", cap.share);
  if (cap.kind === "margin-gap") {
    positive("rules.funding.cap.factor", cap.factor);
    if (cap.changeShare !== undefined) nonNegative("rules.funding.cap.changeShare", cap.changeShare);
    if (cap.premiumFactor !== undefined) positive("rules.funding.cap.premiumFactor", cap.premiumFactor);
    if (cap.limitToMaintenance !== undefined)
      yesOrNo("rules.funding.cap.limitToMaintenance", cap.limitToMaintenance);
  }
  if (publishedDecimals !== undefined) {
    const name = "rules.funding.publishedDecimals";
    whole(name, between(name, publishedDecimals, 0, 12));
  }
  oneOf("rules.funding.paidOn", funding.paidOn, ["mark", "index"]);
}

/** An interval is a whole number of samples in whole microseconds, and one vote at least falls in it. */
function checkVotes(funding: Extract<VenueFundingRules, { averaging: "vote-median" }>): void {
  const { intervalSeconds, sampleSeconds } = funding;
  // A plain object need not have what its type asks for.
  const votes = funding.votes as (typeof funding)["votes"] | undefined;
  if (votes === undefined) fail("rules.funding.votes", "everySeconds and least, for vote-median", "none");
  const every = clock("rules.funding.votes.everySeconds", votes.everySeconds);
  const interval = microsOf(intervalSeconds);
  if (microsOf(every) > interval || interval / microsOf(every) > MAX_VOTES)
    fail("rules.funding.votes.everySeconds", `from 1 to ${MAX_VOTES} votes an interval`, every);
  whole("rules.funding.votes.least", between("rules.funding.votes.least", votes.least, 0, MAX_VOTES));
  if (interval % microsOf(sampleSeconds) !== 0)
    fail("rules.funding.sampleSeconds", `a whole part of the interval of ${intervalSeconds}`, sampleSeconds);
}
