/**
 * Phase 7, mark: index from the simulated spot books, mark as median of three, premium and funding, all on the
 * venue's own clocks. Then the triggers that the new marks reach: stops become orders of the next step,
 * liquidation triggers mark accounts for the check. Never reads the fundamental.
 */
import { hash32 } from "../../numeric/text-hash.ts";
import { CEIL, mulDiv } from "../../numeric/mul-div.ts";
import { BUY, SELL } from "../../units.ts";
import { PPB, fundingRatePpb, premiumPpb } from "../../market/funding-rate.ts";
import { middlePrice } from "../../market/middle-price.ts";
import { markPriceTicks } from "../../market/mark-price.ts";
import { CAUSE_STOP } from "../agent-port.ts";
import { clockTicks } from "../clock.ts";
import { seenIndex } from "../venue-events.ts";
import { makeTag } from "../flow.ts";
import { KIND_REDUCE } from "../order-queue.ts";
import { markForCheck, type Market, type World } from "../world.ts";

/** A stop reaches the book this long after the mark that triggered it. */
const STOP_DELAY_MICROS = 100_000;
const STOP_KEY = hash32("stop");

/** Moves index, marks and funding to the end of the step and collects triggers. */
export function mark(world: World): void {
  const endMicros = world.nowMicros + world.inputs.stepMicros;
  for (const market of world.markets) if (!market.perpetual) markSpot(world, market);
  for (const market of world.markets) {
    if (!market.perpetual) continue;
    markPerpetual(world, market, endMicros);
    collectTriggers(world, market, endMicros);
  }
}

function middleTicks(world: World, market: Market): number {
  const { book, lastTradeTicks, index } = market;
  return middlePrice(book.bestBid(), book.bestAsk(), lastTradeTicks, world.view.midTicks[index]);
}

function markSpot(world: World, market: Market): void {
  const middle = middleTicks(world, market);
  world.view.indexTicks[market.index] = middle;
  world.markTicks[market.index] = Math.max(1, Math.round(middle));
}

function markPerpetual(world: World, market: Market, endMicros: number): void {
  const { inputs, view, nowMicros } = world;
  const { venue } = inputs;
  const index = seenIndex(world, market, view.indexTicks[world.spotOfCoin[market.coin]]);
  view.indexTicks[market.index] = index;
  if (clockTicks(nowMicros, endMicros, venue.mark.basisSampleMicros)) {
    market.basis.sample(Math.round(2 * (middleTicks(world, market) - index)));
  }
  if (clockTicks(nowMicros, endMicros, venue.funding.sampleMicros)) samplePremium(world, market, index);
  const interval = venue.funding.intervalMicros;
  const toFunding = interval - (endMicros % interval);
  if (clockTicks(nowMicros, endMicros, interval)) payFunding(world, market);
  const fundingFraction = (market.fundingPpb / PPB) * (toFunding / interval);
  world.markTicks[market.index] = Math.min(
    market.maxTicks - 1,
    markPriceTicks(index, fundingFraction, market.basis.meanTicks(), market.lastTradeTicks),
  );
}

function samplePremium(world: World, market: Market, indexTicks: number): void {
  const { book, premium, impactTickLots, tiers } = market;
  const impactBid = book.averageTicksFor(SELL, impactTickLots);
  const impactAsk = book.averageTicksFor(BUY, impactTickLots);
  premium.sample(premiumPpb(indexTicks, impactBid, impactAsk));
  const { funding } = world.inputs.venue;
  const capPpb = Math.floor((tiers.maintenancePpm[0] * funding.capOfMaintenancePpm) / 1000);
  market.fundingPpb = fundingRatePpb(premium.meanPpb(), {
    interestPpb: funding.interestPpm * 1000,
    clampPpb: funding.clampPpm * 1000,
    capPpb,
  });
}

/** Longs pay shorts (or the reverse) on the mark; payers round up, receivers down, dust to the fee desk. */
function payFunding(world: World, market: Market): void {
  const { ledger, slots, accounts, markTicks } = world;
  const rate = market.fundingPpb;
  market.premium.reset();
  if (rate === 0) return;
  let dust = 0;
  for (let slot = 0; slot < ledger.slotCount; slot++) {
    if (slots.market[slot] !== market.index || slots.lots[slot] === 0) continue;
    const payment = mulDiv(ledger.valueQuanta(slot, markTicks[market.index]), rate, PPB, CEIL);
    const account = slots.account[slot];
    if (accounts.cross[account] === 1) accounts.cash[account] -= payment;
    else slots.margin[slot] -= payment;
    dust += payment;
    if (payment > 0) world.counters.fundingPaid += payment;
    markForCheck(world, account);
  }
  accounts.cash[world.feeAccount] += dust;
}

function collectTriggers(world: World, market: Market, endMicros: number): void {
  const { slots, queue, markTicks, collectedTicks, triggered } = world;
  const now = markTicks[market.index];
  const from = collectedTicks[market.index];
  collectedTicks[market.index] = now;
  const liquidations = world.margin.moveMark(market.index, now);
  const stops = market.stopTriggers.collect(from, now, triggered, 0);
  world.counters.triggers += liquidations + stops;
  for (let k = 0; k < stops; k++) {
    const slot = triggered[k];
    const lots = slots.lots[slot];
    market.stopTriggers.set(slot, 0, 1);
    if (lots === 0) continue;
    const account = slots.account[slot];
    const key = world.agentKeys[account];
    const tie = (Math.imul(key, 0x9e3779b1) ^ STOP_KEY) >>> 0;
    const message = queue.write(KIND_REDUCE, account, market.index, key, endMicros + STOP_DELAY_MICROS, tie);
    queue.side[message] = lots > 0 ? SELL : BUY;
    queue.lots[message] = Math.abs(lots);
    queue.tag[message] = makeTag(CAUSE_STOP, 0, -1);
    queue.send(message);
  }
}
