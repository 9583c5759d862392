/**
 * Two checks of leverage for run.js: a calm week with little of it does not crash, and the same shock does more damage
 * the more of it there is. Both take `runAll`, which runs jobs in processes of their own.
 */
import { interval, meanOf, percent, varianceOf } from "./statistics.js";

/** A spontaneous crash: a coin falls further within 24 h than this many of its daily volatilities, without news. */
export const CRASH_MULTIPLE = 5;
/** Leverage of everybody but makers and arbitrageurs, who stay as they are. */
const LEVELS = [1, 2, 5, 10, 20, 50];
/** Above this, brackets cap what can be opened: shown, and no gate. */
const MOST_GATED = 20;

const WEEK = ["time.end=2026-01-12T00:00Z"];
/** The half day of the quickstart in which the shock falls. */
const SHOCK = ["time.start=2026-02-05T12:00Z", "time.end=2026-02-06T02:00Z", "time.warmUp=1h"];
const OFF = "venue.liquidation.enabled=false";
const COINS = ["btc", "eth", "sol", "xrp", "doge"];

/** In no seed does a coin crash by itself while nobody has more than 3x. */
export async function checkCalmWeek(runAll, seeds) {
  const jobs = seeds.map((seed) => ({ scenario: "calm-month", seed, set: WEEK, patch: ["low-leverage"] }));
  const runs = await runAll(jobs);
  console.log(
    `\nA calm week with leverage of at most 3: ${seeds.length} seeds; a crash is a fall within 24 h of more than ` +
      `${CRASH_MULTIPLE} daily volatilities\n`,
  );
  const { coins, limits24h } = runs[0];
  let crashes = 0;
  coins.forEach((coin, c) => {
    const falls = runs.map((run) => run.falls24h[c]);
    const crashed = falls.filter((fall) => fall > limits24h[c]).length;
    crashes += crashed;
    console.log(
      `${coin.padEnd(6)} mean of the largest 24 h fall ${percent(meanOf(falls))}  largest ${percent(Math.max(...falls))}  ` +
        `limit ${percent(limits24h[c])}  crashes ${crashed}`,
    );
  });
  const liquidated = meanOf(runs.map((run) => run.liquidatedUsd));
  console.log(`liquidated on average $${(liquidated / 1e6).toFixed(1)}M in the week`);
  console.log(crashes === 0 ? "passed: no crash in any seed" : `FAILED: ${crashes} crashes without news`);
  return crashes === 0;
}

/** Amplification, fall over fall without liquidation, is 1 at leverage 1 and does not shrink up to 20. */
export async function checkLeverage(runAll, seeds, levels = LEVELS) {
  const jobs = levels.flatMap((level) =>
    seeds.flatMap((seed) => [job(seed, level, []), job(seed, level, [OFF])]),
  );
  const runs = await runAll(jobs);
  const pairs = levels.map((_level, l) =>
    seeds.map((_seed, s) => {
      const at = 2 * (l * seeds.length + s);
      return { on: runs[at].falls[0], off: runs[at + 1].falls[0], liquidated: runs[at].liquidatedUsd };
    }),
  );
  console.log(
    `\nThe same shock at several leverages: quickstart, half a day, ${seeds.length} paired seeds\n`,
  );
  console.log("leverage    BTC on     off   amplification  liquidated");
  const ratios = pairs.map((ofLevel) => ofLevel.map(({ on, off }) => on / off));
  levels.forEach((level, l) => {
    const mean = (key) => meanOf(pairs[l].map((pair) => pair[key]));
    console.log(
      `${String(level).padStart(8)}  ${percent(mean("on"))} ${percent(mean("off"))}  ${meanOf(ratios[l]).toFixed(4).padStart(14)}` +
        `  $${(mean("liquidated") / 1e6).toFixed(0)}M`,
    );
  });
  const none = levels[0] !== 1 || pairs[0].every(({ on, off }) => on === off);
  console.log(
    none ? "at leverage 1 both are the same to the last bit" : "at leverage 1 liquidation changes the fall",
  );
  const rises = levels.slice(1).map((level, l) => ({
    level,
    ...interval(`amplification at ${level} less at ${levels[l]}`, differences(ratios[l + 1], ratios[l])),
  }));
  const top = levels.filter((level) => level <= MOST_GATED).length - 1;
  const whole = interval(
    `amplification at ${levels[top]} less at ${levels[0]}`,
    differences(ratios[top], ratios[0]),
  );
  const steady = rises.every(({ level, high }) => level > MOST_GATED || high >= 0);
  const reductions = pairs.map((ofLevel) => varianceReduction(ofLevel));
  const factors = levels.map((level, l) => `${reductions[l].toFixed(1)} at ${level}`).filter((_, l) => l > 0);
  console.log(
    `shared random numbers: variance of the difference smaller by factors of ${factors.join(", ")}`,
  );
  const failures = [
    [!none, "at leverage 1 it is not exactly 1"],
    [!steady, "it shrinks from one leverage to the next"],
    [!(whole.low > 0), `it is not larger at ${levels[top]} than at ${levels[0]}`],
    [!(reductions[top] > 2), `shared random numbers do not halve the variance at ${levels[top]}`],
  ].flatMap(([fails, text]) => (fails ? [text] : []));
  const passed = failures.length === 0;
  console.log(
    passed
      ? "passed: amplification is 1 without leverage, never shrinks, and is larger at the top"
      : `FAILED: amplification: ${failures.join("; ")}`,
  );
  return passed;
}

function job(seed, level, set) {
  const leverages = COINS.flatMap((coin) =>
    ["retail", "professionals", "hedgers"].flatMap((crowd) =>
      ["endowment", "params"].map((part) => `populations.${crowd}-${coin}.${part}.leverage=${level}`),
    ),
  );
  const funds = `populations.portfolio-funds.endowment.leverage=${Math.min(level, 3)}`;
  return { scenario: "quickstart", seed, set: [...SHOCK, ...leverages, funds, ...set] };
}

function differences(a, b) {
  return a.map((value, k) => value - b[k]);
}

/** Variance of the difference of two independent runs over that of two that share their random numbers. */
function varianceReduction(pairs) {
  const apart = varianceOf(pairs.map(({ on }) => on)) + varianceOf(pairs.map(({ off }) => off));
  return apart / varianceOf(pairs.map(({ on, off }) => on - off));
}
