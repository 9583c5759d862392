/**
 * Seeded, counter-based random draws: a draw is a function of what it is for, never of what was drawn before.
 */

/** Stateless draws for drivers and builders. `purpose` and `subject` are hashed names; `n` counts. */
export interface RandomSource {
  /** Uniform in [0, 1), 53 bits. */
  uniform(purpose: number, subject: number, n: number): number;
  /** Standard normal. */
  normal(purpose: number, subject: number, n: number): number;
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
