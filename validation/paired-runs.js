/**
 * Runs of one seed in pairs that differ by one setting, and whether the setting matters: the mean of the paired differences
 * with its 90 % interval, which has to lie within a margin of the mean.
 *
 * Used by step-halving.js and weights.js; prints nothing.
 */
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

/** 95 % point of the normal distribution: a 90 % interval has 5 % on either side. */
const Z = 1.6448536;

/** Fall of the first coin, forced notional in settlement units, and liquidated traders of one run. */
export async function outcomeOf(scenario, seed, set) {
  const resolved = await loadScenario(scenario, { set });
  const { series, liquidations, agents, quantaPerUnit, startMicros } = await simulate(
    compileScenario(resolved, { seed }),
  );
  let first = 0;
  let low = Infinity;
  for (let row = 0; row < series.rows; row++) {
    if (series.coin[row] !== 0 || series.timeMicros[row] < startMicros) continue;
    if (first === 0) first = series.spot[row];
    low = Math.min(low, series.spotLow[row]);
  }
  const forced = liquidations.notional.reduce((sum, notional) => sum + notional, 0) / quantaPerUnit;
  const traders = agents.liquidations.reduce(
    (sum, count, agent) => sum + (count > 0 ? agents.weight[agent] : 0),
    0,
  );
  return { fall: 1 - low / first, forced, traders };
}

/**
 * Mean difference of a figure, second less first of each pair, with its interval, as shares of the first ones' mean;
 * equivalent when the interval lies within `margin`.
 */
export function comparePairs(name, pairs, margin) {
  const count = pairs.length;
  const mean = average(pairs.map(([first]) => first[name]));
  const differences = pairs.map(([first, second]) => second[name] - first[name]);
  const difference = average(differences);
  const variance = average(differences.map((value) => (value - difference) ** 2)) * (count / (count - 1));
  const reach = studentPoint(count - 1) * Math.sqrt(variance / count);
  const [low, high] = [(difference - reach) / mean, (difference + reach) / mean];
  return { name, mean, difference: difference / mean, low, high, equivalent: low > -margin && high < margin };
}

/** 95 % point of Student's t by its expansion in 1 / df (Abramowitz & Stegun 26.7.5); 1 % low at 3 degrees. */
function studentPoint(df) {
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * df) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * df ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * df ** 3)
  );
}

function average(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** A result as a line. `change` says what the second of each pair had. */
export function lineOf({ name, difference, low, high, equivalent }, change) {
  const verdict = equivalent ? "equivalent" : "NOT EQUIVALENT";
  return `${name.padEnd(14)} ${change} ${percent(difference)} of the mean, 90 % [${percent(low)}, ${percent(high)}]: ${verdict}`;
}

/** Two digits. */
export function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}

/** Whole number of seeds from an option's text; ends the process with a message if it is none. */
export function seedCount(command, text) {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 3) return count;
  process.stderr.write(`${command}: --seeds must be a whole number of at least 3; found ${text}\n`);
  return process.exit(2);
}
