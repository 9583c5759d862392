/**
 * The perpetual positions at the start as one list, and the figures of a coin's positions made from it. Metrics phase.
 *
 * Notional is at the start price; a trader's position is the account's over the traders that it stands for.
 */
import type { SimulationInputs } from "../simulation/inputs.ts";
import type { OpeningAccounts } from "./opening-accounts.ts";
import type { CoinPositions, LeverageShares } from "./population-summary.ts";
import { ratio } from "./quantile.ts";
import {
  quantilesOf,
  shareBetween,
  shareOfLargest,
  tailExponent,
  weightedSample,
  type WeightedSample,
} from "./weighted-sample.ts";

/** Perpetual positions as columns of a list. */
export interface HeldPositions {
  readonly coin: readonly number[];
  /** +1 long, -1 short. */
  readonly side: readonly number[];
  readonly usd: readonly number[];
  readonly traders: readonly number[];
  readonly leverage: readonly number[];
  readonly cross: readonly number[];
  /** Entry price over start price. */
  readonly entry: readonly number[];
  /** Per population: its positions, as places in the list. */
  readonly ofPopulation: readonly (readonly number[])[];
  /** Per market: lots held long and short. */
  readonly lotsOfMarket: readonly (readonly [longs: number, shorts: number])[];
}

/** Lists the perpetual positions. */
export function positionsOf(inputs: SimulationInputs, opening: OpeningAccounts): HeldPositions {
  const { accounts, slots, markets } = opening.columns;
  const { quantaPerUnit } = inputs.currencies[0];
  const ofPopulation = inputs.populations.map((): number[] => []);
  const lotsOfMarket = inputs.markets.map((): [number, number] => [0, 0]);
  const columns = {
    coin: [] as number[],
    side: [] as number[],
    usd: [] as number[],
    traders: [] as number[],
    leverage: [] as number[],
    cross: [] as number[],
    entry: [] as number[],
  };
  for (let slot = 0; slot < opening.slotCount; slot++) {
    const market = slots.market[slot];
    const lots = slots.lots[slot];
    if (markets.perpetual[market] === 0 || lots === 0) continue;
    const account = slots.account[slot];
    const value = lots * markets.markTicks[market] * markets.quantaPerTickLot[market];
    ofPopulation[opening.population[account]].push(columns.coin.length);
    lotsOfMarket[market][lots > 0 ? 0 : 1] += Math.abs(lots);
    columns.coin.push(inputs.markets[market].coin);
    columns.side.push(lots > 0 ? 1 : -1);
    columns.usd.push(Math.abs(value) / quantaPerUnit);
    columns.traders.push(accounts.weight[account]);
    columns.leverage.push(opening.leverage[slot]);
    columns.cross.push(accounts.cross[account]);
    columns.entry.push(slots.cost[slot] / value);
  }
  return { ...columns, ofPopulation, lotsOfMarket };
}

/** The figures of one coin. */
export function coinPositions(inputs: SimulationInputs, held: HeldPositions, coin: number): CoinPositions {
  const { name, startPrice } = inputs.coins[coin];
  const own = held.coin.flatMap((of, n) => (of === coin ? [n] : []));
  const longs = own.filter((n) => held.side[n] === 1);
  const shorts = own.filter((n) => held.side[n] === -1);
  const leverage = sampleOf(held.leverage, own, held.usd);
  const size = weightedSample(
    own.map((n) => held.usd[n] / held.traders[n]),
    own.map((n) => held.traders[n]),
  );
  const [longCoins, shortCoins] = coinsHeld(inputs, held, coin);
  const longTraders = total(held.traders, longs);
  const shortTraders = total(held.traders, shorts);
  const crossed = own.filter((n) => held.cross[n] === 1);
  return {
    coin: name,
    price: startPrice,
    longCoins,
    shortCoins,
    openInterestUsd: longCoins * startPrice,
    longTraders,
    shortTraders,
    longShortAccounts: ratio(longTraders, shortTraders),
    leverage: quantilesOf(leverage),
    leverageShares: leverageShares(leverage),
    size: quantilesOf(size),
    top1Share: shareOfLargest(size, 0.01),
    top10Share: shareOfLargest(size, 0.1),
    tailExponent: tailExponent(size),
    crossShare: ratio(total(held.usd, crossed), total(held.usd, own)),
    longEntry: quantilesOf(sampleOf(held.entry, longs, held.usd)),
    shortEntry: quantilesOf(sampleOf(held.entry, shorts, held.usd)),
    longsInProfit: shareBetween(sampleOf(held.entry, longs, held.usd), 0, 1),
    shortsInProfit: inProfit(held, shorts),
  };
}

/** Coins held long and short on all venues; lots of a coin have one size. */
function coinsHeld(inputs: SimulationInputs, held: HeldPositions, coin: number): [number, number] {
  let longs = 0;
  let shorts = 0;
  inputs.markets.forEach((spec, market) => {
    if (spec.coin !== coin || spec.kind !== "perpetual") return;
    longs += held.lotsOfMarket[market][0] * spec.lotSize;
    shorts += held.lotsOfMarket[market][1] * spec.lotSize;
  });
  return [longs, shorts];
}

/** A short gains when it was entered above the start price. */
function inProfit(held: HeldPositions, shorts: readonly number[]): number | null {
  const gaining = shorts.filter((n) => held.entry[n] > 1);
  return ratio(total(held.usd, gaining), total(held.usd, shorts));
}

/** Bands of Hyperliquid's published distribution (15 December 2025): below 3x, 3x to 7x, above. */
function leverageShares(leverage: WeightedSample): LeverageShares | null {
  const below3x = shareBetween(leverage, 0, 3);
  const from3xTo7x = shareBetween(leverage, 3, 7);
  const above7x = shareBetween(leverage, 7, Infinity);
  if (below3x === null || from3xTo7x === null || above7x === null) return null;
  return { below3x, from3xTo7x, above7x };
}

function sampleOf(
  values: readonly number[],
  own: readonly number[],
  weights: readonly number[],
): WeightedSample {
  return weightedSample(
    own.map((n) => values[n]),
    own.map((n) => weights[n]),
  );
}

function total(values: readonly number[], own: readonly number[]): number {
  return own.reduce((sum, n) => sum + values[n], 0);
}
