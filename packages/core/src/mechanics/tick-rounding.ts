/**
 * Rounding of display prices to a market's tick.
 *
 * Prices computed in floating point may miss a tick they mean by a few units in the last place, so a price within
 * 10^-12 (relative) of a tick counts as that tick. Used for the prices at which accounts are closed or triggered.
 */
import { fail, finite, positive, side as checkedSide } from "./checked.ts";

/**
 * The price rounded to the tick grid, in the named direction.
 *
 * @throws UserError `invalid-argument`
 *
 * @example
 * roundToTick({ price: 90.05, tickSize: 0.1, direction: "up" }); // 90.1
 */
export function roundToTick(options: {
  readonly price: number;
  readonly tickSize: number;
  readonly direction: "up" | "down";
}): number {
  const { tickSize, direction } = options;
  if (direction !== "up" && direction !== "down") fail("direction", '"up" or "down"', direction);
  return priceOfTick(wholeTicks(options, direction === "up"), tickSize);
}

/**
 * A bankruptcy price as a tick, rounded against the counterparty: up for a long, down for a short.
 *
 * The closing order of a long sells at this price or better, so the fund never pays for rounding.
 *
 * @throws UserError `invalid-argument`
 * Source: BitMEX and Bybit bankruptcy prices; 7,735.3725 with tick 0.5 is 7,735.50.
 *
 * @example
 * bankruptcyTickPrice({ side: 1, price: 7_735.3725, tickSize: 0.5 }); // 7735.5
 */
export function bankruptcyTickPrice(options: {
  readonly side: 1 | -1;
  readonly price: number;
  readonly tickSize: number;
}): number {
  const up = checkedSide("side", options.side) === 1;
  return priceOfTick(wholeTicks(options, up), options.tickSize);
}

/**
 * First tick at which a position is liquidated as the mark moves against it.
 *
 * `at-or-through` (default): the first tick at or through the liquidation price. `through`: strictly beyond it,
 * which is where equity is below maintenance margin; the two differ only when the price lies on a tick.
 *
 * @returns the tick's price in quote units
 * @throws UserError `invalid-argument`
 *
 * @example
 * firstLiquidationTick({ side: 1, liquidationPrice: 90.452261, tickSize: 0.1 }); // 90.4
 */
export function firstLiquidationTick(options: {
  readonly side: 1 | -1;
  readonly liquidationPrice: number;
  readonly tickSize: number;
  readonly trigger?: "at-or-through" | "through";
}): number {
  const { liquidationPrice, tickSize, trigger = "at-or-through" } = options;
  const long = checkedSide("side", options.side) === 1;
  positive("liquidationPrice", liquidationPrice);
  if (trigger !== "at-or-through" && trigger !== "through") {
    fail("trigger", '"at-or-through" or "through"', trigger);
  }
  const grid = { price: liquidationPrice, tickSize };
  if (trigger === "at-or-through") return priceOfTick(wholeTicks(grid, !long), tickSize);
  const beyond = long ? wholeTicks(grid, true) - 1 : wholeTicks(grid, false) + 1;
  return priceOfTick(beyond, tickSize);
}

/** Number of ticks, rounded up or down; a price that misses a tick by rounding error is that tick. */
function wholeTicks(grid: { readonly price: number; readonly tickSize: number }, up: boolean): number {
  const exact = finite("price", grid.price) / positive("tickSize", grid.tickSize);
  const nearest = Math.round(exact);
  if (!Number.isSafeInteger(nearest)) fail("price", "fewer than 2^53 ticks", grid.price);
  if (Math.abs(exact - nearest) <= 1e-12 * Math.max(1, Math.abs(exact))) return nearest;
  return up ? Math.ceil(exact) : Math.floor(exact);
}

/** Price of a tick; decimal ticks such as 0.1 give the nearest double to the decimal price. */
function priceOfTick(ticks: number, tickSize: number): number {
  const perUnit = Math.round(1 / tickSize);
  const reciprocal = perUnit >= 1 && Math.abs(perUnit * tickSize - 1) < 1e-12;
  return (reciprocal ? ticks / perUnit : ticks * tickSize) + 0;
}
