#!/usr/bin/env node
/**
 * Validation: what forced liquidation does to a fall, and that the market stays calm without news. Paired seeds,
 * so that both sides of a pair share all random numbers. Continuous integration runs 8 of the 16 seeds.
 *
 * Usage: node validation/run.js [--seeds 16] [--scenario quickstart] [--check liquidations|calm|all] [--jobs 2]
 * Prints each pair, the mean difference with its 95 % interval, and one verdict a check. Exit 1 if one fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { simulate } from "@undertow/core";
import { summarise } from "@undertow/core/metrics";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const LIQUIDATIONS_OFF = "venue.liquidation.enabled=false";
const NO_SHOCKS = "driver.shockScale=0";
/** A calm coin's largest fall: this many daily volatilities times the square root of the days. */
const CALM_MULTIPLE = 3;
/** Mean largest fall of a random walk without drift, in the same unit. */
const USUAL_MULTIPLE = 1.25;

const options = readOptions(process.argv.slice(2));
if (options.alone !== undefined) {
  process.stdout.write(JSON.stringify(await runOnce(JSON.parse(options.alone))));
} else {
  process.exitCode = (await runChecks()) ? 0 : 1;
}

async function runChecks() {
  const checks = options.check === "all" ? ["calm", "liquidations"] : [options.check];
  let passed = true;
  for (const check of checks) {
    passed = (await (check === "calm" ? checkCalm() : checkLiquidations())) && passed;
  }
  return passed;
}

/** Does the fall shrink when nobody is closed by force? */
async function checkLiquidations() {
  const seeds = seedList();
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
  const btc = interval("BTC", differences.btc);
  const altcoins = interval("median altcoin", differences.altcoins);
  const passed = btc.low > 0 && altcoins.low > 0;
  console.log(passed ? "passed: both intervals lie above 0" : "FAILED: an interval reaches 0");
  return passed;
}

/** Without shocks, does every coin stay inside the range of its volatility before the crash? */
async function checkCalm() {
  const seeds = seedList();
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

function seedList() {
  return Array.from({ length: options.seeds }, (_, i) => `validation-${i + 1}`);
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

async function runOnce({ scenario, seed, set }) {
  const inputs = compileScenario(await loadScenario(scenario, { set }), { seed });
  const { prices, liquidations, money, stateHash } = summarise(await simulate(inputs), []);
  const days = (inputs.endMicros - inputs.startMicros) / 86_400e6;
  return {
    stateHash,
    residual: money.residual,
    coins: prices.coins.map((coin) => coin.coin),
    falls: prices.coins.map((coin) => coin.fall ?? 0),
    limits: inputs.coins.map((coin) => CALM_MULTIPLE * coin.preCrashDailyVolatility * Math.sqrt(days)),
    medianAltcoinFall: prices.medianAltcoinFall ?? 0,
    liquidatedUsd: liquidations.wholeRun.total?.usd ?? 0,
  };
}

/** Mean and 95 % interval (Student's t) of paired differences. */
function interval(name, values) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(n - 1) * Math.sqrt(variance / n);
  console.log(
    `${name}: ${percent(mean)} points of fall, 95 % interval ${percent(mean - half)} to ${percent(mean + half)}`,
  );
  return { mean, low: mean - half, high: mean + half };
}

/** 97.5 % quantile of Student's t: Cornish-Fisher expansion round the normal's, exact to 0.001 from 8 degrees on. */
function studentQuantile(degrees) {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

function percent(fraction) {
  return `${(100 * fraction).toFixed(2)}%`.padStart(7);
}

function readOptions(words) {
  const read = { seeds: 16, scenario: "quickstart", check: "all", jobs: 2, alone: undefined };
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, "");
    const value = words[i + 1];
    if (!(name in read) || value === undefined)
      stop(`expected --seeds, --scenario, --check or --jobs with a value, found ${words[i]}`);
    read[name] = typeof read[name] === "number" ? Number(value) : value;
  }
  if (!(read.seeds >= 2)) stop(`--seeds: expected a number of at least 2, found ${read.seeds}`);
  if (!(read.jobs >= 1)) stop(`--jobs: expected a number of at least 1, found ${read.jobs}`);
  if (!["all", "calm", "liquidations"].includes(read.check))
    stop(`--check: expected all, calm or liquidations, found ${read.check}`);
  return read;
}

function stop(message) {
  process.stderr.write(`validation: ${message}\n`);
  process.exit(2);
}
