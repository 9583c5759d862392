/**
 * Phase 5, match: each book runs its arrivals in order. Fills are written with the cause of the taker; money
 * moves in settle. Holds of what neither traded nor rests are released here.
 */
import { isolatedBankruptcyTicks } from "../bankruptcy.ts";
import { causeOfTag } from "../flow.ts";
import { KIND_CANCEL_ALL, KIND_LADDER, KIND_LIMIT, KIND_REDUCE, LADDER_LEVELS } from "../order-messages.ts";
import { NOTICE_STOPPED, CAUSE_STOP, NOTICE_REJECTED } from "../agent-port.ts";
import { IMMEDIATE, POST_ONLY } from "../../market/codes.ts";
import { BUY } from "../../units.ts";
import { bandTicks } from "./arrive.ts";
import { notify, type Market, type World } from "../world.ts";

/** Runs every market's arrivals. */
export function match(world: World): void {
  for (const market of world.markets) {
    for (let message = market.firstMessage; message !== -1;) {
      const next = world.queue.nextOfMarket[message];
      execute(world, market, message);
      world.queue.discard(message);
      message = next;
    }
    market.firstMessage = -1;
    market.lastMessage = -1;
  }
}

/** Places one order and notes what its fills do to positions not settled yet. */
export function placeOrder(
  world: World,
  market: Market,
  side: number,
  ticks: number,
  lots: number,
  slot: number,
  tag: number,
  reserve: number,
  flags: number,
): void {
  const { fills, slots, flow } = world;
  const from = fills.count;
  const { book } = market;
  book.place(side, ticks, lots, slot, tag, reserve, flags);
  world.counters.orders++;
  let notional = 0;
  let taken = 0;
  for (let fill = from; fill < fills.count; fill++) {
    const traded = fills.lots[fill];
    if (traded === 0) continue;
    slots.pending[slot] += side * traded;
    slots.pending[fills.makerOwner[fill]] -= side * traded;
    taken += traded;
    notional += traded * fills.ticks[fill] * market.quantaPerTickLot;
    market.lastTradeTicks = fills.ticks[fill];
  }
  if (notional > 0) {
    flow.add(market.index, side, tag, notional);
    countOnTape(world, market.index, side, taken);
    world.observer?.takerFlow(market, side, tag, notional);
  }
}

/** Counts a taker order on the public tape, which agents see from the next step on. */
function countOnTape({ view }: World, market: number, side: number, lots: number): void {
  const total = side > 0 ? view.boughtLots : view.soldLots;
  total[market] += lots;
}

function execute(world: World, market: Market, message: number): void {
  const { queue } = world;
  const kind = queue.kind[message];
  const slot = queue.slot[message];
  if (kind === KIND_CANCEL_ALL) {
    cancelOrders(world, market, slot);
    return;
  }
  if (kind === KIND_LADDER) {
    cancelOrders(world, market, slot);
    placeLadder(world, market, message);
    return;
  }
  if (kind === KIND_REDUCE) {
    reduce(world, market, message);
    return;
  }
  const side = queue.side[message];
  const flags = kind === KIND_LIMIT ? 0 : IMMEDIATE;
  placeOrder(
    world,
    market,
    side,
    queue.ticks[message],
    queue.lots[message],
    slot,
    queue.tag[message],
    queue.reserve[message],
    flags,
  );
  releaseUnused(world, market, slot, side);
}

/** Cancels a slot's resting orders and frees their holds. */
export function cancelOrders(world: World, market: Market, slot: number): void {
  const { book } = market;
  world.counters.cancels += book.cancelOwner(slot);
  const coins = market.perpetual ? 0 : book.releasedSellLots;
  world.ledger.release(slot, book.releasedBuyReserve + book.releasedSellReserve, coins);
}

function placeLadder(world: World, market: Market, message: number): void {
  const { queue } = world;
  const slot = queue.slot[message];
  const first = queue.ladder[message] * LADDER_LEVELS;
  for (let row = first; row < first + queue.levelCount[message]; row++) {
    const side = queue.levelSide[row];
    if (queue.levelLots[row] <= 0) continue;
    market.book.place(
      side,
      queue.levelTicks[row],
      queue.levelLots[row],
      slot,
      queue.tag[message],
      queue.levelReserve[row],
      POST_ONLY,
    );
    world.counters.orders++;
    releaseUnused(world, market, slot, side);
  }
}

/** Frees the hold of what is left of the order placed last, unless it rests. */
function releaseUnused(world: World, market: Market, slot: number, side: number): void {
  const { book } = market;
  if (book.restingOrder !== -1) return;
  const coins = !market.perpetual && side !== BUY ? book.remainingLots : 0;
  if (book.takerReserveLeft > 0 || coins > 0) world.ledger.release(slot, book.takerReserveLeft, coins);
}

/** Reduce-only: clamped to the position as it stands after this step's earlier fills. */
function reduce(world: World, market: Market, message: number): void {
  const { queue, slots, accounts } = world;
  const slot = queue.slot[message];
  const side = queue.side[message];
  const position = slots.lots[slot] + slots.pending[slot];
  const lots = Math.min(queue.lots[message], Math.max(0, -side * position));
  if (lots === 0) {
    world.counters.rejects++;
    notify(world, queue.account[message], NOTICE_REJECTED);
    return;
  }
  if (causeOfTag(queue.tag[message]) === CAUSE_STOP) notify(world, queue.account[message], NOTICE_STOPPED);
  let ticks = bandTicks(world, market, side);
  if (market.perpetual && accounts.cross[slots.account[slot]] === 0 && slots.pending[slot] === 0) {
    ticks = withinBankruptcy(world, market, slot, side, ticks);
  }
  if (!market.perpetual) world.ledger.reserve(slot, 0, lots);
  placeOrder(world, market, side, ticks, lots, slot, queue.tag[message], 0, IMMEDIATE);
  if (!market.perpetual && market.book.remainingLots > 0)
    world.ledger.release(slot, 0, market.book.remainingLots);
}

/** An isolated position is never closed beyond the price at which its margin is gone. */
function withinBankruptcy(world: World, market: Market, slot: number, side: number, ticks: number): number {
  const { slots } = world;
  const size = Math.abs(slots.lots[slot]) * market.quantaPerTickLot;
  const bankruptcy = isolatedBankruptcyTicks(slots.lots[slot], slots.cost[slot], slots.margin[slot], size);
  return side === BUY ? Math.min(ticks, bankruptcy) : Math.max(ticks, bankruptcy);
}
