/**
 * The environment: one coin, a decision every five minutes; the strategy sees how the last minutes went and chooses to be
 * short, flat or long. Whether news takes the market down or up depends on the seed.
 */
import { MarketEnv } from "@undertow/agents";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("scenario.yaml", import.meta.url));
const [falls, rises] = await Promise.all([
  loadScenario(file, { patches: ["falls"] }),
  loadScenario(file, { patches: ["rises"] }),
]);

/** Exposure of each action, in equity. */
export const ACTIONS = [-2, 0, 2];
/** Edges of the last half hour's return between the strategy's states. */
const EDGES = [-0.01, -0.003, 0.003, 0.01];
/** States that an observation can be. */
export const STATES = EDGES.length + 1;

/** An environment whose observations are states, 0 ... STATES - 1. */
export function makeEnv() {
  return new MarketEnv({
    inputs: (seed) => compileScenario(isFalling(seed) ? falls : rises, { seed }),
    act: (action, seat) => seat.moveToExposure(0, ACTIONS[action]),
    observe: ({ context: { view } }) => {
      const move = view.return30m[view.perpMarket[0]];
      return EDGES.filter((edge) => move > edge).length;
    },
  });
}

/** Half of the seeds, as their last characters come. */
function isFalling(seed) {
  return seed.charCodeAt(seed.length - 1) % 2 === 0;
}
