/**
 * What `decide` is handed: the reader of a population's own accounts (account-reader.ts) and the writer of its orders.
 *
 * The writer only writes messages with their arrival time; nothing trades here. Malformed orders (no lots, price
 * outside the book, a cause that is the venue's) are rejects, counted and noticed, never errors; malformed levels of a
 * ladder are left out. Works on the part of the world that every thread
 * sees (`DeskWorld`).
 */
import { named } from "../columns/packed-column.ts";
import {
  CAUSE_CAPITULATION,
  CAUSE_DISCRETIONARY,
  CAUSE_EXOGENOUS,
  CAUSE_HEDGE,
  CAUSE_RISK_LIMIT,
  NOTICE_REJECTED,
  type DecideContext,
  type DueAgents,
  type OrderWriter,
} from "./agent-port.ts";
import { PopulationAccounts } from "./account-reader.ts";
import { makeTag } from "./flow.ts";
import { travelMicros } from "./latency.ts";
import {
  KIND_CANCEL_ALL,
  KIND_IMMEDIATE,
  KIND_LADDER,
  KIND_LIMIT,
  KIND_MARGIN,
  KIND_MARKET,
  KIND_REDUCE,
  KIND_TRANSFER,
  LADDER_LEVELS,
} from "./order-messages.ts";
import { agentKey, type Member } from "./population.ts";
import type { DeskWorld } from "./decider.ts";

/** Causes that an agent may give, as bits. */
const OWN_CAUSES =
  (1 << CAUSE_DISCRETIONARY) |
  (1 << CAUSE_RISK_LIMIT) |
  (1 << CAUSE_HEDGE) |
  (1 << CAUSE_EXOGENOUS) |
  (1 << CAUSE_CAPITULATION);

const NO_TABLES: DecideContext["tables"] = {};

/** When the agents that decide were woken, if not by their schedule. */
export interface WakeMoment {
  /** -1: each at its scheduled wake. */
  triggeredMicros: number;
}

/** The context of one population; made once per thread, `due` is refilled for each chunk. */
export function makeContext(
  world: DeskWorld,
  member: Member,
  due: DueAgents,
  wake: WakeMoment,
): DecideContext {
  return {
    due,
    count: member.spec.count,
    params: named(member.spec.params),
    packed: named(member.packed),
    memory: named(member.memory),
    shared: named(member.shared),
    publish: named(member.publish),
    tables: member.spec.tables ?? NO_TABLES,
    coins: member.spec.coins,
    venues: member.spec.venues,
    view: world.views[member.spec.venues[0]],
    account: new PopulationAccounts(world, member),
    orders: new PopulationOrders(world, member, wake),
    random: member.random,
  };
}

class PopulationOrders implements OrderWriter {
  private readonly world: DeskWorld;
  private readonly member: Member;
  private readonly wake: WakeMoment;
  /** Per market: account of the population's first agent on its venue, -1 where it does not trade. */
  private readonly firstIn: Int32Array;
  private ladderMessage = -1;

  constructor(world: DeskWorld, member: Member, wake: WakeMoment) {
    this.world = world;
    this.member = member;
    this.wake = wake;
    const { trades = "both" } = member.type;
    this.firstIn = Int32Array.from(world.markets, ({ perpetual }, market) =>
      trades === "both" || (trades === "perpetual") === perpetual
        ? member.firstAccountAt[world.view.venueOfMarket[market]]
        : -1,
    );
  }

  market(agent: number, market: number, side: number, lots: number, cause: number): void {
    if (this.causeIsOwn(agent, cause))
      this.send(KIND_MARKET, agent, market, side, 0, lots, makeTag(cause, 0, -1));
  }

  reduce(agent: number, market: number, side: number, lots: number, cause: number): void {
    if (this.causeIsOwn(agent, cause))
      this.send(KIND_REDUCE, agent, market, side, 0, lots, makeTag(cause, 0, -1));
  }

  hedge(agent: number, market: number, side: number, lots: number, source: number): void {
    this.send(KIND_MARKET, agent, market, side, 0, lots, makeTag(CAUSE_HEDGE, 0, source));
  }

  limit(agent: number, market: number, side: number, ticks: number, lots: number): void {
    if (this.priceIsValid(agent, market, ticks)) this.send(KIND_LIMIT, agent, market, side, ticks, lots, 0);
  }

  immediate(agent: number, market: number, side: number, ticks: number, lots: number, cause: number): void {
    if (!this.priceIsValid(agent, market, ticks) || !this.causeIsOwn(agent, cause)) return;
    this.send(KIND_IMMEDIATE, agent, market, side, ticks, lots, makeTag(cause, 0, -1));
  }

  cancelAll(agent: number, market: number): void {
    if (this.hasAccount(agent, market)) this.world.messages.send(this.write(KIND_CANCEL_ALL, agent, market));
  }

  beginLadder(agent: number, market: number): void {
    const { messages } = this.world;
    this.ladderMessage = -1;
    if (!this.hasAccount(agent, market)) return;
    const message = this.write(KIND_LADDER, agent, market);
    messages.takeLadder(message);
    messages.send(message);
    this.ladderMessage = message;
  }

  level(side: number, ticks: number, lots: number): void {
    const { messages, markets } = this.world;
    const message = this.ladderMessage;
    if (message < 0) return;
    const count = messages.levelCount[message];
    const whole = Math.floor(lots);
    const price = Math.floor(ticks);
    const maxTicks = markets[messages.market[message]].maxTicks;
    if (count === LADDER_LEVELS || !(whole >= 1) || !(price >= 1) || price >= maxTicks) return;
    const row = messages.ladder[message] * LADDER_LEVELS + count;
    messages.levelSide[row] = side;
    messages.levelTicks[row] = price;
    messages.levelLots[row] = whole;
    messages.levelCount[message] = count + 1;
  }

  setLeverage(agent: number, market: number, leverage: number): void {
    if (!this.hasAccount(agent, market)) return;
    const chosen = leverage >= 1 && leverage < Infinity ? leverage : 1;
    this.world.settings.setLeverage(this.accountIn(agent, market), market, chosen);
  }

  setStop(agent: number, market: number, ticks: number): void {
    const { markets, settings } = this.world;
    if (!this.hasAccount(agent, market)) return;
    const valid = ticks >= 1 && ticks < markets[market].maxTicks ? Math.floor(ticks) : 0;
    settings.setStop(this.accountIn(agent, market), market, valid);
  }

  wakeAt(agent: number, market: number, ticks: number): void {
    const { markets, settings } = this.world;
    const { levelRows } = this.member;
    const rank = levelRows === undefined ? -1 : (levelRows.rankOf[market] ?? -1);
    if (levelRows === undefined || rank < 0) {
      this.reject(agent);
      return;
    }
    const valid = ticks >= 1 && ticks < markets[market].maxTicks ? Math.floor(ticks) : 0;
    settings.setWakeLevel(levelRows.first + agent * levelRows.perAgent + rank, market, valid);
  }

  addMargin(agent: number, market: number, quanta: number): void {
    const whole = Math.trunc(quanta);
    if (!(Math.abs(whole) >= 1 && Math.abs(whole) < Infinity)) {
      this.reject(agent);
      return;
    }
    if (!this.hasAccount(agent, market)) return;
    const { messages } = this.world;
    const message = this.write(KIND_MARGIN, agent, market);
    messages.lots[message] = whole;
    messages.send(message);
  }

  transfer(agent: number, fromVenue: number, toVenue: number, quanta: number): void {
    const { messages } = this.world;
    const { firstAccountAt } = this.member;
    const [from, to] = [firstAccountAt[fromVenue] ?? -1, firstAccountAt[toVenue] ?? -1];
    const whole = Math.floor(quanta);
    if (from < 0 || to < 0 || from === to || !(whole >= 1)) {
      this.reject(agent);
      return;
    }
    const message = this.messageOf(KIND_TRANSFER, agent, fromVenue, from + agent, -1);
    messages.lots[message] = whole;
    messages.ticks[message] = to + agent;
    messages.send(message);
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
    if (!this.hasAccount(agent, market)) return;
    const { messages } = this.world;
    const message = this.write(kind, agent, market);
    messages.side[message] = side;
    messages.ticks[message] = Math.floor(ticks);
    messages.lots[message] = whole;
    messages.tag[message] = tag;
    messages.send(message);
  }

  private write(kind: number, agent: number, market: number): number {
    const venue = this.world.view.venueOfMarket[market];
    return this.messageOf(kind, agent, venue, this.accountIn(agent, market), market);
  }

  /** A message that arrives after the agent's latency to the venue, with jitter by a hash of agent and time. */
  private messageOf(kind: number, agent: number, venue: number, account: number, market: number): number {
    const { world, member } = this;
    const { triggeredMicros } = this.wake;
    const wakeMicros =
      triggeredMicros < 0 ? world.wheel.wakeMicros[member.firstAccount + agent] : triggeredMicros;
    // As in `world.agentKeys`, without a read from memory.
    const key = agentKey(member, agent);
    // `^` takes the time modulo 2^32.
    const tie = (Math.imul(key ^ wakeMicros, 0x9e3779b1) ^ (key >>> 15)) >>> 0;
    const arrival = wakeMicros + travelMicros(member.latency, agent, venue, tie);
    return world.messages.write(kind, account, market, key, arrival, tie);
  }

  /** The agent's account on the market's venue. */
  private accountIn(agent: number, market: number): number {
    return this.firstIn[market] + agent;
  }

  /** Whether the population trades on the market's venue and its kind; if not, the agent is told of a reject. */
  private hasAccount(agent: number, market: number): boolean {
    if (this.firstIn[market] >= 0) return true;
    this.reject(agent);
    return false;
  }

  /** Whether a cause is one that agents have; the venue's open what is closed to them, and cost other fees. */
  private causeIsOwn(agent: number, cause: number): boolean {
    const bit = cause === (cause & 31) ? 1 << cause : 0;
    if ((OWN_CAUSES & bit) !== 0) return true;
    this.reject(agent);
    return false;
  }

  private priceIsValid(agent: number, market: number, ticks: number): boolean {
    if (ticks >= 1 && ticks < this.world.markets[market].maxTicks) return true;
    this.reject(agent);
    return false;
  }

  private reject(agent: number): void {
    this.world.countReject();
    this.world.accounts.notice[this.member.firstAccount + agent] |= NOTICE_REJECTED;
  }
}
