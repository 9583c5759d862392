/**
 * Phase 4, arrive: messages reach the venue in arrival order and pass pre-trade risk.
 *
 * Each order that can add exposure holds money first: initial margin at its worst price, the loss it would
 * open with, and the taker fee; a spot buy holds its cost, a spot sell its coins. What cannot be held is a
 * reject. Reduce-only orders need no hold and are clamped when they match. Later messages wait in the queue. Cash
 * between venues is sent here too, and credited; and cash goes into isolated margins and out of them.
 */
import { FLOOR, mulDiv } from "../../numeric/mul-div.ts";
import { BUY, PPM } from "../../units.ts";
import { READ_AHEAD, readAheadOfOrders } from "../../accounts/read-ahead.ts";
import { allowedLeverage, initialMarginQuanta } from "../../accounts/tiers.ts";
import { CAUSE_STOP, NOTICE_REJECTED } from "../agent-port.ts";
import { feeQuanta } from "../bankruptcy.ts";
import { causeOfTag } from "../flow.ts";
import {
  KIND_CANCEL_ALL,
  KIND_LADDER,
  KIND_MARGIN,
  KIND_MARKET,
  KIND_REDUCE,
  KIND_TRANSFER,
  LADDER_LEVELS,
} from "../order-messages.ts";
import { moveMargin } from "../margin-transfer.ts";
import { creditTransfers, sendTransfer } from "../transfers.ts";
import { notify, type Market, type World } from "../world.ts";

/** Takes every message that arrives before the step's end. */
export function arrive(world: World): void {
  const { queue } = world;
  const tape = world.observer?.orderTape;
  const endMicros = world.nowMicros + world.inputs.stepMicros;
  creditTransfers(world, endMicros);
  const count = queue.gather(world.nowMicros, endMicros);
  for (let k = 0; k < count; k++) {
    if (k % READ_AHEAD === 0) readAhead(world, k, Math.min(count, k + READ_AHEAD));
    const message = queue.arrivals[k];
    if (queue.kind[message] === KIND_TRANSFER) {
      const { account, ticks, lots, arrivalMicros } = queue;
      sendTransfer(world, account[message], ticks[message], lots[message], arrivalMicros[message]);
      queue.discard(message);
      continue;
    }
    const market = world.markets[queue.market[message]];
    if (queue.kind[message] === KIND_MARGIN) {
      const moved = moveMargin(world, market, queue.account[message], queue.lots[message]);
      if (tape !== undefined) tape.arrived(world, message, moved);
      if (moved) queue.discard(message);
      else reject(world, message);
      continue;
    }
    queue.slot[message] = world.ledger.slotOf(queue.account[message], market.index);
    const admitted = isOpen(world, market, message) && admit(world, market, message);
    if (tape !== undefined) tape.arrived(world, message, admitted);
    if (admitted) link(world, market, message);
    else reject(world, message);
  }
}

const listed = new Int32Array(READ_AHEAD);

function readAhead({ queue, accounts, slots }: World, from: number, to: number): void {
  for (let k = from; k < to; k++) listed[k - from] = queue.account[queue.arrivals[k]];
  readAheadOfOrders(accounts, slots, listed, to - from);
}

/** Price at which a market order stops: the band around the mark, inside the book's range. */
export function bandTicks(world: World, market: Market, side: number): number {
  const mark = world.markTicks[market.index];
  const band = mulDiv(mark, market.bandPpm, PPM, FLOOR);
  return side === BUY ? Math.min(market.maxTicks - 1, mark + band) : Math.max(1, mark - band);
}

/**
 * Whether a message reaches the market: in an outage only the venue's own stops, in a halt only a cancel, if those
 * are allowed.
 */
function isOpen(world: World, market: Market, message: number): boolean {
  const { queue } = world;
  if (market.halted) return queue.kind[message] === KIND_CANCEL_ALL && market.cancelsAllowed;
  return !market.venue.outage || causeOfTag(queue.tag[message]) === CAUSE_STOP;
}

function admit(world: World, market: Market, message: number): boolean {
  const { queue } = world;
  const kind = queue.kind[message];
  if (kind === KIND_CANCEL_ALL || kind === KIND_REDUCE) return true;
  if (kind === KIND_LADDER) return admitLadder(world, market, message);
  if (kind === KIND_MARKET) queue.ticks[message] = bandTicks(world, market, queue.side[message]);
  const slot = queue.slot[message];
  const side = queue.side[message];
  const lots = queue.lots[message];
  if (!market.perpetual && side !== BUY) {
    const { slots } = world;
    if (lots > slots.lots[slot] - slots.reservedLots[slot]) return false;
    world.ledger.reserve(slot, 0, lots);
    return true;
  }
  const closable = restsNothing(world, slot) ? closableLots(world, slot, side) : 0;
  const hold = holdQuanta(world, market, slot, side, queue.ticks[message], lots, closable);
  if (hold > world.ledger.freeQuanta(queue.account[message], world.markTicks)) return false;
  queue.reserve[message] = hold;
  world.ledger.reserve(slot, hold, 0);
  return true;
}

/**
 * A ladder is admitted level by level, in the order written, as far as its holds can be covered; what its
 * predecessor holds counts as free. Levels beyond that are dropped (their lots turn negative), the old orders are
 * cancelled all the same.
 */
function admitLadder(world: World, market: Market, message: number): boolean {
  const { queue, slots, ledger } = world;
  const slot = queue.slot[message];
  const first = queue.ladder[message] * LADDER_LEVELS;
  const money = ledger.freeQuanta(queue.account[message], world.markTicks) + slots.reserved[slot];
  let closableBuy = closableLots(world, slot, BUY);
  let closableSell = closableLots(world, slot, -BUY);
  let hold = 0;
  let coins = 0;
  for (let row = first; row < first + queue.levelCount[message]; row++) {
    const side = queue.levelSide[row];
    const lots = queue.levelLots[row];
    queue.levelReserve[row] = 0;
    if (!market.perpetual && side !== BUY) {
      if (coins + lots > slots.lots[slot]) queue.levelLots[row] = -lots;
      else coins += lots;
      continue;
    }
    const closable = Math.min(lots, side === BUY ? closableBuy : closableSell);
    const level = holdQuanta(world, market, slot, side, queue.levelTicks[row], lots, closable);
    if (hold + level > money) {
      queue.levelLots[row] = -lots;
      continue;
    }
    if (side === BUY) closableBuy -= closable;
    else closableSell -= closable;
    queue.levelReserve[row] = level;
    hold += level;
  }
  ledger.reserve(slot, hold, coins);
  return true;
}

function holdQuanta(
  world: World,
  market: Market,
  slot: number,
  side: number,
  ticks: number,
  lots: number,
  closable: number,
): number {
  const { slots, accounts, ledger } = world;
  const unit = market.quantaPerTickLot;
  const mark = world.markTicks[market.index];
  if (!market.perpetual) {
    const cost = lots * ticks * unit;
    return cost + feeQuanta(cost, market.takerFeePpm);
  }
  const worst = side === BUY ? ticks : Math.max(ticks, mark);
  const fee = feeQuanta(lots * worst * unit, market.takerFeePpm);
  const opening = lots - Math.min(lots, closable);
  if (opening === 0) return fee;
  const notional = opening * worst * unit;
  const weight = accounts.weight[slots.account[slot]];
  const total = notional + Math.abs(ledger.valueQuanta(slot, mark));
  const leverage = allowedLeverage(market.tiers, total, weight, slots.leverage[slot]);
  const openLoss = Math.max(0, side * (ticks - mark)) * opening * unit;
  return initialMarginQuanta(notional, leverage) + openLoss + fee;
}

/** Lots of the opposite position that an order of this side would close. */
function closableLots(world: World, slot: number, side: number): number {
  return Math.max(0, -side * world.slots.lots[slot]);
}

function restsNothing(world: World, slot: number): boolean {
  return world.slots.reserved[slot] === 0 && world.slots.orderHead[slot] === -1;
}

function link(world: World, market: Market, message: number): void {
  const { queue } = world;
  queue.nextOfMarket[message] = -1;
  if (market.firstMessage === -1) market.firstMessage = message;
  else queue.nextOfMarket[market.lastMessage] = message;
  market.lastMessage = message;
}

function reject(world: World, message: number): void {
  const { queue, counters } = world;
  counters.rejects++;
  notify(world, queue.account[message], NOTICE_REJECTED);
  queue.discard(message);
}
