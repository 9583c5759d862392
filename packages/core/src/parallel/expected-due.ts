/**
 * How many agents a step of a run asks on average: what decides whether worker threads are worth starting. Read from
 * the inputs; nothing is built or drawn.
 */
import { exp } from "../numeric/elementary.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";

/**
 * Agents that decide in a step on average: the sum over agents of the chance that a step holds a wake, which is
 * min(1, step / interval) for fixed wakes and 1 - exp(-step / interval) for Poisson wakes. An agent without an interval
 * never wakes and counts 0.
 *
 * Compare it with `DEAL_FROM`, the due agents from which on a step is dealt to worker threads. An average: steps in
 * which many agents wake at once may be dealt even when it lies below.
 *
 * @example
 * expectedDuePerStep(inputs) < DEAL_FROM; // true: one thread is as fast as several
 */
export function expectedDuePerStep({ populations, agentTypes, stepMicros }: SimulationInputs): number {
  let due = 0;
  for (const { type, count, params } of populations) {
    const { wake } = agentTypes[type];
    const interval = params[wake.interval];
    for (let agent = 0; agent < count; agent++) {
      if (!(interval[agent] > 0)) continue;
      const wakes = stepMicros / interval[agent];
      due += wake.kind === "fixed" ? Math.min(1, wakes) : 1 - exp(-wakes);
    }
  }
  return due;
}
