/**
 * The readable twin of deleveraging: every shortfall scans all positions of the market, scores and sorts them. Holds
 * the queues of a round (simulation/counterparties.ts) to the same order and the same books. Never used by a simulation.
 */
import { type AdlCandidate, adlQueue } from "../mechanics/adl-ranking.ts";
import { PURPOSE_DELEVERAGE } from "../rng/streams.ts";
import { NOTICE_ADL } from "../simulation/agent-port.ts";
import { marginOf } from "../simulation/close-plan.ts";
import { protectWallet } from "../simulation/forced-close.ts";
import { movePosition, type Shortfall } from "../simulation/takeover.ts";
import type { Market, World } from "../simulation/world.ts";

/** A position that may be deleveraged. */
export interface Counterparty {
  readonly slot: number;
  readonly account: number;
  readonly score: number;
}

/** Closes one shortfall against ranked counterparties. */
export function naiveDeleverage(world: World, shortfall: Shortfall): void {
  const { slots, accounts } = world;
  const { plan, event } = shortfall;
  const { market, side, slot, account } = plan;
  const { spec, totals } = market.venue;
  const atBankruptcy = spec.adl.settlement === "bankruptcy";
  const ticks = atBankruptcy ? plan.bankruptcyTicks : world.previousMarkTicks[market.index];
  const cashBefore = accounts.cash[account];
  let left = Math.min(shortfall.lots, Math.max(0, side * slots.lots[slot]));
  for (const counterparty of naiveCounterparties(world, market, side, ticks, account)) {
    if (left === 0) break;
    const lots = Math.min(left, Math.abs(slots.lots[counterparty.slot]));
    movePosition(world, slot, counterparty.slot, market, side, lots, ticks);
    accounts.notice[counterparty.account] |= NOTICE_ADL;
    totals.adlNotional += lots * ticks * market.quantaPerTickLot;
    if (event !== undefined) {
      event.adlLots += lots;
      event.movedTickLots += lots * ticks;
    }
    left -= lots;
  }
  if (left > 0) totals.insolvent++;
  if (accounts.cross[account] === 1) return;
  const paid = protectWallet(world, slot, cashBefore);
  if (event !== undefined) event.fundDelta -= paid;
}

/**
 * Counterparties on the other side of the market in the order in which they are deleveraged.
 *
 * @param side side of the position to be closed; counterparties hold the other
 * @param ticks settlement price; those it would leave with negative equity are left out
 * @param account whose position is closed; a start is drawn for it
 */
export function naiveCounterparties(
  world: World,
  market: Market,
  side: number,
  ticks: number,
  account: number,
): Counterparty[] {
  const { ranking } = market.venue.spec.adl;
  const found = counterpartiesOf(world, market, side, ticks);
  if (ranking === "pnl-leverage") return found.sort((a, b) => b.score - a.score || a.account - b.account);
  if (ranking !== "random-start") {
    const ranked = adlQueue(
      ranking,
      found.map((row) => candidateOf(world, market, row)),
    );
    return ranked.map(({ candidate, score }) => ({ ...candidate.row, score }));
  }
  const subject = account < world.traderCount ? world.agentKeys[account] : 0;
  const draw = world.random.uniform(PURPOSE_DELEVERAGE, subject, world.nowMicros);
  const byKey = found.map((row) => ({
    ...candidateOf(world, market, row),
    account: world.agentKeys[row.account],
  }));
  return adlQueue({ kind: "random-start", draw }, byKey).map(({ candidate }) => candidate.row);
}

/** Traders of the other side that the price leaves with something, scored by profit share x leverage (BitMEX form). */
function counterpartiesOf(world: World, market: Market, side: number, ticks: number): Counterparty[] {
  const { ledger, slots, traderCount, markTicks } = world;
  const mark = markTicks[market.index];
  const queue: Counterparty[] = [];
  for (let slot = ledger.firstSlotOf(market.index); slot !== -1; slot = ledger.slotAfter(slot)) {
    if (slots.lots[slot] * side >= 0) continue;
    const account = slots.account[slot];
    if (account >= traderCount) continue;
    const equity = equityBehind(world, slot, mark);
    const change = ledger.valueQuanta(slot, ticks) - ledger.valueQuanta(slot, mark);
    if (equity <= 0 || equity + change < 0) continue;
    const value = ledger.valueQuanta(slot, mark);
    const profit = (value - slots.cost[slot]) / Math.max(1, Math.abs(slots.cost[slot]));
    const leverage = Math.abs(value) / equity;
    queue.push({ slot, account, score: profit > 0 ? profit * leverage : profit / leverage });
  }
  return queue;
}

/** A counterparty as the ranking rules read it: prices in ticks, size so that their product is quanta. */
function candidateOf(
  world: World,
  market: Market,
  row: Counterparty,
): AdlCandidate & { readonly row: Counterparty } {
  const { slots, accounts, markTicks } = world;
  const { slot, account } = row;
  const lots = slots.lots[slot];
  const size = Math.abs(lots) * market.quantaPerTickLot;
  const cross = accounts.cross[account] === 1;
  const { equity, maintenance } = marginOf(world, slot);
  return {
    account,
    side: lots > 0 ? 1 : -1,
    size,
    // A position whose cost has been rounded away still has an entry above 0.
    entryPrice: Math.max(1, Math.abs(slots.cost[slot])) / size,
    markPrice: markTicks[market.index],
    equity,
    walletBalance: cross ? accounts.cash[account] : slots.margin[slot],
    maintenance,
    row,
  };
}

function equityBehind(world: World, slot: number, mark: number): number {
  const { ledger, slots, accounts, markTicks } = world;
  const account = slots.account[slot];
  return accounts.cross[account] === 1
    ? ledger.crossEquity(account, markTicks)
    : ledger.isolatedEquity(slot, mark);
}
