/**
 * `simulate`: inputs in, run data out. Builds the world, loops over steps, audits, and closes the record.
 */
import type { Checkpoint } from "../checkpoint/format.ts";
import { AgentError } from "../errors.ts";
import { exactInteger, positive } from "../mechanics/checked.ts";
import { checkThreads, WorkerError, Workers } from "../parallel/workers.ts";
import { afterDecisions, audit, beforeDecisions, step } from "../simulation/step.ts";
import { buildWorld } from "../simulation/build-world.ts";
import type { World } from "../simulation/world.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { ENGINE_VERSION } from "../version.ts";
import { agentEquity, agentLiquidations, beginMeasuring, type Opening } from "./opening.ts";
import { stateHash } from "./run-hash.ts";
import { keptTables, MemorySink, type RecordSink } from "./record-sink.ts";
import { Recorder } from "./recorder.ts";
import { checkKeeps, checkpointOf, resume, type RunParts } from "./run-checkpoint.ts";
import { tapeTables } from "./table-kinds.ts";
import type {
  AgentColumns,
  RecordedTables,
  RunData,
  RunFailure,
  RunTotals,
  VenueRunTotals,
} from "./run-data.ts";

/** Where a run is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly timeMicros: number;
  readonly startMicros: number;
  readonly endMicros: number;
  /** Orders, cancels, fills and triggers so far. */
  readonly events: number;
  readonly warmUp: boolean;
}

export interface SimulateOptions {
  /** Called now and then; return false to stop the run, which then ends as partial. May be async. */
  readonly onProgress?: (progress: Progress) => boolean | void | Promise<boolean | void>;
  /**
   * Threads over which agents decide, this one included; default 1, which starts no worker. Changes no result.
   * More need `agentModules` in the inputs.
   */
  readonly threads?: number;
  /**
   * Due agents from which on a step is dealt over the threads. Default 64, and none for a while after a thread had to
   * wait for a processor; when it is given, every such step is dealt. Changes no result.
   */
  readonly dealFrom?: number;
  /** Steps between calls of `onProgress`; default 500. */
  readonly progressEverySteps?: number;
  /**
   * Steps between checkpoints, counted from the first step of the warm-up; none are taken by default. Refused, as
   * `resumeFrom` is, for a run with a tape and for a sink that does not keep its rows.
   */
  readonly checkpointEverySteps?: number;
  /**
   * Receives each checkpoint: bytes to be kept for `resumeFrom`, and how many steps they hold. The run goes on when
   * what it returns has settled; what it throws ends the run.
   */
  readonly onCheckpoint?: (bytes: Uint8Array, step: number) => void | Promise<void>;
  /**
   * A checkpoint of a run of the same inputs, as bytes or decoded, from which this run goes on: with the same results,
   * on any number of threads, in another process or on another machine. It is let go of when the run has begun.
   */
  readonly resumeFrom?: Uint8Array | Checkpoint;
  /**
   * Takes the rows of series, liquidations and the other tables in blocks while the run goes on. Default: a
   * `MemorySink`, which keeps them. What a sink keeps (`rowsOf`) is in the run data. Changes no result.
   */
  readonly sink?: RecordSink;
}

/**
 * Runs a simulation from warm-up to end.
 *
 * The result is a function of the inputs alone, on any machine and any number of threads. When an agent type throws or
 * a worker thread ends, the run ends there: its data is partial and holds the `failure`. Its last step is half done
 * then, and its state hash depends on the threads: who had decided when the failure came is no function of the inputs.
 *
 * Throws InvariantError when the ledger does not add up, naming seed and step; UserError `checkpoint-damaged` or
 * `checkpoint-foreign` when `resumeFrom` cannot be read or is of another run; UserError `invalid-argument` for
 * checkpoints (`checkpointEverySteps`, `resumeFrom`) of a run with a tape or with a sink that does not keep its rows.
 *
 * @example
 * const inputs = compileScenario(await loadScenario("quickstart"), { seed: "a" });
 * const run = await simulate(inputs);
 * console.log(run.stateHash);
 */
export async function simulate(inputs: SimulationInputs, options: SimulateOptions = {}): Promise<RunData> {
  const { resumeFrom, sink = new MemorySink(), ...rest } = options;
  if (rest.checkpointEverySteps !== undefined || resumeFrom !== undefined) checkKeeps(inputs, sink);
  const world = buildWorld(inputs);
  const recorder = new Recorder(world, sink);
  world.observer = recorder;
  const parts: RunParts = { world, recorder, sink };
  const opening = resumeFrom === undefined ? undefined : resume(resumeFrom, parts);
  // Not awaited here: this frame ends, and with it what it holds of the inputs and of the checkpoint.
  return runWorld(parts, opening, rest);
}

async function runWorld(
  parts: RunParts,
  begun: Opening | undefined,
  options: SimulateOptions,
): Promise<RunData> {
  const { world, recorder, sink } = parts;
  const { inputs } = world;
  const originMicros = inputs.startMicros - inputs.warmUpMicros;
  const steps = Math.round((inputs.endMicros - originMicros) / inputs.stepMicros);
  const warmUpSteps = Math.round(inputs.warmUpMicros / inputs.stepMicros);
  const every = options.progressEverySteps ?? 500;
  const saveEvery = checkpointSteps(options);
  let opening = begun;
  let stopped = false;
  let failure: RunFailure | undefined;
  const workers = await startWorkers(world, options);
  try {
    for (let index = world.step; index < steps && !stopped; index++) {
      if (index === warmUpSteps) opening = beginMeasuring(world);
      if (workers === undefined) step(world);
      else await stepWith(workers, world);
      if (world.step % saveEvery === 0 && world.step < steps) {
        await workers?.settle();
        await options.onCheckpoint?.(checkpointOf(parts, opening), world.step);
      }
      if (options.onProgress !== undefined && index % every === every - 1) {
        stopped = (await options.onProgress(progressOf(world, steps, index < warmUpSteps))) === false;
      }
    }
    await workers?.settle();
  } catch (error) {
    failure = failureOf(error, world);
  } finally {
    await workers?.stop();
  }
  opening ??= beginMeasuring(world);
  // Agents fail while they decide, which moves no money: the ledger of a failed run has to add up as well.
  audit(world);
  recorder.flush();
  const end: RunEnd = { partial: stopped || failure !== undefined, failure };
  return { ...closeRecord(world, recorder, opening, end), ...keptTables(sink, tapeTables(inputs.record)) };
}

/**
 * Workers for all threads but this one; none for one thread.
 *
 * @throws UserError `invalid-argument` when `threads` is no whole number from 1 to 256
 */
async function startWorkers(world: World, options: SimulateOptions): Promise<Workers | undefined> {
  const { dealFrom } = options;
  const threads = checkThreads(options.threads);
  return threads === 1 ? undefined : Workers.start(world, threads - 1, { dealFrom });
}

/**
 * Steps between checkpoints; Infinity without any.
 *
 * @throws UserError `invalid-argument` when it is no whole number of at least 1
 */
function checkpointSteps({ checkpointEverySteps, onCheckpoint }: SimulateOptions): number {
  if (checkpointEverySteps === undefined) return Infinity;
  exactInteger("checkpointEverySteps", positive("checkpointEverySteps", checkpointEverySteps));
  return onCheckpoint === undefined ? Infinity : checkpointEverySteps;
}

/** One step with agents deciding on several threads. */
async function stepWith(workers: Workers, world: World): Promise<void> {
  beforeDecisions(world);
  await workers.decide();
  afterDecisions(world);
}

/** What ended the run early; a fault of the program is thrown on. */
function failureOf(error: unknown, world: World): RunFailure {
  if (error instanceof AgentError) {
    const { message, agentType, population, step: at } = error;
    return { message, agentType, population, step: at };
  }
  if (error instanceof WorkerError) return { message: error.message, step: world.step };
  throw error;
}

function progressOf(world: World, steps: number, warmUp: boolean): Progress {
  const { counters, inputs } = world;
  return {
    step: world.step,
    steps,
    timeMicros: world.nowMicros,
    startMicros: inputs.startMicros,
    endMicros: inputs.endMicros,
    events: counters.orders + counters.cancels + counters.fills + counters.triggers,
    warmUp,
  };
}

interface RunEnd {
  readonly partial: boolean;
  readonly failure: RunFailure | undefined;
}

function closeRecord(
  world: World,
  recorder: Recorder,
  opening: Opening,
  { partial, failure }: RunEnd,
): Omit<RunData, keyof RecordedTables> {
  const { inputs } = world;
  return {
    title: inputs.title,
    seed: inputs.seed,
    scenarioHash: inputs.scenarioHash,
    stateHash: stateHash(world),
    engineVersion: ENGINE_VERSION,
    startMicros: inputs.startMicros,
    endMicros: inputs.endMicros,
    stepMicros: inputs.stepMicros,
    sampleMicros: inputs.sampleMicros,
    partial,
    ...(failure === undefined ? {} : { failure }),
    reachedMicros: world.nowMicros,
    quantaPerUnit: inputs.currencies[0].quantaPerUnit,
    coins: inputs.coins.map(({ name, preCrashBeta, preCrashDailyVolatility }) => ({
      name,
      preCrashBeta,
      preCrashDailyVolatility,
    })),
    venues: inputs.venues.map(({ name, coverage }) => ({ name, coverage })),
    markets: inputs.markets.map(({ name, venue, coin, kind, tickSize, lotSize }) => {
      return { name, venue, coin, kind, tickSize, lotSize };
    }),
    populations: inputs.populations.map(({ name, type, count, tracked }) => ({ name, type, count, tracked })),
    levels: inputs.levels,
    agents: agentColumns(world, opening),
    venueTotals: venueTotalsOf(world, recorder, opening),
    totals: totalsOf(world, recorder, opening),
  };
}

function venueTotalsOf(world: World, recorder: Recorder, opening: Opening): VenueRunTotals[] {
  return world.venues.map(({ fundAccount, totals }, venue) => {
    const fundEnd = world.accounts.cash[fundAccount];
    return {
      fundStart: opening.funds[venue],
      fundEnd,
      fundLow: Math.min(fundEnd, recorder.venueFundLow[venue]),
      haltedMicros: recorder.haltedMicros[venue],
      ...totals,
    };
  });
}

function agentColumns(world: World, opening: Opening): AgentColumns {
  const rows = world.agentCount;
  const population = new Int32Array(rows);
  const agent = new Int32Array(rows);
  const weight = new Float64Array(rows);
  const endEquity = agentEquity(world);
  const liquidations = agentLiquidations(world);
  for (const member of world.members) {
    for (let k = 0; k < member.spec.count; k++) {
      const account = member.firstAccount + k;
      population[account] = member.index;
      agent[account] = k;
      weight[account] = world.accounts.weight[account];
      liquidations[account] -= opening.liquidations[account];
    }
  }
  return { rows, population, agent, weight, startEquity: opening.equity, endEquity, liquidations };
}

function totalsOf(world: World, recorder: Recorder, opening: Opening): RunTotals {
  const { counters } = world;
  const venues = venueTotalsOf(world, recorder, opening);
  const sum = (read: (venue: VenueRunTotals) => number): number =>
    venues.reduce((total, venue) => total + read(venue), 0);
  return {
    steps: counters.steps,
    orders: counters.orders,
    cancels: counters.cancels,
    fills: counters.fills,
    triggers: counters.triggers,
    decisions: counters.decisions,
    rejects: counters.rejects,
    fundStart: sum((venue) => venue.fundStart),
    fundEnd: sum((venue) => venue.fundEnd),
    fundLow: Math.min(
      sum((venue) => venue.fundEnd),
      recorder.fundLow,
    ),
    adlNotional: sum((venue) => venue.adlNotional),
    insolvent: sum((venue) => venue.insolvent),
    badDebt: badDebt(world),
    fees: sum((venue) => venue.fees),
    fundingPaid: sum((venue) => venue.fundingPaid),
    externalFlow: 0,
    auditResidual: counters.residual,
    audits: counters.audits,
  };
}

/** Negative equity that nobody covered, at the marks of the end. */
function badDebt(world: World): number {
  const { accounts, ledger, slots, markets, markTicks } = world;
  let debt = 0;
  for (let account = 0; account < world.traderCount; account++) {
    if (accounts.cross[account] === 1) debt += Math.max(0, -ledger.crossEquity(account, markTicks));
    else debt += Math.max(0, -accounts.cash[account]);
  }
  for (let slot = 0; slot < ledger.slotCount; slot++) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual || accounts.cross[slots.account[slot]] === 1) continue;
    debt += Math.max(0, -ledger.isolatedEquity(slot, markTicks[market.index]));
  }
  return debt;
}
