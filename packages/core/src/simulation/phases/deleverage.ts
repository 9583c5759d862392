/**
 * Auto-deleveraging, the end of the waterfall: what neither book nor fund took is closed against the most
 * profitable, most leveraged counterparties at the bankruptcy price.
 *
 * Score = profit share x effective leverage (BitMEX form, Binance-like default), ties by account id. A
 * counterparty is skipped when the price would take its equity below zero. What remains stays with the
 * account, which is insolvent until a later round finds a counterparty.
 */
import { NOTICE_ADL } from "../agent-port.ts";
import type { LiquidationEvent } from "../observer.ts";
import type { Market, World } from "../world.ts";
import { movePosition } from "./liquidate.ts";

/** What is left of a liquidation after the book. */
export interface Shortfall {
  readonly slot: number;
  readonly account: number;
  readonly market: Market;
  /** Side of the position, +1 long. */
  readonly side: number;
  readonly lots: number;
  readonly ticks: number;
  readonly event: LiquidationEvent;
}

interface Counterparty {
  readonly slot: number;
  readonly account: number;
  readonly score: number;
}

/** Closes the shortfall against ranked counterparties. */
export function deleverage(world: World, shortfall: Shortfall): void {
  const { slots, accounts, counters } = world;
  const { market, side, ticks, event } = shortfall;
  let left = Math.min(shortfall.lots, Math.abs(slots.lots[shortfall.slot]));
  for (const counterparty of rankCounterparties(world, market, side, ticks)) {
    if (left === 0) break;
    const lots = Math.min(left, Math.abs(slots.lots[counterparty.slot]));
    movePosition(world, shortfall.slot, counterparty.slot, market, side, lots, ticks);
    accounts.notice[counterparty.account] |= NOTICE_ADL;
    counters.adlNotional += lots * ticks * market.quantaPerTickLot;
    event.adlLots += lots;
    left -= lots;
  }
}

/**
 * Counterparties on the other side of the market in the order in which they are deleveraged.
 *
 * @param side side of the position to be closed; counterparties hold the other
 * @param ticks settlement price; those it would leave with negative equity are left out
 */
export function rankCounterparties(
  world: World,
  market: Market,
  side: number,
  ticks: number,
): Counterparty[] {
  const { ledger, slots, agentCount, markTicks } = world;
  const mark = markTicks[market.index];
  const queue: Counterparty[] = [];
  for (let slot = 0; slot < ledger.slotCount; slot++) {
    if (slots.market[slot] !== market.index || slots.lots[slot] * side >= 0) continue;
    const account = slots.account[slot];
    if (account >= agentCount) continue;
    const equity = equityBehind(world, slot, mark);
    const change = ledger.valueQuanta(slot, ticks) - ledger.valueQuanta(slot, mark);
    if (equity <= 0 || equity + change < 0) continue;
    const value = ledger.valueQuanta(slot, mark);
    const profit = (value - slots.cost[slot]) / Math.max(1, Math.abs(slots.cost[slot]));
    const leverage = Math.abs(value) / equity;
    queue.push({ slot, account, score: profit > 0 ? profit * leverage : profit / leverage });
  }
  return queue.sort((a, b) => b.score - a.score || a.account - b.account);
}

function equityBehind(world: World, slot: number, mark: number): number {
  const { ledger, slots, accounts, markTicks } = world;
  const account = slots.account[slot];
  return accounts.cross[account] === 1
    ? ledger.crossEquity(account, markTicks)
    : ledger.isolatedEquity(slot, mark);
}
