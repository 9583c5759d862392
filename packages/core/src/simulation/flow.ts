/**
 * Recent taker flow by cause: what pushed a market, remembered with a 10 minute memory.
 *
 * An order's cause travels as a tag: cause, liquidation generation, and for hedges the market whose flow they
 * answer. A hedge adds its lots with the mixture of that market's recent flow, so generations pass through
 * spot and perpetual. Read by liquidate (genealogy), observe (public flow) and the recorder.
 */
import { exp } from "../numeric/elementary.ts";
import { MICROS_PER_MINUTE } from "../units.ts";
import { CAUSE_FUND_UNWIND, CAUSE_HEDGE, CAUSE_LIQUIDATION } from "./agent-port.ts";
import { GENERATIONS } from "./capacities.ts";

/** Tag of an order: cause in 4 bits, generation in 5, source market + 1 above. */
export function makeTag(cause: number, generation: number, sourceMarket: number): number {
  return cause | (generation << 4) | ((sourceMarket + 1) << 9);
}

export const causeOfTag = (tag: number): number => tag & 15;
export const generationOfTag = (tag: number): number => (tag >> 4) & 31;
/** Market index, or -1. */
export const sourceOfTag = (tag: number): number => (tag >> 9) - 1;

const MEMORY_MICROS = 10 * MICROS_PER_MINUTE;
/** Flow of less than this many quanta is none. */
const FORGOTTEN = 1e-200;
/** Row of a market and side: free flow, then forced flow by generation. */
const ROW = 1 + GENERATIONS;

export class TakerFlow {
  /** Notional quanta with exponential memory; rows (market, side), side 0 buys, 1 sells. */
  readonly notional: Float64Array;
  private readonly decay: number;

  constructor(markets: number, stepMicros: number) {
    this.notional = new Float64Array(markets * 2 * ROW);
    this.decay = exp(-stepMicros / MEMORY_MICROS);
  }

  /** One step of forgetting. */
  forget(): void {
    const { notional, decay } = this;
    for (let i = 0; i < notional.length; i++) {
      const kept = notional[i] * decay;
      // Before it becomes subnormal, which is slow and never ends.
      notional[i] = kept < FORGOTTEN ? 0 : kept;
    }
  }

  /** Adds a taker fill. */
  add(market: number, side: number, tag: number, quanta: number): void {
    const row = this.row(market, side);
    const cause = causeOfTag(tag);
    if (cause === CAUSE_LIQUIDATION) {
      this.notional[row + 1 + Math.min(generationOfTag(tag), GENERATIONS - 1)] += quanta;
      return;
    }
    const source = sourceOfTag(tag);
    if ((cause === CAUSE_HEDGE || cause === CAUSE_FUND_UNWIND) && source >= 0) {
      this.addMixture(row, this.row(source, side), quanta);
      return;
    }
    this.notional[row] += quanta;
  }

  /** Taker notional of the last ten minutes (exponential). */
  total(market: number, side: number): number {
    const row = this.row(market, side);
    let sum = 0;
    for (let i = 0; i < ROW; i++) sum += this.notional[row + i];
    return sum;
  }

  /** Forced notional of one generation. */
  forced(market: number, side: number, generation: number): number {
    return this.notional[this.row(market, side) + 1 + generation];
  }

  private addMixture(target: number, source: number, quanta: number): void {
    const { notional } = this;
    let sum = 0;
    for (let i = 0; i < ROW; i++) sum += notional[source + i];
    if (sum <= 0) {
      notional[target] += quanta;
      return;
    }
    const scale = quanta / sum;
    for (let i = 0; i < ROW; i++) notional[target + i] += notional[source + i] * scale;
  }

  private row(market: number, side: number): number {
    return (market * 2 + (side > 0 ? 0 : 1)) * ROW;
  }
}
