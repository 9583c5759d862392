/**
 * Seeded, counter-based random draws: a draw is a function of what it is for, never of what was drawn before.
 *
 * Keys come from the seed; counters from (purpose, subject or agent, n). So adding a population, market or
 * agent shifts nobody's draws, and the order of the calls does not matter. Nothing here keeps a state that
 * could change a result.
 */
import seedrandom from "seedrandom";
import { ln } from "../numeric/elementary.ts";
import { mix32 } from "../numeric/text-hash.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { LANES, PAIRS, doubleOf, threadLanes, type PhiloxLanes } from "./philox-lanes.ts";
import { philox4x32 } from "./philox.ts";

/** Stateless draws for drivers and builders. `purpose` and `subject` are hashed names; `n` counts. */
export interface RandomSource {
  /** Uniform in [0, 1), 53 bits. */
  uniform(purpose: number, subject: number, n: number): number;
  /** Standard normal. */
  normal(purpose: number, subject: number, n: number): number;
}

/** A source that also draws exponential gaps, up to `LANES` at a time. */
export interface GapSource extends RandomSource {
  /**
   * Gaps from the draws `uniform(purpose, subject, n)` of the first `count` lanes of `threadLanes()`: its columns hold
   * subject, low and high word of n (`counter0` to `counter2`) and mean; `gaps` has -ln(1 - uniform) x mean, in whole
   * numbers and 1 at least.
   */
  drawGaps(purpose: number, count: number): void;
}

/** Stateless draws of an agent at its current wake; `k` tells several draws of one wake apart (0..7). */
export interface AgentRandom {
  /** Uniform in [0, 1). */
  uniform(agent: number, k: number): number;
  /** Standard normal. */
  normal(agent: number, k: number): number;
  /** Exponential with mean 1. */
  exponential(agent: number, k: number): number;
}

/** Parameters of agents, one draw each (combine with `purposeOf` and the parameter's name). */
export const PURPOSE_PARAM = 1;
/** Times of scheduled wakes. */
export const PURPOSE_WAKE_TIME = 2;
/** What an agent decides at a scheduled wake. */
export const PURPOSE_DECIDE = 3;
/** What an agent decides at a triggered wake; its ordinals are microseconds. */
export const PURPOSE_TRIGGERED = 4;
/** Latencies of orders. */
export const PURPOSE_LATENCY = 5;
/** Exogenous drivers. */
export const PURPOSE_DRIVER = 6;
/** Causes inherited by hedges. */
export const PURPOSE_CAUSE = 7;
/** What agents hold at the start. */
export const PURPOSE_ENDOWMENT = 8;
/** Where auto-deleveraging starts in a queue without a ranking. */
export const PURPOSE_DELEVERAGE = 9;

/** A purpose of its own for one named thing, for example `purposeOf(PURPOSE_PARAM, hash32("leverage"))`. */
export function purposeOf(purpose: number, nameHash: number): number {
  return mix32(mix32(purpose) ^ nameHash);
}

/** The key of a run: what its seed becomes. Both are integers in [0, 2^32). */
export interface Keys {
  readonly k0: number;
  readonly k1: number;
}

/**
 * Turns any string (empty and non-Latin ones too) into keys, with seedrandom's `alea`: its xorshift7 ignores
 * seeds under 8 characters, its xor128 and xorwow give correlated streams.
 */
export function createKeys(seed: string): Keys {
  const generator = seedrandom.alea(seed);
  const k0 = generator.int32() >>> 0;
  const k1 = generator.int32() >>> 0;
  return { k0, k1 };
}

/** 2^-52, 2^-32. */
const TWO_TO_MINUS_52 = 2.220446049250313e-16;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/**
 * Stateless draws under a run's keys. The uniform and the normal of one (purpose, subject, n) are
 * independent; `n` may be any integer below 2^53 in size.
 */
export function randomSource(keys: Keys): GapSource {
  // Signed words are the same words, and engines pass them without allocating.
  const k0 = keys.k0 | 0;
  const k1 = keys.k1 | 0;
  const block = new Uint32Array(4);
  return {
    uniform(purpose, subject, n) {
      philox4x32(subject | 0, n | 0, Math.floor(n * TWO_TO_MINUS_32) | 0, purpose | 0, k0, k1, block);
      return doubleOf(block[0], block[1]);
    },
    normal(purpose, subject, n) {
      philox4x32(subject | 0, n | 0, Math.floor(n * TWO_TO_MINUS_32) | 0, purpose | 0, k0, k1, block);
      return normalOf(doubleOf(block[2], block[3]));
    },
    drawGaps(purpose, count) {
      threadLanes().drawGaps(count, purpose | 0, k0, k1);
    },
  };
}

/** Keeps agents' draws apart from those of a RandomSource under the same keys. */
const AGENT_KEY = 0x7f4a7c15;

/** Agents below which blocks drawn together cost no less than one by one. */
const LEAST_TOGETHER = 4;

/**
 * An agent's draws at its current wake. Call `begin` for each population and kind of wake, then draw.
 *
 * Draw `k` of agent `a` at its wake number n is half of the Philox block with counter
 * [a, low word of n, high bits of n and k / 2, populationHash ^ mix32(purpose)]: `uniform`, `normal` and
 * `exponential` with the same k are three shapes of one draw.
 */
export class WakeRandom implements AgentRandom {
  readonly #k0: number;
  readonly #k1: number;
  readonly #block = new Uint32Array(4);
  #ordinals: Float64Array = new Float64Array(0);
  #stream = 0;
  /** Counter of the block at hand, so that draws 2 k and 2 k + 1 cost one block; it cannot change a value. */
  #blockAgent = -1;
  #blockOrdinal = -1;
  #blockPair = -1;
  /** Agents whose blocks were drawn together, one a lane, and the pairs that were, as bits; cannot change a value. */
  #agents: Int32Array = new Int32Array(0);
  #lanes = 0;
  #lane = 0;
  /** How many they were the last time. */
  #asked = 0;
  #drawn = 0;
  #uniforms: Float64Array = new Float64Array(0);
  /** Per pair: draws since the agents were told of, by which the next ones' pairs are chosen. */
  readonly #uses = new Int32Array(PAIRS);

  constructor(keys: Keys) {
    this.#k0 = keys.k0 | 0;
    this.#k1 = keys.k1 ^ AGENT_KEY;
  }

  /**
   * Turns to a population and a kind of wake.
   *
   * @param populationHash `hash32` of the population's name
   * @param ordinals per agent: how many scheduled wakes it had (or the microsecond of a triggered one);
   *   read at each draw, integers in [0, 2^53)
   * @param purpose one of `PURPOSE_*`
   */
  begin(populationHash: number, ordinals: Float64Array, purpose: number): void {
    this.#ordinals = ordinals;
    this.#stream = populationHash ^ mix32(purpose);
    this.#blockPair = -1;
    this.#lanes = 0;
  }

  /**
   * Tells of agents that are about to draw at their current wake: blocks of the kind that the agents before them drew
   * are drawn together, which takes a fifth of the time. Ends with `forget`; changes no value.
   *
   * @param count agents, at most `LANES`
   */
  foresee(agents: Int32Array, count: number): void {
    this.#agents = agents;
    this.#lane = 0;
    const wanted = count < LEAST_TOGETHER ? 0 : this.#pairsInUse();
    this.#uses.fill(0);
    this.#lanes = count;
    this.#drawn = wanted;
    if (wanted !== 0) this.#drawTogether(threadLanes());
  }

  /** Ends what `foresee` began, before the agents' ordinals change. */
  forget(): void {
    this.#asked = this.#lanes;
    this.#lanes = 0;
  }

  uniform(agent: number, k: number): number {
    const pair = k >> 1;
    const lane = this.#agents[this.#lane] === agent ? this.#lane : this.#laneOf(agent);
    if (lane < this.#lanes && pair < PAIRS) {
      this.#uses[pair]++;
      if ((this.#drawn & (1 << pair)) !== 0) return this.#uniforms[k * LANES + lane];
    }
    const block = this.#block;
    const ordinal = this.#ordinals[agent];
    if (agent !== this.#blockAgent || ordinal !== this.#blockOrdinal || pair !== this.#blockPair) {
      const high = Math.floor(ordinal * TWO_TO_MINUS_32) | (pair << 21);
      philox4x32(agent, ordinal | 0, high, this.#stream, this.#k0, this.#k1, block);
      this.#blockAgent = agent;
      this.#blockOrdinal = ordinal;
      this.#blockPair = pair;
    }
    return (k & 1) === 0 ? doubleOf(block[0], block[1]) : doubleOf(block[2], block[3]);
  }

  normal(agent: number, k: number): number {
    return normalOf(this.uniform(agent, k));
  }

  exponential(agent: number, k: number): number {
    return 0 - ln(1 - this.uniform(agent, k));
  }

  /** Pairs of which the agents before drew one in four or more, as bits. */
  #pairsInUse(): number {
    let pairs = 0;
    for (let pair = 0; pair < PAIRS; pair++) {
      if (4 * this.#uses[pair] >= this.#asked && this.#asked > 0) pairs |= 1 << pair;
    }
    return pairs;
  }

  #drawTogether(lanes: PhiloxLanes): void {
    const { counter0, counter1, counter2 } = lanes;
    const ordinals = this.#ordinals;
    const agents = this.#agents;
    const count = this.#lanes;
    this.#uniforms = lanes.uniforms;
    for (let lane = 0; lane < count; lane++) {
      const agent = agents[lane];
      counter0[lane] = agent;
      counter1[lane] = ordinals[agent] | 0;
    }
    for (let pair = 0; pair < PAIRS; pair++) {
      if ((this.#drawn & (1 << pair)) === 0) continue;
      for (let lane = 0; lane < count; lane++)
        counter2[lane] = Math.floor(ordinals[agents[lane]] * TWO_TO_MINUS_32) | (pair << 21);
      lanes.draw(count, this.#stream, this.#k0, this.#k1, pair);
    }
  }

  /** The agent's lane, or the number of lanes; agents mostly draw in order. */
  #laneOf(agent: number): number {
    const agents = this.#agents;
    const count = this.#lanes;
    let lane = this.#lane + 1;
    if (!(lane < count && agents[lane] === agent)) {
      lane = 0;
      while (lane < count && agents[lane] !== agent) lane++;
    }
    if (lane < count) this.#lane = lane;
    return lane;
  }
}

/** The normal of a uniform; the middle of its 2^-52 cell, so that 0 and 1 never occur and signs are symmetric. */
function normalOf(uniform: number): number {
  return normalQuantile(midpointOf(uniform));
}

/** The middle of the 2^-52 wide cell that holds a uniform of [0, 1): a probability in (0, 1). */
export function midpointOf(uniform: number): number {
  return (Math.floor(uniform * 4503599627370496) + 0.5) * TWO_TO_MINUS_52;
}
