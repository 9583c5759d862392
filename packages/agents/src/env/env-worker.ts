/**
 * Entry of a thread of an `EnvPool`: makes its environments from a module and steps them as it is told. Started by
 * env-pool.ts from the emitted JavaScript.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { EnvOutcome, EnvReply, EnvRequest } from "./env-pool.ts";
import type { MarketEnv } from "./market-env.ts";

interface Parts {
  readonly url: string;
  readonly name: string;
  readonly count: number;
}

type Env = MarketEnv<unknown, unknown>;

const { url, name, count } = workerData as Parts;

function say(reply: EnvReply): void {
  parentPort?.postMessage(reply);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function makeEnvs(): Promise<Env[]> {
  const module = (await import(url)) as Record<string, unknown>;
  const make = module[name];
  if (typeof make !== "function")
    throw new Error(`the module ${url} exports no function ${name} that makes a MarketEnv`);
  const envs: Env[] = [];
  for (let k = 0; k < count; k++) envs.push((await make()) as Env);
  return envs;
}

function answer(envs: readonly Env[], request: EnvRequest<unknown>): EnvOutcome[] {
  return request.kind === "reset"
    ? request.seeds.map((seed, k) => (seed === null ? null : outcomeOf(() => envs[k].reset(seed))))
    : request.actions.map((action, k) => (action === null ? null : outcomeOf(() => envs[k].step(action))));
}

/** What an environment gives, or the text of what it throws: the others on the thread go on. */
function outcomeOf(run: () => unknown): EnvOutcome {
  try {
    return { result: run() };
  } catch (error) {
    return { failure: textOf(error) };
  }
}

try {
  const envs = await makeEnvs();
  parentPort?.on("message", (request: EnvRequest<unknown>) => {
    const outcomes = answer(envs, request);
    try {
      say({ id: request.id, outcomes });
    } catch (error) {
      // An observation that cannot be copied between threads; whose it is is not told.
      const failed = outcomes.map((outcome) => (outcome === null ? null : { failure: textOf(error) }));
      say({ id: request.id, outcomes: failed });
    }
  });
  say({ id: -1 });
} catch (error) {
  say({ id: -1, failure: textOf(error) });
}
