/**
 * Fixed capacities of the engine's scratch columns, and how they are derived. Nothing in a run grows.
 */

/** Order messages travelling at once: several for every agent that can be due in one step. */
export const MESSAGE_CAPACITY = 1 << 17;
/** Fills of one step. A step with more is refused as an invariant error, not truncated. */
export const FILL_CAPACITY = 1 << 17;
/** Liquidation generations that are told apart; later ones are counted in the last. */
export const GENERATIONS = 16;
/** Cash transfers that an agent of several venues may have under way, on average over all of them. */
export const TRANSFERS_PER_AGENT = 8;
/** Quote ladders travelling at once. */
export const LADDER_CAPACITY = 4096;
