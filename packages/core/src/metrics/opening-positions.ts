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
  readonly coin: Uint8Array;
  /** +1 long, -1 short. */
  readonly side: Int8Array;
  readonly usd: Float64Array;
  readonly traders: Float64Array;
  readonly leverage: Float64Array;
  readonly cross: Uint8Array;
  /** Entry price over start price. */
  readonly entry: Float64Array;
  /** Per population and per coin: its positions, as places in the list. */
  readonly ofPopulation: readonly (readonly number[])[];
  readonly ofCoin: readonly (readonly number[])[];
  /** Per market: lots held long and short. */
  readonly lotsOfMarket: readonly (readonly [longs: number, shorts: number])[];
}

/** Lists the perpetual positions. */
export function positionsOf(inputs: SimulationInputs, opening: OpeningAccounts): HeldPositions {
  const { accounts, slots, markets } = opening.columns;
  const { quantaPerUnit } = inputs.currencies[0];
  const ofPopulation = inputs.populations.map((): number[] => []);
  const lotsOfMarket = inputs.markets.map((): [number, number] => [0, 0]);
  const ofCoin = inputs.coins.map((): number[] => []);
  const columns = {
    coin: new Uint8Array(opening.slotCount),
    side: new Int8Array(opening.slotCount),
    usd: new Float64Array(opening.slotCount),
    traders: new Float64Array(opening.slotCount),
    leverage: new Float64Array(opening.slotCount),
    cross: new Uint8Array(opening.slotCount),
    entry: new Float64Array(opening.slotCount),
  };
  let n = 0;
  for (let slot = 0; slot < opening.slotCount; slot++) {
    const market = slots.market[slot];
    const lots = slots.lots[slot];
    if (markets.perpetual[market] === 0 || lots === 0) continue;
    const account = slots.account[slot];
    const { coin } = inputs.markets[market];
    const value = lots * markets.markTicks[market] * markets.quantaPerTickLot[market];
    ofPopulation[opening.population[account]].push(n);
    ofCoin[coin].push(n);
    lotsOfMarket[market][lots > 0 ? 0 : 1] += Math.abs(lots);
    columns.coin[n] = coin;
    columns.side[n] = lots > 0 ? 1 : -1;
    columns.usd[n] = Math.abs(value) / quantaPerUnit;
    columns.traders[n] = accounts.weight[account];
    columns.leverage[n] = opening.leverage[slot];
    columns.cross[n] = accounts.cross[account];
    columns.entry[n] = slots.cost[slot] / value;
    n++;
  }
  return { ...columns, ofPopulation, ofCoin, lotsOfMarket };
}

/** The figures of one coin. */
export function coinPositions(inputs: SimulationInputs, held: HeldPositions, coin: number): CoinPositions {
  const { name, startPrice } = inputs.coins[coin];
  const own = held.ofCoin[coin];
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

function sampleOf(values: Float64Array, own: readonly number[], weights: Float64Array): WeightedSample {
  return weightedSample(
    own.map((n) => values[n]),
    own.map((n) => weights[n]),
  );
}

function total(values: Float64Array, own: readonly number[]): number {
  return own.reduce((sum, n) => sum + values[n], 0);
}
