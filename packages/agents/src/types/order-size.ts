/**
 * How large an order may be: conversions from money to whole lots and the limit by visible depth.
 *
 * Used in the decide phase by every agent type. An order sized by a wish alone walks an empty book to zero;
 * so discretionary flow passes through `lotsWithinDepth`.
 */

import type { ParamSpec } from "@undertow/core";

/** The parameter `maxDepthShare` of a type: the largest order over the depth that it may eat, a share in [0, 1]. */
export function depthShareParam(description: string, initial = 0.1): ParamSpec {
  return { unit: "ratio", description, default: initial, min: 0, max: 1 };
}

/**
 * Whole lots that a notional buys at a price, rounded down; 0 when the price is unknown.
 *
 * @param notionalQuanta money to spend, quanta
 * @param ticks price in ticks, may be a half
 * @param quantaPerTickLot notional quanta of one lot per tick
 */
export function lotsForNotional(notionalQuanta: number, ticks: number, quantaPerTickLot: number): number {
  if (!(ticks > 0) || !(notionalQuanta > 0)) return 0;
  return Math.floor(notionalQuanta / (ticks * quantaPerTickLot));
}

/** The smaller of `lots` and `maxDepthShare` of the lots that rest within 1 % on the side to be eaten. */
export function lotsWithinDepth(lots: number, visibleDepthLots: number, maxDepthShare: number): number {
  const limit = Math.floor(visibleDepthLots * maxDepthShare);
  return lots < limit ? lots : limit;
}

/** `value` kept inside [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
