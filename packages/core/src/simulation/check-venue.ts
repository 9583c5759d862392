/**
 * Refuses venue rules in a form that the step loop does not run, before a run begins.
 *
 * The forms of an `Exchange` are more than those of the step loop; nothing is run as something that it is not.
 */
import { UserError, type Problem } from "../errors.ts";
import type { SimulationInputs } from "./inputs.ts";

/**
 * Throws if a rule of the venue is in a form that the step loop does not run.
 *
 * @throws UserError `unsupported-rule` with every such rule
 */
export function checkVenue({ venue }: SimulationInputs): void {
  const { mark, funding, liquidation, backstop, adl } = venue;
  const { partial, price, maintenance } = liquidation;
  const problems: Problem[] = [];
  const refuse = (path: string, expected: string, found: string): void => {
    problems.push({ message: "the step loop does not run this rule", path, expected, found });
  };
  const oneOf = (path: string, found: string, run: readonly string[]): void => {
    if (!run.includes(found)) refuse(path, run.join(", "), found);
  };
  const none = (path: string, found: number | undefined): void => {
    if (found !== undefined) refuse(path, "none", String(found));
  };
  // Types leave some of these forms out; a plain object can have them all the same.
  oneOf("venue.mark.kind", mark.kind, [
    "median-of-three",
    "oracle-median",
    "mean-basis",
    "funding-basis",
    "oracle",
  ]);
  oneOf("venue.funding.averaging", funding.averaging, ["mean", "linear-weights"]);
  oneOf("venue.funding.premium", funding.premium ?? "impact", ["impact"]);
  oneOf("venue.funding.rate.kind", funding.rate.kind, ["clamped-interest", "premium-plus-interest"]);
  none("venue.funding.publishedDecimals", funding.publishedDecimals);
  if (funding.cap.kind === "margin-gap" && funding.cap.limitToMaintenance === true)
    refuse("venue.funding.cap.limitToMaintenance", "false", "true");
  if (funding.cap.kind === "margin-gap" && funding.cap.changeShare !== undefined)
    refuse("venue.funding.cap.changeShare", "none", String(funding.cap.changeShare));
  if (partial.kind === "two-tiers" || partial.kind === "shortage")
    refuse("venue.liquidation.partial.kind", "all, tier-step, share or portion", partial.kind);
  if (partial.kind === "tier-step" && partial.order !== "immediate")
    refuse("venue.liquidation.partial.order", "immediate", partial.order);
  if (partial.kind === "portion")
    none("venue.liquidation.partial.maxFundLossPerBlock", partial.maxFundLossPerBlock);
  oneOf("venue.liquidation.price.kind", price.kind, ["bankruptcy", "fillable", "market"]);
  oneOf("venue.liquidation.maintenance.valuedAt", maintenance?.valuedAt ?? "mark", ["mark"]);
  if (maintenance?.closingFee === true) refuse("venue.liquidation.maintenance.closingFee", "false", "true");
  oneOf("venue.liquidation.maintenance.trigger", maintenance?.trigger ?? "below", ["below"]);
  if (liquidation.pick !== "largest-maintenance")
    refuse("venue.liquidation.pick", "largest-maintenance", liquidation.pick);
  if (backstop.kind === "fund-pays" || backstop.kind === "fund-drawdown")
    refuse("venue.backstop.kind", "fund, vault or none", backstop.kind);
  if (adl.cancelOrders) refuse("venue.adl.cancelOrders", "false", "true");
  if (problems.length > 0) throw new UserError("unsupported-rule", problems);
}
