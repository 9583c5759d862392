/**
 * Builds the state of a run from its inputs: one allocation for all state columns, books, populations, the
 * view; then deposits what agents start with. Called once, before the first step.
 */
import { sumLedger } from "../accounts/audit.ts";
import { Ledger } from "../accounts/ledger.ts";
import { MarginIndex } from "../accounts/margin-index.ts";
import { tierTable } from "../accounts/tiers.ts";
import { TRIGGER_BUCKETS, TriggerLadder } from "../accounts/trigger-ladder.ts";
import { ColumnPlan } from "../columns/allocator.ts";
import { FillBuffer } from "../market/fill-buffer.ts";
import { EMPTY_EMA } from "../mechanics/moving-averages.ts";
import { PremiumAverage } from "../market/funding-rate.ts";
import { BasisAverage } from "../market/mark-price.ts";
import { OrderBook } from "../market/order-book.ts";
import { LinearImpactBook } from "../market/linear-impact-book.ts";
import { PriceHistory } from "../market/price-history.ts";
import { createKeys, randomSource, type RandomSource } from "../rng/streams.ts";
import { checkVenue } from "./check-venue.ts";
import { FILL_CAPACITY, LADDER_CAPACITY } from "./capacities.ts";
import { makeContext } from "./desk.ts";
import type { Driver } from "./driver-port.ts";
import { TakerFlow } from "./flow.ts";
import type { SimulationInputs } from "./inputs.ts";
import { OrderQueue } from "./order-queue.ts";
import { agentKey, buildMembers, nextWakeMicros, type Member } from "./population.ts";
import { eventClock, longestLagSteps } from "./venue-events.ts";
import { makeView } from "./view.ts";
import { WakeWheel } from "./wake-wheel.ts";
import { ACCOUNT_KINDS, SLOT_KINDS, type RunSlotColumns } from "./world-columns.ts";
import { emptyCounters, markForCheck, type Market, type World } from "./world.ts";

/** Builds the state of a run and deposits what agents start with. */
export function buildWorld(inputs: SimulationInputs): World {
  checkVenue(inputs);
  const agentCount = inputs.populations.reduce((sum, population) => sum + population.count, 0);
  const clears = inputs.markets.some(({ clearing }) => clearing !== undefined);
  const accountCount = agentCount + (clears ? 3 : 2);
  const clearingAccount = clears ? agentCount + 2 : -1;
  const state = allocateState(inputs, accountCount);
  const { store, accounts, slots, heads, markTicks, collectedTicks } = state;
  const perpetual = Uint8Array.from(inputs.markets, (spec) => (spec.kind === "perpetual" ? 1 : 0));
  const quantaPerTickLot = Float64Array.from(inputs.markets, (spec) => spec.quantaPerTickLot);
  const ledger = new Ledger(accounts, slots, { count: inputs.markets.length, perpetual, quantaPerTickLot });
  const fills = new FillBuffer(FILL_CAPACITY);
  const keys = createKeys(inputs.seed);
  const random = randomSource(keys);
  const members = buildMembers(inputs, keys);
  const coinMarkets = marketsOfCoins(inputs);
  const world: World = {
    inputs,
    keys,
    random,
    store,
    accounts,
    agentKeys: keysOf(members, agentCount),
    slots,
    ledger,
    markets: inputs.markets.map((_, index) =>
      buildMarket(inputs, index, ledger, clearingAccount, fills, slots, heads),
    ),
    ...coinMarkets,
    markTicks,
    margin: marginIndex(inputs, state, perpetual, quantaPerTickLot, agentCount),
    fills,
    settledFills: 0,
    flow: new TakerFlow(inputs.markets.length, inputs.stepMicros),
    queue: new OrderQueue(LADDER_CAPACITY),
    members,
    wheel: new WakeWheel(agentCount, inputs.stepMicros, inputs.startMicros - inputs.warmUpMicros),
    driver: makeDriver(inputs, random),
    sample: { fundamental: new Float64Array(inputs.coins.length), sentiment: new Float64Array(1) },
    view: makeView(inputs, coinMarkets, markTicks),
    agentCount,
    fundAccount: agentCount,
    feeAccount: agentCount + 1,
    clearingAccount,
    declared: { money: sumLedger(ledger).money, lots: [] },
    counters: emptyCounters(),
    ...scratch(accountCount, slots.account.length),
    contexts: [],
    observer: undefined,
    events: eventClock(inputs),
    collectedTicks,
    previousMarkTicks: markTicks.slice(),
    partialMicros: new Float64Array(slots.account.length).fill(-1),
    step: 0,
    nowMicros: inputs.startMicros - inputs.warmUpMicros,
    fillHash: 0x811c9dc5,
  };
  endow(world);
  startAgents(world);
  return Object.assign(world, { declared: sumLedger(ledger) });
}

/** All state columns in one shared buffer. */
function allocateState(inputs: SimulationInputs, accountCount: number) {
  const marketCount = inputs.markets.length;
  const plan = new ColumnPlan();
  const accountGroup = plan.declare("accounts", ACCOUNT_KINDS, accountCount);
  const slotGroup = plan.declare("slots", SLOT_KINDS, slotsNeeded(inputs));
  const triggerGroup = plan.declare("triggers", { heads: "i32" }, TRIGGER_BUCKETS * 2 * marketCount);
  const marketGroup = plan.declare("markets", { markTicks: "f64", collectedTicks: "i32" }, marketCount);
  const store = plan.allocate();
  const { markTicks, collectedTicks } = store.columns(marketGroup);
  inputs.markets.forEach((spec, index) => {
    markTicks[index] = spec.startTicks;
    collectedTicks[index] = spec.startTicks;
  });
  return {
    store,
    accounts: store.columns(accountGroup),
    slots: store.columns(slotGroup),
    heads: store.columns(triggerGroup).heads,
    markTicks,
    collectedTicks,
  };
}

/** The margin index over the run's columns; the venue's own accounts are not watched. */
function marginIndex(
  inputs: SimulationInputs,
  { accounts, slots, markTicks }: ReturnType<typeof allocateState>,
  perpetual: Uint8Array,
  quantaPerTickLot: Float64Array,
  watched: number,
): MarginIndex {
  const tiers = inputs.markets.map((spec) => tierTable(spec.tiers));
  return new MarginIndex(
    { accounts, slots, markets: { perpetual, quantaPerTickLot, tiers, markTicks } },
    { watched },
  );
}

/** Work space of the decide and mark phases. */
function scratch(accountCount: number, slotCapacity: number) {
  return {
    due: new Int32Array(accountCount),
    triggered: new Int32Array(slotCapacity),
  };
}

function keysOf(members: readonly Member[], agentCount: number): Uint32Array {
  const keys = new Uint32Array(agentCount);
  for (const member of members) {
    for (let agent = 0; agent < member.spec.count; agent++) {
      keys[member.firstAccount + agent] = agentKey(member, agent);
    }
  }
  return keys;
}

function makeDriver(inputs: SimulationInputs, random: RandomSource): Driver {
  return inputs.driver({
    random,
    startMicros: inputs.startMicros,
    endMicros: inputs.endMicros,
    warmUpMicros: inputs.warmUpMicros,
    coins: inputs.coins.map((coin) => coin.name),
  });
}

/** Hands every population its context and files first wakes and first margin checks. */
function startAgents(world: World): void {
  const { members, contexts, wheel, random, nowMicros } = world;
  for (const member of members) {
    contexts.push(makeContext(world, member));
    for (let agent = 0; agent < member.spec.count; agent++) {
      wheel.schedule(member.firstAccount + agent, nextWakeMicros(member, random, agent, nowMicros));
      markForCheck(world, member.firstAccount + agent);
    }
  }
}

function slotsNeeded(inputs: SimulationInputs): number {
  const perAgent = (population: SimulationInputs["populations"][number]): number =>
    population.count * population.coins.length * 2;
  return inputs.populations.reduce(
    (sum, population) => sum + perAgent(population),
    2 * inputs.markets.length + inputs.markets.filter(({ clearing }) => clearing !== undefined).length,
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
  ledger: Ledger,
  clearingAccount: number,
  fills: FillBuffer,
  slots: RunSlotColumns,
  heads: Int32Array,
): Market {
  const spec = inputs.markets[index];
  const headsOf = (part: number): Int32Array =>
    heads.subarray((index * 2 + part) * TRIGGER_BUCKETS, (index * 2 + part + 1) * TRIGGER_BUCKETS);
  const shared = { maxTicks: spec.maxTicks, ownerHead: slots.orderHead, fills, marketIndex: index };
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
    book:
      spec.clearing === undefined
        ? new OrderBook({ ...shared, orderCapacity: spec.orderCapacity })
        : new LinearImpactBook({
            ...shared,
            clearing: spec.clearing,
            startTicks: spec.startTicks,
            clearingOwner: ledger.slotOf(clearingAccount, index),
          }),
    basis: new BasisAverage(basisSamples(inputs.venue.mark)),
    basisEma: EMPTY_EMA,
    bookEma: EMPTY_EMA,
    premium: new PremiumAverage(inputs.venue.funding.averaging),
    history: new PriceHistory(minuteVolatility * minuteVolatility),
    stopTriggers: new TriggerLadder(
      spec.maxTicks,
      {
        ticks: slots.stopTicks,
        direction: slots.stopDirection,
        next: slots.stopNext,
        previous: slots.stopPrevious,
      },
      headsOf(0),
      headsOf(1),
    ),
    halted: false,
    cancelsAllowed: true,
    indexLagSteps: 0,
    indexPast: indexPast(inputs, index),
    firstMessage: -1,
    lastMessage: -1,
    lastTradeTicks: 0,
    openInterestLots: 0,
    fundingPpb: 0,
    nextFundingMicros: 0,
  };
}

/** Samples in the window of the basis; 1 where the mark has no such window. */
function basisSamples(mark: SimulationInputs["venue"]["mark"]): number {
  return "samples" in mark ? mark.samples : 1;
}

/** Room for the longest lag of the index that is scheduled for the market. */
function indexPast(inputs: SimulationInputs, market: number): Float64Array {
  const steps = longestLagSteps(inputs, market);
  return new Float64Array(steps === 0 ? 0 : steps + 1);
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
  for (const account of [world.fundAccount, world.feeAccount, world.clearingAccount]) {
    if (account === -1) continue;
    accounts.cross[account] = 1;
    accounts.weight[account] = 1;
  }
  accounts.cash[world.fundAccount] = world.inputs.venue.insuranceFundQuanta;
}
