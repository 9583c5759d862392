/**
 * Benchmark: agent-steps a second of one toy model in the engine, in two npm packages for agent models, and in a bare loop.
 *
 * The model and the four players are in support/toy-traders.js. All four must end alike. It measures the cost of a framework around a trivial step, not that of a market.
 */
import { pathToFileURL } from "node:url";
import { playEngine, playFlocc, playJsSimulator, playPlain, walk } from "./support/toy-traders.js";

const SIZES = { small: { traders: 100_000, steps: 10 }, full: { traders: 200_000, steps: 30 } };
const PLAYERS = { engine: playEngine, flocc: playFlocc, jsSimulator: playJsSimulator, plain: playPlain };

/** One entry: the engine's rate, those of the others, and how many times faster the engine is. */
export async function run(size) {
  const { traders, steps } = SIZES[size] ?? SIZES.small;
  const prices = walk(steps);
  const seconds = {};
  const hashes = new Set();
  for (const [name, play] of Object.entries(PLAYERS)) {
    const { seconds: took, hash } = await play(traders, prices);
    seconds[name] = took;
    hashes.add(hash);
  }
  if (hashes.size !== 1) throw new Error("the frameworks end with different positions or equities");
  const rate = (name) => (traders * steps) / seconds[name];
  return {
    name: `toy-agents ${traders} traders`,
    agentStepsPerSecond: rate("engine"),
    floccAgentStepsPerSecond: rate("flocc"),
    jsSimulatorAgentStepsPerSecond: rate("jsSimulator"),
    plainLoopAgentStepsPerSecond: rate("plain"),
    timesFasterThanFlocc: seconds.flocc / seconds.engine,
    timesFasterThanJsSimulator: seconds.jsSimulator / seconds.engine,
    traders,
    steps,
    resultHash: [...hashes][0],
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small"), null, 1));
}
