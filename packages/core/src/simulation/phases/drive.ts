/**
 * Phase 1, drive: what comes from outside moves. Fundamentals and sentiment are functions of time alone.
 */
import type { World } from "../world.ts";

/** Writes fundamentals and sentiment of this moment into the view. */
export function drive(world: World): void {
  world.driver.sample(world.nowMicros, world.sample);
  world.view.fundamental.set(world.sample.fundamental);
  world.view.sentiment[0] = world.sample.sentiment[0];
}
