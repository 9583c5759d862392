/**
 * Checks of what a type writes: that every call keeps to the port's contract, in ordinary and in extreme worlds.
 */
import { type Bench, ConformanceError, holdLimits, runWatched } from "./bench.ts";
import { fuzzedParams } from "./check-params.ts";
import { minuteOf } from "./small-world.ts";

/** Whole lots, prices inside the book, own kinds of markets, causes that agents have. */
export async function limits(bench: Bench): Promise<void> {
  holdLimits("limits", bench, await runWatched("limits", bench), bench.count);
}

/** Agents without money or coins end with nothing: no order of theirs is filled, and none breaks the contract. */
export async function noMoney(bench: Bench): Promise<void> {
  const cash = Array.from({ length: bench.count }, () => 0);
  const outcome = await runWatched("no-money", bench, { cash, endowed: false });
  holdLimits("no-money", bench, outcome, bench.count, " without money");
  const { endEquity, population } = outcome.run.agents;
  for (let row = 0; row < endEquity.length; row++) {
    if (population[row] !== 0 || endEquity[row] === 0) continue;
    throw new ConformanceError(
      "no-money",
      bench,
      `it began with nothing and ended with ${endEquity[row]} quanta`,
      row,
    );
  }
}

/** Books without any order: best prices and depth are 0. */
export async function emptyBook(bench: Bench): Promise<void> {
  const outcome = await runWatched("empty-book", bench, { market: false });
  holdLimits("empty-book", bench, outcome, bench.count, " with empty books");
}

/** A population of one. */
export async function oneAgent(bench: Bench): Promise<void> {
  const outcome = await runWatched("one-agent", bench, { count: 1 });
  holdLimits("one-agent", bench, outcome, 1, " as the only agent");
}

/** All markets halted for a third of the run. */
export async function halt(bench: Bench): Promise<void> {
  const { minutes } = bench;
  const [fromMicros, toMicros] = [minuteOf(minutes / 3), minuteOf((2 * minutes) / 3)];
  const markets = Array.from({ length: 4 }, (_, market) => market);
  const outcome = await runWatched("halt", bench, {
    events: [{ kind: "halt", fromMicros, toMicros, markets, cancels: false }],
  });
  holdLimits("halt", bench, outcome, bench.count, " round a halt");
}

/** A coin at a hundred-millionth of a unit, five ticks; and one at ten million units, 100,000 ticks. */
export async function extremePrices(bench: Bench): Promise<void> {
  const tiny = await runWatched("extreme-prices", bench, { startTicks: 5, tickScale: 2e-7 });
  holdLimits("extreme-prices", bench, tiny, bench.count, " at a price of 0.00000001");
  const huge = await runWatched("extreme-prices", bench, { startTicks: 100_000, tickScale: 1e4 });
  holdLimits("extreme-prices", bench, huge, bench.count, " at a price of 10,000,000");
}

/** Parameters anywhere inside their bounds, several times over. */
export async function fuzzedParameters(bench: Bench, cases: number): Promise<void> {
  const { type, count, params, seed, minutes } = bench;
  for (let k = 0; k < cases; k++) {
    const columns = fuzzedParams(type, count, params, `${seed}/${k}`);
    const values = Object.keys(type.params).map((name) => `${name} ${Array.from(columns[name]).join(" ")}`);
    const how = ` with fuzzed parameters of case ${k} (by agent: ${values.join("; ")})`;
    try {
      const outcome = await runWatched("fuzzed-parameters", bench, { params: columns, minutes: minutes / 2 });
      holdLimits("fuzzed-parameters", bench, outcome, count, how);
    } catch (error) {
      if (error instanceof ConformanceError && !error.message.includes(how)) {
        throw new ConformanceError("fuzzed-parameters", bench, `${error.message}${how}`, error.agent);
      }
      throw error;
    }
  }
}
