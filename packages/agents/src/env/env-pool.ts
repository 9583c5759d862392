/**
 * Several environments at once, each on one of a few worker threads: `reset(seeds)` and `step(actions)` over all of them.
 * Environments travel as the URL of a module that makes them, never as closures; what passes between threads is copied.
 */
import { Worker } from "node:worker_threads";
import { UserError } from "@undertow/core";
import type { Problem } from "@undertow/core";
import type { ResetResult, StepResult } from "./market-env.ts";

/** Where the environments come from. */
export interface EnvPoolOptions {
  /** URL of the module, such as `import.meta.url` of the file that says it. */
  readonly url: string;
  /** Export that makes one `MarketEnv`; default `makeEnv`. */
  readonly export?: string;
  /** Environments. */
  readonly count: number;
  /** Worker threads; default 2, never more than environments. */
  readonly threads?: number;
}

/** What a worker is told. */
export type EnvRequest<Action> =
  | { readonly kind: "reset"; readonly id: number; readonly seeds: readonly (string | null)[] }
  | { readonly kind: "step"; readonly id: number; readonly actions: readonly (Action | null)[] };

/** What became of one environment's part of a request: its result, or the text of what it threw; null if passed over. */
export type EnvOutcome = { readonly result: unknown } | { readonly failure: string } | null;

/** What a worker says; `failure` is the text of what was thrown while its environments were made. */
export interface EnvReply {
  readonly id: number;
  readonly outcomes?: readonly EnvOutcome[];
  readonly failure?: string;
}

/** Some environments of a pool threw; the others have done what was asked. */
export class EnvPoolError extends UserError {
  /** One entry for each environment: its result, null for one that threw or was passed over. */
  readonly results: readonly unknown[];

  constructor(problems: readonly Problem[], results: readonly unknown[]) {
    super("env-pool", problems);
    this.name = "EnvPoolError";
    this.results = results;
  }
}

/**
 * A pool of environments. Its results depend on seeds and actions only, not on the number of threads.
 *
 * An entry that is null is passed over: the environment is left as it is, and its result is null.
 *
 * When an environment throws, the call waits for all others and throws an `EnvPoolError` that names who threw and has the
 * others' results. The one that threw stands somewhere inside a step, so that `step` refuses an action for it, before
 * anything is sent, until a `reset` of it has passed. Wrong numbers of entries are refused before anything is sent, too.
 *
 * @example
 * const pool = await EnvPool.start({ url: new URL("./env.js", import.meta.url).href, count: 8 });
 * let results = await pool.reset(["a", "b", "c", "d", "e", "f", "g", "h"]);
 * const next = await pool.step(results.map(({ observation }) => policy(observation)));
 * await pool.stop();
 */
export class EnvPool<Action, Observation> {
  private readonly threads: readonly Worker[];
  private readonly count: number;
  private nextId = 0;
  private isStopped = false;
  /** Code with which a thread ended by itself. */
  private exitCode: number | undefined;
  /** Environments that threw and were not reset since. */
  private readonly broken = new Set<number>();

  private constructor(threads: readonly Worker[], count: number) {
    this.threads = threads;
    this.count = count;
    for (const thread of threads)
      thread.once("exit", (code) => {
        this.exitCode ??= code;
      });
  }

  /**
   * Starts the threads and makes the environments.
   *
   * @throws UserError `env-pool` when `count` or `threads` is no whole number from 1; what the module throws
   */
  static async start<A, O>(options: EnvPoolOptions): Promise<EnvPool<A, O>> {
    const { url, count, threads = 2 } = options;
    checkWhole("count", count);
    checkWhole("threads", threads);
    const used = Math.min(threads, count);
    const workers = Array.from({ length: used }, (_, k) => {
      const workerData = {
        url,
        name: options.export ?? "makeEnv",
        count: Math.floor((count + used - 1 - k) / used),
      };
      return new Worker(new URL("./env-worker.js", import.meta.url), { workerData });
    });
    try {
      await Promise.all(workers.map((worker) => replyOf(worker, -1)));
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw error;
    }
    return new EnvPool<A, O>(workers, count);
  }

  /**
   * Begins an episode in each environment.
   *
   * @throws EnvPoolError when environments threw; UserError `env-pool` for a wrong number of seeds
   */
  reset(seeds: readonly string[]): Promise<ResetResult<Observation>[]>;
  reset(seeds: readonly (string | null)[]): Promise<(ResetResult<Observation> | null)[]>;
  reset(seeds: readonly (string | null)[]): Promise<unknown[]> {
    return this.ask("reset", "seeds", seeds);
  }

  /**
   * One step in each environment.
   *
   * @throws EnvPoolError when environments threw; UserError `env-pool` for a wrong number of actions, or an action for an
   *   environment that threw and was not reset since
   */
  step(actions: readonly NonNullable<Action>[]): Promise<StepResult<Observation>[]>;
  step(actions: readonly (Action | null)[]): Promise<(StepResult<Observation> | null)[]>;
  step(actions: readonly (Action | null)[]): Promise<unknown[]> {
    return this.ask("step", "actions", actions);
  }

  /** Ends the threads; afterwards the pool only throws. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private async ask(kind: "reset" | "step", key: string, entries: readonly unknown[]): Promise<unknown[]> {
    this.check(kind, key, entries);
    const { threads } = this;
    const id = this.nextId++;
    const replies = threads.map((thread, k) => {
      const reply = replyOf(thread, id);
      thread.postMessage({ kind, id, [key]: entries.filter((_, n) => n % threads.length === k) });
      return reply;
    });
    const outcomes = await Promise.all(replies);
    // Environment n lives on thread n mod threads.
    return this.collect(entries.map((_, n) => outcomes[n % threads.length][Math.floor(n / threads.length)]));
  }

  private check(kind: "reset" | "step", key: string, entries: readonly unknown[]): void {
    // A thread that has ended answers nothing: the wait would have no end.
    if (this.isStopped)
      throw new UserError("env-pool", [
        { message: `${kind} was called after stop`, path: "EnvPool", expected: "a new pool" },
      ]);
    if (this.exitCode !== undefined)
      throw new Error(`an environment's thread ended, with code ${this.exitCode}`);
    if (entries.length !== this.count)
      throw new UserError("env-pool", [
        {
          message: `wrong number of ${key}`,
          path: key,
          expected: String(this.count),
          found: String(entries.length),
        },
      ]);
    const refused = kind === "reset" ? [] : [...this.broken].filter((n) => entries[n] !== null);
    if (refused.length > 0)
      throw new UserError(
        "env-pool",
        refused
          .toSorted((a, b) => a - b)
          .map((n) => ({
            message: `environment ${n} threw and was not reset since`,
            path: `${key}[${n}]`,
            expected: "reset, or null",
          })),
      );
  }

  /** The results of all environments; throws when some of them threw. */
  private collect(outcomes: readonly EnvOutcome[]): unknown[] {
    const problems: Problem[] = [];
    const results = outcomes.map((outcome, n) => {
      if (outcome === null) return null;
      if ("result" in outcome) {
        this.broken.delete(n);
        return outcome.result;
      }
      this.broken.add(n);
      problems.push({ message: `environment ${n} threw: ${outcome.failure}`, path: "EnvPool" });
      return null;
    });
    if (problems.length > 0) throw new EnvPoolError(problems, results);
    return results;
  }
}

/** The outcomes of a request; rejects with what making environments threw, or when the worker ends. */
function replyOf(worker: Worker, id: number): Promise<readonly EnvOutcome[]> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: EnvReply): void => {
      if (reply.id !== id) return;
      end();
      if (reply.failure === undefined) resolve(reply.outcomes ?? []);
      else reject(new Error(reply.failure));
    };
    const onError = (error: Error): void => {
      end();
      reject(error);
    };
    const onExit = (code: number): void => {
      end();
      reject(new Error(`an environment's thread ended, with code ${code}`));
    };
    const end = (): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

function checkWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new UserError("env-pool", [
    {
      message: `${name} is no number of them`,
      path: name,
      expected: "a whole number from 1",
      found: String(value),
    },
  ]);
}
