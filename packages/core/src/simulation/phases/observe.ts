/**
 * Phase 2, observe: freezes the market view that all agents of the step decide on.
 *
 * Tops each step; returns, volatility and the liquidation estimate on a one-minute clock, depth on a 30 s clock, as venues publish
 * them. Never shows accounts, other agents' orders or where liquidations lie.
 */
import { middlePrice } from "../../market/middle-price.ts";
import { exp } from "../../numeric/elementary.ts";
import { BUY, MICROS_PER_MINUTE, SELL } from "../../units.ts";
import { clockTicks } from "../clock.ts";
import type { Market, World } from "../world.ts";

const DEPTH_CLOCK_MICROS = MICROS_PER_MINUTE / 2;
/** Published liquidations are shown with a memory of one hour. */
const KEEP_LIQUIDATIONS = exp(-1 / 60);

/** Updates the view. */
export function observe(world: World): void {
  const { nowMicros, inputs } = world;
  const before = nowMicros - inputs.stepMicros;
  for (const venueView of world.views) venueView.nowMicros = nowMicros;
  const minute = clockTicks(before, nowMicros, MICROS_PER_MINUTE) || world.step === 0;
  const depth = clockTicks(before, nowMicros, DEPTH_CLOCK_MICROS) || world.step === 0;
  for (const market of world.markets) {
    observeTop(world, market);
    if (minute) observeMinute(world, market);
    if (depth) observeDepth(world, market);
  }
}

function observeTop(world: World, market: Market): void {
  const { view } = world;
  const { index, book } = market;
  const bid = book.bestBid();
  const ask = book.bestAsk();
  view.bidTicks[index] = bid;
  view.askTicks[index] = ask;
  if (bid > 0 && ask > 0) {
    view.midTicks[index] = middlePrice(bid, ask, market.lastTradeTicks, view.midTicks[index]);
    view.midAgeMicros[index] = 0;
  } else {
    view.midAgeMicros[index] += view.stepMicros;
  }
  if (market.lastTradeTicks > 0) view.lastTicks[index] = market.lastTradeTicks;
  view.halted[index] = market.halted ? 1 : 0;
  view.openInterestLots[index] = market.openInterestLots;
  view.fundingRate[index] = market.fundingPpb / 1e9;
}

function observeMinute(world: World, market: Market): void {
  const { view } = world;
  const { index, history } = market;
  history.sample(view.midTicks[index]);
  view.return1m[index] = history.returnOver(1);
  view.return5m[index] = history.returnOver(5);
  view.return30m[index] = history.returnOver(30);
  view.return4h[index] = history.returnOver(240);
  view.return24h[index] = history.returnOver(1440);
  view.volatilityFast[index] = history.volatilityFast;
  view.volatilitySlow[index] = history.volatilitySlow;
  view.liquidatedLongLots[index] *= KEEP_LIQUIDATIONS;
  view.liquidatedShortLots[index] *= KEEP_LIQUIDATIONS;
  const estimate = world.liquidationEstimates[index];
  if (estimate === undefined) return;
  estimate.sample(view.midTicks[index], market.openInterestLots);
  view.liquidationGridTicks[index] = estimate.gridTicks;
}

function observeDepth(world: World, market: Market): void {
  const { view, flow } = world;
  const { index, book } = market;
  const mid = view.midTicks[index];
  const unit = mid * market.quantaPerTickLot;
  view.bidDepthLots[index] = book.lotsWithin(BUY, Math.max(1, Math.floor(mid * 0.99)));
  view.askDepthLots[index] = book.lotsWithin(SELL, Math.ceil(mid * 1.01));
  view.takerBuyLots[index] = flow.total(index, BUY) / unit;
  view.takerSellLots[index] = flow.total(index, SELL) / unit;
}
