/**
 * Refuses figures of the waterfall that no venue could have: maintenance, forced orders, fees, backstop, deleveraging.
 *
 * Part of check-rules.ts. mechanics/ checks the same figures whenever it is called; here they are asked once, with the
 * path of the field, when the exchange opens and not in its first liquidation.
 */
import { between, nonNegative, oneOf, positive, someShare, whole, yesOrNo } from "../mechanics/checked.ts";
import type { BackstopRules, LiquidationRules, PartialRule, VenueRules } from "./venue-rules.ts";

const PATH = "rules.liquidation";

/** Checks liquidation, backstop and deleveraging. */
export function checkLiquidation({ liquidation, backstop, adl }: VenueRules): void {
  checkMaintenance(liquidation);
  oneOf(`${PATH}.order`, liquidation.order, ["equity-ratio", "fillable-distance", "account-key"]);
  oneOf(`${PATH}.cancel`, liquidation.cancel, ["all", "market", "none"]);
  checkPartial(liquidation.partial);
  checkPrice(liquidation);
  checkFee(liquidation);
  yesOrNo(`${PATH}.takerFee`, liquidation.takerFee);
  oneOf(`${PATH}.pick`, liquidation.pick, ["largest-maintenance", "keyed-draw"]);
  oneOf(`${PATH}.remainder`, liquidation.remainder, ["at-once", "when-bankrupt"]);
  const { ordersPerRound = 1 } = liquidation;
  whole(`${PATH}.ordersPerRound`, positive(`${PATH}.ordersPerRound`, ordersPerRound));
  checkBackstop(backstop);
  const rankings = ["pnl-leverage", "pnl-margin-ratio", "price-ratio-leverage", "random-start"];
  oneOf("rules.adl.ranking", adl.ranking, rankings);
  oneOf("rules.adl.settlement", adl.settlement, ["bankruptcy", "previous-mark"]);
  yesOrNo("rules.adl.cancelOrders", adl.cancelOrders);
}

function checkMaintenance({ maintenance }: LiquidationRules): void {
  if (maintenance === undefined) return;
  const { valuedAt, closingFee, trigger } = maintenance;
  oneOf(`${PATH}.maintenance.valuedAt`, valuedAt ?? "mark", ["mark", "entry"]);
  yesOrNo(`${PATH}.maintenance.closingFee`, closingFee ?? false);
  oneOf(`${PATH}.maintenance.trigger`, trigger ?? "below", ["below", "reached"]);
}

function checkPartial(partial: PartialRule): void {
  const path = `${PATH}.partial`;
  oneOf(`${path}.kind`, partial.kind, ["all", "tier-step", "two-tiers", "share", "portion", "shortage"]);
  switch (partial.kind) {
    case "tier-step":
      return oneOf(`${path}.order`, partial.order, ["immediate", "fill-or-kill"]);
    case "share":
      someShare(`${path}.share`, partial.share);
      nonNegative(`${path}.aboveNotional`, partial.aboveNotional);
      nonNegative(`${path}.cooldownSeconds`, partial.cooldownSeconds);
      return;
    case "portion":
      someShare(`${path}.maxPortion`, partial.maxPortion);
      nonNegative(`${path}.minNotional`, partial.minNotional);
      positive(`${path}.maxNotionalPerBlock`, partial.maxNotionalPerBlock);
      if (partial.maxFundLossPerBlock !== undefined)
        nonNegative(`${path}.maxFundLossPerBlock`, partial.maxFundLossPerBlock);
      return;
    case "shortage":
      between(`${path}.liquidationFeeRate`, partial.liquidationFeeRate, 0, 1);
      between(`${path}.fundFeeRate`, partial.fundFeeRate, 0, 1);
  }
}

function checkPrice({ price }: LiquidationRules): void {
  const path = `${PATH}.price`;
  oneOf(`${path}.kind`, price.kind, ["bankruptcy", "fillable", "market", "past-last"]);
  switch (price.kind) {
    case "fillable":
      positive(`${path}.bankruptcyAdjustment`, price.bankruptcyAdjustment);
      nonNegative(`${path}.spreadToMaintenanceRatio`, price.spreadToMaintenanceRatio);
      return;
    case "market":
      between(`${path}.slippageCap`, price.slippageCap, 0, 1);
      return;
    case "past-last":
      between(`${path}.offset`, price.offset, 0, 1);
      positive(`${path}.repriceSeconds`, price.repriceSeconds);
  }
}

function checkFee({ clearanceFee: fee }: LiquidationRules): void {
  const path = `${PATH}.clearanceFee`;
  oneOf(`${path}.kind`, fee.kind, ["notional-share", "capped-improvement", "all-residual", "none"]);
  if (fee.kind === "notional-share") between(`${path}.rate`, fee.rate, 0, 1);
  if (fee.kind === "capped-improvement") between(`${path}.maxRate`, fee.maxRate, 0, 1);
}

function checkBackstop(backstop: BackstopRules): void {
  const kinds = ["fund", "vault", "fund-pays", "fund-drawdown", "none"];
  oneOf("rules.backstop.kind", backstop.kind, kinds);
  if (backstop.kind === "fund") positive("rules.backstop.capRatio", backstop.capRatio);
  if (backstop.kind === "vault") positive("rules.backstop.equityRatio", backstop.equityRatio);
  if (backstop.kind === "fund-drawdown") someShare("rules.backstop.share", backstop.share);
  nonNegative("rules.backstop.unwindSeconds", backstop.unwindSeconds);
}
