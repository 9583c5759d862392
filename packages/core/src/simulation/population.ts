/**
 * Populations at run time: the agent type, its columns, and what `decide` is handed.
 *
 * Agents of a population are a contiguous range of accounts on each of its venues. Keys of random draws are (population name,
 * index), never account ids, so adding a population shifts nobody's draws.
 */
import { packColumns, valueOf, type PackedColumn } from "../columns/packed-column.ts";
import { sharedFloat64 } from "../columns/shared.ts";
import { hash32 } from "../numeric/text-hash.ts";
import { ln } from "../numeric/elementary.ts";
import { LANES, gapOf, threadLanes } from "../rng/philox-lanes.ts";
import {
  PURPOSE_DECIDE,
  PURPOSE_WAKE_TIME,
  WakeRandom,
  type GapSource,
  type Keys,
  type RandomSource,
} from "../rng/streams.ts";
import type { AccountMap } from "./account-map.ts";
import type { AgentType } from "./agent-port.ts";
import type { RunInputs, RunPopulation } from "./inputs.ts";
import { latencyOf, type PopulationLatency } from "./latency.ts";

/** One population in a run. */
export interface Member {
  readonly index: number;
  readonly spec: RunPopulation;
  readonly type: AgentType;
  /** Id of the first agent, which is that of its home account. */
  readonly firstAccount: number;
  /** Per venue: account of the first agent there, -1 where the population has none. */
  readonly firstAccountAt: Int32Array;
  readonly nameHash: number;
  /** The parameters, one number where all agents have the same. */
  readonly packed: Readonly<Record<string, PackedColumn>>;
  readonly memory: Readonly<Record<string, Float64Array>>;
  /** Scheduled wakes so far, per agent. */
  readonly ordinal: Float64Array;
  readonly latency: PopulationLatency;
  readonly random: WakeRandom;
}

/** 2^-32. */
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/** Builds the run-time side of every population. */
export function buildMembers(inputs: RunInputs, keys: Keys, map: AccountMap): Member[] {
  return inputs.populations.map((spec, index) => {
    const type = inputs.agentTypes[spec.type];
    const nameHash = hash32(spec.name);
    const ordinal = sharedFloat64(spec.count);
    const random = new WakeRandom(keys);
    random.begin(nameHash, ordinal, PURPOSE_DECIDE);
    return {
      index,
      spec,
      type,
      firstAccount: map.firstOf[index][spec.venues[0]],
      firstAccountAt: map.firstOf[index],
      nameHash,
      packed: packColumns(spec.params),
      memory: memoryColumns(type, spec.count),
      ordinal,
      latency: latencyOf(spec, inputs),
      random,
    };
  });
}

/** The population of an agent, by the agent's key; undefined for the accounts of venues, which have none (-1). */
export function memberOf(members: readonly Member[], agent: number): Member | undefined {
  if (agent < 0) return undefined;
  for (const member of members) {
    if (agent < member.firstAccount + member.spec.count) return member;
  }
  return undefined;
}

/** Key of an agent for ties in arrival order. */
export function agentKey(member: Member, agent: number): number {
  return (Math.imul(member.nameHash ^ agent, 0x9e3779b1) ^ (agent << 7)) >>> 0;
}

/** First wake of an agent, from the start of the run. */
export function firstWakeMicros(
  member: Member,
  random: RandomSource,
  agent: number,
  startMicros: number,
): number {
  const interval = valueOf(member.packed[member.type.wake.interval], agent);
  if (!wakesEver(interval)) return Infinity;
  const u = random.uniform(PURPOSE_WAKE_TIME, wakeSubject(member.nameHash, agent), 0);
  return startMicros + gapOf(member.type.wake.kind === "fixed" ? interval * u : -ln(1 - u) * interval);
}

/**
 * Draws the next wakes of the due agents `from` to `to`, up to the first at or after `endMicros`, and counts them.
 *
 * A wake's time follows from the one before by a function of agent and ordinal only: fixed wakes have a random phase
 * and then their interval, Poisson wakes exponential gaps. Who never wakes is never due.
 */
export function drawNextWakes(
  member: Member,
  random: GapSource,
  due: Int32Array,
  from: number,
  to: number,
  wakeMicros: Float64Array,
  endMicros: number,
): void {
  if (member.type.wake.kind === "fixed") {
    drawFixedWakes(member, due, from, to, wakeMicros, endMicros);
    return;
  }
  for (let start = from; start < to; start += LANES) {
    drawPoissonWakes(member, random, due, start, Math.min(to, start + LANES), wakeMicros, endMicros);
  }
}

function drawFixedWakes(
  { ordinal, firstAccount, type, packed }: Member,
  due: Int32Array,
  from: number,
  to: number,
  wakeMicros: Float64Array,
  endMicros: number,
): void {
  const intervals = packed[type.wake.interval];
  for (let k = from; k < to; k++) {
    const account = due[k];
    const agent = account - firstAccount;
    const gap = gapOf(valueOf(intervals, agent));
    let wake = wakeMicros[account];
    let n = ordinal[agent];
    do {
      n++;
      wake += gap;
    } while (wake < endMicros);
    ordinal[agent] = n;
    wakeMicros[account] = wake;
  }
}

/** At most `LANES` agents: the first gap of all together, further ones inside the same step one by one. */
function drawPoissonWakes(
  { ordinal, firstAccount, nameHash, type, packed }: Member,
  random: GapSource,
  due: Int32Array,
  from: number,
  to: number,
  wakeMicros: Float64Array,
  endMicros: number,
): void {
  const { counter0, counter1, counter2, means, gaps } = threadLanes();
  const intervals = packed[type.wake.interval];
  for (let k = from; k < to; k++) {
    const agent = due[k] - firstAccount;
    const n = ordinal[agent] + 1;
    counter0[k - from] = wakeSubject(nameHash, agent);
    counter1[k - from] = n | 0;
    counter2[k - from] = Math.floor(n * TWO_TO_MINUS_32) | 0;
    means[k - from] = valueOf(intervals, agent);
  }
  random.drawGaps(PURPOSE_WAKE_TIME, to - from);
  for (let k = from; k < to; k++) {
    const account = due[k];
    const agent = account - firstAccount;
    let wake = wakeMicros[account] + gaps[k - from];
    let n = ordinal[agent] + 1;
    while (wake < endMicros) {
      n++;
      const uniform = random.uniform(PURPOSE_WAKE_TIME, wakeSubject(nameHash, agent), n);
      wake += gapOf(-ln(1 - uniform) * valueOf(intervals, agent));
    }
    ordinal[agent] = n;
    wakeMicros[account] = wake;
  }
}

/** Whether agents with such an interval wake on their own at all. */
function wakesEver(interval: number): boolean {
  return interval > 0 && interval !== Infinity;
}

/** What an agent's wake times are drawn for, as a signed word. */
function wakeSubject(nameHash: number, agent: number): number {
  return (nameHash + Math.imul(agent, 0x85ebca6b)) | 0;
}

function memoryColumns(type: AgentType, count: number): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  // order-free: each column is filled on its own
  for (const name of Object.keys(type.memory)) columns[name] = sharedFloat64(count).fill(type.memory[name]);
  return columns;
}
