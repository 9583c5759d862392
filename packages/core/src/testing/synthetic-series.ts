/**
 * The price path and the sampled series of a synthetic run, for `run-data-builder.ts`. Test support: the figures are
 * invented, no simulation is involved.
 */
import { blockColumns } from "../recorder/table-kinds.ts";
import type { SeriesColumns } from "../recorder/run-data.ts";
import { MICROS_PER_HOUR } from "../units.ts";

/** Quanta per unit of the settlement currency. */
export const QUANTA_PER_UNIT = 100_000;

/** The options of a synthetic run with their defaults filled in. */
export interface Plan {
  readonly path: ((coin: number, hour: number) => number) | undefined;
  readonly depth: number;
  readonly coins: readonly { readonly name: string; readonly price: number; readonly beta: number }[];
  readonly startMicros: number;
  readonly endMicros: number;
  readonly sampleMicros: number;
  readonly firstMicros: number;
  readonly lastMicros: number;
  readonly noise: () => number;
}

/** Hours and price of the first coin over its start, at `depth` 1; straight lines between. */
const PATH = [
  [0, 1],
  [6, 0.985],
  [10, 0.95],
  [11, 0.985],
  [16, 0.9],
  [17.5, 0.94],
  [24.3, 0.82],
  [27, 0.88],
  [36, 0.93],
] as const;

/** Price of a coin over its start price; `hour` counts from the start of the run. */
export function relativePrice(plan: Plan, coin: number, hour: number): number {
  if (plan.path !== undefined) return plan.path(coin, hour);
  const last = PATH[PATH.length - 1];
  let below: number = hour <= 0 ? 1 : last[1];
  for (let k = 1; k < PATH.length; k++) {
    const [fromHour, from] = PATH[k - 1];
    const [toHour, to] = PATH[k];
    if (hour > fromHour && hour <= toHour)
      below = from + ((to - from) * (hour - fromHour)) / (toHour - fromHour);
  }
  return 1 - (1 - below) * plan.depth * plan.coins[coin].beta;
}

/** The series table of a plan. */
export function makeSeries(plan: Plan): SeriesColumns {
  const coins = plan.coins.length;
  const samples = Math.floor((plan.lastMicros - plan.firstMicros) / plan.sampleMicros) + 1;
  const rows = samples * coins;
  const series = { ...blockColumns("series", rows), rows };
  for (let sample = 0; sample < samples; sample++) {
    for (let coin = 0; coin < coins; coin++) fillSample(plan, series, sample, coin);
  }
  return series;
}

/** Flows, spreads and open interest follow the fall of the last sample, so that stress shows in all of them. */
function fillSample(plan: Plan, series: SeriesColumns, sample: number, coin: number): void {
  const row = sample * plan.coins.length + coin;
  const time = plan.firstMicros + sample * plan.sampleMicros;
  const hour = (time - plan.startMicros) / MICROS_PER_HOUR;
  const { price } = plan.coins[coin];
  const share = [0.5, 0.25, 0.12, 0.08, 0.05][coin] ?? 0.05;
  const noisy = plan.path === undefined ? 0.0008 * (plan.noise() - 0.5) : 0;
  const relative = relativePrice(plan, coin, hour);
  const spot = price * relative * (1 + noisy);
  const previous = sample === 0 ? spot : series.spot[row - plan.coins.length];
  const earlier = relativePrice(plan, coin, hour - plan.sampleMicros / MICROS_PER_HOUR);
  const stress = Math.min(1, (1 - relative) * 5);
  const quanta = share * 1e6 * QUANTA_PER_UNIT;
  // The path's own fall, without the noise: forced flow dies down when the path turns.
  const falling = Math.max(0, 1 - relative / earlier) * 4000;
  series.timeMicros[row] = time;
  series.coin[row] = coin;
  series.fundamental[row] = price * (1 - (1 - relative) * 0.45);
  series.spot[row] = spot;
  series.perp[row] = spot * (1 - 0.0004 * stress);
  series.spotLow[row] = Math.min(spot, previous);
  series.spotHigh[row] = Math.max(spot, previous);
  series.mark[row] = spot * (1 - 0.0003 * stress);
  series.index[row] = spot;
  series.funding[row] = 0.0001 - 0.0003 * stress;
  series.openInterest[row] = ((share * 5e10) / price) * (1 - 0.2 * Math.min(1, Math.max(0, hour / 30)));
  series.spreadBp[row] = 1 + 8 * stress;
  series.bidDepth[row] = Math.round(40 * quanta * (1 - 0.7 * stress));
  series.askDepth[row] = Math.round(44 * quanta * (1 - 0.6 * stress));
  series.takerSell[row] = Math.round(quanta * (10 + 10 * falling));
  series.takerBuy[row] = Math.round(quanta * 11);
  series.forcedSell[row] = Math.round(quanta * 2 * falling);
  series.stopSell[row] = Math.round(quanta * 1.5 * falling);
  series.riskLimitSell[row] = Math.round(quanta * 1 * falling);
  series.capitulationSell[row] = Math.round(quanta * 0.5 * falling);
  series.liquidatedLong[row] = Math.round(quanta * 2 * falling);
  series.liquidatedShort[row] = Math.round(quanta * 0.02);
  series.sentiment[row] = -stress;
}
