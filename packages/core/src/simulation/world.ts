/**
 * The state of a run: accounts, books, prices, queues, and the view agents get. Built once from the inputs;
 * phases read and write it, nothing grows.
 *
 * Account ids: agents in population order, then the venue's insurance fund and fee desk.
 */
import { Ledger, type AccountColumns, type SlotColumns } from "../accounts/ledger.ts";
import { TRIGGER_BUCKETS, TriggerLadder } from "../accounts/trigger-ladder.ts";
import { tierTable, type TierTable } from "../accounts/tiers.ts";
import { auditResidual, sumLedger, type Declared } from "../accounts/audit.ts";
import { ColumnPlan, type ColumnStore } from "../columns/allocator.ts";
import { FillBuffer } from "../market/fill-buffer.ts";
import { BasisAverage } from "../market/mark-price.ts";
import { PremiumAverage } from "../market/funding-rate.ts";
import { OrderBook } from "../market/order-book.ts";
import { PriceHistory } from "../market/price-history.ts";
import { createKeys, randomSource, type Keys, type RandomSource } from "../rng/streams.ts";
import { FILL_CAPACITY } from "./capacities.ts";
import { TakerFlow } from "./flow.ts";
import type { SimulationInputs } from "./inputs.ts";
import { buildMembers, nextWakeMicros, type Member } from "./population.ts";
import { OrderQueue } from "./order-queue.ts";
import type { DecideContext } from "./agent-port.ts";
import { makeContext } from "./desk.ts";
import type { RunObserver } from "./observer.ts";
import type { Driver, DriverSample } from "./driver-port.ts";
import { WakeWheel } from "./wake-wheel.ts";
import { makeView, type WritableView } from "./view.ts";

/** One market's rules and live parts. */
export interface Market {
  readonly index: number;
  readonly coin: number;
  readonly perpetual: boolean;
  readonly quantaPerTickLot: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  readonly bandPpm: number;
  readonly maxTicks: number;
  readonly impactTickLots: number;
  readonly tiers: TierTable;
  readonly book: OrderBook;
  readonly basis: BasisAverage;
  readonly premium: PremiumAverage;
  readonly history: PriceHistory;
  readonly liquidationTriggers: TriggerLadder;
  readonly stopTriggers: TriggerLadder;
  /** Arrived messages of this step, linked through `queue.nextOfMarket`. */
  firstMessage: number;
  lastMessage: number;
  lastTradeTicks: number;
  openInterestLots: number;
  fundingPpb: number;
  nextFundingMicros: number;
}

/** Counters over the measured part of the run. */
export interface Counters {
  steps: number;
  orders: number;
  cancels: number;
  fills: number;
  triggers: number;
  decisions: number;
  rejects: number;
  adlNotional: number;
  badDebt: number;
  fees: number;
  fundingPaid: number;
  audits: number;
  residual: number;
}

export interface World {
  readonly inputs: SimulationInputs;
  readonly keys: Keys;
  readonly random: RandomSource;
  readonly store: ColumnStore;
  readonly accounts: AccountColumns;
  readonly slots: SlotColumns;
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  readonly spotOfCoin: Int32Array;
  readonly perpOfCoin: Int32Array;
  /** Marks per market (spot: its mid), whole ticks. */
  readonly markTicks: Float64Array;
  readonly fills: FillBuffer;
  /** Fills settled so far in this step. */
  settledFills: number;
  readonly flow: TakerFlow;
  readonly queue: OrderQueue;
  readonly members: readonly Member[];
  readonly wheel: WakeWheel;
  readonly due: Int32Array;
  readonly driver: Driver;
  readonly sample: DriverSample;
  readonly view: WritableView;
  readonly agentCount: number;
  readonly fundAccount: number;
  readonly feeAccount: number;
  readonly declared: Declared;
  readonly counters: Counters;
  /** Accounts whose margin must be looked at, deduplicated by `checkStamp`. */
  readonly check: Int32Array;
  checkCount: number;
  readonly checkStamp: Int32Array;
  checkRound: number;
  /** Accounts of the round being worked on. */
  readonly work: Int32Array;
  workCount: number;
  /** Scratch of slots whose triggers were reached. */
  readonly triggered: Int32Array;
  /** Per population: what `decide` is handed. */
  readonly contexts: DecideContext[];
  observer: RunObserver | undefined;
  /** Mark at which triggers were last collected, per market. */
  readonly collectedTicks: Int32Array;
  step: number;
  nowMicros: number;
  /** Running hash of all fills. */
  fillHash: number;
}

const LADDERS = 4096;

/** Builds the state of a run and deposits what agents start with. */
export function buildWorld(inputs: SimulationInputs): World {
  const agentCount = inputs.populations.reduce((sum, population) => sum + population.count, 0);
  const accountCount = agentCount + 2;
  const marketCount = inputs.markets.length;
  const slotCapacity = slotsNeeded(inputs);
  const plan = new ColumnPlan();
  plan.declare("accounts", ACCOUNT_KINDS, accountCount);
  plan.declare("slots", SLOT_KINDS, slotCapacity);
  plan.declare("triggers", { heads: "i32" }, TRIGGER_BUCKETS * 4 * marketCount);
  plan.declare("markets", { markTicks: "f64", collectedTicks: "i32" }, marketCount);
  const store = plan.allocate();
  const accounts = store.columns("accounts") as unknown as AccountColumns;
  const slotColumns = store.columns("slots") as unknown as SlotColumns & StopColumns;
  const perpetual = Uint8Array.from(inputs.markets, (spec) => (spec.kind === "perpetual" ? 1 : 0));
  const quantaPerTickLot = Float64Array.from(inputs.markets, (spec) => spec.quantaPerTickLot);
  const ledger = new Ledger(accounts, slotColumns, { count: marketCount, perpetual, quantaPerTickLot });
  const fills = new FillBuffer(FILL_CAPACITY);
  const heads = store.columns("triggers").heads as Int32Array;
  const markets = inputs.markets.map((_, index) => buildMarket(inputs, index, fills, slotColumns, heads));
  const { markTicks, collectedTicks } = store.columns("markets") as unknown as {
    markTicks: Float64Array;
    collectedTicks: Int32Array;
  };
  for (const market of markets) {
    markTicks[market.index] = inputs.markets[market.index].startTicks;
    collectedTicks[market.index] = inputs.markets[market.index].startTicks;
  }
  const keys = createKeys(inputs.seed);
  const random = randomSource(keys);
  const originMicros = inputs.startMicros - inputs.warmUpMicros;
  const wheel = new WakeWheel(agentCount, inputs.stepMicros, originMicros);
  const coinMarkets = marketsOfCoins(inputs);
  const world: World = {
    inputs,
    keys,
    random,
    store,
    accounts,
    slots: slotColumns,
    ledger,
    markets,
    ...coinMarkets,
    markTicks,
    fills,
    settledFills: 0,
    flow: new TakerFlow(marketCount, inputs.stepMicros),
    queue: new OrderQueue(LADDERS),
    members: buildMembers(inputs, keys),
    wheel,
    due: new Int32Array(agentCount),
    driver: inputs.driver({
      random,
      startMicros: inputs.startMicros,
      endMicros: inputs.endMicros,
      warmUpMicros: inputs.warmUpMicros,
      coins: inputs.coins.map((coin) => coin.name),
    }),
    sample: { fundamental: new Float64Array(inputs.coins.length), sentiment: new Float64Array(1) },
    view: makeView(inputs, coinMarkets, markTicks),
    agentCount,
    fundAccount: agentCount,
    feeAccount: agentCount + 1,
    declared: { money: sumLedger(ledger).money, lots: [] },
    counters: emptyCounters(),
    check: new Int32Array(accountCount),
    checkCount: 0,
    checkStamp: new Int32Array(accountCount),
    checkRound: 1,
    work: new Int32Array(accountCount),
    workCount: 0,
    triggered: new Int32Array(slotCapacity),
    contexts: [],
    observer: undefined,
    collectedTicks,
    step: 0,
    nowMicros: originMicros,
    fillHash: 0x811c9dc5,
  };
  endow(world);
  for (const member of world.members) {
    world.contexts.push(makeContext(world, member));
    for (let agent = 0; agent < member.spec.count; agent++) {
      wheel.schedule(member.firstAccount + agent, nextWakeMicros(member, random, agent, originMicros));
      markForCheck(world, member.firstAccount + agent);
    }
  }
  return Object.assign(world, { declared: sumLedger(ledger) });
}

/** Largest absolute difference between the ledger and what was declared. */
export function residualOf(world: World): number {
  return auditResidual(world.ledger, world.declared);
}

/** Marks an account for a margin check in this step's liquidate phase. */
export function markForCheck(world: World, account: number): void {
  if (account >= world.agentCount || world.checkStamp[account] === world.checkRound) return;
  world.checkStamp[account] = world.checkRound;
  world.check[world.checkCount++] = account;
}

/** Columns of the stop and liquidation triggers over slots. */
export interface StopColumns {
  readonly liqTicks: Int32Array;
  readonly liqDirection: Int8Array;
  readonly liqNext: Int32Array;
  readonly liqPrevious: Int32Array;
  readonly stopTicks: Int32Array;
  readonly stopDirection: Int8Array;
  readonly stopNext: Int32Array;
  readonly stopPrevious: Int32Array;
}

const ACCOUNT_KINDS = {
  cash: "f64",
  reserved: "f64",
  weight: "f64",
  firstSlot: "i32",
  liquidations: "i32",
  cross: "u8",
  notice: "u8",
} as const;

const SLOT_KINDS = {
  lots: "f64",
  cost: "f64",
  margin: "f64",
  leverage: "f64",
  reserved: "f64",
  reservedLots: "f64",
  pending: "f64",
  account: "i32",
  market: "i32",
  nextOfAccount: "i32",
  orderHead: "i32",
  liqTicks: "i32",
  liqNext: "i32",
  liqPrevious: "i32",
  stopTicks: "i32",
  stopNext: "i32",
  stopPrevious: "i32",
  liqDirection: "i8",
  stopDirection: "i8",
} as const;

function slotsNeeded(inputs: SimulationInputs): number {
  const perAgent = (population: SimulationInputs["populations"][number]): number =>
    population.count * population.coins.length * 2;
  return inputs.populations.reduce(
    (sum, population) => sum + perAgent(population),
    2 * inputs.markets.length,
  );
}

function marketsOfCoins(inputs: SimulationInputs): { spotOfCoin: Int32Array; perpOfCoin: Int32Array } {
  const spotOfCoin = new Int32Array(inputs.coins.length).fill(-1);
  const perpOfCoin = new Int32Array(inputs.coins.length).fill(-1);
  inputs.markets.forEach((spec, index) => {
    (spec.kind === "spot" ? spotOfCoin : perpOfCoin)[spec.coin] = index;
  });
  return { spotOfCoin, perpOfCoin };
}

function buildMarket(
  inputs: SimulationInputs,
  index: number,
  fills: FillBuffer,
  slots: SlotColumns & StopColumns,
  heads: Int32Array,
): Market {
  const spec = inputs.markets[index];
  const headsOf = (part: number): Int32Array =>
    heads.subarray((index * 4 + part) * TRIGGER_BUCKETS, (index * 4 + part + 1) * TRIGGER_BUCKETS);
  const minuteVolatility = inputs.coins[spec.coin].preCrashDailyVolatility / Math.sqrt(1440);
  return {
    index,
    coin: spec.coin,
    perpetual: spec.kind === "perpetual",
    quantaPerTickLot: spec.quantaPerTickLot,
    tickSize: spec.tickSize,
    lotSize: spec.lotSize,
    makerFeePpm: spec.makerFeePpm,
    takerFeePpm: spec.takerFeePpm,
    bandPpm: spec.priceBandPpm,
    maxTicks: spec.maxTicks,
    impactTickLots: Math.floor(spec.impactNotionalQuanta / spec.quantaPerTickLot),
    tiers: tierTable(spec.tiers),
    book: new OrderBook({
      maxTicks: spec.maxTicks,
      orderCapacity: spec.orderCapacity,
      ownerHead: slots.orderHead,
      fills,
      marketIndex: index,
    }),
    basis: new BasisAverage(inputs.venue.mark.basisSamples),
    premium: new PremiumAverage(),
    history: new PriceHistory(minuteVolatility * minuteVolatility),
    liquidationTriggers: new TriggerLadder(
      spec.maxTicks,
      {
        ticks: slots.liqTicks,
        direction: slots.liqDirection,
        next: slots.liqNext,
        previous: slots.liqPrevious,
      },
      headsOf(0),
      headsOf(1),
    ),
    stopTriggers: new TriggerLadder(
      spec.maxTicks,
      {
        ticks: slots.stopTicks,
        direction: slots.stopDirection,
        next: slots.stopNext,
        previous: slots.stopPrevious,
      },
      headsOf(2),
      headsOf(3),
    ),
    firstMessage: -1,
    lastMessage: -1,
    lastTradeTicks: 0,
    openInterestLots: 0,
    fundingPpb: 0,
    nextFundingMicros: 0,
  };
}

function emptyCounters(): Counters {
  return {
    steps: 0,
    orders: 0,
    cancels: 0,
    fills: 0,
    triggers: 0,
    decisions: 0,
    rejects: 0,
    adlNotional: 0,
    badDebt: 0,
    fees: 0,
    fundingPaid: 0,
    audits: 0,
    residual: 0,
  };
}

/** Deposits the endowments and opens the positions that stand at the start. */
function endow(world: World): void {
  const { accounts, slots, ledger, markets, members } = world;
  for (const member of members) {
    const { endowment, weight, count } = member.spec;
    for (let agent = 0; agent < count; agent++) {
      const account = member.firstAccount + agent;
      accounts.cash[account] = endowment.cashQuanta[agent];
      accounts.cross[account] = endowment.crossMargin[agent];
      accounts.weight[account] = weight[agent];
    }
    const { positions } = endowment;
    for (let row = 0; row < positions.agent.length; row++) {
      const slot = ledger.slotOf(member.firstAccount + positions.agent[row], positions.market[row]);
      slots.lots[slot] += positions.lots[row];
      slots.cost[slot] += positions.costQuanta[row];
      slots.margin[slot] += positions.marginQuanta[row];
      slots.leverage[slot] = positions.leverage[row];
      const market = markets[positions.market[row]];
      if (!market.perpetual) continue;
      if (positions.lots[row] > 0) market.openInterestLots += positions.lots[row];
      const direction = positions.lots[row] > 0 ? 1 : -1;
      market.stopTriggers.set(slot, positions.stopTicks[row], direction);
    }
  }
  for (const account of [world.fundAccount, world.feeAccount]) {
    accounts.cross[account] = 1;
    accounts.weight[account] = 1;
  }
  accounts.cash[world.fundAccount] = world.inputs.venue.insuranceFundQuanta;
}
