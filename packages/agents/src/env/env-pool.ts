/**
 * Several environments at once, each on one of a few worker threads: `reset(seeds)` and `step(actions)` over all of them.
 * Environments travel as the URL of a module that makes them, never as closures; what passes between threads is copied.
 */
import { Worker } from "node:worker_threads";
import { UserError } from "@undertow/core";
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

/** What a worker says; `failure` is the text of what was thrown. */
export interface EnvReply {
  readonly id: number;
  readonly results?: readonly unknown[];
  readonly failure?: string;
}

/**
 * A pool of environments. Its results depend on seeds and actions only, not on the number of threads.
 *
 * An entry that is null is passed over: the environment is left as it is, and its result is null.
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

  /** Begins an episode in each environment. */
  reset(seeds: readonly (string | null)[]): Promise<ResetResult<Observation>[]> {
    return this.ask("reset", "seeds", seeds) as Promise<ResetResult<Observation>[]>;
  }

  /** One step in each environment. */
  step(actions: readonly (Action | null)[]): Promise<StepResult<Observation>[]> {
    return this.ask("step", "actions", actions) as Promise<StepResult<Observation>[]>;
  }

  /** Ends the threads; afterwards the pool only throws. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private async ask(kind: "reset" | "step", key: string, entries: readonly unknown[]): Promise<unknown[]> {
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
    const { threads } = this;
    const id = this.nextId++;
    const replies = threads.map((thread, k) => {
      const reply = replyOf(thread, id);
      thread.postMessage({ kind, id, [key]: entries.filter((_, n) => n % threads.length === k) });
      return reply;
    });
    const results = await Promise.all(replies);
    // Environment n lives on thread n mod threads.
    return entries.map((_, n) => results[n % threads.length][Math.floor(n / threads.length)]);
  }
}

/** The results of a request; rejects with what the worker threw, or when it ends. */
function replyOf(worker: Worker, id: number): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: EnvReply): void => {
      if (reply.id !== id) return;
      end();
      if (reply.failure === undefined) resolve(reply.results ?? []);
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
