/**
 * The one schema of all venue profiles; rules that differ in form are told apart by their `kind`.
 *
 * The sections are in `price-rules.ts`, `risk-rules.ts`, `market-rules.ts` and `margin-tables.ts`; checks between
 * values are in `profile-checks.ts`. Output is in base units: fractions, settlement units, microseconds.
 */
import * as z from "zod";
import { text } from "../schema/leaves.ts";
import { marginTablesSchema } from "./margin-tables.ts";
import { feeRules, gridRule, orderRules } from "./market-rules.ts";
import { cadenceRules, fundingRules, impactRule, indexRule, markRule } from "./price-rules.ts";
import {
  backstopRule,
  collateralRules,
  contractRule,
  deleveragingRules,
  liquidationRules,
  marginRules,
} from "./risk-rules.ts";

/** Sections of a profile. */
export const profileSchema = z.strictObject({
  title: text("One line"),
  contract: contractRule,
  margin: marginRules,
  collateral: collateralRules,
  mark: markRule,
  index: indexRule,
  funding: fundingRules,
  impactNotional: impactRule,
  liquidation: liquidationRules,
  backstop: backstopRule,
  deleveraging: deleveragingRules,
  fees: feeRules,
  orders: orderRules,
  grid: gridRule,
  cadence: cadenceRules,
  tiers: marginTablesSchema,
});

/** A profile's rules without name and sources. */
export type ProfileData = z.output<typeof profileSchema>;
