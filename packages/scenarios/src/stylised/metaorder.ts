/**
 * Puts one metaorder into compiled inputs: a large order cut into equal market orders over a time (TWAP).
 *
 * The executor (`metaorder-executor`) is a population of its own with cash for any size, so that everybody else's draws
 * stay as they were, and a run with it and one without differ by the metaorder alone.
 */
import { agentTypes, agentTypesModule } from "@undertow/agents";
import { MICROS_PER_SECOND, type PopulationSpec, type SimulationInputs } from "@undertow/core";

const TYPE_NAME = "metaorder-executor";
const POPULATION = "metaorder";
const SLICE_MICROS = 30 * MICROS_PER_SECOND;
/** Enough for any size that is measured, far below what money can hold. */
const CASH_UNITS = 50e9;

/** A metaorder in the perpetual of a coin. */
export interface Metaorder {
  /** Index of the coin; the order is sent on the first venue that lists it. */
  readonly coin: number;
  readonly side: 1 | -1;
  /** Units of the settlement currency at the mid when it begins. */
  readonly notional: number;
  /** From the start of the run, after the warm-up. */
  readonly startAfterMicros: number;
  readonly durationMicros: number;
}

/** The inputs with a metaorder in addition. */
export function withMetaorder(inputs: SimulationInputs, order: Metaorder): SimulationInputs {
  const { quantaPerUnit } = inputs.currencies[0];
  const { venue } = inputs.markets.find(({ coin, kind }) => coin === order.coin && kind === "perpetual")!;
  const population: PopulationSpec = {
    name: POPULATION,
    type: TYPE_NAME,
    count: 1,
    weight: Float64Array.of(1),
    coins: Int32Array.of(order.coin),
    venues: Int32Array.of(venue),
    params: paramsOf(order, quantaPerUnit),
    endowment: {
      cashQuanta: Float64Array.of(CASH_UNITS * quantaPerUnit),
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
    agentTypes: { ...inputs.agentTypes, [TYPE_NAME]: agentTypes[TYPE_NAME] },
    agentModules: { ...inputs.agentModules, [TYPE_NAME]: agentTypesModule },
  };
}

/** One value of every parameter of the type: its default, or what the order asks for. */
function paramsOf(order: Metaorder, quantaPerUnit: number): Record<string, Float64Array> {
  const wished: Record<string, number> = {
    interval: SLICE_MICROS,
    startAfter: order.startAfterMicros,
    horizon: order.durationMicros,
    side: order.side,
    notional: Math.round(order.notional * quantaPerUnit),
    // The venue's price band is the only limit of a slice.
    maxDepthShare: 1,
  };
  const params: Record<string, Float64Array> = { latencyMicros: Float64Array.of(0) };
  for (const [name, spec] of Object.entries(agentTypes[TYPE_NAME].params)) {
    params[name] = Float64Array.of(wished[name] ?? Number(spec.default));
  }
  return params;
}
