/**
 * Parameters of the market maker: how deep, how tight, how fast it learns and what makes it withdraw.
 *
 * `perpDepth{n}` and `spotDepth{n}` are numbered by the coin's position in the population's `coins`; all other
 * parameters hold for every market that the agent quotes. Amounts are totals for the agent's weight.
 */
import type { ParamSpec } from "@undertow/core";
import { MAX_COINS, numberedParams } from "./coin-columns.ts";

/** The scalar parameters, without the numbered depth targets. */
export const marketMakerScalars = {
  interval: { unit: "duration", description: "time between quote updates", default: 10e6, min: 1e6 },
  halfSpreadBp: {
    unit: "ratio",
    description: "calm half spread, basis points",
    default: 1,
    min: 0.01,
    max: 100,
  },
  depthPower: {
    unit: "ratio",
    description: "exponent of the distance in the depth up to it, within 1 %: 1 even, above 1 thin at best",
    default: 1.3,
    min: 0.5,
    max: 3,
  },
  requoteShare: {
    unit: "ratio",
    description: "move of the centre, in half spreads, after which quotes are renewed",
    default: 1,
    min: 0,
  },
  skew: {
    unit: "ratio",
    description: "shift of the quotes at the inventory limit",
    default: 0.001,
    min: 0,
    max: 0.1,
  },
  inventoryLimit: {
    unit: "ratio",
    description: "inventory at which the skew is full and a side nearly stops, in own 1 % depths",
    default: 5,
    min: 0.1,
  },
  impact: {
    unit: "ratio",
    description:
      "shift of the quotes by taker orders of one side since the last look, per 1 % depth they add up to, as a share of 1 %",
    default: 0.035,
    min: 0,
    max: 2,
  },
  impactKnee: {
    unit: "ratio",
    description:
      "taker orders, in 1 % depths, below which the shift grows with their square root; 0: in proportion",
    default: 0.2,
    min: 0,
    max: 1,
  },
  impactHalfLife: {
    unit: "duration",
    description: "half-life of that shift",
    default: 7200e6,
    min: 1e6,
  },
  followHalfLife: { unit: "duration", description: "half-life towards the mid", default: 1800e6, min: 1e6 },
  newsHalfLife: {
    unit: "duration",
    description: "half-life towards the fundamental of what moves of the mid and the leader left behind",
    default: 1800e6,
    min: 1e6,
  },
  leaderShare: {
    unit: "ratio",
    description:
      "share of beta x the first coin's move beyond its news that is read as news for another coin; 0: own coin alone",
    default: 0.6,
    min: 0,
    max: 1.5,
  },
  indexHalfLife: {
    unit: "duration",
    description: "half-life of perpetual quotes towards the index",
    default: 900e6,
    min: 1e6,
  },
  withdrawal: {
    unit: "ratio",
    description: "exponent of (slow / fast volatility) in the depth; 0 never withdraws",
    default: 1,
    min: 0,
    max: 4,
  },
  withdrawMemory: { unit: "duration", description: "memory of the withdrawal", default: 300e6, min: 1e6 },
  depthFloor: {
    unit: "ratio",
    description: "least share of depth kept in volatility and loss",
    default: 0.3,
    min: 0,
    max: 1,
  },
  refillHalfLife: {
    unit: "duration",
    description: "half-life of refilling eaten depth",
    default: 30e6,
    min: 1e6,
  },
  riskCapital: {
    unit: "quanta",
    description: "loss on inventory that halves the depth; over all coins if shared",
    default: 1_000_000_000_000,
    min: 1,
  },
  lossHalfLife: {
    unit: "duration",
    description: "half-life of forgetting a loss",
    default: 3600e6,
    min: 1e6,
  },
  sharedCapital: {
    unit: "flag",
    description: "1: a loss in any coin thins all books; 0: capital fenced per coin",
    default: 1,
    min: 0,
    max: 1,
  },
  leverage: { unit: "ratio", description: "leverage of perpetual positions", default: 20, min: 1 },
} satisfies Record<string, ParamSpec>;

const perpDepth: ParamSpec = {
  unit: "quanta",
  description:
    "perpetual of coin {n}: wished depth within 1 % per side (as much again up to 5 %); 0 does not quote",
  default: 0,
  min: 0,
};
const spotDepth: ParamSpec = {
  unit: "quanta",
  description:
    "spot of coin {n}: wished depth within 1 % per side (as much again up to 5 %); 0 does not quote",
  default: 0,
  min: 0,
};

/** All parameters. */
export const marketMakerParams: typeof marketMakerScalars & Record<string, ParamSpec> = {
  ...marketMakerScalars,
  ...numberedParams("perpDepth", MAX_COINS, perpDepth),
  ...numberedParams("spotDepth", MAX_COINS, spotDepth),
};

/** Names of the scalar parameters. */
export type MarketMakerParam = keyof typeof marketMakerScalars;
