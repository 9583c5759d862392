/**
 * What agents set for their positions: leverage and stops. Applied at once in a run of one thread, and from a log in
 * the order of the chunks otherwise, so that slots are made in the same order whatever the threads.
 */
import type { AgentSettings } from "./decider.ts";
import type { World } from "./world.ts";

/** Applies settings as they come. */
export class DirectSettings implements AgentSettings {
  private readonly world: Pick<World, "ledger" | "slots" | "markets" | "markTicks">;

  constructor(world: Pick<World, "ledger" | "slots" | "markets" | "markTicks">) {
    this.world = world;
  }

  setLeverage(account: number, market: number, leverage: number): void {
    const { ledger, slots } = this.world;
    const slot = ledger.slotOf(account, market);
    if (slots.lots[slot] === 0) slots.leverage[slot] = leverage;
  }

  setStop(account: number, market: number, ticks: number): void {
    const { ledger, markets, markTicks } = this.world;
    const slot = ledger.slotOf(account, market);
    markets[market].stopTriggers.set(slot, ticks, ticks <= markTicks[market] ? 1 : -1);
  }
}
