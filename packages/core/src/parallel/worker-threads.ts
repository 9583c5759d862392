/**
 * Worker threads as such: what one is sent when it starts, where its agent types come from, and its beginning and end as
 * promises.
 */
import { Worker } from "node:worker_threads";
import { UserError } from "../errors.ts";
import type { AgentModule } from "../simulation/inputs.ts";
import type { World } from "../simulation/world.ts";
import type { Deal, OutboxColumns, WorkerParts } from "./shared-parts.ts";

/** A worker thread has gone. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/** What a worker is sent. */
export function partsOf(
  world: World,
  deal: Deal,
  outbox: OutboxColumns,
  thread: number,
  agentModules: Readonly<Record<string, AgentModule>>,
): WorkerParts {
  return {
    thread,
    keys: world.keys,
    deal,
    outbox,
    accounts: world.accounts,
    slots: world.slots,
    markets: world.markets.map(({ perpetual, maxTicks, quantaPerTickLot, tiers, book }) => ({
      perpetual,
      maxTicks,
      quantaPerTickLot,
      tiers,
      ownerNext: book.ownerNext,
    })),
    markTicks: world.markTicks,
    agentKeys: world.agentKeys,
    members: world.members.map(({ type: _type, random: _random, spec, ...member }) => {
      const { name, type, count, weight, coins, venues, params, tables } = spec;
      const kept = { name, type, count, weight, coins, venues, params };
      return { ...member, spec: tables === undefined ? kept : { ...kept, tables } };
    }),
    views: world.views,
    inbound: world.transfers.inbound,
    wheel: {
      columns: world.wheel.columns,
      stepMicros: world.wheel.stepMicros,
      originMicros: world.wheel.originMicros,
    },
    wakeKinds: world.wakeKinds,
    due: world.due,
    agentModules,
  };
}

/** Where the run's agent types are; all of them have to have a module. */
export function modulesOf({ inputs }: World): Readonly<Record<string, AgentModule>> {
  const modules = inputs.agentModules ?? {};
  const missing = [...new Set(inputs.populations.map(({ type }) => type))].filter(
    (type) => !Object.hasOwn(modules, type),
  );
  if (missing.length === 0) return modules;
  throw new UserError(
    "agent-module",
    missing.map((type) => ({
      message: `worker threads cannot load the agent type "${type}"`,
      path: `agentModules.${type}`,
      expected: "the URL of a module and the name of an export",
      found: "none",
      remedy: "Name its module, or run on one thread.",
    })),
  );
}

/** Settles when the worker has started. */
export function readyOf(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once("message", () => resolve()));
}

/** Rejects when the worker throws or ends. */
export function endOf(thread: Worker): Promise<never> {
  return new Promise((_resolve, reject) => {
    thread.once("error", reject);
    thread.once("exit", (code) =>
      reject(new WorkerError(`a worker thread ended in the middle of the run, with code ${code}`)),
    );
  });
}
