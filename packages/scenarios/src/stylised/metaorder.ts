/**
 * Puts one metaorder into compiled inputs: a large order cut into equal market orders over a time (TWAP).
 *
 * The executor is a population of its own with cash for any size, so that everybody else's draws stay as they were, and
 * a run with it and one without differ by the metaorder alone. It sends what is missing to its schedule every 30 s,
 * limited by the venue's price band like any market order; what did not trade is sent again.
 */
import {
  BUY,
  CAUSE_EXOGENOUS,
  defineAgent,
  MICROS_PER_SECOND,
  type PopulationSpec,
  type SimulationInputs,
} from "@undertow/core";

const TYPE_NAME = "impact-probe";
const SLICE_MICROS = 30 * MICROS_PER_SECOND;
/** Enough for any size that is probed, far below what money can hold. */
const CASH_UNITS = 50e9;

/** A metaorder in a market. */
export interface Metaorder {
  /** Index of the market. */
  readonly market: number;
  readonly side: 1 | -1;
  readonly lots: number;
  readonly startMicros: number;
  readonly durationMicros: number;
}

const impactProbe = defineAgent({
  name: TYPE_NAME,
  summary: "Executes one metaorder in equal slices; for measurements of impact.",
  source: "own, time-weighted average price schedule",
  params: {
    interval: { unit: "duration", description: "time between slices", default: SLICE_MICROS },
    market: { unit: "count", description: "index of the market", default: 0 },
    lots: { unit: "ratio", description: "signed lots to trade", default: 0 },
    startMicros: { unit: "duration", description: "moment of the start", default: 0 },
    durationMicros: { unit: "duration", description: "length of the schedule", default: SLICE_MICROS },
  },
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, params, view, account, orders }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const elapsed = view.nowMicros + SLICE_MICROS - params["startMicros"][agent];
      const done = Math.min(1, elapsed / params["durationMicros"][agent]);
      if (!(done > 0)) continue;
      const market = params["market"][agent];
      const wanted = params["lots"][agent];
      const missing = Math.trunc(wanted * done) - account.lots(agent, market);
      const side = Math.sign(wanted);
      if (missing * side < 1) continue;
      orders.market(agent, market, side, missing * side, CAUSE_EXOGENOUS);
    }
  },
});

/** The inputs with a metaorder in addition. */
export function withMetaorder(inputs: SimulationInputs, order: Metaorder): SimulationInputs {
  const { market, side, lots, startMicros, durationMicros } = order;
  const one = (value: number): Float64Array => Float64Array.of(value);
  const population: PopulationSpec = {
    name: TYPE_NAME,
    type: TYPE_NAME,
    count: 1,
    weight: one(1),
    coins: Int32Array.of(inputs.markets[market].coin),
    venues: Int32Array.of(inputs.markets[market].venue),
    params: {
      interval: one(SLICE_MICROS),
      market: one(market),
      lots: one(side * Math.max(1, Math.round(lots))),
      startMicros: one(startMicros),
      durationMicros: one(durationMicros),
      latencyMicros: one(0),
    },
    endowment: {
      cashQuanta: one(CASH_UNITS * inputs.currencies[0].quantaPerUnit),
      crossMargin: Uint8Array.of(1),
      positions: {
        agent: new Int32Array(0),
        market: new Int32Array(0),
        lots: new Float64Array(0),
        costQuanta: new Float64Array(0),
        marginQuanta: new Float64Array(0),
        leverage: new Float64Array(0),
        stopTicks: new Float64Array(0),
      },
    },
    tracked: false,
  };
  return {
    ...inputs,
    populations: [...inputs.populations, population],
    agentTypes: { ...inputs.agentTypes, [TYPE_NAME]: impactProbe },
  };
}

/** Side of a metaorder with its opposite. */
export const METAORDER_SIDES = [BUY, -BUY] as readonly (1 | -1)[];
