/**
 * A hand-made world for one population: a view that tests write, accounts that tests fill, orders as a list.
 *
 * Two coins (BTC at 75,000, SOL at 100), spot and perpetual each, on one venue or on several alike: market m of venue v
 * is m + MARKETS * v. Nothing is matched: tests apply fills themselves.
 */
import { LIQUIDATION_BINS, WakeRandom, createKeys, hash32, packColumns } from "@undertow/core";
import type { AccountReader, AgentType, MarketView, OrderWriter } from "@undertow/core";

export const BTC_SPOT = 0;
export const BTC_PERP = 1;
export const SOL_SPOT = 2;
export const SOL_PERP = 3;
/** Markets of one venue. */
export const MARKETS = 4;

/** Quanta per unit of money. */
export const UNIT = 100_000;
export const START_MICROS = 1_700_000_000e6;

/** One call of an order writer. */
export interface SentOrder {
  readonly kind: string;
  readonly agent: number;
  readonly market: number;
  readonly side: number;
  readonly lots: number;
  readonly ticks: number;
  readonly cause: number;
  readonly source: number;
  /** Venue that a transfer leaves; its `market` is the venue where it goes. */
  readonly from?: number;
}

export type WritableView = { -readonly [Key in keyof MarketView]: MarketView[Key] };

const TICK_SIZE = [0.01, 0.1, 0.01, 0.01];
const LOT_SIZE = [0.001, 0.001, 0.01, 0.1];
const PRICE = [75_000, 75_000, 100, 100];
const DEPTH = [30e6, 30e6, 3e6, 3e6];
const SLOW_VOLATILITY = 0.0005;

/** A calm market: 1 bp spread, $30M (BTC) and $3M (SOL) of depth within 1 %. */
export function calmView(venueCount = 1): WritableView {
  const count = MARKETS * venueCount;
  const flat = (value = 0): Float64Array => new Float64Array(count).fill(value);
  const of = (make: (market: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, market) => make(market % MARKETS));
  const mid = (m: number): number => PRICE[m] / TICK_SIZE[m];
  const marketsFrom = (first: number): Int32Array =>
    Int32Array.from({ length: 2 * venueCount }, (_, k) => first + 2 * k);
  const depth = (m: number): number => Math.floor(DEPTH[m] / PRICE[m] / LOT_SIZE[m]);
  return {
    nowMicros: START_MICROS,
    stepMicros: 1e6,
    marketCount: count,
    coinCount: 2,
    spotMarket: Int32Array.of(BTC_SPOT, SOL_SPOT),
    perpMarket: Int32Array.of(BTC_PERP, SOL_PERP),
    venueCount,
    spotMarketAt: marketsFrom(BTC_SPOT),
    perpMarketAt: marketsFrom(BTC_PERP),
    venueOfMarket: Uint8Array.from({ length: count }, (_, market) => Math.floor(market / MARKETS)),
    halted: new Uint8Array(count),
    coinOfMarket: Int32Array.from({ length: count }, (_, market) => (market % MARKETS < SOL_SPOT ? 0 : 1)),
    quantaPerTickLot: of((m) => Math.round(TICK_SIZE[m] * LOT_SIZE[m] * UNIT * 1e6) / 1e6),
    tickSize: of((m) => TICK_SIZE[m]),
    bidTicks: of((m) => Math.floor(mid(m) * 0.99995)),
    askTicks: of((m) => Math.ceil(mid(m) * 1.00005)),
    midTicks: of(mid),
    midAgeMicros: flat(),
    lastTicks: of(mid),
    markTicks: of((m) => Math.round(mid(m))),
    indexTicks: of((m) => Math.round(mid(m))),
    bidDepthLots: of(depth),
    askDepthLots: of(depth),
    return1m: flat(),
    return5m: flat(),
    return30m: flat(),
    return4h: flat(),
    return24h: flat(),
    volatilityFast: flat(SLOW_VOLATILITY),
    volatilitySlow: flat(SLOW_VOLATILITY),
    fundingRate: flat(),
    openInterestLots: flat(),
    liquidatedLongLots: flat(),
    liquidatedShortLots: flat(),
    liquidationBelowLots: new Float64Array(LIQUIDATION_BINS * count),
    liquidationAboveLots: new Float64Array(LIQUIDATION_BINS * count),
    liquidationGridTicks: of(mid),
    takerBuyLots: flat(),
    takerSellLots: flat(),
    beta: Float64Array.of(1, 1.2),
    fundamental: Float64Array.of(75_000, 100),
    sentiment: new Float64Array(1),
  };
}

/** One population with everything a test may want to set. */
export class Stage {
  readonly view: WritableView;
  readonly sent: SentOrder[] = [];
  readonly params: Record<string, Float64Array> = {};
  readonly memory: Record<string, Float64Array> = {};
  /** What all see of each other in a wake, and what they write for the next one. */
  readonly shared: Record<string, Float64Array> = {};
  readonly publish: Record<string, Float64Array> = {};
  /** Per market: signed lots, signed cost and isolated margin of each agent. */
  readonly held: Float64Array[];
  readonly cost: Float64Array[];
  readonly margin: Float64Array[];
  readonly resting: Float64Array[];
  /** Cash on the home venue, and by venue. */
  readonly cash: Float64Array;
  readonly cashAt: Float64Array[];
  /** Cash on its way to each venue. */
  readonly inTransit: Float64Array[];
  readonly type: AgentType;
  readonly count: number;
  readonly coins: Int32Array;
  private readonly ordinal: Float64Array;
  private readonly random: WakeRandom;

  constructor(
    type: AgentType,
    params: Record<string, number>,
    count = 1,
    coins = [0, 1],
    seed = "stage",
    venueCount = 1,
  ) {
    this.type = type;
    this.view = calmView(venueCount);
    this.count = count;
    this.coins = Int32Array.from(coins);
    const column = (): Float64Array => new Float64Array(count);
    for (const [name, spec] of Object.entries(type.params)) {
      const value = params[name] ?? spec.default;
      if (typeof value === "string") throw new Error(`give a number for the parameter ${name}`);
      this.params[name] = column().fill(value);
    }
    for (const name of Object.keys(params)) {
      if (!(name in type.params)) throw new Error(`${type.name} has no parameter ${name}`);
    }
    for (const [name, value] of Object.entries(type.memory)) this.memory[name] = column().fill(value);
    for (const [name, value] of Object.entries(type.sharedMemory ?? {})) {
      this.shared[name] = column().fill(value);
      this.publish[name] = column().fill(value);
    }
    const columns = (length: number): Float64Array[] => Array.from({ length }, column);
    const { marketCount } = this.view;
    this.held = columns(marketCount);
    this.cost = columns(marketCount);
    this.margin = columns(marketCount);
    this.resting = columns(marketCount);
    this.cashAt = columns(venueCount);
    this.inTransit = columns(venueCount);
    this.cash = this.cashAt[0];
    this.ordinal = column();
    this.random = new WakeRandom(createKeys(seed));
    this.random.begin(hash32("stage"), this.ordinal, 3);
  }

  /** Lots that a sum of money is at the market's mid. */
  lotsOf(market: number, money: number): number {
    return Math.floor((money * UNIT) / (this.view.midTicks[market] * this.view.quantaPerTickLot[market]));
  }

  /** Money that lots are worth at the market's mid. */
  moneyOf(market: number, lots: number): number {
    return (lots * this.view.midTicks[market] * this.view.quantaPerTickLot[market]) / UNIT;
  }

  /** Gives an agent a position entered at the mid. */
  hold(market: number, lots: number, agent = 0): void {
    this.held[market][agent] = lots;
    this.cost[market][agent] = lots * this.view.midTicks[market] * this.view.quantaPerTickLot[market];
  }

  /** Moves a market, its best prices, mark and (for spot) index by a factor; depth and windows stay. */
  move(market: number, factor: number): void {
    for (const column of [this.view.bidTicks, this.view.askTicks, this.view.midTicks, this.view.markTicks]) {
      column[market] =
        column === this.view.midTicks ? column[market] * factor : Math.round(column[market] * factor);
    }
  }

  /** Lets time pass and wakes every agent once; returns what was sent. */
  wake(afterMicros = 10e6, notice = 0, trigger = 0): SentOrder[] {
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
      coins: this.coins,
      venues: Int32Array.from(this.cashAt, (_, venue) => venue),
      view: this.view,
      account: this.account(),
      orders: this.orders(),
      random: this.random,
    });
    for (let agent = 0; agent < this.count; agent++) this.ordinal[agent]++;
    for (const [name, written] of Object.entries(this.publish)) this.shared[name].set(written);
    return [...this.sent];
  }

  /** Executes market, reduce and hedge orders at the mid. */
  fill(orders: readonly SentOrder[]): void {
    for (const { kind, agent, market, side, lots } of orders) {
      if (kind !== "market" && kind !== "reduce" && kind !== "hedge") continue;
      const money = lots * this.view.midTicks[market] * this.view.quantaPerTickLot[market];
      this.held[market][agent] += side * lots;
      this.cost[market][agent] += side * money;
      if (market % 2 === 0) this.cashAt[Math.floor(market / MARKETS)][agent] -= side * money;
    }
  }

  private account(): AccountReader {
    const { view, held, cost, margin, resting, cashAt, inTransit } = this;
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
      restingOrders: (agent, market) => resting[market][agent],
      perpNotionalQuanta: (agent, venue = 0) =>
        sum(venue, (market) => (market % 2 === 0 ? 0 : Math.abs(value(agent, market)))),
      weight: new Float64Array(this.count).fill(1),
    };
  }

  private orders(): OrderWriter {
    let ladder = { agent: 0, market: 0 };
    const none = { side: 0, lots: 0, ticks: 0, cause: -1, source: -1 };
    const push = (order: Partial<SentOrder> & { kind: string; agent: number; market: number }): void => {
      this.sent.push({ ...none, ...order });
    };
    return {
      market: (agent, market, side, lots, cause) =>
        push({ kind: "market", agent, market, side, lots, cause }),
      reduce: (agent, market, side, lots, cause) =>
        push({ kind: "reduce", agent, market, side, lots, cause }),
      hedge: (agent, market, side, lots, source) =>
        push({ kind: "hedge", agent, market, side, lots, source }),
      limit: (agent, market, side, ticks, lots) => push({ kind: "limit", agent, market, side, ticks, lots }),
      immediate: (agent, market, side, ticks, lots, cause) =>
        push({ kind: "immediate", agent, market, side, ticks, lots, cause }),
      cancelAll: (agent, market) => push({ kind: "cancel", agent, market }),
      beginLadder: (agent, market) => {
        ladder = { agent, market };
        push({ kind: "ladder", agent, market });
        this.resting[market][agent] = 0;
      },
      level: (side, ticks, lots) => {
        push({ kind: "level", ...ladder, side, ticks, lots });
        this.resting[ladder.market][ladder.agent]++;
      },
      setLeverage: (agent, market, leverage) => push({ kind: "leverage", agent, market, lots: leverage }),
      setStop: (agent, market, ticks) => push({ kind: "stop", agent, market, ticks }),
      wakeAt: (agent, market, ticks) => push({ kind: "wake", agent, market, ticks }),
      addMargin: (agent, market, quanta) => push({ kind: "margin", agent, market, lots: quanta }),
      transfer: (agent, from, to, quanta) =>
        push({ kind: "transfer", agent, market: to, from, lots: quanta }),
    };
  }
}

/** Orders of one kind, optionally in one market. */
export function only(orders: readonly SentOrder[], kind: string, market?: number): SentOrder[] {
  return orders.filter((order) => order.kind === kind && (market === undefined || order.market === market));
}

/** Sum of lots, optionally of one side. */
export function totalLots(orders: readonly SentOrder[], side?: number): number {
  return orders.reduce((sum, order) => sum + (side === undefined || order.side === side ? order.lots : 0), 0);
}
