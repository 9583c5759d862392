/**
 * The wakes of the next step, drawn while the market of this one goes on. Scheduled wakes never depend on the market, so
 * as soon as all have decided a worker may draw their next wakes, file them, and take the next step's due agents.
 *
 * One word in shared memory says how far that is (`WAKES`). The main thread offers the wakes; one worker takes them up, or
 * nobody does, and then the main thread does it when it needs them. So nobody waits for a worker that does nothing.
 */
import { drawAndFileWakes, fileWakes, type WakeWorld } from "../simulation/phases/decide.ts";
import { type Deal, NO_WAKES, ringBell, WAKES, WAKES_OFFERED, WAKES_TAKEN } from "./shared-parts.ts";

/** Takes up the wakes if they are offered; the number of agents that are due in the next step, or -1. */
export function takeUpWakes({ control, clock, dueCount }: Deal, world: WakeWorld): number {
  if (Atomics.load(control, WAKES) !== WAKES_OFFERED) return -1;
  if (Atomics.compareExchange(control, WAKES, WAKES_OFFERED, WAKES_TAKEN) !== WAKES_OFFERED) return -1;
  drawAndFileWakes(world, dueCount[0], clock[0] + world.wheel.stepMicros);
  dueCount[0] = world.wheel.take(clock[1] + 1, world.due);
  return dueCount[0];
}

/** The main thread's side. */
export class WakesAhead {
  private readonly deal: Deal;
  private readonly world: WakeWorld;

  constructor(deal: Deal, world: WakeWorld) {
    this.deal = deal;
    this.world = world;
  }

  /** Whether wakes have been offered and not been asked for. */
  get areOut(): boolean {
    return Atomics.load(this.deal.control, WAKES) !== NO_WAKES;
  }

  /** Leaves the next wakes of the `count` agents that have decided in a step to the workers. */
  offer(count: number, step: number, nowMicros: number): void {
    const { control, clock, dueCount } = this.deal;
    clock[0] = nowMicros;
    clock[1] = step;
    dueCount[0] = count;
    Atomics.store(control, WAKES, WAKES_OFFERED);
    ringBell(control);
  }

  /** Takes an offer back; false when a worker has taken it up. */
  withdraw(): boolean {
    const { control, clock, dueCount } = this.deal;
    if (Atomics.compareExchange(control, WAKES, WAKES_OFFERED, NO_WAKES) !== WAKES_OFFERED) return false;
    drawAndFileWakes(this.world, dueCount[0], clock[0] + this.world.wheel.stepMicros);
    return true;
  }

  /** What a worker has made ready: how many are due in the next step. */
  accept(): number {
    const { control, dueCount } = this.deal;
    Atomics.store(control, WAKES, NO_WAKES);
    return dueCount[0];
  }

  /** Files those again whom a worker took for the next step. */
  putBack(): void {
    fileWakes(this.world, this.accept());
  }
}
