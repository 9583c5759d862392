/**
 * What a liquidation round means to do with an account: which position, how much of it, at what limit, and the
 * bankruptcy price that settles fund and deleveraging. Part of phase 8.
 *
 * All of it is fixed from the equity at the start of the round. A rule's amounts are per trader, an account stands
 * for `weight` of them. Moves nothing.
 */
import { maintenanceQuanta, partialCloseLots } from "../accounts/tiers.ts";
import { liquidationOrderPrice } from "../mechanics/fillable-price.ts";
import { type LiquidationCandidate, orderLiquidations } from "../mechanics/liquidation-order.ts";
import { type PartialSizeRule, partialSize } from "../mechanics/partial-size.ts";
import { MICROS_PER_SECOND } from "../units.ts";
import { crossBankruptcyTicks, isolatedBankruptcyTicks } from "./bankruptcy.ts";
import type { Market, Venue, World } from "./world.ts";

/** Prices that are whole ticks may come out a rounding error off; this much is forgiven. */
const TICK_SLACK = 1e-6;

/** A position below maintenance; the lower the ratio of equity to maintenance, the more urgent. */
export interface Doomed {
  readonly slot: number;
  readonly account: number;
  readonly ratio: number;
}

/** What is to be closed, with prices fixed from the equity at the start of the round. */
export interface ClosePlan {
  readonly slot: number;
  readonly account: number;
  readonly market: Market;
  /** Side of the position, +1 long. */
  readonly side: number;
  readonly lots: number;
  readonly bankruptcyTicks: number;
  /** Worst price of the forced order. */
  readonly limitTicks: number;
  readonly equity: number;
}

/**
 * Lots that are left of a planned position; 0 when fills of the round have closed it or turned it round, since a forced
 * order never adds to a position.
 */
export function lotsLeft({ slots }: World, { slot, side }: Pick<ClosePlan, "slot" | "side">): number {
  return Math.max(0, side * slots.lots[slot]);
}

/** The plans of a venue's round in the order in which it liquidates. */
export function plansOf(world: World, venue: Venue, doomed: Doomed[]): ClosePlan[] {
  const { order } = venue.spec.liquidation;
  if (order === "fillable-distance") {
    const plans = doomed.map((entry) => planOf(world, entry));
    const ordered = orderLiquidations(
      order,
      plans.map((plan) => ({ ...distanceKeys(world, plan), plan })),
    );
    return ordered.map(({ plan }) => plan);
  }
  const byRatio = order === "equity-ratio";
  doomed.sort((a, b) => (byRatio ? a.ratio - b.ratio : 0) || a.account - b.account || a.slot - b.slot);
  return doomed.map((entry) => planOf(world, entry));
}

function distanceKeys(world: World, plan: ClosePlan): LiquidationCandidate {
  const oraclePrice = world.markTicks[plan.market.index];
  const margin = marginOf(world, plan.slot);
  return {
    account: plan.account,
    orderHash: world.agentKeys[plan.account],
    fillablePrice: orderPrice(world, plan.market, plan.slot, margin, plan.bankruptcyTicks),
    oraclePrice,
    quoteSize: plan.lots * oraclePrice * plan.market.quantaPerTickLot,
  };
}

/** Equity and maintenance margin behind a position. */
export interface MarginOf {
  /** Of the isolated position, or of the whole cross account. */
  readonly equity: number;
  readonly maintenance: number;
  /** Maintenance margin of the position itself. */
  readonly own: number;
}

/** Equity and maintenance margin behind a position at the marks. */
export function marginOf(world: World, slot: number): MarginOf {
  const { slots, ledger, accounts, markets, markTicks } = world;
  const account = slots.account[slot];
  const market = markets[slots.market[slot]];
  const mark = markTicks[market.index];
  const notional = Math.abs(ledger.valueQuanta(slot, mark));
  const own = maintenanceQuanta(market.tiers, notional, accounts.weight[account]);
  if (accounts.cross[account] === 0) {
    return { equity: ledger.isolatedEquity(slot, mark), maintenance: own, own };
  }
  const maintenance = totalMaintenance(world, account);
  return { equity: ledger.crossEquity(account, markTicks), maintenance, own };
}

/** Maintenance margin of the isolated position, or of the whole cross account, at the marks. */
export function maintenanceBehind(world: World, slot: number): number {
  const { slots, ledger, accounts, markets, markTicks } = world;
  const account = slots.account[slot];
  if (accounts.cross[account] === 1) return totalMaintenance(world, account);
  const market = markets[slots.market[slot]];
  const notional = Math.abs(ledger.valueQuanta(slot, markTicks[market.index]));
  return maintenanceQuanta(market.tiers, notional, accounts.weight[account]);
}

function totalMaintenance(world: World, account: number): number {
  const { slots, ledger, accounts, markets, markTicks } = world;
  let sum = 0;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual) continue;
    const notional = Math.abs(ledger.valueQuanta(slot, markTicks[market.index]));
    sum += maintenanceQuanta(market.tiers, notional, accounts.weight[account]);
  }
  return sum;
}

function planOf(world: World, { slot, account }: Doomed): ClosePlan {
  const { slots, ledger, accounts, markets, markTicks } = world;
  const market = markets[slots.market[slot]];
  const lots = slots.lots[slot];
  const perTick = Math.abs(lots) * market.quantaPerTickLot;
  const margin = marginOf(world, slot);
  const value = ledger.valueQuanta(slot, markTicks[market.index]);
  const bankruptcyTicks =
    accounts.cross[account] === 1
      ? crossBankruptcyTicks(lots, value, margin.equity, margin.own, margin.maintenance, perTick)
      : isolatedBankruptcyTicks(lots, slots.cost[slot], slots.margin[slot], perTick);
  const inBook = Math.min(market.maxTicks - 1, bankruptcyTicks);
  return {
    slot,
    account,
    market,
    side: lots > 0 ? 1 : -1,
    lots: closingLots(world, market, slot, margin.equity),
    bankruptcyTicks: inBook,
    limitTicks: limitTicks(world, market, slot, margin, inBook),
    equity: margin.equity,
  };
}

/** Lots that the partial rule closes; everything once nothing is left of the equity, unless the rule caps a block. */
function closingLots(world: World, market: Market, slot: number, equity: number): number {
  const { slots, accounts, markTicks, partialMicros } = world;
  const { partial } = market.venue.spec.liquidation;
  const lots = slots.lots[slot];
  const mark = markTicks[market.index];
  const weight = accounts.weight[slots.account[slot]];
  const size = Math.abs(lots);
  if (partial.kind === "tier-step") {
    if (equity <= 0) return size;
    return partialCloseLots(market.tiers, lots, mark, market.quantaPerTickLot, weight);
  }
  const { size: closing } = partialSize(sizeRule(world, market, weight), {
    size,
    price: mark * market.quantaPerTickLot,
    lotSize: 1,
    ...(partialMicros[slot] >= 0
      ? { secondsSincePartial: (world.nowMicros - partialMicros[slot]) / MICROS_PER_SECOND }
      : {}),
  });
  return Math.max(1, Math.min(size, Math.round(closing)));
}

/** The partial rule with its amounts in quanta of all traders that the account stands for. */
function sizeRule(world: World, market: Market, weight: number): PartialSizeRule {
  const { partial } = market.venue.spec.liquidation;
  const quanta = world.inputs.currencies[0].quantaPerUnit * weight;
  if (partial.kind === "share") return { ...partial, aboveNotional: partial.aboveNotional * quanta };
  if (partial.kind !== "portion") return { kind: "all" };
  return {
    ...partial,
    minNotional: partial.minNotional * quanta,
    maxNotionalPerBlock: partial.maxNotionalPerBlock * quanta,
  };
}

/** Worst price of the forced order in whole ticks of the book. */
function limitTicks(
  world: World,
  market: Market,
  slot: number,
  margin: MarginOf,
  bankruptcyTicks: number,
): number {
  const price = orderPrice(world, market, slot, margin, bankruptcyTicks);
  // Rounded in favour of the position's holder.
  const ticks = world.slots.lots[slot] > 0 ? Math.ceil(price - TICK_SLACK) : Math.floor(price + TICK_SLACK);
  return Math.max(1, Math.min(market.maxTicks - 1, ticks));
}

/** Price of the forced order by the venue's rule, in ticks, not rounded. */
function orderPrice(
  world: World,
  market: Market,
  slot: number,
  margin: MarginOf,
  bankruptcyTicks: number,
): number {
  const lots = world.slots.lots[slot];
  return liquidationOrderPrice(market.venue.spec.liquidation.price, {
    side: lots > 0 ? 1 : -1,
    markPrice: world.markTicks[market.index],
    bankruptcyPrice: bankruptcyTicks,
    size: Math.abs(lots) * market.quantaPerTickLot,
    maintenance: margin.own,
    equity: margin.equity,
    totalMaintenance: margin.maintenance,
  });
}
