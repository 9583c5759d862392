/**
 * Who is deleveraged against: one queue per market and side, built when a round first needs it. Part of phase 8.
 *
 * Marks stand still within a round, so a place in a queue changes only with the account behind it: those that a
 * deleveraging has touched are scored anew, nobody else. Whether a price leaves a counterparty with something
 * depends on the price: each row carries the worst price that it can take, which is compared when it is met.
 */
import { marginRatioScore, pnlLeverageScore, priceRatioScore } from "../mechanics/adl-ranking.ts";
import { PURPOSE_DELEVERAGE } from "../rng/streams.ts";
import { AdlRows } from "./adl-rows.ts";
import { maintenanceBehind } from "./close-plan.ts";
import { CyclicQueue } from "./cyclic-queue.ts";
import { RankedQueue } from "./ranked-queue.ts";
import type { Market, World } from "./world.ts";

/** The queues of a run. Built by build-world.ts; takes memory only once something is deleveraged. */
export class Counterparties {
  private rows: AdlRows | undefined;
  /** Per market: against longs, against shorts. */
  private readonly queues: (RankedQueue | CyclicQueue | undefined)[];
  private readonly isBuilt: Uint8Array;
  /** Slots that the walk under way took, in order. */
  private readonly taken: number[] = [];

  constructor(marketCount: number) {
    this.queues = Array.from({ length: 2 * marketCount }, () => undefined);
    this.isBuilt = new Uint8Array(2 * marketCount);
  }

  /** Begins a round: all queues are of earlier marks. */
  beginRound(): void {
    this.isBuilt.fill(0);
    if (this.rows !== undefined) this.rows.count = 0;
  }

  /**
   * Begins the walk of one shortfall: the slots of traders on the other side of the market that the price leaves with
   * an equity of at least 0, in the order in which they are deleveraged. `next` of the queue gives them one by
   * one, -1 after the last. `took` and
   * `endWalk` keep the queues up to date.
   *
   * @param side side of the position to be closed; counterparties hold the other
   * @param ticks settlement price
   * @param account whose position is closed; the start of a queue without a ranking is drawn for it
   */
  walk(world: World, market: Market, side: number, ticks: number, account: number): { next(): number } {
    const queue = this.queueOf(world, market, side);
    const adverse = Math.max(0, side * (ticks - world.markTicks[market.index]));
    if (queue instanceof RankedQueue) {
      queue.start(adverse);
      return queue;
    }
    const subject = account < world.traderCount ? world.agentKeys[account] : 0;
    queue.start(adverse, world.random.uniform(PURPOSE_DELEVERAGE, subject, world.nowMicros));
    return queue;
  }

  /** Notes that a slot's position has changed in this walk. */
  took(slot: number): void {
    this.taken.push(slot);
  }

  /**
   * Ends the walk of one shortfall: scores the slots anew that it took, and its own.
   *
   * @param slot whose position was closed
   */
  endWalk(world: World, slot: number): void {
    this.touch(world, slot);
    for (const other of this.taken) this.touch(world, other);
    this.taken.length = 0;
  }

  /** Scores anew what a change of a slot moves in the queues: all slots of a cross account, else the slot itself. */
  private touch(world: World, slot: number): void {
    const { accounts, slots, markets } = world;
    const account = slots.account[slot];
    if (account >= world.traderCount) return;
    if (accounts.cross[account] === 0) {
      this.refresh(world, slot);
      return;
    }
    for (let own = accounts.firstSlot[account]; own !== -1; own = slots.nextOfAccount[own]) {
      if (markets[slots.market[own]].perpetual) this.refresh(world, own);
    }
  }

  private refresh(world: World, slot: number): void {
    const { rows } = this;
    if (rows === undefined) return;
    const row = rows.find(slot);
    const lots = world.slots.lots[slot];
    for (let side = -1; side <= 1; side += 2) {
      const at = queueAt(world.slots.market[slot], side);
      const queue = this.queues[at];
      if (queue === undefined || this.isBuilt[at] === 0) continue;
      const equity = equityBehind(world, slot);
      const tolerance = lots * side < 0 ? toleranceOf(world, slot, equity) : -1;
      if (queue instanceof CyclicQueue) {
        if (queue.holds(row)) queue.update(row, tolerance);
        continue;
      }
      if (lots * side < 0 || lots === 0) rows.drop(slot);
      if (tolerance >= 0) queue.push(rows.add(slot, scoreOf(world, slot, equity), tolerance));
    }
  }

  private queueOf(world: World, market: Market, side: number): RankedQueue | CyclicQueue {
    const { slots, agentKeys } = world;
    const rows = (this.rows ??= new AdlRows(slots.account.length));
    const at = queueAt(market.index, side);
    const isRanked = market.venue.spec.adl.ranking !== "random-start";
    const queue = (this.queues[at] ??= isRanked
      ? new RankedQueue(rows, slots.account)
      : new CyclicQueue(rows, slots.account, agentKeys));
    if (this.isBuilt[at] === 0) build(world, market, side, queue, rows);
    this.isBuilt[at] = 1;
    return queue;
  }
}

/** Fills a queue with the traders' positions of the other side at the marks. */
function build(
  world: World,
  market: Market,
  side: number,
  queue: RankedQueue | CyclicQueue,
  rows: AdlRows,
): void {
  const { ledger, slots, traderCount } = world;
  queue.clear();
  for (let slot = ledger.firstSlotOf(market.index); slot !== -1; slot = ledger.slotAfter(slot)) {
    if (slots.lots[slot] * side >= 0 || slots.account[slot] >= traderCount) continue;
    if (queue instanceof CyclicQueue) {
      queue.append(slot);
      continue;
    }
    const equity = equityBehind(world, slot);
    const tolerance = toleranceOf(world, slot, equity);
    if (tolerance >= 0) queue.append(rows.add(slot, scoreOf(world, slot, equity), tolerance));
  }
  if (queue instanceof RankedQueue) queue.order();
  else queue.order((slot) => toleranceOf(world, slot, equityBehind(world, slot)));
}

function queueAt(market: number, side: number): number {
  return 2 * market + (side > 0 ? 0 : 1);
}

/** Whole ticks that the settlement may be worse than the mark and leave an equity of at least 0; -1 without equity. */
function toleranceOf({ ledger }: World, slot: number, equity: number): number {
  // Whole numbers below 2^53: the rounded quotient never reaches the next whole number.
  return equity > 0 ? Math.floor(equity / Math.abs(ledger.valueQuanta(slot, 1))) : -1;
}

/** Score of a position with equity behind it in the ranking of its venue. */
function scoreOf(world: World, slot: number, equity: number): number {
  const { slots, accounts, ledger, markets, markTicks } = world;
  const market = markets[slots.market[slot]];
  const mark = markTicks[market.index];
  const cost = slots.cost[slot];
  const value = ledger.valueQuanta(slot, mark);
  const { ranking } = market.venue.spec.adl;
  if (ranking === "pnl-leverage") {
    const share = (value - cost) / Math.max(1, Math.abs(cost));
    return pnlLeverageScore(share, Math.abs(value) / equity);
  }
  const side = slots.lots[slot] > 0 ? 1 : -1;
  const size = Math.abs(slots.lots[slot]) * market.quantaPerTickLot;
  // A position whose cost has been rounded away still has an entry above 0.
  const entry = Math.max(1, Math.abs(cost)) / size;
  if (ranking === "price-ratio-leverage") return priceRatioScore(side, entry, mark, (size * mark) / equity);
  const isCross = accounts.cross[slots.account[slot]] === 1;
  const wallet = isCross ? accounts.cash[slots.account[slot]] : slots.margin[slot];
  const profit = side * size * (mark - entry);
  return marginRatioScore(profit, wallet, maintenanceBehind(world, slot), equity);
}

/** Equity of the isolated position, or of the whole cross account, at the marks. */
function equityBehind(world: World, slot: number): number {
  const { ledger, slots, accounts, markTicks } = world;
  const account = slots.account[slot];
  return accounts.cross[account] === 1
    ? ledger.crossEquity(account, markTicks)
    : ledger.isolatedEquity(slot, markTicks[slots.market[slot]]);
}
