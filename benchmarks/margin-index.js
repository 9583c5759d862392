/**
 * Benchmark: how fast the margin index finds who is below maintenance, each figure beside a full scan of the same
 * accounts in the same run, and proof that both find the same.
 *
 * Full size: 1 million isolated positions under marks that reach nobody; 50,000 liquidations out of 100,000 positions
 * over 200 mark moves, without a book; 100,000 cross accounts in 10 markets under marks, collateral prices and
 * funding that move a little; 1,000 random paths with funding, fees, fills and haircuts. Small: a tenth of each.
 */
import {
  MarginIndex,
  StateHash,
  emptyBelowMaintenance,
  isolatedBankruptcyTicks,
  isolatedTriggerTicks,
  recheckAll,
} from "@undertow/core";
import { drawer, playMarginPath } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";
import {
  ASSETS,
  LOT_QUANTA,
  MARKETS,
  START_TICKS,
  TIERS,
  close,
  closeAccount,
  corridor,
  crossColumns,
  isolatedColumns,
  nextValues,
} from "./support/margin-accounts.js";

const MOVES = 200;

/** One entry per figure. */
export function run(size) {
  const scale = size === "full" ? 1 : 0.1;
  return [
    quietIsolated(1_000_000 * scale),
    liquidations(100_000 * scale, 50_000 * scale),
    quietCross(100_000 * scale),
    differential(
      scale === 1 ? { paths: 1000, steps: 1000, accounts: 100 } : { paths: 100, steps: 200, accounts: 40 },
    ),
  ];
}

/**
 * Marks wander in a corridor of 1 % that they have been through, so that every trigger inside has fired: the nearest
 * ones lie right outside, and no move reaches one.
 */
function quietIsolated(positions) {
  const updates = 100_000;
  const columns = isolatedColumns(positions, 1);
  const index = new MarginIndex(columns);
  const found = emptyBelowMaintenance(positions);
  const half = START_TICKS * 0.005;
  for (const ticks of [START_TICKS, START_TICKS - half, START_TICKS + half, START_TICKS]) {
    index.moveMark(0, ticks);
    while (index.check() > 0) {
      for (let row = 0; row < index.below.count; row++) close(columns, index, index.below.slot[row]);
    }
  }
  const marks = corridor(updates, half - 1);
  const checkedBefore = index.checked;
  const { seconds: quietSeconds } = timed(() => {
    for (let update = 0; update < updates; update++) {
      index.moveMark(0, marks[update]);
      index.check();
    }
  }, updates);
  const scan = (_, update) => {
    columns.markets.markTicks[0] = marks[update];
    return timed(() => recheckAll(columns, positions, found), 1).seconds;
  };
  const fullScanSeconds = Math.min(...Array.from({ length: 10 }, scan));
  if (found.count !== 0 || index.checked !== checkedBefore) throw new Error("an update was not quiet");
  const open = columns.slots.lots.reduce((count, lots) => count + (lots === 0 ? 0 : 1), 0);
  return {
    name: "margin-index isolated, quiet mark update",
    quietSeconds,
    fullScanSeconds,
    ratio: fullScanSeconds / quietSeconds,
    updates,
    positions: open,
    resultHash: hashOf(columns.slots.lots, marks),
  };
}

/** A fall in 200 moves to the mark at which half of the positions have been liquidated. */
function liquidations(positions, count) {
  const play = (find) => {
    const columns = isolatedColumns(positions, 2);
    const final = finalTicks(columns, count);
    const state = find(columns);
    const order = { slots: new Int32Array(positions), count: 0, fund: 0 };
    const { seconds } = timed(() => {
      for (let move = 1; move <= MOVES; move++) {
        const ticks = START_TICKS - Math.floor(((START_TICKS - final) * move) / MOVES);
        liquidateAll(columns, state.below(ticks), order, state.touch);
      }
    }, 1);
    const hash = hashOf(
      order.slots.subarray(0, order.count),
      Float64Array.of(order.fund),
      columns.accounts.cash,
    );
    return { seconds, hash, liquidated: order.count };
  };
  const byIndex = best(3, () => play(indexFinder));
  const byScan = best(2, () => play(scanFinder));
  if (byIndex.hash !== byScan.hash) throw new Error("the index and the full scan liquidate differently");
  return {
    name: "margin-index isolated, liquidations",
    seconds: byIndex.seconds,
    fullScanSeconds: byScan.seconds,
    ratio: byScan.seconds / byIndex.seconds,
    liquidated: byIndex.liquidated,
    positions,
    moves: MOVES,
    liquidationsPerSecond: byIndex.liquidated / byIndex.seconds,
    resultHash: byIndex.hash,
  };
}

/** Positions below maintenance at a new mark, by the index or by looking at all. */
function indexFinder(columns) {
  const index = new MarginIndex(columns);
  index.check();
  return {
    touch: (account) => index.touch(account),
    below: (ticks) => {
      index.moveMark(0, ticks);
      index.check();
      return index.below;
    },
  };
}

function scanFinder(columns) {
  const found = emptyBelowMaintenance(columns.slots.account.length);
  return {
    touch: () => {},
    below: (ticks) => {
      columns.markets.markTicks[0] = ticks;
      recheckAll(columns, columns.accounts.cash.length, found);
      return found;
    },
  };
}

/** Hands every position of a list to the fund at its bankruptcy price, the most urgent first. */
function liquidateAll(columns, below, order, touch) {
  const { accounts, slots, markets } = columns;
  const rows = Array.from({ length: below.count }, (_, row) => row);
  rows.sort((a, b) => below.ratio[a] - below.ratio[b] || below.slot[a] - below.slot[b]);
  for (const row of rows) {
    const slot = below.slot[row];
    const lots = slots.lots[slot];
    const ticks = isolatedBankruptcyTicks(
      lots,
      slots.cost[slot],
      slots.margin[slot],
      Math.abs(lots) * LOT_QUANTA,
    );
    accounts.cash[slots.account[slot]] += slots.margin[slot] + lots * ticks * LOT_QUANTA - slots.cost[slot];
    order.fund += lots * (markets.markTicks[0] - ticks) * LOT_QUANTA;
    order.slots[order.count++] = slot;
    slots.lots[slot] = slots.cost[slot] = slots.margin[slot] = 0;
    touch(slots.account[slot]);
  }
}

/** The mark at which a number of longs have reached their trigger. */
function finalTicks({ slots }, count) {
  const triggers = Float64Array.from(slots.lots, (lots, slot) =>
    lots < 0 ? 0 : isolatedTriggerTicks(TIERS, lots, slots.cost[slot], slots.margin[slot], LOT_QUANTA, 1),
  );
  return triggers.sort()[triggers.length - count] - 1;
}

/**
 * All ten marks and both collateral prices take a step of about a basis point (what a coin does in a second), funding
 * accrues every tenth update. Accounts that are found are closed. Now and then a full scan looks for one that
 * was missed; its time is the reference.
 */
function quietCross(accounts) {
  const updates = 2000;
  const columns = crossColumns(accounts);
  const index = new MarginIndex(columns);
  const { seconds: fileAllSeconds } = timed(() => index.check(), 1);
  const found = emptyBelowMaintenance(columns.slots.account.length);
  const draw = drawer(3);
  const digest = new StateHash();
  const checkedBefore = index.checked;
  const took = new Float64Array(updates);
  const scans = [];
  let liquidated = 0;
  let mostChecked = 0;
  for (let update = 0; update < updates; update++) {
    const next = nextValues(columns, draw);
    const checkedSoFar = index.checked;
    took[update] = timed(() => {
      for (let market = 0; market < MARKETS; market++) index.moveMark(market, next.marks[market]);
      for (let asset = 0; asset < ASSETS; asset++)
        index.moveCollateral(asset, { priceTicks: next.prices[asset] });
      if (update % 10 === 0) {
        for (let market = 0; market < MARKETS; market++) index.moveFunding(market, next.funding[market]);
      }
      index.check();
    }, 1).seconds;
    mostChecked = Math.max(mostChecked, index.checked - checkedSoFar);
    const listed = index.below.account.slice(0, index.below.count).sort();
    digest.updateInt32(listed);
    if (update % 100 === 0) {
      scans.push(timed(() => recheckAll(columns, accounts, found), 1).seconds);
      const expected = found.account.slice(0, found.count);
      if (hashOf(expected) !== hashOf(listed))
        throw new Error(`update ${update}: the index missed an account`);
    }
    liquidated += listed.length;
    for (const account of listed) closeAccount(columns, index, account);
  }
  const sorted = took.slice().sort();
  digest.updateFloat64(columns.markets.markTicks);
  const quietSeconds = took.reduce((sum, value) => sum + value, 0) / updates;
  const fullScanSeconds = Math.min(...scans);
  return {
    name: "margin-index cross, quiet update",
    quietSeconds,
    medianSeconds: sorted[updates / 2],
    centile99Seconds: sorted[updates * 0.99],
    mostChecked,
    fullScanSeconds,
    ratio: fullScanSeconds / quietSeconds,
    checkedPerUpdate: (index.checked - checkedBefore) / updates,
    liquidated,
    updates,
    accounts,
    markets: MARKETS,
    fileAllSeconds,
    resultHash: digest.digest(),
  };
}

/** Random paths of every kind of change; a full re-check after every step. */
function differential({ paths, steps, accounts }) {
  const totals = { found: 0, missed: 0, spurious: 0, checked: 0, rechecked: 0 };
  const hash = new StateHash();
  const { seconds } = timed(() => {
    for (let seed = 1; seed <= paths; seed++) {
      const path = playMarginPath({ seed, steps, accounts });
      if (path.difference !== "") throw new Error(path.difference);
      for (const key of Object.keys(totals)) totals[key] += path[key];
      hash.updateText(path.hash);
    }
  }, 1);
  return {
    name: "margin-index differential",
    paths,
    steps,
    accounts,
    ...totals,
    seconds,
    resultHash: hash.digest(),
  };
}

function timed(act, turns) {
  const started = performance.now();
  act();
  return { seconds: (performance.now() - started) / 1000 / turns };
}

function best(attempts, play) {
  const results = Array.from({ length: attempts }, play);
  return results.reduce((a, b) => (b.seconds < a.seconds ? b : a));
}

function hashOf(...columns) {
  const digest = new StateHash();
  for (const column of columns) {
    if (column instanceof Int32Array) digest.updateInt32(column);
    else digest.updateFloat64(column);
  }
  return digest.digest();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const entry of run(process.argv.includes("--full") ? "full" : "small"))
    console.log(JSON.stringify(entry));
}
