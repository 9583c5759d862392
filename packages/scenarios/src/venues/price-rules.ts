/**
 * Schemas of what a venue publishes: mark, index, funding, impact notional, and how often.
 *
 * Formulas stand in the meaning of each kind; the numbers are in the profile's file with their sources.
 */
import * as z from "zod";
import { byCoin, choice, count, duration, kind, money, multiple, rule, share } from "./profile-leaves.ts";

const feedName = z.string().regex(/^[a-z][a-z0-9]*$/, "a feed's name in lower-case letters");
const weights = (description: string): z.ZodRecord<typeof feedName, z.ZodType<number>> =>
  z.record(feedName, count(description, { above: 0 })).meta({ description });

/** How the mark price is formed. */
export const markRule = rule("Mark price", [
  kind(
    "median-of-three",
    "median of index x (1 + funding rate x time left / interval), index + mean basis, and last price; basis = middle of the book - index",
    {
      basisSample: duration("Time between basis samples"),
      basisSamples: count("Basis samples in the mean"),
      emptyBookAverage: duration("Time constant of the average for an empty side"),
    },
  ),
  kind(
    "median-with-venues",
    "median of oracle + average of (middle of the book - oracle), median of best bid, best ask and last, and the weighted median of other venues' middles",
    {
      basisAverage: duration("Time constant of the average of the basis"),
      twoInputAverage: duration("Time constant of the average that replaces a missing input"),
      venues: weights("Weight of another venue"),
    },
  ),
  kind("oracle", "the oracle (index) price alone; the book has no part in it", {}),
  kind("funding-basis", "index x (1 + funding rate x time left / interval)", {}),
]);

/** How the index is formed from spot prices. */
export const indexRule = rule("Index price", [
  kind("capped-mean", "weighted mean; a source farther from the median than the cap counts at the cap", {
    cap: byCoin(
      "Largest deviation of a source from the median",
      share("Largest deviation of a source from the median"),
    ),
    stale: duration("Age at which a source drops out"),
    medianFrom: share("Capped or stale weight from which the median holds"),
  }),
  kind("weighted-median", "weighted median of spot prices", { sources: weights("Weight of a source") }),
  kind("median", "median of the validators' prices", {}),
  kind("mean", "weighted mean; a source that is stale drops out", {
    stale: duration("Age at which a source drops out"),
  }),
]);

const fundingRate = rule("Funding rate", [
  kind("clamped-interest", "premium + clamp(interest - premium, -clamp, +clamp)", {
    interest: share("Interest per rate period", { min: -0.01, max: 0.01 }),
    clamp: share("Clamp of interest less premium"),
  }),
  kind("premium-plus-interest", "premium + interest, without a clamp", {
    interest: share("Interest per rate period", { min: -0.01, max: 0.01 }),
  }),
]);

const fundingCap = rule("Cap of the funding rate", [
  kind("maintenance-share", "a share of the lowest maintenance rate", {
    share: share("Cap over the lowest maintenance rate", { above: 0, max: 10 }),
  }),
  kind("margin-gap", "a multiple of (initial rate - maintenance rate)", {
    multiple: multiple("Cap over (initial - maintenance rate)"),
    changeOfMaintenance: share("Largest change per interval over the maintenance rate").optional(),
    premiumMultiple: multiple("Cap of a premium sample over (initial - maintenance rate)").optional(),
  }),
  kind("fixed", "a fixed rate per payment", { rate: share("Cap per payment") }),
]);

/** What longs pay to shorts, and when. */
export const fundingRules = z.strictObject({
  interval: duration("Time between payments"),
  ratePeriod: duration("Time the rate refers to (paid pro rata)"),
  sample: duration("Time between premium samples"),
  averaging: choice("Average of the premium samples", {
    mean: "each sample counts the same",
    "linear-weights": "weights 1 ... n, so that late samples count more",
    "vote-median":
      "median of the block proposers' votes per sample, then the mean over samples; missing ones are 0",
  }),
  rate: fundingRate,
  cap: fundingCap,
  paidOn: choice("Price of the notional paid on", { mark: "mark price", oracle: "oracle (index) price" }),
});

/** Notional for which impact bid and ask are measured; premium = [max(0, bid - index) - max(0, index - ask)] / index. */
export const impactRule = rule("Impact notional", [
  kind("per-initial-margin", "an amount over the lowest initial margin rate", {
    amount: money("Amount divided by the lowest initial margin rate"),
  }),
  kind("by-coin", "an amount for each coin", {
    amounts: byCoin("Impact notional", money("Impact notional")),
  }),
  kind("margin-table", "written in the coin's margin table", {}),
  kind("fixed", "one amount", { amount: money("Impact notional") }),
]);

/** How often prices and risk are looked at. */
export const cadenceRules = z.strictObject({
  index: duration("Time between index updates"),
  mark: duration("Time between mark updates"),
  riskCheck: duration("Time between checks of margin"),
});
