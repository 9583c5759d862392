/**
 * Benchmark: the settle phase: fills a second into accounts, positions, fees, stops and the margin index's list.
 *
 * A world of the crash day. Fills between random members of a coin's crowd, isolated and cross, at the mark, are written
 * into the run's fill buffer with their holds, as the match phase does; only `settle` is timed. Afterwards the ledger is
 * audited, and its hash is the result.
 */
import { BUY, SELL, StateHash } from "@undertow/core";
import { residualOf, settle } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";
import { crashWorld, runSteps } from "./support/crash-world.js";
import { mulberry32 } from "./support/random.js";

const SIZES = {
  small: { agents: 10_000, batches: 250 },
  full: { agents: 1_000_000, batches: 2500 },
};
const BATCH = 4096;
const LEVERAGE = 4;

/** One entry: fills a second. */
export async function run(size) {
  const { agents, batches } = SIZES[size] ?? SIZES.small;
  const world = await crashWorld({ agents });
  runSteps(world, 1);
  const draw = mulberry32(5);
  const crowds = crowdsOf(world);
  let milliseconds = 0;
  const warmUp = batches / 10;
  for (let batch = 0; batch < batches + warmUp; batch++) {
    writeFills(world, crowds, draw);
    const started = performance.now();
    settle(world);
    if (batch >= warmUp) milliseconds += performance.now() - started;
    // Files the touched accounts, so that the next batch puts them on the list again.
    world.margin.check();
  }
  if (residualOf(world) !== 0) throw new Error("settling has made or lost money");
  const fills = batches * BATCH;
  const hash = new StateHash();
  hash.updateFloat64(world.accounts.cash);
  hash.updateFloat64(world.slots.lots);
  hash.updateText(String(world.fillHash));
  return {
    name: `settle, ${agents} accounts`,
    fillsPerSecond: fills / (milliseconds / 1000),
    fills,
    accounts: agents,
    resultHash: hash.digest(),
  };
}

/** Each coin's crowd of leveraged traders with its perpetual. */
function crowdsOf({ members, view }) {
  return members
    .filter(({ spec }) => spec.name.startsWith("crowd-"))
    .map(({ spec, firstAccount }) => ({
      first: firstAccount,
      count: spec.count,
      market: view.perpMarket[spec.coins[0]],
    }));
}

function writeFills(world, crowds, draw) {
  const { fills, ledger, markets, markTicks, accounts, slots } = world;
  fills.count = BATCH;
  world.settledFills = 0;
  for (let fill = 0; fill < BATCH; fill++) {
    const { first, count, market } = crowds[Math.floor(draw() * crowds.length)];
    const maker = ledger.slotOf(first + Math.floor(draw() * count), market);
    const taker = ledger.slotOf(first + Math.floor(draw() * count), market);
    const lots = 1 + Math.floor(draw() * 20);
    const ticks = markTicks[market];
    const hold = Math.ceil((lots * ticks * markets[market].quantaPerTickLot) / LEVERAGE);
    for (const slot of [maker, taker]) {
      slots.leverage[slot] = LEVERAGE;
      accounts.reserved[slots.account[slot]] += hold;
      slots.reserved[slot] += hold;
    }
    fills.market[fill] = market;
    fills.makerOwner[fill] = maker;
    fills.takerOwner[fill] = taker;
    fills.takerSide[fill] = draw() < 0.5 ? BUY : SELL;
    fills.ticks[fill] = ticks;
    fills.lots[fill] = lots;
    fills.makerRelease[fill] = hold;
    fills.takerRelease[fill] = hold;
    fills.makerTag[fill] = 0;
    fills.takerTag[fill] = 0;
    fills.cancelledLots[fill] = 0;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small")));
}
