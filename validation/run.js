#!/usr/bin/env node
/**
 * Validation: what forced liquidation and leverage do to a fall, and that the market stays calm without news. Paired
 * seeds, so that both sides of a pair share all random numbers. Continuous integration runs fewer seeds.
 *
 * Usage: node validation/run.js [--check calm,liquidations,leverage,calm-week] [--seeds N] [--jobs 2]
 *        [--scenario quickstart] (calm and liquidations) [--levels 1,5,20] (leverage)
 * Prints each pair, the mean difference with its 95 % interval, and one verdict a check. Exit 1 if one fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { simulate } from "@undertow/core";
import { summarise } from "@undertow/core/metrics";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { checkCalmWeek, checkLeverage, CRASH_MULTIPLE } from "./leverage.js";
import { interval, percent } from "./statistics.js";

const LIQUIDATIONS_OFF = "venue.liquidation.enabled=false";
const NO_SHOCKS = "driver.shockScale=0";
/** A calm coin's largest fall: this many daily volatilities times the square root of the days. */
const CALM_MULTIPLE = 3;
/** Mean largest fall of a random walk without drift, in the same unit. */
const USUAL_MULTIPLE = 1.25;

/** Every check with the seeds that it has unless told. */
const CHECKS = {
  calm: { seeds: 16, run: (count) => checkCalm(seedList(count)) },
  liquidations: { seeds: 16, run: (count) => checkLiquidations(seedList(count)) },
  leverage: { seeds: 16, run: (count) => checkLeverage(runAll, seedList(count), options.levels) },
  "calm-week": { seeds: 100, run: (count) => checkCalmWeek(runAll, seedList(count)) },
};

const options = readOptions(process.argv.slice(2));
if (options.alone !== undefined) {
  process.stdout.write(JSON.stringify(await runOnce(JSON.parse(options.alone))));
} else {
  process.exitCode = (await runChecks()) ? 0 : 1;
}

async function runChecks() {
  let passed = true;
  for (const check of options.check) passed = (await CHECKS[check].run(CHECKS[check].seeds)) && passed;
  return passed;
}

/** Does the fall shrink when nobody is closed by force? */
async function checkLiquidations(seeds) {
  const runs = await runAll(seeds.flatMap((seed) => [job(seed, []), job(seed, [LIQUIDATIONS_OFF])]));
  console.log(`\nForced liquidation on and off: ${options.scenario}, ${seeds.length} paired seeds\n`);
  console.log("seed        BTC on     off    diff   altcoins on     off    diff");
  const differences = { btc: [], altcoins: [] };
  seeds.forEach((seed, i) => {
    const [on, off] = [runs[2 * i], runs[2 * i + 1]];
    differences.btc.push(on.falls[0] - off.falls[0]);
    differences.altcoins.push(on.medianAltcoinFall - off.medianAltcoinFall);
    console.log(
      seed.padEnd(10),
      ...[on.falls[0], off.falls[0], differences.btc[i]].map(percent),
      "  ",
      ...[on.medianAltcoinFall, off.medianAltcoinFall, differences.altcoins[i]].map(percent),
    );
  });
  const btc = interval("BTC", differences.btc, " points of fall");
  const altcoins = interval("median altcoin", differences.altcoins, " points of fall");
  const passed = btc.low > 0 && altcoins.low > 0;
  console.log(passed ? "passed: both intervals lie above 0" : "FAILED: an interval reaches 0");
  return passed;
}

/** Without shocks, does every coin stay inside the range of its volatility before the crash? */
async function checkCalm(seeds) {
  const runs = await runAll(seeds.map((seed) => job(seed, [NO_SHOCKS])));
  console.log(
    `\nNo shocks: ${options.scenario}, ${seeds.length} seeds; limit ${CALM_MULTIPLE} sigma sqrt(days)\n`,
  );
  const { coins, limits } = runs[0];
  let passed = true;
  coins.forEach((coin, c) => {
    const falls = runs.map((run) => run.falls[c]);
    const largest = Math.max(...falls);
    const mean = falls.reduce((sum, fall) => sum + fall, 0) / falls.length;
    const usual = (limits[c] * USUAL_MULTIPLE) / CALM_MULTIPLE;
    const inside = largest <= limits[c];
    passed &&= inside;
    console.log(
      `${coin.padEnd(6)} mean fall ${percent(mean)} (a random walk's: ${percent(usual)})  ` +
        `largest ${percent(largest)}  limit ${percent(limits[c])}  ${inside ? "inside" : "OUTSIDE"}`,
    );
  });
  console.log(
    passed ? "passed: every coin stays inside its range" : "FAILED: a coin leaves its range without news",
  );
  return passed;
}

function job(seed, set) {
  return { scenario: options.scenario, seed, set };
}

function seedList(count) {
  return Array.from({ length: options.seeds ?? count }, (_, i) => `validation-${i + 1}`);
}

/** Runs jobs in processes of their own, a few at a time; results in the order of the jobs. */
async function runAll(jobs) {
  const results = Array.from({ length: jobs.length });
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await inProcess(jobs[index]);
      done++;
      process.stderr.write(`${done} of ${jobs.length} runs done\r`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  return results;
}

function inProcess(task) {
  return new Promise((resolve, reject) => {
    const words = [fileURLToPath(import.meta.url), "--alone", JSON.stringify(task)];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (part) => (text += part));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`run ${JSON.stringify(task)} ended with exit code ${code}`));
    });
  });
}

async function runOnce({ scenario, seed, set, patch = [] }) {
  const inputs = compileScenario(await loadScenario(scenario, { set, patch }), { seed });
  const run = await simulate(inputs);
  const { prices, liquidations, money, stateHash } = summarise(run, []);
  const days = (inputs.endMicros - inputs.startMicros) / 86_400e6;
  return {
    stateHash,
    residual: money.residual,
    coins: prices.coins.map((coin) => coin.coin),
    falls: prices.coins.map((coin) => coin.fall ?? 0),
    falls24h: inputs.coins.map((_, coin) => largestFall24h(run, coin)),
    limits24h: inputs.coins.map((coin) => CRASH_MULTIPLE * coin.preCrashDailyVolatility),
    limits: inputs.coins.map((coin) => CALM_MULTIPLE * coin.preCrashDailyVolatility * Math.sqrt(days)),
    medianAltcoinFall: prices.medianAltcoinFall ?? 0,
    liquidatedUsd: liquidations.wholeRun.total?.usd ?? 0,
  };
}

/** Largest fall of a coin's spot from a high to a low that is at most 24 h later, as a fraction. */
function largestFall24h({ series, coins, startMicros, sampleMicros }, coin) {
  const width = 86_400e6 / sampleMicros;
  const highs = [];
  let most = 0;
  for (let row = coin; row < series.rows; row += coins.length) {
    if (series.timeMicros[row] <= startMicros) continue;
    highs.push(series.spotHigh[row]);
    const high = Math.max(...highs.slice(-width));
    most = Math.max(most, 1 - series.spotLow[row] / high);
  }
  return most;
}

function readOptions(words) {
  const read = { seeds: "", scenario: "quickstart", check: "all", jobs: "2", levels: "", alone: undefined };
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, "");
    const value = words[i + 1];
    if (!(name in read) || value === undefined)
      stop(`expected --check, --seeds, --jobs, --scenario or --levels with a value, found ${words[i]}`);
    read[name] = value;
  }
  const check = read.check === "all" ? Object.keys(CHECKS) : read.check.split(",");
  const unknown = check.find((name) => !(name in CHECKS));
  if (unknown !== undefined)
    stop(`--check: expected all or some of ${Object.keys(CHECKS).join(", ")}, found ${unknown}`);
  const seeds = read.seeds === "" ? undefined : Number(read.seeds);
  if (seeds !== undefined && !(seeds >= 2))
    stop(`--seeds: expected a number of at least 2, found ${read.seeds}`);
  const jobs = Number(read.jobs);
  if (!(jobs >= 1)) stop(`--jobs: expected a number of at least 1, found ${read.jobs}`);
  const levels = read.levels === "" ? undefined : read.levels.split(",").map(Number);
  if (levels?.some((level) => !(level >= 1)))
    stop(`--levels: expected leverages of at least 1, found ${read.levels}`);
  return { ...read, check, seeds, jobs, levels };
}

function stop(message) {
  process.stderr.write(`validation: ${message}\n`);
  process.exit(2);
}
