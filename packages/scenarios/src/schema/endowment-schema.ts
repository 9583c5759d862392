/**
 * What a population's agents start with: the `endowment` of a population in a scenario file.
 *
 * Output in base units; `compile/populations.ts` turns it into the builder's rule.
 */
import * as z from "zod";
import { distribution, quantity } from "./leaves.ts";

/** A share of something, 0 to 1. */
export const share = (description: string, sourced = false): z.ZodType<number> =>
  quantity("ratio", { description, min: 0, max: 1, sourced });

/** Rules from which the agents' accounts are built. */
export const endowment = z.strictObject({
  cash: distribution("money", {
    description: "Cash per agent, total for its weight; split evenly over its venues.",
    min: 0,
  }).optional(),
  cashPerMargin: quantity("ratio", {
    description: "Free cash over the margin of the positions.",
    min: 0,
  }).optional(),
  perpLongShare: share("Share of each coin's open interest on the home venue held long.").optional(),
  perpShortShare: share("Share of each coin's open interest on the home venue held short.").optional(),
  longAccounts: share(
    "Share of the population's traders that are long, met to one agent; default each by chance, by its shares.",
  ).optional(),
  medianPosition: quantity("money", {
    description: "Median position of a trader; gives the weight, which is then not read. One coin only.",
    above: 0,
  }).optional(),
  size: distribution("count", { description: "Relative size of a position.", min: 0 }).optional(),
  leverage: distribution("ratio", { description: "Leverage at entry.", min: 1, max: 125 }).optional(),
  crossProbability: share("Probability of cross margin.").optional(),
  entryAge: distribution("duration", { description: "Age of the entry.", min: 0 }).optional(),
  stopProbability: share("Probability of a stop.").optional(),
  stopAtMarginLoss: distribution("ratio", {
    description: "Share of the margin lost at the stop.",
    min: 0,
    max: 1,
  }).optional(),
  spot: distribution("money", { description: "Value of spot coins per agent and coin.", min: 0 }).optional(),
  spotHedge: z.boolean().optional().meta({ description: "Hold spot equal to the short perpetual position." }),
  spotCostBasis: distribution("ratio", {
    description: "Cost of spot coins over the start price.",
    above: 0,
  }).optional(),
});
