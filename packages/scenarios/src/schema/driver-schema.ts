/**
 * The part of the scenario schema about news: dated shocks, and undated news, how it comes and is taken back.
 */
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from "@undertow/core";
import * as z from "zod";
import { coinName, moment, quantity, text } from "./leaves.ts";

/** `driver.news`. */
const news = z.strictObject({
  grid: quantity("duration", {
    description: "Time between increments of undated news; linear in between.",
    min: MICROS_PER_SECOND,
  }).default(MICROS_PER_MINUTE),
  intermittency: quantity("ratio", {
    description: "How strongly its volatility clusters on all time scales up to `longest`; 0: constant.",
    min: 0,
    max: 0.3,
    sourced: true,
  }).default(0),
  longest: quantity("duration", {
    description: "Longest time over which volatility clusters.",
    above: 0,
    sourced: true,
  }).default(14 * MICROS_PER_DAY),
});

const shock = z.strictObject({
  at: moment("Moment at which the shock begins."),
  over: quantity("duration", { description: "Time over which it builds up, linearly.", above: 0 }),
  size: quantity("ratio", {
    description: "Relative size; positive is a fall. Times driver.shockScale times the coin's beta.",
  }),
  coins: z
    .array(coinName)
    .min(1, "at least one coin")
    .optional()
    .meta({ description: "Coins that are hit; default all." }),
  title: text("What happened."),
  source: text("Where it was published."),
});

/** `driver`. */
export const driver = z.strictObject({
  type: z.literal("factor-model"),
  shockScale: quantity("ratio", {
    description: "Fall of the first coin's fundamental per unit of size, as a log return.",
    min: 0,
    max: 2,
  }),
  shocks: z.array(shock).default([]),
  reversionHalfLife: quantity("duration", {
    description: "Half-life with which undated news is taken back; left out: never, a random walk.",
    above: 0,
    sourced: true,
  }).optional(),
  news: news
    .optional()
    .meta({ description: "How undated news comes; default each minute, at one volatility." }),
  sentiment: z
    .strictObject({
      base: quantity("ratio", {
        description: "Sentiment without shocks, before it is bounded.",
        min: -3,
        max: 3,
      }).default(0),
      shockImpact: quantity("ratio", { description: "Sentiment lost per unit of log fall.", min: 0 }).default(
        5,
      ),
      memory: quantity("duration", {
        description: "Time constant with which a shock is forgotten.",
        above: 0,
      }).default(24 * MICROS_PER_HOUR),
    })
    .prefault({}),
});
