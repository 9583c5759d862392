/**
 * What `decide` is handed: the reader of a population's own accounts and the writer of its orders.
 *
 * The writer only puts messages into the queue with their arrival time; nothing trades here. Malformed orders
 * (no lots, price outside the book) are rejects, counted and noticed, never errors.
 */
import {
  CAUSE_HEDGE,
  NOTICE_REJECTED,
  type AccountReader,
  type DecideContext,
  type OrderWriter,
} from "./agent-port.ts";
import { makeTag } from "./flow.ts";
import {
  KIND_CANCEL_ALL,
  KIND_IMMEDIATE,
  KIND_LADDER,
  KIND_LIMIT,
  KIND_MARKET,
  KIND_REDUCE,
  LADDER_LEVELS,
} from "./order-queue.ts";
import type { Member } from "./population.ts";
import type { World } from "./world.ts";

/** The context of one population; made once, its columns are refilled each step. */
export function makeContext(world: World, member: Member): DecideContext {
  return {
    due: member.due,
    count: member.spec.count,
    params: member.spec.params,
    memory: member.memory,
    coins: member.spec.coins,
    view: world.view,
    account: new PopulationAccounts(world, member),
    orders: new PopulationOrders(world, member),
    random: member.random,
  };
}

class PopulationAccounts implements AccountReader {
  readonly weight: Float64Array;
  private readonly world: World;
  private readonly first: number;

  constructor(world: World, member: Member) {
    this.world = world;
    this.first = member.firstAccount;
    this.weight = member.spec.weight;
  }

  cashQuanta(agent: number): number {
    return this.world.accounts.cash[this.first + agent];
  }

  equityQuanta(agent: number): number {
    return this.world.ledger.totalEquity(this.first + agent, this.world.markTicks);
  }

  freeQuanta(agent: number): number {
    return this.world.ledger.freeQuanta(this.first + agent, this.world.markTicks);
  }

  lots(agent: number, market: number): number {
    const slot = this.world.ledger.findSlot(this.first + agent, market);
    return slot < 0 ? 0 : this.world.slots.lots[slot];
  }

  costQuanta(agent: number, market: number): number {
    const slot = this.world.ledger.findSlot(this.first + agent, market);
    return slot < 0 ? 0 : this.world.slots.cost[slot];
  }

  marginQuanta(agent: number, market: number): number {
    const slot = this.world.ledger.findSlot(this.first + agent, market);
    return slot < 0 ? 0 : this.world.slots.margin[slot];
  }

  restingOrders(agent: number, market: number): number {
    const slot = this.world.ledger.findSlot(this.first + agent, market);
    return slot < 0 ? 0 : this.world.markets[market].book.restingOf(slot);
  }

  perpNotionalQuanta(agent: number): number {
    const { ledger, slots, accounts, markets, markTicks } = this.world;
    let sum = 0;
    for (let slot = accounts.firstSlot[this.first + agent]; slot !== -1; slot = slots.nextOfAccount[slot]) {
      const market = slots.market[slot];
      if (markets[market].perpetual) sum += Math.abs(ledger.valueQuanta(slot, markTicks[market]));
    }
    return sum;
  }
}

class PopulationOrders implements OrderWriter {
  private readonly world: World;
  private readonly member: Member;
  private ladderMessage = -1;

  constructor(world: World, member: Member) {
    this.world = world;
    this.member = member;
  }

  market(agent: number, market: number, side: number, lots: number, cause: number): void {
    this.send(KIND_MARKET, agent, market, side, 0, lots, makeTag(cause, 0, -1));
  }

  reduce(agent: number, market: number, side: number, lots: number, cause: number): void {
    this.send(KIND_REDUCE, agent, market, side, 0, lots, makeTag(cause, 0, -1));
  }

  hedge(agent: number, market: number, side: number, lots: number, source: number): void {
    this.send(KIND_MARKET, agent, market, side, 0, lots, makeTag(CAUSE_HEDGE, 0, source));
  }

  limit(agent: number, market: number, side: number, ticks: number, lots: number): void {
    if (this.priceIsValid(agent, market, ticks)) this.send(KIND_LIMIT, agent, market, side, ticks, lots, 0);
  }

  immediate(agent: number, market: number, side: number, ticks: number, lots: number, cause: number): void {
    if (!this.priceIsValid(agent, market, ticks)) return;
    this.send(KIND_IMMEDIATE, agent, market, side, ticks, lots, makeTag(cause, 0, -1));
  }

  cancelAll(agent: number, market: number): void {
    this.world.queue.send(this.write(KIND_CANCEL_ALL, agent, market));
  }

  beginLadder(agent: number, market: number): void {
    const { queue } = this.world;
    const message = this.write(KIND_LADDER, agent, market);
    queue.takeLadder(message);
    queue.send(message);
    this.ladderMessage = message;
  }

  level(side: number, ticks: number, lots: number): void {
    const { queue, markets } = this.world;
    const message = this.ladderMessage;
    const count = queue.levelCount[message];
    const whole = Math.floor(lots);
    const price = Math.floor(ticks);
    const maxTicks = markets[queue.market[message]].maxTicks;
    if (count === LADDER_LEVELS || !(whole >= 1) || !(price >= 1) || price >= maxTicks) return;
    const row = queue.ladder[message] * LADDER_LEVELS + count;
    queue.levelSide[row] = side;
    queue.levelTicks[row] = price;
    queue.levelLots[row] = whole;
    queue.levelCount[message] = count + 1;
  }

  setLeverage(agent: number, market: number, leverage: number): void {
    const { ledger, slots } = this.world;
    const slot = ledger.slotOf(this.member.firstAccount + agent, market);
    if (slots.lots[slot] === 0) slots.leverage[slot] = Math.max(1, leverage);
  }

  setStop(agent: number, market: number, ticks: number): void {
    const { ledger, markets, markTicks } = this.world;
    const slot = ledger.slotOf(this.member.firstAccount + agent, market);
    const valid = ticks >= 1 && ticks < markets[market].maxTicks ? Math.floor(ticks) : 0;
    markets[market].stopTriggers.set(slot, valid, valid <= markTicks[market] ? 1 : -1);
  }

  private send(
    kind: number,
    agent: number,
    market: number,
    side: number,
    ticks: number,
    lots: number,
    tag: number,
  ): void {
    const whole = Math.floor(lots);
    if (!(whole >= 1)) {
      this.reject(agent);
      return;
    }
    const { queue } = this.world;
    const message = this.write(kind, agent, market);
    queue.side[message] = side;
    queue.ticks[message] = Math.floor(ticks);
    queue.lots[message] = whole;
    queue.tag[message] = tag;
    queue.send(message);
  }

  /** A message that arrives after the agent's latency, spread by a hash over 75-125 % of it. */
  private write(kind: number, agent: number, market: number): number {
    const { world, member } = this;
    const wakeMicros = world.wheel.wakeMicros[member.firstAccount + agent];
    const key = world.agentKeys[member.firstAccount + agent];
    const tie = (Math.imul(key ^ (wakeMicros % 4294967296), 0x9e3779b1) ^ (key >>> 15)) >>> 0;
    const spread = 0.75 + 0.5 * (tie / 4294967296);
    const arrival = wakeMicros + Math.round(member.latencyMicros[agent] * spread);
    return world.queue.write(kind, member.firstAccount + agent, market, key, arrival, tie);
  }

  private priceIsValid(agent: number, market: number, ticks: number): boolean {
    if (ticks >= 1 && ticks < this.world.markets[market].maxTicks) return true;
    this.reject(agent);
    return false;
  }

  private reject(agent: number): void {
    this.world.counters.rejects++;
    this.world.accounts.notice[this.member.firstAccount + agent] |= NOTICE_REJECTED;
  }
}
