/**
 * Refuses venue rules in a form that the step loop does not run, before a run begins.
 *
 * The forms of an `Exchange` are more than those of the step loop; nothing is run as something that it is not.
 */
import { UserError, type Problem } from "../errors.ts";
import { checkClearing } from "../market/clearing.ts";
import type { SimulationInputs } from "./inputs.ts";

/**
 * Throws if a rule of the venue is in a form that the step loop does not run, or a market's clearing cannot be.
 *
 * @throws UserError `unsupported-rule` with every such rule, `invalid-argument` with the field of a clearing
 */
export function checkVenue({ venue, markets }: SimulationInputs): void {
  for (const { name, clearing } of markets) {
    if (clearing !== undefined) checkClearing(`markets.${name}.clearing`, clearing);
  }
  const { funding, liquidation, backstop, adl } = venue;
  const { partial } = liquidation;
  const problems: Problem[] = [];
  const refuse = (path: string, expected: string, found: string): void => {
    problems.push({ message: "the step loop does not run this rule", path, expected, found });
  };
  if (funding.cap.kind === "margin-gap" && funding.cap.changeShare !== undefined)
    refuse("venue.funding.cap.changeShare", "none", String(funding.cap.changeShare));
  if (partial.kind === "two-tiers" || partial.kind === "shortage")
    refuse("venue.liquidation.partial.kind", "all, tier-step, share or portion", partial.kind);
  if (partial.kind === "tier-step" && partial.order !== "immediate")
    refuse("venue.liquidation.partial.order", "immediate", partial.order);
  if (liquidation.pick !== "largest-maintenance")
    refuse("venue.liquidation.pick", "largest-maintenance", liquidation.pick);
  if (backstop.kind === "fund-pays") refuse("venue.backstop.kind", "fund, vault or none", backstop.kind);
  if (adl.cancelOrders) refuse("venue.adl.cancelOrders", "false", "true");
  if (problems.length > 0) throw new UserError("unsupported-rule", problems);
}
