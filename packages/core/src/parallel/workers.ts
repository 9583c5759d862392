/**
 * The worker threads of a run, as the main thread sees them: it deals chunks of due agents, decides a share itself,
 * and takes over what the workers wrote. Results do not depend on how many there are, nor on who decides what.
 *
 * A step with few due agents is decided here alone. While chunks are out the thread waits for a moment; when they take
 * longer it gives way to events, so that a worker that has died ends the run instead of hanging it.
 */
import { Worker } from "node:worker_threads";
import { UserError } from "../errors.ts";
import { between, exactInteger } from "../mechanics/checked.ts";
import { LADDER_CAPACITY, MESSAGE_CAPACITY } from "../simulation/capacities.ts";
import { DECISION_CHUNK } from "../simulation/decider.ts";
import type { AgentModule } from "../simulation/inputs.ts";
import { MessageColumns } from "../simulation/order-messages.ts";
import { fileWakes, forEachChunk, takeDue } from "../simulation/phases/decide.ts";
import { DirectSettings } from "../simulation/settings.ts";
import type { World } from "../simulation/world.ts";
import { errorOfText } from "./failure.ts";
import { emptyOutbox, REJECTS, SETTINGS } from "./outbox.ts";
import { settingsColumns, SettingsLog, SettingsReader } from "./settings-log.ts";
import {
  DEALT,
  type Deal,
  DONE,
  FAILED,
  makeDeal,
  type OutboxColumns,
  STOPPED,
  takeTicket,
  type WorkerParts,
} from "./shared-parts.ts";

/** Due agents from which on a step is worth dealing; below, waking a thread costs more than it saves. */
export const DEAL_FROM = 2 * DECISION_CHUNK;
/** Most threads of a run; more than any machine has that this was tried on. */
export const MOST_THREADS = 256;
/** Looks at the control word this often, then sleeps for `NAP_MS` at most `NAPS` times, then gives way to events. */
const SPINS = 2_000;
const NAP_MS = 5;
const NAPS = 4;

/**
 * Threads of a run, checked; 1 unless told.
 *
 * @throws UserError `invalid-argument` when it is no whole number from 1 to 256
 */
export function checkThreads(threads = 1): number {
  return between("threads", exactInteger("threads", threads), 1, MOST_THREADS);
}

/** How agents are dealt; changes no result. */
export interface WorkerOptions {
  /** Due agents from which on a step is dealt; default `DEAL_FROM`. */
  readonly dealFrom?: number;
}

/** A worker thread has gone. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

export class Workers {
  private readonly world: World;
  /** The worker threads, for tests that end one. */
  readonly threads: readonly Worker[];
  private readonly deal: Deal;
  private readonly boxes: readonly OutboxColumns[];
  private readonly direct: DirectSettings;
  private readonly ownSettings: OutboxColumns["settings"];
  private readonly ownCounts = new Int32Array(4);
  private readonly ownLog: SettingsLog;
  private dealt = 0;
  /** First ticket of the step at hand. */
  private firstDealt = 0;
  /** Rejects when a worker has failed or ended. */
  private readonly ended: Promise<never>;
  private readonly dealFrom: number;
  /** What a worker failed with, once that is known. */
  private gone: unknown;

  private constructor(
    world: World,
    threads: readonly Worker[],
    deal: Deal,
    boxes: readonly OutboxColumns[],
    ended: Promise<never>,
    dealFrom: number,
  ) {
    this.world = world;
    this.threads = threads;
    this.deal = deal;
    this.boxes = boxes;
    this.ended = ended;
    ended.catch((error: unknown) => {
      this.gone = error;
    });
    this.dealFrom = dealFrom;
    this.direct = new DirectSettings(world);
    this.ownSettings = settingsColumns(MESSAGE_CAPACITY);
    this.ownLog = new SettingsLog(this.ownSettings, this.ownCounts, SETTINGS);
  }

  /**
   * Starts `count` workers and waits until they have loaded their agent types.
   *
   * @throws UserError `agent-module` for a type without a module; what a worker throws while it starts, for example
   *   when a module cannot be loaded
   */
  static async start(world: World, count: number, options: WorkerOptions = {}): Promise<Workers> {
    const agentModules = modulesOf(world);
    const chunks = Math.ceil(world.agentCount / DECISION_CHUNK) + world.members.length;
    const deal = makeDeal(chunks);
    const boxes = Array.from({ length: count }, (): OutboxColumns => ({
      messages: new MessageColumns(MESSAGE_CAPACITY, LADDER_CAPACITY),
      settings: settingsColumns(MESSAGE_CAPACITY),
      counts: new Int32Array(new SharedArrayBuffer(16)),
    }));
    const threads = boxes.map((outbox, k) => {
      const workerData = partsOf(world, deal, outbox, k + 1, agentModules);
      return new Worker(new URL("./decide-worker.js", import.meta.url), { workerData });
    });
    const ended = Promise.race(threads.map((thread) => endOf(thread)));
    // Nobody may be listening when the run ends first.
    ended.catch(() => {});
    try {
      await Promise.race([Promise.all(threads.map((thread) => readyOf(thread))), ended]);
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.terminate()));
      throw error;
    }
    return new Workers(world, threads, deal, boxes, ended, options.dealFrom ?? DEAL_FROM);
  }

  /** The decide phase over all threads. */
  async decide(): Promise<void> {
    const { world } = this;
    if (this.gone !== undefined) throw this.gone;
    const count = takeDue(world);
    if (count < this.dealFrom) {
      forEachChunk(world, count, (member, from, to) => world.decider.run(member, from, to));
    } else {
      this.dealOut(count);
      this.decideOwnShare();
      if (!this.isDoneSoon()) await this.rest();
      this.takeOver();
    }
    fileWakes(world, count);
  }

  /** Ends the threads. Nothing more is dealt, so that a thread that is still awake finds no ticket to take. */
  async stop(): Promise<void> {
    const { control } = this.deal;
    Atomics.store(control, STOPPED, 1);
    Atomics.notify(control, DEALT);
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private dealOut(count: number): void {
    const { deal, world } = this;
    let ticket = this.dealt;
    this.firstDealt = ticket;
    deal.clock[0] = world.nowMicros;
    deal.clock[1] = world.step;
    forEachChunk(world, count, (member, from, to) => {
      const row = ticket++ % deal.member.length;
      deal.member[row] = member;
      deal.from[row] = from;
      deal.to[row] = to;
    });
    this.dealt = ticket;
    Atomics.store(deal.control, DEALT, ticket);
    Atomics.notify(deal.control, DEALT);
  }

  private decideOwnShare(): void {
    const { deal, world, ownLog } = this;
    world.settings = ownLog;
    try {
      for (let ticket = takeTicket(deal.control); ticket >= 0; ticket = takeTicket(deal.control)) {
        const row = ticket % deal.member.length;
        deal.thread[row] = 0;
        ownLog.ticket = ticket;
        world.decider.run(deal.member[row], deal.from[row], deal.to[row]);
        Atomics.add(deal.control, DONE, 1);
      }
    } finally {
      world.settings = this.direct;
    }
  }

  /** Whether every chunk is done within a moment. */
  private isDoneSoon(): boolean {
    const { control } = this.deal;
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, DONE) === this.dealt) return true;
    for (let nap = 0; nap < NAPS; nap++) {
      const done = Atomics.load(control, DONE);
      if (done === this.dealt) return true;
      Atomics.wait(control, DONE, done, NAP_MS);
    }
    return Atomics.load(control, DONE) === this.dealt;
  }

  /** Waits without holding up events, so that the end of a worker is noticed. */
  private async rest(): Promise<void> {
    await Promise.race([this.allDone(), this.ended]);
  }

  private async allDone(): Promise<void> {
    const { control } = this.deal;
    for (;;) {
      const done = Atomics.load(control, DONE);
      if (done === this.dealt) return;
      const waiting = Atomics.waitAsync(control, DONE, done);
      if (waiting.async) await waiting.value;
    }
  }

  /** Applies what all threads wrote; throws what one of them failed with. */
  private takeOver(): void {
    const { deal, boxes, world } = this;
    if (Atomics.load(deal.control, FAILED) !== 0) throw this.failure();
    const readers = [
      new SettingsReader(this.ownSettings, this.ownCounts[SETTINGS]),
      ...boxes.map(({ settings, counts }) => new SettingsReader(settings, counts[SETTINGS])),
    ];
    for (let ticket = this.firstDealt; ticket < this.dealt; ticket++) {
      readers[deal.thread[ticket % deal.thread.length]].apply(ticket, this.direct);
    }
    this.ownCounts[SETTINGS] = 0;
    for (const { messages, counts } of boxes) {
      emptyOutbox(messages, counts, world.queue);
      world.counters.rejects += counts[REJECTS];
      counts[SETTINGS] = 0;
      counts[REJECTS] = 0;
    }
  }

  private failure(): Error {
    const { control, failure } = this.deal;
    while (Atomics.load(control, FAILED) === 1);
    const length = new DataView(failure.buffer, failure.byteOffset).getUint32(0, true);
    return errorOfText(new TextDecoder().decode(failure.slice(4, 4 + length)), this.world.step);
  }
}

function partsOf(
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
      return {
        ...member,
        spec: {
          name,
          type,
          count,
          weight,
          coins,
          venues,
          params,
          ...(tables === undefined ? {} : { tables }),
        },
      };
    }),
    views: world.views,
    inbound: world.transfers.inbound,
    wakeMicros: world.wheel.wakeMicros,
    due: world.due,
    agentModules,
  };
}

/** Where the run's agent types are; all of them have to have a module. */
function modulesOf({ inputs }: World): Readonly<Record<string, AgentModule>> {
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
function readyOf(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once("message", () => resolve()));
}

/** Rejects when the worker throws or ends. */
function endOf(thread: Worker): Promise<never> {
  return new Promise((_resolve, reject) => {
    thread.once("error", reject);
    thread.once("exit", (code) =>
      reject(new WorkerError(`a worker thread ended in the middle of the run, with code ${code}`)),
    );
  });
}
