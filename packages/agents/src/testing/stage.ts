/**
 * A stage for one population without the engine: a view that you write, accounts that you fill, orders as a list.
 *
 * Lets a type be stepped by hand, in its tests or in a loop of your own. Nothing is matched, margined or charged: what
 * should happen to an order is done by the caller, or by `fill`, which trades at the mid for nothing.
 */
import {
  PURPOSE_DECIDE,
  PURPOSE_PARAM,
  UserError,
  WakeRandom,
  createKeys,
  drawColumn,
  hash32,
  nearestName,
  packColumns,
  parseDistribution,
  purposeOf,
  randomSource,
} from "@undertow/core";
import type { AccountReader, AgentTable, AgentType, Keys } from "@undertow/core";
import { MARKETS, UNIT, type WritableView, calmView } from "./calm-view.ts";
import { type SentOrder, collectOrders } from "./sent-orders.ts";

/** Name of the stage's population, from which draws follow. */
const POPULATION = "stage";
/** Time between two wakes when nothing else is said. */
const TEN_SECONDS = 10e6;

/** What a stage is built from. */
export interface StageOptions {
  /** Values of parameters in the type's units, for all agents alike or one for each; others have the type's default. */
  readonly params?: Readonly<Record<string, number | readonly number[]>>;
  /** Number of agents; default 1. */
  readonly count?: number;
  /** Coins that the population trades, as indices: 0 BTC, 1 SOL; default both. */
  readonly coins?: readonly number[];
  /** Any string; default `stage`. */
  readonly seed?: string;
  /** Venues, each with the four markets; agents have an account on each. Default 1. */
  readonly venues?: number;
  /** Tables that the type declares, by name; default none. */
  readonly tables?: Readonly<Record<string, AgentTable>>;
}

/**
 * One population on a hand-made view.
 *
 * @throws UserError `invalid-argument` for a parameter that the type does not have, or too few values of one
 * @example
 * const stage = new Stage(momentumTrader, { params: { leverage: 5 } });
 * stage.cash[0] = 10_000 * UNIT;
 * stage.view.return30m[BTC_PERP] = -0.05;
 * stage.fill(stage.wake()); // the agent sells; its position is in stage.held[BTC_PERP][0]
 */
export class Stage {
  /** What the agents see; write to it. */
  readonly view: WritableView;
  /** What was written at the last wake. */
  readonly sent: SentOrder[] = [];
  readonly params: Record<string, Float64Array>;
  readonly memory: Record<string, Float64Array> = {};
  /** Shared memory: what all see of each other in a wake, and what they write for the next one. */
  readonly shared: Record<string, Float64Array> = {};
  readonly publish: Record<string, Float64Array> = {};
  /**
   * Per market: signed lots, signed cost in quanta, isolated margin in quanta, leverage as it was set last and resting
   * orders of each agent.
   */
  readonly held: Float64Array[];
  readonly cost: Float64Array[];
  readonly margin: Float64Array[];
  readonly leverage: Float64Array[];
  readonly resting: Float64Array[];
  /** Cash on the home venue in quanta, and by venue. */
  readonly cash: Float64Array;
  readonly cashAt: Float64Array[];
  /** Cash on its way to each venue, quanta. */
  readonly inTransit: Float64Array[];
  /** Traders that each agent stands for. */
  readonly weight: Float64Array;
  readonly type: AgentType;
  readonly count: number;
  readonly coins: Int32Array;
  readonly tables: Readonly<Record<string, AgentTable>>;
  private readonly ordinal: Float64Array;
  private readonly random: WakeRandom;

  constructor(type: AgentType, options: StageOptions = {}) {
    const { params = {}, count = 1, coins = [0, 1], seed = POPULATION, venues = 1 } = options;
    this.type = type;
    this.tables = options.tables ?? {};
    this.view = calmView(venues);
    this.count = count;
    this.coins = Int32Array.from(coins);
    const column = (): Float64Array => new Float64Array(count);
    const columns = (length: number): Float64Array[] => Array.from({ length }, column);
    const keys = createKeys(seed);
    this.params = paramColumns(type, params, count, keys);
    for (const [name, value] of Object.entries(type.memory)) this.memory[name] = column().fill(value);
    for (const [name, value] of Object.entries(type.sharedMemory ?? {})) {
      this.shared[name] = column().fill(value);
      this.publish[name] = column().fill(value);
    }
    const { marketCount } = this.view;
    this.held = columns(marketCount);
    this.cost = columns(marketCount);
    this.margin = columns(marketCount);
    this.leverage = columns(marketCount).map((one) => one.fill(1));
    this.resting = columns(marketCount);
    this.cashAt = columns(venues);
    this.inTransit = columns(venues);
    this.cash = this.cashAt[0];
    this.weight = column().fill(1);
    this.ordinal = column();
    this.random = new WakeRandom(keys);
    this.random.begin(hash32(POPULATION), this.ordinal, PURPOSE_DECIDE);
  }

  /** Lots that a sum of money is at the market's mid, rounded down. */
  lotsOf(market: number, money: number): number {
    return Math.floor((money * UNIT) / (this.view.midTicks[market] * this.view.quantaPerTickLot[market]));
  }

  /** Money that lots are worth at the market's mid. */
  moneyOf(market: number, lots: number): number {
    return (lots * this.view.midTicks[market] * this.view.quantaPerTickLot[market]) / UNIT;
  }

  /** Gives an agent a position entered at the mid, in place of the one it has; its cash stays. */
  hold(market: number, lots: number, agent = 0): void {
    this.held[market][agent] = lots;
    this.cost[market][agent] = lots * this.view.midTicks[market] * this.view.quantaPerTickLot[market];
  }

  /** Moves a market's mid, best prices and mark by a factor; index, depth and windows stay. */
  move(market: number, factor: number): void {
    for (const column of [this.view.bidTicks, this.view.askTicks, this.view.midTicks, this.view.markTicks]) {
      column[market] =
        column === this.view.midTicks ? column[market] * factor : Math.round(column[market] * factor);
    }
  }

  /**
   * Lets time pass and wakes every agent once.
   *
   * @param afterMicros time since the last wake
   * @param notice bits of `NOTICE_*` that every agent is told
   * @param trigger what of the type's `wake.on` woke every agent: bits of `NOTICE_*` and `TRIGGER_LEVEL`
   * @returns what was sent
   */
  wake(afterMicros = TEN_SECONDS, notice = 0, trigger = 0): SentOrder[] {
    this.view.nowMicros += afterMicros;
    this.sent.length = 0;
    this.type.decide({
      due: {
        count: this.count,
        agents: Int32Array.from({ length: this.count }, (_, agent) => agent),
        notice: new Uint8Array(this.count).fill(notice),
        trigger: new Uint8Array(this.count).fill(trigger),
        wakeMicros: new Float64Array(this.count).fill(this.view.nowMicros),
      },
      count: this.count,
      params: this.params,
      packed: packColumns(this.params),
      memory: this.memory,
      shared: this.shared,
      publish: this.publish,
      tables: this.tables,
      coins: this.coins,
      venues: Int32Array.from(this.cashAt, (_, venue) => venue),
      view: this.view,
      account: this.account(),
      orders: collectOrders(this.sent, this.resting, this.leverage),
      random: this.random,
    });
    for (let agent = 0; agent < this.count; agent++) this.ordinal[agent]++;
    for (const [name, written] of Object.entries(this.publish)) this.shared[name].set(written);
    return [...this.sent];
  }

  /**
   * Executes market, reduce and hedge orders at the mid, without fees or margin. What closes a position leaves at its
   * average cost, as in the ledger; the profit of a perpetual is cash.
   */
  fill(orders: readonly SentOrder[]): void {
    for (const { kind, agent, market, side, lots } of orders) {
      if (kind !== "market" && kind !== "reduce" && kind !== "hedge") continue;
      const price = this.view.midTicks[market] * this.view.quantaPerTickLot[market];
      const [held, cost] = [this.held[market], this.cost[market]];
      const before = held[agent];
      const closing = before * side < 0 ? Math.min(lots, Math.abs(before)) : 0;
      const closedCost = closing === 0 ? 0 : cost[agent] * (closing / Math.abs(before));
      held[agent] += side * lots;
      cost[agent] += side * (lots - closing) * price - closedCost;
      const paid = market % 2 === 0 ? side * lots * price : side * closing * price + closedCost;
      this.cashAt[Math.floor(market / MARKETS)][agent] -= paid;
    }
  }

  private account(): AccountReader {
    const { view, held, cost, margin, leverage, resting, cashAt, inTransit } = this;
    const value = (agent: number, market: number): number =>
      held[market][agent] * view.markTicks[market] * view.quantaPerTickLot[market];
    const sum = (venue: number, of: (market: number) => number): number =>
      [0, 1, 2, 3].reduce((total, m) => total + of(MARKETS * venue + m), 0);
    return {
      cashQuanta: (agent, venue = 0) => cashAt[venue][agent],
      equityQuanta: (agent, venue = 0) =>
        cashAt[venue][agent] +
        sum(venue, (market) => {
          const gain = margin[market][agent] - cost[market][agent];
          return value(agent, market) + (market % 2 === 0 ? 0 : gain);
        }),
      freeQuanta: (agent, venue = 0) => cashAt[venue][agent],
      inTransitQuanta: (agent, venue = 0) => inTransit[venue][agent],
      lots: (agent, market) => held[market][agent],
      costQuanta: (agent, market) => cost[market][agent],
      marginQuanta: (agent, market) => margin[market][agent],
      leverage: (agent, market) => leverage[market][agent],
      restingOrders: (agent, market) => resting[market][agent],
      perpNotionalQuanta: (agent, venue = 0) =>
        sum(venue, (market) => (market % 2 === 0 ? 0 : Math.abs(value(agent, market)))),
      weight: this.weight,
    };
  }
}

/** One column for each parameter of the type; a default that is a distribution is drawn under the stage's seed. */
function paramColumns(
  type: AgentType,
  given: Readonly<Record<string, number | readonly number[]>>,
  count: number,
  keys: Keys,
): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  const random = randomSource(keys);
  const names = Object.keys(type.params);
  for (const [name, spec] of Object.entries(type.params)) {
    const wish = given[name] ?? spec.default;
    if (typeof wish === "string") {
      const purpose = purposeOf(PURPOSE_PARAM, hash32(name));
      const drawn = drawColumn(parseDistribution(wish), random, purpose, hash32(POPULATION), count);
      const { min = -Infinity, max = Infinity } = spec;
      columns[name] = drawn.map((value) => Math.min(max, Math.max(min, value)));
    } else columns[name] = columnOf(name, wish, count);
  }
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    throw new UserError("invalid-argument", {
      message: `${type.name} has no parameter "${name}"`,
      path: `params.${name}`,
      expected: names.length === 0 ? "none" : `one of ${names.join(", ")}`,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  return columns;
}

function columnOf(name: string, wish: number | readonly number[], count: number): Float64Array {
  if (typeof wish === "number") return new Float64Array(count).fill(wish);
  if (wish.length === count) return Float64Array.from(wish);
  throw new UserError("invalid-argument", {
    message: "one value for each agent is needed",
    path: `params.${name}`,
    expected: `${count} values`,
    found: String(wish.length),
  });
}
