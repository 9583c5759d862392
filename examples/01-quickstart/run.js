#!/usr/bin/env node
/**
 * Example: run a bundled scenario through the programming interface and read figures of its summary.
 *
 * Usage: node examples/01-quickstart/run.js [SEED]. Takes about ten seconds, writes no file.
 */
import { simulate } from "@undertow/core";
import { summarise } from "@undertow/core/metrics";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const seed = process.argv[2] ?? "1";

// The file with all defaults filled in; problems in it are thrown together as one UserError.
const scenario = await loadScenario("quickstart");
// Plain values: markets, populations with one drawn parameter per agent, the driver of news.
const inputs = compileScenario(scenario, { seed });
// Columns: series, liquidations, agents. The same seed gives the same state hash on any machine.
const run = await simulate(inputs);
const summary = summarise(run, []);

for (const { coin, fall, fallOverBtc, fundamentalFall } of summary.prices.coins) {
  const times = fallOverBtc === null ? "" : `, ${fallOverBtc.toFixed(2)} x BTC's`;
  console.log(`${coin}: fell ${percent(fall)}${times}; its fundamental alone ${percent(fundamentalFall)}`);
}
const liquidated = summary.liquidations.wholeRun.total;
console.log(
  `forced liquidations: $${Math.round((liquidated?.usd ?? 0) / 1e6)}M, ${percent(liquidated?.longShare)} long`,
);
console.log(`conservation residual: ${summary.money.residual} quanta; state hash ${run.stateHash}`);

function percent(fraction) {
  return fraction === null || fraction === undefined ? "-" : `${(100 * fraction).toFixed(1)}%`;
}
