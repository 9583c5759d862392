/**
 * Phase 3, decide: agents that wake in this step write orders, all on the same frozen view.
 *
 * Due agents are dealt in chunks of fixed length, one batch call each (decider.ts); here, or over worker threads as
 * well when there are enough of them to be worth it. Scheduled wake times never depend on the market.
 */
import { DECISION_CHUNK } from "../decider.ts";
import { showPublished } from "../shared-memory.ts";
import type { World } from "../world.ts";

/** Lets every due agent decide and files its next wake. */
export function decide(world: World): void {
  const count = takeDue(world);
  forEachChunk(world, count, (member, from, to) => world.decider.run(member, from, to));
  fileWakes(world, count);
}

/** Takes the agents that wake in this step off the wheel, into `world.due`; how many. */
export function takeDue(world: World): number {
  return world.wheel.take(world.step, world.due);
}

/** Cuts the due agents into chunks: population, and range in `world.due`. */
export function forEachChunk(
  { due, members }: World,
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

/** Files the next wakes of those that have decided, and shows what they published. */
export function fileWakes(world: World, count: number): void {
  const { wheel, due, counters, sharers } = world;
  for (let k = 0; k < count; k++) wheel.file(due[k]);
  for (const sharer of sharers) showPublished(sharer, due, count);
  counters.decisions += count;
}
