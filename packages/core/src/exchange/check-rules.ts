/**
 * Refuses rules that no venue could have, before anything is traded under them.
 *
 * Names the field and its range. What mechanics/ checks at each call (rates of clearance fees, caps) is asked here once
 * with plain inputs, so that a bad profile fails when the exchange is opened and not in its first liquidation.
 */
import { between, fail, nonNegative, positive } from "../mechanics/checked.ts";
import { clearanceFee } from "../mechanics/clearance-fee.ts";
import { liquidationOrderPrice } from "../mechanics/fillable-price.ts";
import { orderLiquidations } from "../mechanics/liquidation-order.ts";
import type { CurrencySpec } from "./market-spec.ts";
import type { MarkRules, VenueRules } from "./venue-rules.ts";

/**
 * Checks a venue's rules.
 *
 * @throws UserError `invalid-argument` with the field's path
 */
export function checkRules(rules: VenueRules, currencies: readonly CurrencySpec[]): void {
  if (rules.modes.length === 0) fail("rules.modes", "at least one margin mode", "none");
  oneOf("rules.modes", rules.modes, ["isolated", "cross", "hedge"]);
  const { leverage, withdrawal } = rules.initialMargin;
  oneOf("rules.initialMargin.leverage", [leverage], ["chosen", "rule"]);
  oneOf("rules.initialMargin.withdrawal.kind", [withdrawal.kind], ["wallet", "equity"]);
  if (withdrawal.kind === "equity")
    between("rules.initialMargin.withdrawal.keptShare", withdrawal.keptShare, 0, 1);
  checkCollateral(rules, currencies);
  oneOf("rules.index.kind", [rules.index.kind], ["weighted-mean", "dropping-mean", "weighted-median"]);
  checkMark(rules.mark);
  checkFunding(rules);
  checkLiquidation(rules);
  between("rules.fees.maker", rules.fees.maker, -0.01, 0.01);
  between("rules.fees.taker", rules.fees.taker, 0, 0.01);
  if (rules.fees.maker + rules.fees.taker < 0)
    fail("rules.fees.maker", "a rebate of at most the taker fee", rules.fees.maker);
  oneOf(
    "rules.selfTradePrevention",
    [rules.selfTradePrevention],
    ["expire-maker", "expire-taker", "expire-both"],
  );
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
  oneOf("rules.collateral.kind", [collateral.kind], ["per-currency", "multi-asset"]);
  if (collateral.kind !== "multi-asset") return;
  const names = currencies.map(({ name }) => name);
  oneOf("rules.collateral.settlement", [collateral.settlement], names);
  nonNegative("rules.collateral.autoExchangeThreshold", collateral.autoExchangeThreshold);
  for (const [k, asset] of collateral.assets.entries()) {
    const path = `rules.collateral.assets[${k}]`;
    oneOf(`${path}.currency`, [asset.currency], names);
    if (asset.currency === collateral.settlement)
      fail(`${path}.currency`, "a currency beside settlement", asset.currency);
    between(`${path}.ratio`, asset.ratio, 0, 1);
    positive(
      `${path}.autoExchangeRatio`,
      between(`${path}.autoExchangeRatio`, asset.autoExchangeRatio ?? 1, 0, 1),
    );
  }
}

function checkMark(mark: MarkRules): void {
  positive("rules.mark.updateSeconds", mark.updateSeconds);
  const kinds = ["median-of-three", "oracle-median", "mean-basis", "funding-basis", "oracle"];
  oneOf("rules.mark.kind", [mark.kind], kinds);
  if (mark.kind === "median-of-three" || mark.kind === "mean-basis") {
    positive("rules.mark.sampleSeconds", mark.sampleSeconds);
    if (!Number.isInteger(positive("rules.mark.samples", mark.samples)))
      fail("rules.mark.samples", "a whole number", mark.samples);
  }
  if (mark.kind === "oracle-median") {
    positive("rules.mark.basisTauSeconds", mark.basisTauSeconds);
    positive("rules.mark.bookTauSeconds", mark.bookTauSeconds);
  }
}

function checkFunding({ funding }: VenueRules): void {
  positive("rules.funding.intervalSeconds", funding.intervalSeconds);
  positive("rules.funding.periodSeconds", funding.periodSeconds);
  positive("rules.funding.sampleSeconds", funding.sampleSeconds);
  oneOf("rules.funding.averaging", [funding.averaging], ["mean", "linear-weights"]);
  oneOf("rules.funding.rate.kind", [funding.rate.kind], ["clamped-interest", "premium-plus-interest"]);
  between("rules.funding.rate.interest", funding.rate.interest, -0.01, 0.01);
  if (funding.rate.kind === "clamped-interest") nonNegative("rules.funding.rate.clamp", funding.rate.clamp);
  oneOf("rules.funding.cap.kind", [funding.cap.kind], ["fixed", "maintenance-share", "margin-gap"]);
  if (funding.cap.kind === "fixed") nonNegative("rules.funding.cap.perPayment", funding.cap.perPayment);
  if (funding.cap.kind === "maintenance-share") positive("rules.funding.cap.share", funding.cap.share);
  if (funding.cap.kind === "margin-gap") positive("rules.funding.cap.factor", funding.cap.factor);
  oneOf("rules.funding.paidOn", [funding.paidOn], ["mark", "index"]);
}

function checkLiquidation({ liquidation, backstop, adl }: VenueRules): void {
  orderLiquidations(liquidation.order, []);
  oneOf("rules.liquidation.order", [liquidation.order], ["equity-ratio", "fillable-distance", "account-key"]);
  oneOf("rules.liquidation.cancel", [liquidation.cancel], ["all", "market", "none"]);
  const partials = ["all", "tier-step", "two-tiers", "share", "portion", "shortage"];
  oneOf("rules.liquidation.partial.kind", [liquidation.partial.kind], partials);
  clearanceFee(liquidation.clearanceFee, { filledNotional: 0, residual: 0 });
  if (liquidation.price.kind !== "bankruptcy") {
    const sample = { size: 1, maintenance: 1, equity: 1, totalMaintenance: 1 };
    liquidationOrderPrice(liquidation.price, { side: 1, markPrice: 1, ...sample });
  }
  oneOf("rules.liquidation.pick", [liquidation.pick], ["largest-maintenance", "keyed-draw"]);
  oneOf("rules.liquidation.remainder", [liquidation.remainder], ["at-once", "when-bankrupt"]);
  if (liquidation.ordersPerRound !== undefined)
    positive("rules.liquidation.ordersPerRound", liquidation.ordersPerRound);
  oneOf("rules.backstop.kind", [backstop.kind], ["fund", "vault", "fund-pays", "none"]);
  if (backstop.kind === "fund") positive("rules.backstop.capRatio", backstop.capRatio);
  if (backstop.kind === "vault") positive("rules.backstop.equityRatio", backstop.equityRatio);
  nonNegative("rules.backstop.unwindSeconds", backstop.unwindSeconds);
  const rankings = ["pnl-leverage", "pnl-margin-ratio", "price-ratio-leverage", "random-start"];
  oneOf("rules.adl.ranking", [adl.ranking], rankings);
  oneOf("rules.adl.settlement", [adl.settlement], ["bankruptcy", "previous-mark"]);
}

function oneOf(name: string, values: readonly string[], allowed: readonly string[]): void {
  for (const value of values) if (!allowed.includes(value)) fail(name, `one of ${allowed.join(", ")}`, value);
}
