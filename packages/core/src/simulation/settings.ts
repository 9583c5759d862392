/**
 * What agents set without a message: leverage, stops, and levels at which they want to be woken. Applied at once in a run of one thread, and from a log in
 * the order of the chunks otherwise, so that slots are made in the same order whatever the threads.
 */
import type { AgentSettings } from "./decider.ts";
import type { World } from "./world.ts";

type SettingsWorld = Pick<World, "ledger" | "slots" | "markets" | "markTicks" | "triggers">;

/** Applies settings as they come. */
export class DirectSettings implements AgentSettings {
  private readonly world: SettingsWorld;

  constructor(world: SettingsWorld) {
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

  setWakeLevel(row: number, market: number, ticks: number): void {
    this.world.triggers?.levels.set(row, market, ticks, this.world.markTicks[market]);
  }
}
