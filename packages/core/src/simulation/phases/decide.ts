/**
 * Phase 3, decide: agents that wake in this step write orders, all on the same frozen view.
 *
 * Due agents are dealt in chunks of fixed length, one batch call each (decider.ts); here, or over worker threads as
 * well when there are enough of them to be worth it. Scheduled wake times never depend on the market, so worker threads
 * draw and file the next wakes while the market goes on (parallel/wakes-ahead.ts). Those whom a trigger woke
 * (wake-triggers.ts) decide after them, on the same view.
 */
import { TRIGGER_LEVEL } from "../agent-port.ts";
import { DECISION_CHUNK, type Decider } from "../decider.ts";
import type { Member } from "../population.ts";
import { showPublished } from "../shared-memory.ts";
import type { WakeTriggers } from "../wake-triggers.ts";
import type { WakeWheel } from "../wake-wheel.ts";
import type { World } from "../world.ts";

/** Lets every due agent decide and files its next wake. */
export function decide(world: World): void {
  decideDue(world, takeDue(world));
}

/** Lets the first `count` of `due` decide on this thread and files their next wakes. */
export function decideDue(world: World, count: number): void {
  forEachChunk(world, count, (member, from, to) => world.decider.run(member, from, to));
  endDecisions(world, count);
  fileWakes(world, count);
}

/** Takes the agents that wake in this step off the wheel, into `world.due`; how many. */
export function takeDue(world: World): number {
  return world.wheel.take(world.step, world.due);
}

/** What of a run's state has to do with wakes; any thread that has it can draw and file them. */
export interface WakeWorld {
  readonly members: readonly Member[];
  /** Due agents, ascending. */
  readonly due: Int32Array;
  readonly wheel: WakeWheel;
  readonly decider: Decider;
}

/** Cuts the due agents into chunks: population, and range in `due`. */
export function forEachChunk(
  { due, members }: Pick<WakeWorld, "due" | "members">,
  count: number,
  visit: (member: number, from: number, to: number) => void,
): void {
  let at = 0;
  for (const { index, firstAccount, spec } of members) {
    const end = firstAccount + spec.count;
    while (at < count && due[at] < end) {
      const from = at;
      const most = Math.min(count, from + DECISION_CHUNK);
      while (at < most && due[at] < end) at++;
      visit(index, from, at);
    }
  }
}

/**
 * Ends the phase once `count` agents have decided as scheduled: those who are woken by a trigger decide, on this
 * thread, and what all of them have published is shown.
 */
export function endDecisions(world: World, count: number): void {
  const { due, counters, sharers, triggers } = world;
  const woken = triggers === undefined ? 0 : decideTriggered(world, triggers);
  for (const sharer of sharers) {
    showPublished(sharer, due, count);
    if (triggers !== undefined) showPublished(sharer, triggers.woken, woken);
  }
  counters.decisions += count + woken;
}

/** Lets those decide who were woken beside their schedule and have not decided in this step; how many. */
function decideTriggered(world: World, triggers: WakeTriggers): number {
  const count = triggers.take();
  if (count === 0) return 0;
  const { woken } = triggers;
  let from = 0;
  for (const { index, firstAccount, spec } of world.members) {
    const end = firstAccount + spec.count;
    let to = from;
    while (to < count && woken[to] < end) to++;
    if (to > from) {
      for (let kind = 1; kind <= TRIGGER_LEVEL; kind *= 2) {
        decideOfKind(world, triggers, index, kind, from, to);
      }
    }
    from = to;
  }
  return count;
}

/** Those of `woken` from `from` to `to` whose lowest kind it is, so that the draws of a chunk have one key. */
function decideOfKind(
  { decider }: World,
  { woken, kinds, ofKind }: WakeTriggers,
  member: number,
  kind: number,
  from: number,
  to: number,
): void {
  let count = 0;
  for (let k = from; k < to; k++) {
    const bits = kinds[woken[k]];
    if ((bits & -bits) === kind) ofKind[count++] = woken[k];
  }
  for (let at = 0; at < count; at += DECISION_CHUNK) {
    decider.runTriggered(member, kind, ofKind, at, Math.min(count, at + DECISION_CHUNK));
  }
}

/** Files the next wakes of those that have decided, as drawn. */
export function fileWakes({ wheel, due }: Pick<WakeWorld, "due" | "wheel">, count: number): void {
  for (let k = 0; k < count; k++) wheel.file(due[k]);
}

/** Draws and files the next wakes of those that have decided in the step that ends then. */
export function drawAndFileWakes(world: WakeWorld, count: number, endMicros: number): void {
  forEachChunk(world, count, (member, from, to) => world.decider.drawNext(member, from, to, endMicros));
  fileWakes(world, count);
}
