/**
 * Phase 3, decide: agents that wake in this step write orders, all on the same frozen view.
 *
 * Due agents are dealt in chunks of fixed length, one batch call each (decider.ts); here, or over worker threads as
 * well when there are enough of them to be worth it. Scheduled wake times never depend on the market, so worker threads
 * draw and file the next wakes while the market goes on (parallel/wakes-ahead.ts).
 */
import { DECISION_CHUNK, type Decider } from "../decider.ts";
import type { Member } from "../population.ts";
import type { WakeWheel } from "../wake-wheel.ts";
import type { World } from "../world.ts";

/** Lets every due agent decide and files its next wake. */
export function decide(world: World): void {
  decideDue(world, takeDue(world));
}

/** Lets the first `count` of `due` decide on this thread and files their next wakes. */
export function decideDue(world: World, count: number): void {
  forEachChunk(world, count, (member, from, to) => world.decider.run(member, from, to));
  fileWakes(world, count);
  world.counters.decisions += count;
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

/** Files the next wakes of those that have decided, as drawn. */
export function fileWakes({ wheel, due }: Pick<WakeWorld, "due" | "wheel">, count: number): void {
  for (let k = 0; k < count; k++) wheel.file(due[k]);
}

/** Draws and files the next wakes of those that have decided in the step that ends then. */
export function drawAndFileWakes(world: WakeWorld, count: number, endMicros: number): void {
  forEachChunk(world, count, (member, from, to) => world.decider.drawNext(member, from, to, endMicros));
  fileWakes(world, count);
}
