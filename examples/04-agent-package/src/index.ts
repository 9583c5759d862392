/**
 * Public entry of the package: every export that is an agent type may be the `type` of a population.
 */
export { rangeTrader } from "./range-trader.ts";
