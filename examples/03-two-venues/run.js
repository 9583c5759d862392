#!/usr/bin/env node
/**
 * Example: a fall on two venues, the larger of which halts in the middle of it; what each venue pays, and how far
 * their prices are apart before, in and after the halt.
 *
 * Usage: node examples/03-two-venues/run.js [SEED [PATCH...]], with patches of scenario.yaml. Takes some seconds.
 */
import { fileURLToPath } from "node:url";
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const [seed = "1", ...patch] = process.argv.slice(2);
const file = fileURLToPath(new URL("scenario.yaml", import.meta.url));
const scenario = await loadScenario(file, { patch });
const run = await simulate(compileScenario(scenario, { seed }));

const { venues, coins, markets, venueTotals, venueSeries, liquidations, quantaPerUnit } = run;
const halt = { from: micros("2026-02-05T15:10Z"), to: micros("2026-02-05T15:30Z") };

venues.forEach(({ name, coverage }, venue) => {
  const { fundStart, fundEnd, transfersIn, transfersOut, haltedMicros } = venueTotals[venue];
  console.log(`${name}, ${100 * coverage} % of the market, halted for ${haltedMicros / 60e6} min`);
  console.log(
    `  liquidated ${millions(liquidatedOn(venue))}, insurance fund ${millions(fundStart)} to ${millions(fundEnd)}`,
  );
  console.log(`  cash from the other venue ${millions(transfersIn)}, to it ${millions(transfersOut)}`);
  coins.forEach((coin, k) => console.log(`  ${coin.name}: lowest mark ${lowestMark(venue, k)}`));
});

console.log("\nperpetual on dex over perpetual on main: mean distance, and furthest below and above");
for (const [title, from, to] of [
  ["before the halt", run.startMicros, halt.from],
  ["in the halt", halt.from, halt.to],
  ["20 minutes after", halt.to, halt.to + 1200e6],
  ["until the end", halt.to + 1200e6, run.endMicros],
]) {
  const columns = coins.map(({ name }, coin) => {
    const gaps = gapsBetween(coin, from, to);
    const mean = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / gaps.length;
    return `${name} ${percent(mean)} (${percent(Math.min(...gaps))} to ${percent(Math.max(...gaps))})`;
  });
  console.log(`  ${title.padEnd(17)}${columns.join("   ")}`);
}
console.log(`\nconservation residual: ${run.totals.auditResidual} quanta; state hash ${run.stateHash}`);

/** Notional that was closed by force on a venue, quanta. */
function liquidatedOn(venue) {
  let sum = 0;
  for (let row = 0; row < liquidations.rows; row++)
    if (markets[liquidations.market[row]].venue === venue) sum += liquidations.notional[row];
  return sum;
}

/** Rows of a venue's coin in the measured part of the run. */
function rowsOf(venue, coin, from = run.startMicros, to = Infinity) {
  const rows = [];
  for (let row = 0; row < venueSeries.rows; row++) {
    const time = venueSeries.timeMicros[row];
    if (venueSeries.venue[row] === venue && venueSeries.coin[row] === coin && time >= from && time < to)
      rows.push(row);
  }
  return rows;
}

function lowestMark(venue, coin) {
  const marks = rowsOf(venue, coin).map((row) => venueSeries.mark[row]);
  return Math.min(...marks).toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Relative distances of the second venue's perpetual from the first's, one for each sample. */
function gapsBetween(coin, from, to) {
  const [main, dex] = [0, 1].map((venue) => rowsOf(venue, coin, from, to));
  return main.map((row, k) => venueSeries.perp[dex[k]] / venueSeries.perp[row] - 1);
}

function micros(moment) {
  return Date.parse(moment) * 1000;
}

function millions(quanta) {
  return `$${(quanta / quantaPerUnit / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })}M`;
}

function percent(fraction) {
  return `${(100 * fraction).toFixed(2)} %`;
}
