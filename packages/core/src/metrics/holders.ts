/**
 * 7. Large holders: loss at the low, coins sold, who capitulated. Metrics phase.
 *
 * From the hourly records of tracked populations. Value is the holding at the spot mid, cost is value less the recorded
 * unrealised result. Sold dollars are each decrease of the holding at the price of the record that shows it, net of
 * increases. A holder capitulated in a coin when its holding first was 10 % or more below that at the start.
 */
import { formatIsoTime } from "./iso-time.ts";
import { ratio } from "./quantile.ts";
import { sampleAt, toUsd } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import type { CapitulatedHolder, HolderPopulation, HolderSummary } from "./summary.ts";

const CAPITULATION_SHARE = 0.1;
const MOST_LISTED = 100;

/** One holder's holdings of one coin over the run. */
interface Holding {
  readonly population: number;
  readonly agent: number;
  readonly coin: number;
  readonly startCoins: number;
  endCoins: number;
  soldUsd: number;
  /** -1 while it has not. */
  capitulatedMicros: number;
  /** Last record that holds it. */
  seenMicros: number;
}

export function summariseHolders(view: RunView, crash: SampleRange): HolderSummary {
  const holdings = followHoldings(view);
  const capitulated = holdings.filter((h) => h.capitulatedMicros >= 0).sort((a, b) => b.soldUsd - a.soldUsd);
  const asOf = nearestRecord(view, view.times[crash.last]);
  const tracked = view.run.populations.flatMap((p, index) => (p.tracked ? [index] : []));
  return {
    asOf: asOf === null ? null : formatIsoTime(asOf),
    populations: tracked.map((population) => populationSummary(view, population, holdings, asOf)),
    capitulated: capitulated.slice(0, MOST_LISTED).map((h) => listed(view, h)),
    capitulatedCount: capitulated.length,
  };
}

/** One pass over the records, in their order of time. A holder that is missing from a record holds nothing by then. */
function followHoldings(view: RunView): Holding[] {
  const { holders, startMicros } = view.run;
  const found = new Map<number, Holding>();
  const coins = view.coins.length;
  const offsets = populationOffsets(view);
  for (let row = 0; row < holders.rows; row++) {
    const time = holders.timeMicros[row];
    if (time < startMicros) continue;
    const population = holders.population[row];
    const agent = holders.agent[row];
    const coin = holders.coin[row];
    const held = holders.holding[row];
    const key = (offsets[population] + agent) * coins + coin;
    const holding = found.get(key);
    if (holding === undefined) {
      const start = { startCoins: held, endCoins: held, soldUsd: 0, capitulatedMicros: -1, seenMicros: time };
      found.set(key, { population, agent, coin, ...start });
    } else {
      holding.seenMicros = time;
      updateHolding(view, holding, held, time);
    }
    if (row + 1 < holders.rows && holders.timeMicros[row + 1] === time) continue;
    for (const other of found.values()) if (other.seenMicros < time) updateHolding(view, other, 0, time);
  }
  return [...found.values()];
}

function updateHolding(view: RunView, holding: Holding, held: number, micros: number): void {
  const sold = holding.endCoins - held;
  if (sold === 0) return;
  holding.soldUsd += sold * priceAt(view, holding.coin, micros);
  holding.endCoins = held;
  const soldShare = 1 - held / holding.startCoins;
  if (holding.capitulatedMicros < 0 && soldShare >= CAPITULATION_SHARE) holding.capitulatedMicros = micros;
}

function populationSummary(
  view: RunView,
  population: number,
  holdings: readonly Holding[],
  asOf: number | null,
): HolderPopulation {
  const own = holdings.filter((h) => h.population === population);
  const loss = asOf === null ? null : lossAt(view, population, asOf);
  const agentsWhere = (keep: (h: Holding) => boolean): number =>
    new Set(own.filter(keep).map((h) => h.agent)).size;
  return {
    population: view.run.populations[population].name,
    holders: view.run.populations[population].count,
    unrealisedUsd: loss?.unrealisedUsd ?? null,
    costUsd: loss?.costUsd ?? null,
    unrealisedOverCost: loss === null ? null : ratio(loss.unrealisedUsd, loss.costUsd),
    holdersInLoss: loss?.holdersInLoss ?? 0,
    capitulated: agentsWhere((h) => h.capitulatedMicros >= 0),
    soldUsd: own.reduce((sum, h) => sum + h.soldUsd, 0),
    coins: view.coins.flatMap((name, coin) => {
      const ofCoin = own.filter((h) => h.coin === coin);
      if (ofCoin.length === 0) return [];
      const startCoins = ofCoin.reduce((sum, h) => sum + h.startCoins, 0);
      const endCoins = ofCoin.reduce((sum, h) => sum + h.endCoins, 0);
      const soldCoins = startCoins - endCoins;
      return [{ coin: name, startCoins, endCoins, soldCoins, soldShare: ratio(soldCoins, startCoins) }];
    }),
  };
}

/** A population's unrealised result and cost in the records of one moment. */
function lossAt(
  view: RunView,
  population: number,
  micros: number,
): { readonly unrealisedUsd: number; readonly costUsd: number; readonly holdersInLoss: number } {
  const { holders } = view.run;
  const byAgent = new Map<number, number>();
  let unrealisedUsd = 0;
  let valueUsd = 0;
  for (let row = 0; row < holders.rows; row++) {
    if (holders.timeMicros[row] !== micros || holders.population[row] !== population) continue;
    const unrealised = toUsd(view, holders.unrealised[row]);
    unrealisedUsd += unrealised;
    if (holders.holding[row] > 0) valueUsd += holders.holding[row] * priceAt(view, holders.coin[row], micros);
    byAgent.set(holders.agent[row], (byAgent.get(holders.agent[row]) ?? 0) + unrealised);
  }
  const holdersInLoss = [...byAgent.values()].filter((result) => result < 0).length;
  return { unrealisedUsd, costUsd: valueUsd - unrealisedUsd, holdersInLoss };
}

/** Time of the record nearest to a moment, null without records. */
function nearestRecord(view: RunView, micros: number): number | null {
  const { holders, startMicros } = view.run;
  let nearest: number | null = null;
  for (let row = 0; row < holders.rows; row++) {
    const time = holders.timeMicros[row];
    if (time < startMicros) continue;
    if (nearest === null || Math.abs(time - micros) < Math.abs(nearest - micros)) nearest = time;
  }
  return nearest;
}

/** Spot mid of the sample at or before a moment, or the nearest defined one before that; 0 without any. */
function priceAt(view: RunView, coin: number, micros: number): number {
  const { spot } = view.paths[coin];
  for (let i = Math.max(0, sampleAt(view.times, micros)); i >= 0; i--)
    if (Number.isFinite(spot[i])) return spot[i];
  return 0;
}

function listed(view: RunView, holding: Holding): CapitulatedHolder {
  return {
    population: view.run.populations[holding.population].name,
    agent: holding.agent,
    coin: view.coins[holding.coin],
    time: formatIsoTime(holding.capitulatedMicros),
    startCoins: holding.startCoins,
    endCoins: holding.endCoins,
    soldShare: 1 - holding.endCoins / holding.startCoins,
    soldUsd: holding.soldUsd,
  };
}

function populationOffsets(view: RunView): number[] {
  const offsets: number[] = [];
  let agents = 0;
  for (const { count } of view.run.populations) {
    offsets.push(agents);
    agents += count;
  }
  return offsets;
}
