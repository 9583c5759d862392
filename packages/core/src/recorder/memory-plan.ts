/**
 * What a run will need in memory, by part, told from its inputs before anything is allocated.
 *
 * Counts the columns: all that grows with agents, accounts, prices and length of the run. Not counted are the program
 * itself (some tens of megabytes, and as much for every further thread) and the rows that events add to the record.
 * Where a row's bytes are not written down, the columns are made with one row and measured.
 */
import { emptyBelowMaintenance } from "../accounts/margin-index-recheck.ts";
import { bucketsFor } from "../accounts/margin-index-triggers.ts";
import { ladderColumns } from "../accounts/margin-index-ladder.ts";
import { bookBytes } from "../market/book-ladder.ts";
import { FillBuffer } from "../market/fill-buffer.ts";
import { settingsColumns } from "../parallel/settings-log.ts";
import { makeDeal } from "../parallel/shared-parts.ts";
import { accountMap } from "../simulation/account-map.ts";
import { hasCooldown, mostSlots, statePlan, traderSlots } from "../simulation/build-world.ts";
import {
  FILL_CAPACITY,
  LADDER_CAPACITY,
  MESSAGE_CAPACITY,
  TRANSFERS_PER_AGENT,
} from "../simulation/capacities.ts";
import { DECISION_CHUNK } from "../simulation/decider.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { MessageColumns } from "../simulation/order-messages.ts";
import { LATENCY_PARAM } from "../simulation/latency.ts";
import { MICROS_PER_HOUR } from "../units.ts";
import { checkThreads } from "../parallel/workers.ts";
import { BLOCK_ROWS } from "./recorder.ts";
import { blockColumns, LASTING_TABLES, type RecordTable, tapeTables } from "./table-kinds.ts";
import { TAPE_ROWS } from "./tape.ts";

/** A part of a run's memory. */
export interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
}

/** What a run will need. */
export interface MemoryPlan {
  readonly agents: number;
  /** Accounts of agents on all their venues, of venues, and of the run. */
  readonly accounts: number;
  readonly books: number;
  readonly threads: number;
  /** All parts together. */
  readonly bytes: number;
  /** Largest first. */
  readonly parts: readonly MemoryPart[];
}

/** Bytes of a queued message and of a ladder's levels beyond what a box holds of them (order-queue.ts). */
const QUEUE_MESSAGE_BYTES = 32;
const QUEUE_LADDER_BYTES = 8 * 64 + 4;
/** Per agent: wheel (wake 8, next 4), due 4, ordinal 8, key 4. */
const AGENT_BYTES = 28;
/** Per account: venue 1, agent 4, triggered 4. */
const ACCOUNT_BYTES = 9;
/** Per account: the index's list of slots whose triggers fired. */
const FIRED_BYTES = 4;
/** Per watched account of the margin index: stamp, due, working. */
const WATCHED_BYTES = 12;
/** Per agent: start, end and count of liquidations, as measured and as recorded (simulate.ts). */
const RESULT_BYTES = 40;
/** Per market: a day of minutes, the view, flow by cause. */
const MARKET_BYTES = 8 * (1441 + 24 + 34);

/**
 * Bytes that a run of these inputs will need, by part.
 *
 * @param options `threads` over which agents decide, as in `simulate`; default 1. More have boxes of their own, and
 *   copies of parameters that are not in shared memory.
 * @throws UserError `invalid-argument` when `threads` is no whole number from 1 to 256
 *
 * @example
 * const plan = memoryPlan(inputs);
 * console.log(plan.bytes / 1e6, plan.parts[0].name);
 */
export function memoryPlan(
  inputs: SimulationInputs,
  options: { readonly threads?: number } = {},
): MemoryPlan {
  const threads = checkThreads(options.threads);
  const map = accountMap(inputs);
  const state = statePlan(inputs, map.count);
  const slots = state.slotGroup.length;
  const parts: MemoryPart[] = [
    { name: "accounts and slots", bytes: state.plan.bytes + 4 * slots + accountBytes(inputs, map, slots) },
    { name: "order books", bytes: booksBytes(inputs) },
    { name: "agents' parameters and memory", bytes: agentBytes(inputs) },
    { name: "endowments", bytes: sum(inputs.populations, ({ endowment }) => endowmentBytes(endowment)) },
    { name: "margin index", bytes: marginBytes(inputs, slots, map) },
    { name: "queue and boxes", bytes: queueBytes(inputs, threads) },
    { name: "view and averages", bytes: MARKET_BYTES * inputs.markets.length },
    { name: "recorder", bytes: blockBytes(inputs) + RESULT_BYTES * map.agentCount },
    { name: "tables kept for the summary", bytes: keptBytes(inputs) },
  ];
  return {
    agents: map.agentCount,
    accounts: map.count,
    books: inputs.markets.length,
    threads,
    bytes: sum(parts, ({ bytes }) => bytes),
    parts: parts.sort((a, b) => b.bytes - a.bytes),
  };
}

/** What accounts and slots have beside the state columns. */
function accountBytes(
  inputs: SimulationInputs,
  { count, traderCount, transitAccount }: ReturnType<typeof accountMap>,
  slots: number,
): number {
  const travellers = sum(inputs.populations, ({ count: agents, venues }) => (venues.length > 1 ? agents : 0));
  const transfers = 20 * TRANSFERS_PER_AGENT * travellers + (transitAccount < 0 ? 0 : 8 * traderCount);
  const furtherKeys = 4 * (traderCount - sum(inputs.populations, (population) => population.count));
  return ACCOUNT_BYTES * count + transfers + furtherKeys + (hasCooldown(inputs) ? 8 * slots : 0);
}

function booksBytes({ markets }: SimulationInputs): number {
  return sum(markets, ({ clearing, maxTicks, orderCapacity }) =>
    clearing === undefined ? bookBytes(maxTicks, orderCapacity) : 0,
  );
}

function agentBytes({ populations, agentTypes, latency: delays }: SimulationInputs): number {
  const table = delays?.baseMicros.byteLength ?? 0;
  const perAgent = sum(populations, ({ type, count, params, weight, region }) => {
    const memory = 8 * Object.keys(agentTypes[type].memory).length;
    const latency = params[LATENCY_PARAM] === undefined ? 8 : 0;
    const regions = region?.byteLength ?? 0;
    return count * (AGENT_BYTES + memory + latency) + regions + weight.byteLength + columnBytes(params);
  });
  return table + perAgent;
}

function endowmentBytes(endowment: SimulationInputs["populations"][number]["endowment"]): number {
  return (
    endowment.cashQuanta.byteLength + endowment.crossMargin.byteLength + columnBytes(endowment.positions)
  );
}

function marginBytes(inputs: SimulationInputs, slots: number, map: ReturnType<typeof accountMap>): number {
  const markets = inputs.markets.length;
  const rows = columnBytes(ladderColumns(1)) * slots;
  const below = columnBytes(emptyBelowMaintenance(1)) * Math.min(slots, traderSlots(inputs, "perpetual"));
  const lists = WATCHED_BYTES * map.traderCount + FIRED_BYTES * map.count;
  const buckets = bucketsFor(mostSlots(inputs) / Math.max(1, markets));
  return rows + below + lists + 8 * buckets * markets;
}

/** The queue, fills, and what further threads have of their own. */
function queueBytes(inputs: SimulationInputs, threads: number): number {
  const messageBytes = columnBytes(new MessageColumns(1, 0));
  const ladderBytes = columnBytes(new MessageColumns(0, 1));
  const box = messageBytes * MESSAGE_CAPACITY + ladderBytes * LADDER_CAPACITY;
  const queue = box + QUEUE_MESSAGE_BYTES * MESSAGE_CAPACITY + QUEUE_LADDER_BYTES * LADDER_CAPACITY;
  const fills = columnBytes(new FillBuffer(1)) * FILL_CAPACITY;
  if (threads === 1) return queue + fills;
  const settings = columnBytes(settingsColumns(1)) * MESSAGE_CAPACITY;
  const chunks = sum(inputs.populations, ({ count }) => count / DECISION_CHUNK + 1);
  const row = columnBytes(makeDeal(1)) - columnBytes(makeDeal(0));
  const deal = columnBytes(makeDeal(0)) + row * chunks;
  return queue + fills + settings + deal + (threads - 1) * (box + settings + copiedBytes(inputs));
}

/** Columns of agents that a worker gets a copy of, because they are not in shared memory. */
function copiedBytes({ populations }: SimulationInputs): number {
  return sum(populations, ({ weight, params, region = new Uint8Array(0) }) =>
    sum([weight, region, ...Object.values(params)], ({ buffer, byteLength }) =>
      buffer instanceof SharedArrayBuffer ? 0 : byteLength,
    ),
  );
}

/** The recorder's blocks of rows on their way to the sink. */
function blockBytes({ record }: SimulationInputs): number {
  return BLOCK_ROWS * sum(LASTING_TABLES, rowBytes) + TAPE_ROWS * sum(tapeTables(record), rowBytes);
}

/** Tables that the run will have kept at its end, but for liquidations: nobody knows how many there will be. */
function keptBytes(inputs: SimulationInputs): number {
  const { startMicros, endMicros, warmUpMicros, sampleMicros, coins, markets, venues } = inputs;
  const samples = Math.ceil((endMicros - startMicros + warmUpMicros) / sampleMicros);
  const ofVenues = venues.length > 1 ? (rowBytes("venues") * markets.length) / 2 : 0;
  // Of the measured part alone; its start is sampled when it is the end of a step.
  const first = warmUpMicros > 0 ? 1 : 0;
  const measured = Math.floor((endMicros - startMicros) / sampleMicros) + first;
  const hours = Math.floor((endMicros - startMicros) / MICROS_PER_HOUR) + first;
  const holdings = sum(inputs.populations, (population) =>
    population.tracked ? population.count * population.coins.length : 0,
  );
  return (
    samples * (rowBytes("series") * coins.length + ofVenues) +
    measured * rowBytes("levels") * inputs.levels.length +
    hours * rowBytes("holders") * holdings
  );
}

function rowBytes(table: RecordTable): number {
  return columnBytes(blockColumns(table, 1));
}

/** Bytes of the typed arrays among an object's values. */
function columnBytes(columns: object): number {
  return sum(Object.values(columns), (value) => (ArrayBuffer.isView(value) ? value.byteLength : 0));
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
