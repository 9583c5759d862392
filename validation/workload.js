#!/usr/bin/env node
/**
 * The exchange under a workload of nightly size, with forecasts and an independent auditor; not part of continuous
 * integration, which runs 200,000 requests of the same.
 *
 * Usage: node validation/workload.js [--events 10000000] [--seed 1] [--episode 0] [--every 25000]
 * An event here is a request to an exchange. Prints progress, events per second, what was seen and a hash that the
 * same options always give. Exit 1 at the first contradiction, with the command to see it again.
 */
import { runWorkload } from "@undertow/core/testing";

const options = readOptions(process.argv.slice(2));
const started = performance.now();
let told = started;
try {
  const summary = runWorkload({
    requests: options.events,
    seed: options.seed,
    firstEpisode: options.episode,
    episodeRequests: options.every,
    onEpisode,
  });
  report(summary);
} catch (error) {
  const message = error.message;
  const episode = /episode (\d+)/.exec(message)?.[1] ?? options.episode;
  console.log(`FAILED ${message}`);
  console.log(
    `again: node validation/workload.js --seed ${options.seed} --episode ${episode} --events ${options.every}` +
      ` --every ${options.every}`,
  );
  process.exitCode = 1;
}

function onEpisode(summary) {
  const now = performance.now();
  if (now - told < 10_000) return;
  told = now;
  const perSecond = (summary.requests / (now - started)) * 1000;
  console.log(`${count(summary.requests)} events, ${count(perSecond)} per second, hash ${summary.hash}`);
}

function report(summary) {
  const seconds = (performance.now() - started) / 1000;
  const { done, rejected, refused } = summary.outcomes;
  const { forecasts } = summary;
  const forecast = forecasts.done + forecasts.rejected + forecasts.refused;
  console.log(`\n${count(summary.requests)} events (requests) in ${seconds.toFixed(1)} s`);
  console.log(`${count(summary.requests / seconds)} per second, each audited`);
  console.log(`told           ${count(summary.events)} records`);
  console.log(`done           ${count(done)}, rejected ${count(rejected)}, refused ${count(refused)}`);
  console.log(`forecast       ${count(forecast)}, all true`);
  console.log(`comparisons    ${count(summary.comparisons)} of every view with the auditor's books`);
  for (const [key, seen] of [...summary.seen]
    .filter(([name]) => /liquidation|funding|fill|debt/.test(name))
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    console.log(`  ${key.padEnd(40)}${count(seen).padStart(14)}`);
  }
  console.log(`hash           ${summary.hash}`);
  console.log("passed: conserved after every record, no difference");
}

function count(value) {
  return Math.round(value).toLocaleString("en-US");
}

function readOptions(words) {
  const found = { events: 10_000_000, seed: 1, episode: 0, every: 25_000 };
  for (let k = 0; k < words.length; k += 2) {
    const name = words[k].replace(/^--/, "");
    const value = Number(words[k + 1]);
    if (
      !(name in found) ||
      !Number.isInteger(value) ||
      value < (name === "events" || name === "every" ? 1 : 0)
    ) {
      console.error(`unknown or bad option: ${words[k]} ${words[k + 1] ?? ""}`);
      console.error("node validation/workload.js [--events N] [--seed N] [--episode N] [--every N]");
      process.exit(2);
    }
    found[name] = value;
  }
  return found;
}
