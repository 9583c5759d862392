/**
 * Wakes beside the scheduled ones: by notices that a type names in `wake.on`, and by marks that reach a level which an
 * agent has set. Collected while the market moves, decided in the step after (phases/decide.ts).
 *
 * Holds who is to be woken and why, and the levels in one trigger ladder per market, so that a step in which nothing
 * happens to such an agent reads nothing of it. Exists only in runs with a type that asks for it.
 */
import { TRIGGER_BUCKETS, TriggerLadder } from "../accounts/trigger-ladder.ts";
import { sharedUint8 } from "../columns/shared.ts";
import { nearestName, UserError } from "../errors.ts";
import type { StateHash } from "../numeric/state-hash.ts";
import {
  NOTICE_ADL,
  NOTICE_FILLED,
  NOTICE_LIQUIDATED,
  NOTICE_REJECTED,
  NOTICE_STOPPED,
  NOTICE_TRANSFERRED,
  TRIGGER_LEVEL,
  type WakeTrigger,
} from "./agent-port.ts";
import type { SimulationInputs } from "./inputs.ts";
import type { Member } from "./population.ts";

/** Bits of what may wake an agent, by its name in `wake.on`. */
const BITS: Readonly<Record<WakeTrigger, number>> = {
  filled: NOTICE_FILLED,
  rejected: NOTICE_REJECTED,
  stopped: NOTICE_STOPPED,
  liquidated: NOTICE_LIQUIDATED,
  adl: NOTICE_ADL,
  transferred: NOTICE_TRANSFERRED,
  level: TRIGGER_LEVEL,
};

/** Bits of what wakes agents of a type. */
export function wakeBits({ type }: Pick<Member, "type">): number {
  let bits = 0;
  for (const name of type.wake.on ?? []) bits |= BITS[name];
  return bits;
}

/**
 * Checks what types name in `wake.on`.
 *
 * @throws UserError `wake-trigger` for names that are none
 */
export function checkWakeTriggers(types: readonly Member["type"][]): void {
  for (const { name, wake } of types) {
    const wrong = (wake.on ?? []).filter((trigger) => !Object.hasOwn(BITS, trigger));
    if (wrong.length === 0) continue;
    // order-free: names to show
    const names = Object.keys(BITS);
    throw new UserError(
      "wake-trigger",
      wrong.map((found) => {
        const nearest = nearestName(found, names);
        return {
          message: `the agent type "${name}" is to be woken by what does not exist`,
          path: `${name}.wake.on`,
          expected: names.join(", "),
          found,
          ...(nearest === undefined ? {} : { nearest }),
        };
      }),
    );
  }
}

/** What the levels need to know of a market; its mark is at `startTicks` when the run begins. */
type LevelMarket = Pick<SimulationInputs["markets"][number], "maxTicks" | "startTicks">;

/** Levels of an agent in the order of its markets; where each market of the run stands among them, -1: none there. */
export interface LevelRows {
  readonly first: number;
  readonly perAgent: number;
  readonly rankOf: Int32Array;
}

/** The triggered wakes of a run; undefined when no population's type has any. */
export function makeTriggers(
  { markets }: Pick<SimulationInputs, "markets">,
  members: readonly Member[],
  agentCount: number,
): WakeTriggers | undefined {
  if (members.every((member) => wakeBits(member) === 0)) return undefined;
  return new WakeTriggers(members, agentCount, markets);
}

export class WakeTriggers {
  /** Per agent of the run: bits of what has happened to it since it last decided. */
  readonly kinds: Uint8Array;
  private readonly mask: Uint8Array;
  private readonly pending: Int32Array;
  private pendingCount = 0;
  /** Who is woken in the step at hand; room for those of one kind among them. */
  readonly woken: Int32Array;
  readonly ofKind: Int32Array;
  readonly levels: WakeLevels;

  constructor(members: readonly Member[], agentCount: number, markets: readonly LevelMarket[]) {
    this.kinds = sharedUint8(agentCount);
    this.mask = new Uint8Array(agentCount);
    let waking = 0;
    for (const member of members) {
      const { firstAccount, spec } = member;
      const bits = wakeBits(member);
      this.mask.fill(bits, firstAccount, firstAccount + spec.count);
      if (bits !== 0) waking += spec.count;
    }
    this.pending = new Int32Array(waking);
    this.woken = new Int32Array(waking);
    this.ofKind = new Int32Array(waking);
    this.levels = new WakeLevels(members, markets);
  }

  /** Something happened to an agent (-1: to an account of a venue). */
  noticed(agent: number, notice: number): void {
    if (agent >= 0 && (this.mask[agent] & notice) !== 0) this.add(agent, notice);
  }

  /** Adds those whose level the marks have reached. */
  collect(markTicks: Float64Array): void {
    this.levels.collect(markTicks, this);
  }

  /** Wakes an agent in the next step. */
  add(agent: number, kind: number): void {
    if (this.kinds[agent] === 0) this.pending[this.pendingCount++] = agent;
    this.kinds[agent] |= kind;
  }

  /** Writes those who wait and have not decided since into `woken`, ascending; how many. None waits afterwards. */
  take(): number {
    const { pending, woken, kinds } = this;
    let count = 0;
    for (let k = 0; k < this.pendingCount; k++) {
      if (kinds[pending[k]] !== 0) woken[count++] = pending[k];
    }
    this.pendingCount = 0;
    if (count > 1) woken.subarray(0, count).sort();
    return count;
  }

  /** Adds to a hash of the state, unless no trigger has been used yet. */
  addTo(hash: StateHash): void {
    const { kinds, levels } = this;
    if (kinds.every((bits) => bits === 0) && levels.ticks.every((ticks) => ticks === 0)) return;
    hash.updateText("triggers");
    hash.updateBytes(kinds);
    hash.updateInt32(levels.ticks);
    hash.updateBytes(levels.direction);
  }
}

/** The levels of all agents that may set some, one for each agent and market that it trades. */
export class WakeLevels {
  readonly ticks: Int32Array;
  readonly direction: Int8Array;
  private readonly agents: Int32Array;
  private readonly ladders: readonly TriggerLadder[];
  /** Marks up to which levels have been collected; whether one was set at the mark itself. */
  private readonly seenTicks: Float64Array;
  private readonly setAtMark: Uint8Array;
  private readonly reached: Int32Array;

  constructor(members: readonly Member[], markets: readonly LevelMarket[]) {
    let count = 0;
    for (const { levelRows, spec } of members)
      if (levelRows !== undefined) count += levelRows.perAgent * spec.count;
    this.ticks = new Int32Array(count);
    this.direction = new Int8Array(count);
    this.agents = new Int32Array(count);
    this.reached = new Int32Array(count);
    for (const { levelRows, spec, firstAccount } of members) {
      if (levelRows === undefined) continue;
      const { first, perAgent } = levelRows;
      for (let row = 0; row < perAgent * spec.count; row++) {
        this.agents[first + row] = firstAccount + Math.floor(row / perAgent);
      }
    }
    const { ticks, direction } = this;
    const columns = { ticks, direction, next: new Int32Array(count), previous: new Int32Array(count) };
    const heads = (): Int32Array => new Int32Array(TRIGGER_BUCKETS);
    const laddered = count === 0 ? [] : markets;
    this.ladders = laddered.map(({ maxTicks }) => new TriggerLadder(maxTicks, columns, heads(), heads()));
    this.seenTicks = Float64Array.from(laddered, ({ startTicks }) => startTicks);
    this.setAtMark = new Uint8Array(this.ladders.length);
  }

  /** Sets a row's level, or takes it away with 0. */
  set(row: number, market: number, ticks: number, markTicks: number): void {
    this.ladders[market].set(row, ticks, ticks <= markTicks ? 1 : -1);
    if (ticks === markTicks) this.setAtMark[market] = 1;
  }

  /** Takes the levels that the marks have reached away and adds their agents. */
  collect(markTicks: Float64Array, to: WakeTriggers): void {
    const { ladders, seenTicks, setAtMark, reached, agents } = this;
    for (let market = 0; market < ladders.length; market++) {
      const now = markTicks[market];
      const from = seenTicks[market];
      if (now === from && setAtMark[market] === 0) continue;
      seenTicks[market] = now;
      setAtMark[market] = 0;
      const count = ladders[market].collect(from, now, reached, 0);
      for (let k = 0; k < count; k++) {
        ladders[market].set(reached[k], 0, 1);
        to.add(agents[reached[k]], TRIGGER_LEVEL);
      }
    }
  }
}

/** Where a population's levels are, from row `first` on; undefined when its type sets none. */
export function levelRowsOf(
  { wake, trades = "both" }: Member["type"],
  { coins, venues }: Pick<Member["spec"], "coins" | "venues">,
  markets: SimulationInputs["markets"],
  first: number,
): LevelRows | undefined {
  if (wake.on?.includes("level") !== true) return undefined;
  let perAgent = 0;
  const rankOf = Int32Array.from(markets, ({ coin, venue, kind }) => {
    const isOwn = coins.includes(coin) && venues.includes(venue) && (trades === "both" || trades === kind);
    return isOwn ? perAgent++ : -1;
  });
  return { first, perAgent, rankOf };
}
