/**
 * Phase 7, mark: index from the simulated spot books, mark, premium and funding by the venue's forms, all on the
 * venue's own clocks. Then the triggers that the new marks reach: stops become orders of the next step,
 * liquidation triggers mark accounts for the check, levels wake agents in the next step. Never reads the fundamental.
 */
import { hash32 } from "../../numeric/text-hash.ts";
import { BUY, SELL, microsOf } from "../../units.ts";
import { CAUSE_STOP } from "../agent-port.ts";
import { clockTicks } from "../clock.ts";
import { payFunding, samplePremium } from "../funding.ts";
import { markTicksOf, middleTicks, sampleBasis } from "../mark-rules.ts";
import { seenIndex } from "../venue-events.ts";
import { freshIndex } from "../venue-index.ts";
import { makeTag } from "../flow.ts";
import { KIND_REDUCE } from "../order-messages.ts";
import type { Market, World } from "../world.ts";

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
  world.triggers?.collect(world.markTicks);
}

function markSpot(world: World, market: Market): void {
  const middle = middleTicks(world, market);
  world.view.indexTicks[market.index] = middle;
  world.markTicks[market.index] = Math.max(1, Math.round(middle));
}

function markPerpetual(world: World, market: Market, endMicros: number): void {
  const { view, nowMicros, markTicks, previousMarkTicks } = world;
  const { mark: rules, funding } = market.venue.spec;
  market.freshIndexTicks = freshIndex(world, market);
  const index = seenIndex(world, market, market.freshIndexTicks);
  view.indexTicks[market.index] = index;
  sampleBasis(world, market, index, endMicros);
  if (clockTicks(nowMicros, endMicros, microsOf(funding.sampleSeconds))) samplePremium(market, index);
  if (clockTicks(nowMicros, endMicros, microsOf(funding.intervalSeconds))) payFunding(world, market, index);
  const { updateSeconds } = rules;
  if (updateSeconds > 0 && !clockTicks(nowMicros, endMicros, microsOf(updateSeconds))) return;
  previousMarkTicks[market.index] = markTicks[market.index];
  markTicks[market.index] = markTicksOf(market, index, endMicros);
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
