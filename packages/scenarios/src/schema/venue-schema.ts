/**
 * The venue sections of a scenario file: `venue` for one, `venues` for several by name.
 *
 * Both have the same settings; a named venue may list some coins only, and says how its index is made and how cash
 * gets there. What must hold between venues is in `loading/venue-checks.ts`.
 */
import { MICROS_PER_MINUTE } from "@undertow/core";
import * as z from "zod";
import { namedVenueEvent, venueEvent } from "../venues/venue-events.ts";
import { coinName, lowerName, quantity, text } from "./leaves.ts";

const settings = {
  profile: text("Name of a venue profile.").default("binance-like"),
  coverage: quantity("ratio", {
    description: "Share of the whole market's open interest, volume and depth that the venue stands for.",
    above: 0,
    max: 1,
    sourced: true,
  }).default(1),
  insuranceFund: quantity("money", { description: "Insurance fund at the start.", min: 0, sourced: true }),
  makerFee: quantity("ratio", {
    description: "Fee of resting orders; left out: the profile's entry tier. Most of them are market makers.",
    min: -0.01,
    max: 0.1,
    sourced: true,
  }).optional(),
  liquidation: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: "False is the counterfactual without forced liquidation." }),
      takeoverCap: quantity("ratio", {
        description: "Largest position of the fund over its balance.",
        min: 0,
        sourced: true,
      }).optional(),
      unwind: quantity("duration", {
        description: "Time constant with which the fund sells.",
        above: 0,
        sourced: true,
      }).optional(),
      ordersPerStep: quantity("count", {
        description: "Most liquidation orders per step; left out: no limit.",
        min: 1,
        whole: true,
        sourced: true,
      }).optional(),
    })
    .prefault({}),
};

/** The venue of a scenario with one. */
export const oneVenue = z.strictObject({
  ...settings,
  events: z
    .array(venueEvent)
    .optional()
    .meta({ description: "Scheduled halts, outages, oracle lag and fee changes." }),
});

const index = z.strictObject({
  weights: z
    .record(
      lowerName,
      quantity("ratio", { description: "Weight of a venue's spot market.", above: 0, sourced: true }),
    )
    .meta({ description: "Weights of the venues whose spot markets make the index; only ratios count." }),
});

const transfers = z.strictObject({
  withdrawal: quantity("duration", {
    description: "From the request until cash leaves the venue.",
    min: 0,
    sourced: true,
  }).default(10 * MICROS_PER_MINUTE),
  deposit: quantity("duration", {
    description: "From reaching the venue until cash is credited.",
    min: 0,
    sourced: true,
  }).default(10 * MICROS_PER_MINUTE),
  fee: quantity("money", {
    description: "Taken by the sending venue for each transfer.",
    min: 0,
    sourced: true,
  }).default(0),
});

/** One of several venues. */
export const namedVenue = z.strictObject({
  ...settings,
  coins: z
    .array(coinName)
    .min(1, "at least one coin")
    .optional()
    .meta({ description: "Coins that the venue lists; default all." }),
  index: index.optional().meta({ description: "Left out: the venues that list a coin, by their coverage." }),
  transfers: transfers.prefault({}),
  events: z
    .array(namedVenueEvent)
    .optional()
    .meta({ description: "Scheduled halts, outages, oracle lag, fee changes and transfer halts." }),
});

/** Settings of the venue of a scenario with one. */
export type VenueData = z.output<typeof oneVenue>;
/** Settings of one of several venues. */
export type NamedVenueData = z.output<typeof namedVenue>;
