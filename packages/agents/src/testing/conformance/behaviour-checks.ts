/**
 * Checks of how a type decides: that it acts, repeats itself, depends on nothing that it may not know, and survives a
 * checkpoint. Each runs small real worlds and compares what agents wrote, call by call.
 */
import { simulate, type AgentModule } from "@undertow/core";
import { declarationFlaws } from "../../declaration.ts";
import { type Bench, ConformanceError, holdSame, runWatched, worldOf } from "./bench.ts";
import { paramsOf } from "./check-params.ts";
import { guarded } from "./guarded-context.ts";
import { minuteOf, smallWorld } from "./small-world.ts";
import type { Call } from "./watched-type.ts";

/** The declaration is sound: texts, units, bounds, defaults, wake. */
export async function declaration(bench: Bench): Promise<void> {
  const [first] = declarationFlaws(bench.type);
  if (first === undefined) return;
  const { path = "", message, expected, found } = first;
  throw new ConformanceError(
    "declaration",
    bench,
    `${path}: ${message} (expected ${expected}, found ${found})`,
  );
}

/** Agents write something; what is said of a type that never acts says nothing. */
export async function acts(bench: Bench): Promise<void> {
  const { calls, run } = await runWatched("acts", bench);
  const orders = calls.filter(({ method }) => method !== "setLeverage" && method !== "setStop");
  if (orders.length > 0) return;
  const what = `no agent wrote an order in ${run.totals.decisions} decisions of all types; give parameters under which they trade`;
  throw new ConformanceError("acts", bench, what);
}

/** The same inputs give the same run, twice in this process, and on another thread if the module is known. */
export async function determinism(bench: Bench, module?: AgentModule): Promise<void> {
  const one = await runWatched("determinism", bench);
  const other = await runWatched("determinism", bench);
  holdSame("determinism", bench, one.calls, other.calls, "in a second run of the same inputs");
  if (one.run.stateHash !== other.run.stateHash) {
    throw new ConformanceError(
      "determinism",
      bench,
      "a second run of the same inputs has another state hash",
    );
  }
  if (module === undefined) return;
  const inputs = { ...smallWorld(worldOf(bench)), agentModules: modulesOf(bench, module) };
  const [alone, shared] = [await simulate(inputs), await simulate(inputs, { threads: 2, dealFrom: 1 })];
  if (alone.stateHash === shared.stateHash) return;
  throw new ConformanceError("determinism", bench, "the state hash on 2 threads is another than on 1");
}

const WORLD_TRADERS = new URL("./world-traders.js", import.meta.url).href;

function modulesOf({ type }: Bench, module: AgentModule): Record<string, AgentModule> {
  return {
    [type.name]: module,
    "kit-quoter": { url: WORLD_TRADERS, export: "quoter" },
    "kit-taker": { url: WORLD_TRADERS, export: "taker" },
  };
}

/** What an agent writes does not depend on which agents decide with it, nor in which order. */
export async function agentOrder(bench: Bench): Promise<void> {
  const one = await runWatched("agent-order", bench);
  const other = await runWatched("agent-order", bench, {}, { oneByOne: true });
  holdSame("agent-order", bench, one.calls, other.calls, "decided one at a time, the last first");
}

/**
 * What the first half of the agents write does not depend on money, coins, parameters and wakes of the other half.
 * Muted: nobody's orders reach the market, so that the market is the same.
 */
export async function otherAccounts(bench: Bench): Promise<void> {
  const { type, params, seed, minutes } = bench;
  const count = Math.max(2, bench.count);
  const half = Math.ceil(count / 2);
  const mute = { mute: true };
  const [plain, drawn] = [
    paramsOf(type, count, params, seed),
    paramsOf(type, count, params, `${seed}/other`),
  ];
  const changed: Record<string, Float64Array> = {};
  // A type whose agents may read each other's memory sees what follows from other parameters.
  const mayRead = Object.keys(type.sharedMemory ?? {}).length > 0;
  for (const [name, column] of Object.entries(plain)) {
    changed[name] = mayRead
      ? column
      : column.map((value, agent) => (agent < half ? value : drawn[name][agent]));
    const isWake = name === type.wake.interval && !mayRead;
    if (isWake) changed[name] = changed[name].map((value, agent) => (agent < half ? value : 2 * value));
  }
  const cash = Array.from({ length: count }, (_, agent) => (agent < half ? 100_000 : 7_777_777));
  const one = await runWatched("other-accounts", bench, { count, minutes, params: plain }, mute);
  const other = await runWatched("other-accounts", bench, { count, params: changed, cash }, mute);
  const ofFirst = (calls: readonly Call[]): Call[] => calls.filter(({ agent }) => agent < half);
  holdSame("other-accounts", bench, ofFirst(one.calls), ofFirst(other.calls), "with other accounts changed");
}

/** What agents write until a moment does not depend on what comes after it. */
export async function future(bench: Bench): Promise<void> {
  const turnAfter = 0.5 * bench.minutes;
  const one = await runWatched("future", bench);
  const other = await runWatched("future", bench, { turnAfter });
  const until = (calls: readonly Call[]): Call[] =>
    calls.filter(({ nowMicros }) => nowMicros <= minuteOf(turnAfter));
  holdSame("future", bench, until(one.calls), until(other.calls), "with another future");
}

/** A run from a checkpoint in the middle ends as the whole run: state is in memory columns and nowhere else. */
export async function checkpoint(bench: Bench): Promise<void> {
  const steps = bench.minutes * 6;
  let saved: Uint8Array | undefined;
  const whole = await runWatched(
    "checkpoint",
    bench,
    {},
    {},
    {
      checkpointEverySteps: steps,
      onCheckpoint: (bytes) => void (saved ??= bytes.slice()),
    },
  );
  if (saved === undefined) throw new ConformanceError("checkpoint", bench, "the run took no checkpoint");
  const rest = await runWatched("checkpoint", bench, {}, {}, { resumeFrom: saved });
  const after = whole.calls.filter(({ nowMicros }) => nowMicros >= (rest.calls[0]?.nowMicros ?? Infinity));
  const how = "in a run that goes on from a checkpoint (is there state outside memory columns?)";
  if (rest.calls.length > 0) holdSame("checkpoint", bench, after, rest.calls, how);
  if (whole.run.stateHash === rest.run.stateHash) return;
  throw new ConformanceError("checkpoint", bench, `the state hash differs ${how}`);
}

/** Agents read the port and their own accounts only, and write to their own memory only. */
export async function ownReads(bench: Bench): Promise<void> {
  let noted: { what: string; agent: number | undefined } | undefined;
  await runWatched(
    "own-reads",
    bench,
    {},
    {
      around: (context, decide) => guarded(context, decide, (what, agent) => (noted ??= { what, agent })),
    },
  );
  if (noted !== undefined) throw new ConformanceError("own-reads", bench, noted.what, noted.agent);
}
