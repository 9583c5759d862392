/**
 * Runs of a type under test, and the words in which a check fails.
 */
import { simulate } from "@undertow/core";
import type { AgentTable, AgentType, RunData, SimulateOptions, SimulationInputs } from "@undertow/core";
import { CallLimits } from "./call-limits.ts";
import { type CheckParams, paramsOf } from "./check-params.ts";
import { STEP_MICROS, minuteOf, smallWorld, type WorldOptions } from "./small-world.ts";
import { type Call, showCall, watched, type WatchOptions } from "./watched-type.ts";

/** What the checks of a type have in common. */
export interface Bench {
  readonly type: AgentType;
  readonly seed: string;
  readonly count: number;
  readonly minutes: number;
  readonly params: CheckParams;
  readonly tables: Readonly<Record<string, AgentTable>>;
}

/** A check that a type does not pass. */
export class ConformanceError extends Error {
  readonly check: string;
  readonly agentType: string;
  readonly seed: string;
  readonly agent?: number;

  constructor(check: string, { type, seed }: Bench, what: string, agent?: number) {
    const who = agent === undefined ? "" : `, agent ${agent}`;
    super(`agent type "${type.name}" fails the check "${check}" (seed "${seed}"${who}): ${what}`);
    this.name = "ConformanceError";
    this.check = check;
    this.agentType = type.name;
    this.seed = seed;
    if (agent !== undefined) this.agent = agent;
  }
}

/** What a run left. */
export interface Outcome {
  readonly run: RunData;
  readonly calls: readonly Call[];
  readonly inputs: SimulationInputs;
}

/** The world of a check: the defaults of the bench with changes. */
export function worldOf(bench: Bench, changes: Partial<WorldOptions> = {}): WorldOptions {
  const { type, count, minutes, seed, params, tables } = bench;
  const agents = changes.count ?? count;
  return {
    type,
    count: agents,
    minutes,
    seed,
    tables,
    params: paramsOf(type, agents, params, seed),
    ...changes,
  };
}

/**
 * Runs a type in a world, watched.
 *
 * @throws ConformanceError when the type throws, in the name of the check
 */
export async function runWatched(
  check: string,
  bench: Bench,
  changes: Partial<WorldOptions> = {},
  watch: WatchOptions = {},
  options: SimulateOptions = {},
): Promise<Outcome> {
  const calls: Call[] = [];
  const world = worldOf(bench, changes);
  const inputs = smallWorld({ ...world, type: watched(bench.type, calls, watch) });
  const run = await simulate(inputs, options);
  if (run.failure !== undefined) throw new ConformanceError(check, bench, run.failure.message);
  return { run, calls, inputs };
}

/** Fails at the first call that breaks the port's contract. */
export function holdLimits(
  check: string,
  bench: Bench,
  { calls, inputs }: Outcome,
  count: number,
  how = "",
): void {
  const limits = new CallLimits(inputs, bench.type, count);
  for (const call of calls) {
    const breach = limits.breachOf(call);
    if (breach === undefined) continue;
    const step = Math.round((call.nowMicros - minuteOf(0)) / STEP_MICROS);
    throw new ConformanceError(
      check,
      bench,
      `${showCall(call)} in step ${step}${how}: ${breach}`,
      call.agent,
    );
  }
}

/** Fails at the first call of an agent that differs between two runs. */
export function holdSame(
  check: string,
  bench: Bench,
  one: readonly Call[],
  other: readonly Call[],
  how: string,
): void {
  const agents = new Set([...one, ...other].map(({ agent }) => agent));
  for (const agent of [...agents].sort((a, b) => a - b)) {
    const [a, b] = [one, other].map((calls) => calls.filter((call) => call.agent === agent));
    for (let k = 0; k < Math.max(a.length, b.length); k++) {
      const [left, right] = [a[k], b[k]].map(lineOf);
      if (left === right) continue;
      throw new ConformanceError(check, bench, `${how}: ${left} became ${right}`, agent);
    }
  }
}

function lineOf(call: Call | undefined): string {
  if (call === undefined) return "no call";
  return `${showCall(call)} in step ${Math.round((call.nowMicros - minuteOf(0)) / STEP_MICROS)}`;
}
