/**
 * Builds the state of a run from its inputs: one allocation for all state columns, venues, populations, the
 * views; then deposits what agents start with. Called once, before the first step.
 */
import { sumLedger } from "../accounts/audit.ts";
import { Ledger, type LedgerMarkets } from "../accounts/ledger.ts";
import { MarginIndex } from "../accounts/margin-index.ts";
import { tierTable } from "../accounts/tiers.ts";
import { TRIGGER_BUCKETS } from "../accounts/trigger-ladder.ts";
import { ColumnPlan } from "../columns/allocator.ts";
import { sharedInt32, sharedUint32 } from "../columns/shared.ts";
import { FillBuffer } from "../market/fill-buffer.ts";
import { createKeys, randomSource, type RandomSource } from "../rng/streams.ts";
import { type AccountMap, accountMap, accountOwners } from "./account-map.ts";
import { buildVenues } from "./build-market.ts";
import { checkVenues } from "./check-venue.ts";
import { FILL_CAPACITY, LADDER_CAPACITY, TRANSFERS_PER_AGENT } from "./capacities.ts";
import { Counterparties } from "./counterparties.ts";
import { Decider } from "./decider.ts";
import type { Driver } from "./driver-port.ts";
import { TakerFlow } from "./flow.ts";
import type { RunInputs, RunPopulation, SimulationInputs } from "./inputs.ts";
import { checkLatency } from "./latency.ts";
import { OrderQueue } from "./order-queue.ts";
import { agentKey, buildMembers, firstWakeMicros, type Member } from "./population.ts";
import { Transfers } from "./transfers.ts";
import { DirectSettings } from "./settings.ts";
import { eventClock } from "./venue-events.ts";
import { makeViews } from "./view.ts";
import { WakeWheel } from "./wake-wheel.ts";
import { ACCOUNT_KINDS, SLOT_KINDS } from "./world-columns.ts";
import { emptyCounters, type World } from "./world.ts";

/** Builds the state of a run and deposits what agents start with. */
export function buildWorld(inputs: SimulationInputs): World {
  checkVenues(inputs);
  checkLatency(inputs);
  const map = accountMap(inputs);
  const { agentCount, traderCount, clearingAccount } = map;
  const state = allocateState(inputs, map.count);
  const { store, accounts, slots, heads, markTicks, collectedTicks } = state;
  const rules = ledgerMarkets(inputs);
  const ledger = new Ledger(accounts, slots, rules);
  const fills = new FillBuffer(FILL_CAPACITY);
  const keys = createKeys(inputs.seed);
  const random = randomSource(keys);
  const kept = withoutEndowments(inputs);
  const members = buildMembers(kept, keys, map);
  const { venues, markets } = buildVenues(inputs, traderCount, {
    fills,
    slots,
    heads,
    ledger,
    clearingAccount,
  });
  const views = makeViews(inputs, venues, markTicks);
  const queue = new OrderQueue(LADDER_CAPACITY);
  const counters = emptyCounters();
  const parts: Omit<World, "decider" | "settings"> = {
    inputs: kept,
    keys,
    random,
    store,
    accounts,
    agentKeys: keysOf(members, traderCount),
    slots,
    ledger,
    venues,
    markets,
    markTicks,
    margin: marginIndex(inputs, state, rules, traderCount),
    fills,
    settledFills: 0,
    flow: new TakerFlow(inputs.markets.length, inputs.stepMicros),
    queue,
    messages: queue,
    countReject: () => counters.rejects++,
    members,
    wheel: new WakeWheel(agentCount, inputs.stepMicros, inputs.startMicros - inputs.warmUpMicros),
    driver: makeDriver(inputs, random),
    sample: { fundamental: new Float64Array(inputs.coins.length), sentiment: new Float64Array(1) },
    view: views[0],
    views,
    agentCount,
    traderCount,
    clearingAccount,
    ...accountOwners(map, members, venues.length),
    transfers: makeTransfers(inputs, map),
    declared: { money: sumLedger(ledger).money, lots: [] },
    counters,
    counterparties: new Counterparties(inputs.markets.length),
    ...scratch(agentCount, map.count),
    observer: undefined,
    events: eventClock(inputs),
    collectedTicks,
    previousMarkTicks: markTicks.slice(),
    partialMicros: new Float64Array(hasCooldown(inputs) ? slots.account.length : 0).fill(-1),
    step: 0,
    nowMicros: inputs.startMicros - inputs.warmUpMicros,
    fillHash: 0x811c9dc5,
  };
  return begin(parts, inputs);
}

/** What the ledger and the margin index know of markets. */
function ledgerMarkets({ markets }: SimulationInputs): LedgerMarkets {
  return {
    count: markets.length,
    perpetual: Uint8Array.from(markets, (spec) => (spec.kind === "perpetual" ? 1 : 0)),
    quantaPerTickLot: Float64Array.from(markets, (spec) => spec.quantaPerTickLot),
    tiers: markets.map((spec) => tierTable(spec.tiers)),
  };
}

/** Adds what needs the other parts, deposits, and files first wakes and checks. */
function begin(parts: Omit<World, "decider" | "settings">, inputs: SimulationInputs): World {
  const desk = Object.assign(parts, { settings: new DirectSettings(parts) });
  const world: World = Object.assign(desk, { decider: new Decider(desk) });
  endow(world, inputs);
  startAgents(world);
  return Object.assign(world, { declared: sumLedger(world.ledger) });
}

/** The state columns of a run, declared and not allocated yet. */
export function statePlan(inputs: SimulationInputs, accountCount: number) {
  const marketCount = inputs.markets.length;
  const plan = new ColumnPlan();
  return {
    plan,
    accountGroup: plan.declare("accounts", ACCOUNT_KINDS, accountCount),
    // The hash does not depend on which kinds of markets an agent type says it trades.
    slotGroup: plan.declare("slots", SLOT_KINDS, slotsNeeded(inputs), {
      hashedLength: mostSlots(inputs),
      begin: { orderHead: -1 },
    }),
    triggerGroup: plan.declare("triggers", { heads: "i32" }, TRIGGER_BUCKETS * 2 * marketCount),
    marketGroup: plan.declare("markets", { markTicks: "f64", collectedTicks: "i32" }, marketCount),
  };
}

/** All state columns in one shared buffer. */
function allocateState(inputs: SimulationInputs, accountCount: number) {
  const { plan, accountGroup, slotGroup, triggerGroup, marketGroup } = statePlan(inputs, accountCount);
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

/** The margin index over the run's columns; the accounts of venues are not watched. */
function marginIndex(
  inputs: SimulationInputs,
  { accounts, slots, markTicks }: ReturnType<typeof allocateState>,
  rules: LedgerMarkets,
  watched: number,
): MarginIndex {
  return new MarginIndex(
    { accounts, slots, markets: { ...rules, markTicks } },
    {
      watched,
      slotsOfMarket: accounts.cash.length,
      positions: traderSlots(inputs, "perpetual"),
      bucketedSlots: mostSlots(inputs),
    },
  );
}

/** Work space of the decide and mark phases; an account has one slot in a market. */
function scratch(agentCount: number, accountCount: number) {
  return {
    due: sharedInt32(agentCount),
    triggered: new Int32Array(accountCount),
  };
}

/** Whether some venue's partial liquidations have a cooldown. */
export function hasCooldown({ venues }: SimulationInputs): boolean {
  return venues.some(({ liquidation }) => liquidation.partial.kind === "share");
}

function keysOf(members: readonly Member[], traderCount: number): Uint32Array {
  const keys = sharedUint32(traderCount);
  for (const member of members) {
    for (const venue of member.spec.venues) {
      const first = member.firstAccountAt[venue];
      for (let agent = 0; agent < member.spec.count; agent++) keys[first + agent] = agentKey(member, agent);
    }
  }
  return keys;
}

/** Room for what agents of several venues may have under way. */
function makeTransfers({ populations }: SimulationInputs, map: AccountMap): Transfers {
  let agents = 0;
  for (const { count, venues } of populations) agents += venues.length > 1 ? count : 0;
  return new Transfers(map.transitAccount, TRANSFERS_PER_AGENT * agents, map.traderCount);
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

/** Files first wakes; the margin index looks at every account in its first check by itself. */
function startAgents(world: World): void {
  const { members, wheel, random, nowMicros } = world;
  for (const member of members) {
    for (let agent = 0; agent < member.spec.count; agent++) {
      wheel.schedule(member.firstAccount + agent, firstWakeMicros(member, random, agent, nowMicros));
    }
  }
}

/** Slots of the venues' own accounts, and of traders where their types trade or where they begin with something. */
function slotsNeeded(inputs: SimulationInputs): number {
  return traderSlots(inputs, "spot") + traderSlots(inputs, "perpetual") + ownSlots(inputs);
}

/** The same if every type traded both kinds. */
export function mostSlots(inputs: SimulationInputs): number {
  return inputs.populations.reduce((sum, spec) => sum + 2 * slotsOfKind(spec), ownSlots(inputs));
}

function ownSlots({ markets }: SimulationInputs): number {
  return 2 * markets.length + markets.filter(({ clearing }) => clearing !== undefined).length;
}

/** Slots of traders in one kind of market. */
export function traderSlots(inputs: SimulationInputs, kind: "spot" | "perpetual"): number {
  const { populations, agentTypes, markets } = inputs;
  return populations.reduce((sum, spec) => {
    const { trades = "both" } = agentTypes[spec.type];
    if (trades === "both" || trades === kind) return sum + slotsOfKind(spec);
    const { market } = spec.endowment.positions;
    const held = market.reduce((rows, index) => rows + (markets[index].kind === kind ? 1 : 0), 0);
    return sum + Math.min(held, slotsOfKind(spec));
  }, 0);
}

function slotsOfKind({ count, coins, venues }: RunPopulation): number {
  return count * coins.length * venues.length;
}

function withoutEndowments(inputs: SimulationInputs): RunInputs {
  const populations = inputs.populations.map(({ endowment: _deposited, ...kept }) => kept);
  return { ...inputs, populations };
}

/** Deposits the endowments and opens the positions that stand at the start. */
function endow(world: World, { populations }: SimulationInputs): void {
  const { accounts, slots, ledger, markets, members } = world;
  for (const member of members) {
    const { endowment, weight, count, venues } = populations[member.index];
    venues.forEach((venue, k) => {
      for (let agent = 0; agent < count; agent++) {
        const account = member.firstAccountAt[venue] + agent;
        accounts.cash[account] = endowment.cashQuanta[k * count + agent];
        accounts.cross[account] = endowment.crossMargin[agent];
        accounts.weight[account] = weight[agent];
      }
    });
    const { positions } = endowment;
    for (let row = 0; row < positions.agent.length; row++) {
      const market = markets[positions.market[row]];
      const account = member.firstAccountAt[market.venue.index] + positions.agent[row];
      const slot = ledger.slotOf(account, market.index);
      slots.lots[slot] += positions.lots[row];
      slots.cost[slot] += positions.costQuanta[row];
      slots.margin[slot] += positions.marginQuanta[row];
      slots.leverage[slot] = positions.leverage[row];
      if (!market.perpetual) continue;
      if (positions.lots[row] > 0) market.openInterestLots += positions.lots[row];
      const direction = positions.lots[row] > 0 ? 1 : -1;
      market.stopTriggers.set(slot, positions.stopTicks[row], direction);
    }
  }
  for (let account = world.traderCount; account < accounts.cash.length; account++) {
    accounts.cross[account] = 1;
    accounts.weight[account] = 1;
  }
  for (const { fundAccount, spec } of world.venues) accounts.cash[fundAccount] = spec.insuranceFundQuanta;
}
