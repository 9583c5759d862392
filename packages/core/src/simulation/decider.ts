/**
 * Lets chunks of due agents decide: the part of the decide phase that every thread runs.
 *
 * A chunk is a run of due agents of one population, of fixed length whatever the threads; agents decide on the frozen
 * view and their own accounts, so chunks may run in any order and at the same time. What they write goes to the
 * thread's message sink and settings; nothing else is touched but the agents' own memory, notices and wakes.
 *
 * An agent decides at most once in a step: wakes that follow inside the same step are counted and passed over.
 */
import type { AccountColumns, Ledger } from "../accounts/ledger.ts";
import { AgentError, InvariantError } from "../errors.ts";
import { PURPOSE_DECIDE, PURPOSE_TRIGGERED, purposeOf, type GapSource } from "../rng/streams.ts";
import type { DecideContext, DueAgents } from "./agent-port.ts";
import { makeContext, type WakeMoment } from "./desk.ts";
import type { MessageSink } from "./order-messages.ts";
import { type Member, drawNextWakes } from "./population.ts";
import type { WritableView } from "./view.ts";
import type { RunSlotColumns } from "./world-columns.ts";

/** Due agents that decide in one call at most. */
export const DECISION_CHUNK = 32;

/** What agents set for their positions without a message; applied before anything arrives. */
export interface AgentSettings {
  /** @param leverage at least 1 */
  setLeverage(account: number, market: number, leverage: number): void;
  /** @param ticks inside the book, or 0 for none */
  setStop(account: number, market: number, ticks: number): void;
  /** @param row of the agent and market among the levels; @param ticks inside the book, or 0 for none */
  setWakeLevel(row: number, market: number, ticks: number): void;
}

/** What a desk reads of a market. */
export interface DeskMarket {
  readonly perpetual: boolean;
  readonly maxTicks: number;
  readonly book: { restingOf(slot: number): number };
}

/** The part of a run's state that a thread needs to let agents decide. */
export interface DeskWorld {
  readonly accounts: Pick<AccountColumns, "cash" | "firstSlot" | "notice">;
  readonly slots: RunSlotColumns;
  readonly ledger: Pick<Ledger, "findSlot" | "valueQuanta" | "totalEquity" | "freeQuanta">;
  readonly markets: readonly DeskMarket[];
  readonly markTicks: Float64Array;
  readonly agentKeys: Uint32Array;
  readonly members: readonly Member[];
  readonly random: GapSource;
  readonly views: readonly WritableView[];
  readonly view: WritableView;
  readonly transfers: { readonly inbound: Float64Array };
  readonly wheel: { readonly wakeMicros: Float64Array };
  /** Per agent: what woke it; empty when no type has triggered wakes. */
  readonly wakeKinds: Uint8Array;
  readonly step: number;
  /** Due agents of the step, ascending. */
  readonly due: Int32Array;
  readonly messages: MessageSink;
  readonly settings: AgentSettings;
  countReject(): void;
}

type DueColumns = { -readonly [Key in keyof DueAgents]: DueAgents[Key] };

export class Decider {
  private readonly world: DeskWorld;
  private readonly chunk: DueColumns = {
    count: 0,
    agents: new Int32Array(DECISION_CHUNK),
    notice: new Uint8Array(DECISION_CHUNK),
    trigger: new Uint8Array(DECISION_CHUNK),
    wakeMicros: new Float64Array(DECISION_CHUNK),
  };
  private readonly firstSlots = new Int32Array(DECISION_CHUNK);
  private readonly readSum = new Float64Array(1);
  private readonly contexts: readonly DecideContext[];
  private readonly wake: WakeMoment = { triggeredMicros: -1 };

  constructor(world: DeskWorld) {
    this.world = world;
    this.contexts = world.members.map((member) => makeContext(world, member, this.chunk, this.wake));
  }

  /** Lets the due agents `from` to `to` of one population decide, and draws their next wakes. */
  run(memberIndex: number, from: number, to: number): void {
    const { nowMicros, stepMicros } = this.world.view;
    this.decideOnly(memberIndex, from, to);
    this.drawNext(memberIndex, from, to, nowMicros + stepMicros);
  }

  /** Lets the due agents `from` to `to` of one population decide, at most `DECISION_CHUNK`. */
  decideOnly(memberIndex: number, from: number, to: number): void {
    const { due, wheel, members } = this.world;
    this.decideAmong(members[memberIndex], due, from, to, wheel.wakeMicros);
  }

  /** Draws the next wakes of the due agents `from` to `to` of one population, who have decided in the step that ends then. */
  drawNext(memberIndex: number, from: number, to: number, endMicros: number): void {
    const { due, wheel, random, members } = this.world;
    drawNextWakes(members[memberIndex], random, due, from, to, wheel.wakeMicros, endMicros);
  }

  /**
   * Lets agents `from` to `to` of `woken`, of one population, decide who have been woken by `kind` (a bit of
   * `due.trigger`) at the start of the step, at most `DECISION_CHUNK`. Their draws are those of (kind, moment).
   */
  runTriggered(memberIndex: number, kind: number, woken: Int32Array, from: number, to: number): void {
    const { members, view } = this.world;
    const member = members[memberIndex];
    const { random, nameHash, triggeredMicros, firstAccount, ordinal } = member;
    for (let k = from; k < to; k++) triggeredMicros[woken[k] - firstAccount] = view.nowMicros;
    this.wake.triggeredMicros = view.nowMicros;
    random.begin(nameHash, triggeredMicros, purposeOf(PURPOSE_TRIGGERED, kind));
    try {
      this.decideAmong(member, woken, from, to);
    } finally {
      random.begin(nameHash, ordinal, PURPOSE_DECIDE);
      this.wake.triggeredMicros = -1;
    }
  }

  /** @param wakeMicros moments by agent; that of the triggered wake unless given */
  private decideAmong(
    member: Member,
    agents: Int32Array,
    from: number,
    to: number,
    wakeMicros?: Float64Array,
  ): void {
    const { accounts, wakeKinds } = this.world;
    const { chunk } = this;
    const { firstAccount } = member;
    const hasTriggers = wakeKinds.length > 0;
    for (let k = from; k < to; k++) {
      const account = agents[k];
      chunk.agents[k - from] = account - firstAccount;
      const notice = accounts.notice[account];
      chunk.notice[k - from] = notice;
      chunk.wakeMicros[k - from] = wakeMicros === undefined ? this.wake.triggeredMicros : wakeMicros[account];
      // Most have none; a line that is only read need not be written back.
      if (notice !== 0) accounts.notice[account] = 0;
      if (hasTriggers) {
        chunk.trigger[k - from] = wakeKinds[account];
        wakeKinds[account] = 0;
      }
      this.firstSlots[k - from] = accounts.firstSlot[account];
    }
    chunk.count = to - from;
    this.readAhead(member);
    if (member.spec.venues.length > 1) this.addNoticesFromElsewhere(member);
    member.random.foresee(chunk.agents, chunk.count);
    this.decide(member);
    member.random.forget();
  }

  /**
   * Reads what deciding will read of the agents: independent reads one after the other overlap in the memory system,
   * where a decision at a time would wait for each. Changes nothing.
   */
  private readAhead({ ordinal }: Member): void {
    const { slots } = this.world;
    const { agents, count } = this.chunk;
    const { firstSlots } = this;
    const { lots, cost, margin, market } = slots;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += ordinal[agents[k]];
    for (let k = 0; k < count; k++) {
      const slot = firstSlots[k];
      if (slot >= 0) sum += lots[slot] + cost[slot] + margin[slot] + market[slot];
    }
    this.readSum[0] = sum;
  }

  private decide(member: Member): void {
    let returned: unknown;
    try {
      returned = member.type.decide(this.contexts[member.index]);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw this.failureOf(member, `${message}${placeOf(error)}`, { cause: error });
    }
    if (returned !== undefined)
      throw this.failureOf(member, `decide must return nothing, and returned ${typeof returned}`);
  }

  private failureOf({ spec }: Member, reason: string, options?: ErrorOptions): AgentError {
    const { type: agentType, name: population } = spec;
    return new AgentError({ agentType, population, step: this.world.step, reason }, options);
  }

  /** What happened in the agents' accounts on their further venues. */
  private addNoticesFromElsewhere({ spec, firstAccountAt }: Member): void {
    const { accounts } = this.world;
    const { agents, notice, count } = this.chunk;
    for (const venue of spec.venues.subarray(1)) {
      for (let k = 0; k < count; k++) {
        const account = firstAccountAt[venue] + agents[k];
        notice[k] |= accounts.notice[account];
        accounts.notice[account] = 0;
      }
    }
  }
}

/** Where in its module a type failed, for its message: file, line and column in parentheses. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frame = /^ {4}at .*?([^/\\\s()]+:\d+:\d+)\)?$/m.exec(stack)?.[1];
  return frame === undefined ? "" : ` (${frame})`;
}
