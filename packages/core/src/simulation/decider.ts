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
import type { GapSource } from "../rng/streams.ts";
import type { DecideContext, DueAgents } from "./agent-port.ts";
import { makeContext } from "./desk.ts";
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
    wakeMicros: new Float64Array(DECISION_CHUNK),
  };
  private readonly firstSlots = new Int32Array(DECISION_CHUNK);
  private readonly readSum = new Float64Array(1);
  private readonly contexts: readonly DecideContext[];

  constructor(world: DeskWorld) {
    this.world = world;
    this.contexts = world.members.map((member) => makeContext(world, member, this.chunk));
  }

  /** Lets the due agents `from` to `to` of one population decide, and draws their next wakes. */
  run(memberIndex: number, from: number, to: number): void {
    const { nowMicros, stepMicros } = this.world.view;
    this.decideOnly(memberIndex, from, to);
    this.drawNext(memberIndex, from, to, nowMicros + stepMicros);
  }

  /** Lets the due agents `from` to `to` of one population decide, at most `DECISION_CHUNK`. */
  decideOnly(memberIndex: number, from: number, to: number): void {
    const { due, accounts, wheel, members } = this.world;
    const { chunk } = this;
    const member = members[memberIndex];
    const { firstAccount } = member;
    for (let k = from; k < to; k++) {
      const account = due[k];
      chunk.agents[k - from] = account - firstAccount;
      const notice = accounts.notice[account];
      chunk.notice[k - from] = notice;
      chunk.wakeMicros[k - from] = wheel.wakeMicros[account];
      // Most have none; a line that is only read need not be written back.
      if (notice !== 0) accounts.notice[account] = 0;
      this.firstSlots[k - from] = accounts.firstSlot[account];
    }
    chunk.count = to - from;
    this.readAhead(member);
    if (member.spec.venues.length > 1) this.addNoticesFromElsewhere(member);
    member.random.foresee(chunk.agents, chunk.count);
    this.decide(member);
    member.random.forget();
  }

  /** Draws the next wakes of the due agents `from` to `to` of one population, who have decided in the step that ends then. */
  drawNext(memberIndex: number, from: number, to: number, endMicros: number): void {
    const { due, wheel, random, members } = this.world;
    drawNextWakes(members[memberIndex], random, due, from, to, wheel.wakeMicros, endMicros);
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
    try {
      member.type.decide(this.contexts[member.index]);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const { type, name: population } = member.spec;
      throw new AgentError({ agentType: type, population, step: this.world.step, reason }, { cause: error });
    }
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
