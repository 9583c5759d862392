/**
 * Fixed capacities of the engine's scratch columns. A step that needs more ends the run with an error; nothing is cut.
 */

/** Order messages travelling at once: an eighth of a million agents may have one under way. */
export const MESSAGE_CAPACITY = 1 << 17;
/** Fills of one step. A step with more is refused as an invariant error, not truncated. */
export const FILL_CAPACITY = 1 << 17;
/** Liquidation generations that are told apart; later ones are counted in the last. */
export const GENERATIONS = 16;
/** Cash transfers that an agent of several venues may have under way, on average over all of them. */
export const TRANSFERS_PER_AGENT = 8;
/** Quote ladders travelling at once. */
export const LADDER_CAPACITY = 4096;
