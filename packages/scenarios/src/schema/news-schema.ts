/**
 * The part of the scenario schema about undated news: how finely it comes and how its volatility clusters.
 */
import * as z from "zod";
import { quantity } from "./leaves.ts";

const MICROS_PER_SECOND = 1_000_000;

/** `driver.news`. */
export const news = z.strictObject({
  grid: quantity("duration", {
    description: "Time between increments of undated news; linear in between.",
    min: MICROS_PER_SECOND,
  }).default(60 * MICROS_PER_SECOND),
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
  }).default(14 * 86_400 * MICROS_PER_SECOND),
});
