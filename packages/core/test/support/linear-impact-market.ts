/**
 * Markets without a book: the inputs of a small market with linear impact in each of its markets. Used by the tests of
 * the step loop, of checkpoints and of threads.
 */
import type { SimulationInputs } from "@undertow/core";

/** The inputs with linear impact in all markets and one maintenance rate, in ppm. */
export function cleared(
  inputs: SimulationInputs,
  impactTicks: number,
  perLots: number,
  ppm = 5_000,
): SimulationInputs {
  const clearing = { kind: "linear-impact", impactTicks, perLots } as const;
  const maxLeverage = 1_000_000 / ppm;
  return {
    ...inputs,
    markets: inputs.markets.map((spec) => ({
      ...spec,
      clearing,
      tiers: spec.tiers.map((tier) => ({ ...tier, maxLeverage, maintenancePpm: ppm })),
    })),
    auditEverySteps: 1,
  };
}
