/**
 * Public names of `@undertow/core/testing`: twins and synthetic data for tests, never used by a simulation.
 */
export {
  HOLDER_POPULATION,
  LEVERAGED_POPULATION,
  liquidationColumns,
  makeRunData,
} from "./run-data-builder.ts";
export type { LiquidationRow, RunDataOptions } from "./run-data-builder.ts";
export type { VenueOptions } from "./synthetic-venues.ts";
export { type BookLike, NaiveBook } from "./naive-book.ts";
export { buildWorld } from "../simulation/build-world.ts";
export { type Place, placesOf, type StateRoots } from "../checkpoint/places.ts";
export { captureState, restoreState } from "../checkpoint/state.ts";
export { WakeWheel } from "../simulation/wake-wheel.ts";
export { residualOf } from "../simulation/world.ts";
export { Recorder } from "../recorder/recorder.ts";
export type { Market, World } from "../simulation/world.ts";
export { deleverageAll } from "../simulation/phases/deleverage.ts";
export type { Shortfall } from "../simulation/takeover.ts";
export { type Counterparty, naiveCounterparties, naiveDeleverage } from "./naive-deleverage.ts";
export { rankCounterparties } from "./rank-counterparties.ts";
export { stateHash } from "../recorder/run-hash.ts";
export { decide, forEachChunk, takeDue } from "../simulation/phases/decide.ts";
export { liquidate } from "../simulation/phases/liquidate.ts";
export { settle } from "../simulation/phases/settle.ts";
export { LANES, PAIRS, PhiloxLanes } from "../rng/philox-lanes.ts";
export { ArrivalSort, arrivesBefore } from "../simulation/arrival-sort.ts";
export { OrderQueue } from "../simulation/order-queue.ts";
export { drawNextWakes, firstWakeMicros } from "../simulation/population.ts";
export { afterDecisions, audit, beforeDecisions, step } from "../simulation/step.ts";
export { Pace } from "../parallel/pace.ts";
export { type Deal, WAKES, WAKES_TAKEN } from "../parallel/shared-parts.ts";
export { WorkerError, Workers } from "../parallel/workers.ts";
export { TRIGGER_BUCKETS, TriggerLadder } from "../accounts/trigger-ladder.ts";
export { BandLadder, FALLING, RISING, ladderColumns } from "../accounts/margin-index-ladder.ts";
export type { LadderColumns } from "../accounts/margin-index-ladder.ts";
export { type MarginPathResult, playMarginPath } from "./margin-paths.ts";
export { type Draw, drawer, marginWorld, openPosition } from "./margin-world.ts";
export { Auditor } from "./auditor.ts";
export type { AuditedEvent, AuditedTerms, AuditedVenue, OrderTicket } from "./auditor-events.ts";
export { runWorkload } from "./workload.ts";
export type { WorkloadOptions, WorkloadSummary } from "./workload.ts";
export { WORKLOAD_CURRENCIES, WORKLOAD_VENUES } from "./workload-venues.ts";
export type { WorkloadVenue } from "./workload-venues.ts";
