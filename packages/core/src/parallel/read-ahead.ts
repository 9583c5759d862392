/**
 * Reads what deciding will read of the agents that are due in the next step, while the main thread is still busy with
 * this one: their rows then lie in a cache near both threads. Changes nothing, and what it reads is not used.
 */
import { type DeskWorld } from "../simulation/decider.ts";

/** Between looks at whether there is something better to do. */
const STRIDE = 16;

export class ReadAhead {
  /** Keeps the reads from being optimised away. */
  readonly sum = new Float64Array(1);
  private readonly world: DeskWorld;
  /** Per population: columns over its agents that hold more than one number. */
  private readonly columns: readonly (readonly Float64Array[])[];

  constructor(world: DeskWorld) {
    this.world = world;
    this.columns = world.members.map(({ packed, memory, ordinal, spec }) => [
      ordinal,
      spec.weight,
      ...Object.values(memory),
      ...Object.values(packed)
        .filter(({ mask }) => mask !== 0)
        .map(({ values }) => values),
    ]);
  }

  /** Reads for the first `count` of `due`, until `isWanted` says that the thread is needed. */
  read(count: number, isWanted: () => boolean): void {
    const { members, due } = this.world;
    let at = 0;
    for (const { index, firstAccount, spec } of members) {
      const end = firstAccount + spec.count;
      while (at < count && due[at] < end) {
        if (isWanted()) return;
        const from = at;
        const most = Math.min(count, from + STRIDE);
        while (at < most && due[at] < end) at++;
        this.readAgents(index, firstAccount, from, at);
        this.readAccounts(from, at);
      }
    }
  }

  private readAgents(member: number, firstAccount: number, from: number, to: number): void {
    const { due } = this.world;
    let sum = 0;
    for (const column of this.columns[member]) {
      for (let k = from; k < to; k++) sum += column[due[k] - firstAccount];
    }
    this.sum[0] = sum;
  }

  private readAccounts(from: number, to: number): void {
    const { due, accounts, slots, agentKeys } = this.world;
    const { cash, notice, firstSlot } = accounts;
    const { lots, cost, margin, market, nextOfAccount } = slots;
    let sum = 0;
    for (let k = from; k < to; k++) sum += cash[due[k]] + notice[due[k]] + agentKeys[due[k]];
    for (let k = from; k < to; k++) {
      const slot = firstSlot[due[k]];
      if (slot >= 0) sum += lots[slot] + cost[slot] + margin[slot] + market[slot] + nextOfAccount[slot];
    }
    this.sum[0] = sum;
  }
}
