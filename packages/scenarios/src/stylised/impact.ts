/**
 * Impact of metaorders by paired runs: one run without, one with each size and side, all on the same random numbers.
 *
 * The first hours of the scenario: an hour of market, then the metaorder for two hours, then two hours to see what is
 * left. Impact is the difference in log mid of the perpetual between a run and its twin without, times the side.
 */
import { ln, MICROS_PER_DAY, MICROS_PER_HOUR, simulate, type RunData } from "@undertow/core";
import { formatIsoTime, impactCurve, type ImpactCurve, type ImpactSample } from "@undertow/core/metrics";
import { compileScenario } from "../compile/compile-scenario.ts";
import { loadScenario } from "../loading/load-scenario.ts";
import { momentMicros } from "../values/moment.ts";
import { withMetaorder } from "./metaorder.ts";

/** Hours of the run: before the metaorder, its length, and what follows. */
const BEFORE_HOURS = 1;
const ORDER_HOURS = 2;
const AFTER_HOURS = 2;
const SIDES: readonly (1 | -1)[] = [1, -1];
/** Sizes over the coin's daily volume (spot and perpetual), two decades. */
export const IMPACT_SHARES: readonly number[] = [0.0003, 0.001, 0.003, 0.01, 0.03];

export interface ImpactOptions {
  readonly scenario: string;
  readonly set: readonly string[];
  readonly patch: readonly string[];
  readonly seeds: readonly string[];
  /** Names of the coins whose perpetuals are traded. */
  readonly coins: readonly string[];
  /** Default IMPACT_SHARES. */
  readonly shares?: readonly number[];
  /** Called after each run with how many are done, of how many; false stops. */
  readonly onRun?: (done: number, of: number) => boolean | void | Promise<boolean | void>;
}

/** Impact curve of each coin, in the order of `coins`; undefined when `onRun` stopped it. */
export async function measureImpact(options: ImpactOptions): Promise<ImpactCurve[] | undefined> {
  const { coins, seeds, shares = IMPACT_SHARES } = options;
  const of = seeds.length * (1 + coins.length * shares.length * SIDES.length);
  let done = 0;
  const samples = coins.map(() =>
    shares.map((share) => ({ share, atEnd: [] as number[], later: [] as number[] })),
  );
  for (const seed of seeds) {
    const inputs = await shortInputs(options, seed);
    const without = await simulate(inputs);
    if ((await options.onRun?.(++done, of)) === false) return undefined;
    for (let c = 0; c < coins.length; c++) {
      const coin = inputs.coins.findIndex(({ name }) => name === coins[c]);
      const volume = dailyVolume(without, coin);
      const durationMicros = ORDER_HOURS * MICROS_PER_HOUR;
      const startAfterMicros = BEFORE_HOURS * MICROS_PER_HOUR;
      const endMicros = inputs.startMicros + startAfterMicros + durationMicros;
      for (const sample of samples[c]) {
        for (const side of SIDES) {
          const order = { coin, side, notional: sample.share * volume, startAfterMicros, durationMicros };
          const run = await simulate(withMetaorder(inputs, order));
          sample.atEnd.push(side * difference(run, without, coin, endMicros));
          sample.later.push(side * difference(run, without, coin, endMicros + durationMicros));
          if ((await options.onRun?.(++done, of)) === false) return undefined;
        }
      }
    }
  }
  return samples.map((ofCoin: ImpactSample[]) => impactCurve(ofCoin));
}

/** Inputs of the first hours of the scenario. */
async function shortInputs(options: ImpactOptions, seed: string) {
  const whole = await loadScenario(options.scenario, { set: options.set, patch: options.patch });
  const hours = BEFORE_HOURS + ORDER_HOURS + AFTER_HOURS;
  const end = formatIsoTime(momentMicros(whole.time.start)! + hours * MICROS_PER_HOUR);
  const set = [...options.set, `time.end=${end}`, "time.warmUp=1h", "time.sample=60s"];
  const short = await loadScenario(options.scenario, { set, patch: options.patch });
  return compileScenario(short, { seed });
}

/** Taker notional of a coin per day in units of the settlement currency, spot and perpetual. */
function dailyVolume({ series, startMicros, endMicros, quantaPerUnit }: RunData, coin: number): number {
  let quanta = 0;
  for (let row = 0; row < series.rows; row++) {
    if (series.coin[row] !== coin || series.timeMicros[row] <= startMicros) continue;
    quanta += series.takerBuy[row] + series.takerSell[row];
  }
  return (quanta / quantaPerUnit) * (MICROS_PER_DAY / (endMicros - startMicros));
}

/** ln mid with less ln mid without, at the last sample up to a moment. */
function difference(run: RunData, without: RunData, coin: number, atMicros: number): number {
  return ln(midAt(run, coin, atMicros)) - ln(midAt(without, coin, atMicros));
}

function midAt({ series }: RunData, coin: number, atMicros: number): number {
  let mid = NaN;
  for (let row = 0; row < series.rows && series.timeMicros[row] <= atMicros; row++) {
    if (series.coin[row] === coin && series.perp[row] > 0) mid = series.perp[row];
  }
  return mid;
}
