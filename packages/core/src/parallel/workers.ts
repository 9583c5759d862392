/**
 * The worker threads of a run, as the main thread sees them: it deals chunks of due agents, decides a share itself,
 * takes over what the workers wrote, and leaves the next wakes to them. Results do not depend on how many there are, nor
 * on who does what.
 *
 * A step with few due agents is decided here alone. While something is out the thread waits for a moment; when it takes
 * longer it gives way to events, so that a worker that has died ends the run instead of hanging it.
 */
import { Worker } from "node:worker_threads";
import { between, exactInteger } from "../mechanics/checked.ts";
import { LADDER_CAPACITY, MESSAGE_CAPACITY } from "../simulation/capacities.ts";
import { DECISION_CHUNK } from "../simulation/decider.ts";
import { MessageColumns } from "../simulation/order-messages.ts";
import { decideDue, endDecisions, forEachChunk, takeDue } from "../simulation/phases/decide.ts";
import { DirectSettings } from "../simulation/settings.ts";
import type { World } from "../simulation/world.ts";
import { errorOfText } from "./failure.ts";
import { emptyOutbox, REJECTS, SETTINGS } from "./outbox.ts";
import { Pace } from "./pace.ts";
import { settingsColumns, SettingsLog, SettingsReader } from "./settings-log.ts";
import {
  CALM,
  DEALT,
  type Deal,
  DONE,
  FAILED,
  makeDeal,
  type OutboxColumns,
  ringBell,
  STOPPED,
  takeTicket,
  WAKES,
  WAKES_READY,
} from "./shared-parts.ts";
import { WakesAhead } from "./wakes-ahead.ts";
import { endOf, modulesOf, partsOf, readyOf } from "./worker-threads.ts";

export { WorkerError } from "./worker-threads.ts";

/** Due agents from which on a step is worth dealing; below, waking a thread costs more than it saves. */
export const DEAL_FROM = 2 * DECISION_CHUNK;
/** Most threads of a run; more than any machine has that this was tried on. */
export const MOST_THREADS = 256;
/** Looks at the control word this often, then sleeps for `NAP_MS` at most `NAPS` times, then gives way to events. */
const SPINS = 20_000;
const NAP_MS = 1;
const NAPS = 20;

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
  /**
   * Due agents from which on a step is dealt, even when a worker has just been seen to be short of a processor; default
   * `DEAL_FROM`, with pauses then.
   */
  readonly dealFrom?: number | undefined;
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
  private readonly wakes: WakesAhead;
  /** None when it is given from how many agents on a step is dealt. */
  private readonly pace: Pace | undefined;
  /** Whether a worker kept this thread waiting for longer than a nap since the last dealt step. */
  private isStalled = false;
  /** Whether no worker took up the last wakes that were offered. */
  private isAbsent = false;
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
    { dealFrom }: WorkerOptions,
  ) {
    this.world = world;
    this.threads = threads;
    this.deal = deal;
    this.boxes = boxes;
    this.ended = ended;
    ended.catch((error: unknown) => {
      this.gone = error;
    });
    this.dealFrom = dealFrom ?? DEAL_FROM;
    this.pace = dealFrom === undefined ? new Pace() : undefined;
    this.direct = new DirectSettings(world);
    this.ownSettings = settingsColumns(MESSAGE_CAPACITY);
    this.ownLog = new SettingsLog(this.ownSettings, this.ownCounts, SETTINGS);
    this.wakes = new WakesAhead(deal, world);
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
    return new Workers(world, threads, deal, boxes, ended, options);
  }

  /**
   * The decide phase over all threads. The next wakes of those that have decided may be drawn later: `settle` has to be
   * called before wakes, ordinals or the wheel are read or saved.
   */
  async decide(): Promise<void> {
    const { world, deal, pace } = this;
    if (this.gone !== undefined) throw this.gone;
    const mayDeal = pace === undefined || pace.mayDeal();
    Atomics.store(deal.control, CALM, mayDeal ? 0 : 1);
    const count = this.wakes.areOut ? await this.nextDue() : takeDue(world);
    const isDealt = mayDeal && count >= this.dealFrom;
    if (!isDealt) {
      decideDue(world, count);
      return;
    }
    this.dealOut(count);
    this.decideOwnShare();
    if (!this.isSoon(DONE, this.dealt)) await this.rest(DONE, this.dealt);
    pace?.note(this.isStalled, this.isAbsent);
    this.isStalled = false;
    // What ends the phase may read the due agents, which are others once the wakes are offered.
    const readsDue = world.triggers !== undefined || world.sharers.length > 0;
    if (!readsDue) this.wakes.offer(count, world.step, world.nowMicros);
    this.takeOver();
    endDecisions(world, count);
    if (readsDue) this.wakes.offer(count, world.step, world.nowMicros);
  }

  /** Brings what runs ahead back to the step: wakes of all that have decided are drawn and filed, nobody is taken. */
  async settle(): Promise<void> {
    if (!this.wakes.areOut || this.wakes.withdraw()) return;
    if (!this.isSoon(WAKES, WAKES_READY)) await this.rest(WAKES, WAKES_READY);
    this.throwFailure();
    this.wakes.putBack();
  }

  /** Ends the threads. Nothing more is dealt, so that a thread that is still awake finds nothing to do. */
  async stop(): Promise<void> {
    const { control } = this.deal;
    Atomics.store(control, STOPPED, 1);
    ringBell(control);
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  /** How many are due, when a worker may have taken them. */
  private async nextDue(): Promise<number> {
    const { wakes, world } = this;
    this.isAbsent = wakes.withdraw();
    if (this.isAbsent) return takeDue(world);
    if (!this.isSoon(WAKES, WAKES_READY)) await this.rest(WAKES, WAKES_READY);
    this.throwFailure();
    return wakes.accept();
  }

  private dealOut(count: number): void {
    const { deal, world } = this;
    deal.clock[0] = world.nowMicros;
    deal.clock[1] = world.step;
    let chunks = 0;
    forEachChunk(world, count, () => chunks++);
    this.firstDealt = this.dealt;
    this.dealt += chunks;
    // The last populations first: they tend to be few who do much, and a long chunk at the end keeps all waiting.
    let ticket = this.dealt;
    forEachChunk(world, count, (member, from, to) => {
      const row = --ticket % deal.member.length;
      deal.member[row] = member;
      deal.from[row] = from;
      deal.to[row] = to;
    });
    Atomics.store(deal.control, DEALT, this.dealt);
    ringBell(deal.control);
  }

  private decideOwnShare(): void {
    const { deal, world, ownLog } = this;
    world.settings = ownLog;
    try {
      for (let ticket = takeTicket(deal.control); ticket >= 0; ticket = takeTicket(deal.control)) {
        const row = ticket % deal.member.length;
        deal.thread[row] = 0;
        ownLog.ticket = ticket;
        world.decider.decideOnly(deal.member[row], deal.from[row], deal.to[row]);
        Atomics.add(deal.control, DONE, 1);
      }
    } finally {
      world.settings = this.direct;
    }
  }

  /** Whether a control word has a value within a moment. */
  private isSoon(word: number, value: number): boolean {
    const { control } = this.deal;
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, word) === value) return true;
    for (let nap = 0; nap < NAPS; nap++) {
      const found = Atomics.load(control, word);
      if (found === value) return true;
      if (Atomics.wait(control, word, found, NAP_MS) === "timed-out") this.isStalled = true;
    }
    return Atomics.load(control, word) === value;
  }

  /** Waits for it without holding up events, so that the end of a worker is noticed. */
  private async rest(word: number, value: number): Promise<void> {
    await Promise.race([this.until(word, value), this.ended]);
  }

  private async until(word: number, value: number): Promise<void> {
    const { control } = this.deal;
    for (;;) {
      const found = Atomics.load(control, word);
      if (found === value) return;
      const waiting = Atomics.waitAsync(control, word, found);
      if (waiting.async) await waiting.value;
    }
  }

  /** Applies what all threads wrote; throws what one of them failed with. */
  private takeOver(): void {
    const { deal, boxes, world } = this;
    this.throwFailure();
    const readers = [
      new SettingsReader(this.ownSettings, this.ownCounts[SETTINGS]),
      ...boxes.map(({ settings, counts }) => new SettingsReader(settings, counts[SETTINGS])),
    ];
    for (let ticket = this.dealt - 1; ticket >= this.firstDealt; ticket--) {
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

  private throwFailure(): void {
    const { control, failure } = this.deal;
    if (Atomics.load(control, FAILED) === 0) return;
    while (Atomics.load(control, FAILED) === 1);
    const length = new DataView(failure.buffer, failure.byteOffset).getUint32(0, true);
    throw errorOfText(new TextDecoder().decode(failure.slice(4, 4 + length)), this.world.step);
  }
}
