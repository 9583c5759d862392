/**
 * Metaorder executor: works one parent order off in slices, then stops; for the measurement of price impact.
 *
 * Parent: `volumeShare` of a day's volume (own mean of the taker volume seen until it starts), or `notional`. At each
 * look it sends what its schedule asks for beyond what it holds. Share left at u = elapsed / horizon:
 * mode 0, TWAP: 1 - u. Mode 2, Almgren-Chriss: sinh(a (1 - u)) / sinh(a), a = `urgency` = kappa x horizon, kappa =
 * sqrt(risk aversion x variance / temporary impact). Mode 1, POV: `participation` of the recent taker volume (its own in
 * it), whatever the horizon. In a crash: goes on; the schedule does not look at prices, only at visible depth.
 * Source: Almgren & Chriss 2000; Toth et al. 2011, Donier & Bonart 2015 for what is measured with it.
 */
import {
  BUY,
  CAUSE_EXOGENOUS,
  MICROS_PER_DAY,
  NOTICE_ADL,
  NOTICE_LIQUIDATED,
  NOTICE_STOPPED,
  SELL,
  defineAgent,
  exp,
} from "@undertow/core";
import type { DecideContext } from "@undertow/core";
import { metaorderParams } from "./metaorder-executor-params.ts";
import { lotsForNotional, lotsWithinDepth } from "./order-size.ts";

const MODE_POV = 1;
const MODE_ALMGREN_CHRISS = 2;
/** The view remembers taker volume for 10 min, so that it holds rate x 10 min. */
const FLOW_MEMORY_MICROS = 600e6;
const CASH_USE = 0.95;
/** Below this urgency the trajectory is a straight line to all digits. */
const STRAIGHT = 1e-6;
const THROWN_OUT = NOTICE_LIQUIDATED | NOTICE_STOPPED | NOTICE_ADL;

const WAITING = 0;
const WORKING = 1;
const DONE = 2;

const initialMemory = {
  state: WAITING,
  /** Looks so far, and mean daily taker volume in lots that they saw. */
  looks: 0,
  dailyLots: 0,
  /** Parent order, lots; lots held and moment when it began; lots scheduled so far. */
  parentLots: 0,
  startLots: 0,
  beginMicros: 0,
  scheduledLots: 0,
  lastMicros: 0,
};

type Context = DecideContext<keyof typeof metaorderParams, keyof typeof initialMemory>;

/** The metaorder executor type; the first of its coins. */
export const metaorderExecutor = defineAgent({
  name: "metaorder-executor",
  summary: "Executes one large order over time by TWAP, POV or an Almgren-Chriss trajectory.",
  source: "Almgren & Chriss 2000",
  params: metaorderParams,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  decide(context: Context) {
    const { due, view, params, memory } = context;
    const coin = context.coins[0];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.state[agent] === DONE) continue;
      const market = params.spot[agent] === 0 ? view.perpMarket[coin] : view.spotMarket[coin];
      if (memory.state[agent] === WAITING) {
        seeVolume(context, agent, market);
        if (view.nowMicros >= view.startMicros + params.startAfter[agent]) begin(context, agent, market);
      } else if ((due.notice[k] & THROWN_OUT) !== 0) {
        // Closed by force: not a schedule that can be gone on with.
        memory.state[agent] = DONE;
      }
      if (memory.state[agent] === WORKING) work(context, agent, market);
    }
  },
});

function seeVolume(context: Context, agent: number, market: number): void {
  const { view, params, memory } = context;
  const perDay = MICROS_PER_DAY / FLOW_MEMORY_MICROS;
  const daily = (view.takerBuyLots[market] + view.takerSellLots[market]) * perDay;
  memory.looks[agent]++;
  const looks = Math.min(memory.looks[agent], Math.max(1, MICROS_PER_DAY / params.interval[agent]));
  memory.dailyLots[agent] += (daily - memory.dailyLots[agent]) / looks;
}

/** Fixes the parent order; nothing begins while the price is unknown. */
function begin(context: Context, agent: number, market: number): void {
  const { view, account, params, orders, memory } = context;
  const mid = view.midTicks[market];
  if (!(mid > 0)) return;
  const share = params.volumeShare[agent];
  const byVolume = Math.floor(share * memory.dailyLots[agent]);
  const byMoney = lotsForNotional(params.notional[agent], mid, view.quantaPerTickLot[market]);
  memory.parentLots[agent] = share > 0 ? byVolume : byMoney;
  memory.state[agent] = memory.parentLots[agent] < 1 ? DONE : WORKING;
  memory.startLots[agent] = account.lots(agent, market);
  memory.beginMicros[agent] = memory.lastMicros[agent] = view.nowMicros;
  if (params.spot[agent] === 0) orders.setLeverage(agent, market, params.leverage[agent]);
}

/** Share of the parent that an Almgren-Chriss trajectory still holds at `u` of its horizon. */
function shareLeft(u: number, urgency: number): number {
  if (urgency < STRAIGHT) return 1 - u;
  // sinh(a (1 - u)) / sinh(a) without large exponentials.
  return (exp(-urgency * u) * (1 - exp(-2 * urgency * (1 - u)))) / (1 - exp(-2 * urgency));
}

/** Lots that should be done before the next look. */
function schedule(context: Context, agent: number, market: number): number {
  const { view, params, memory } = context;
  const parent = memory.parentLots[agent];
  const mode = params.mode[agent];
  if (mode === MODE_POV) {
    const flow = view.takerBuyLots[market] + view.takerSellLots[market];
    const elapsed = view.nowMicros - memory.lastMicros[agent];
    const lots =
      memory.scheduledLots[agent] + (params.participation[agent] * flow * elapsed) / FLOW_MEMORY_MICROS;
    return Math.min(parent, lots);
  }
  const elapsed = view.nowMicros - memory.beginMicros[agent] + params.interval[agent];
  const u = Math.min(1, elapsed / params.horizon[agent]);
  return parent * (1 - shareLeft(u, mode === MODE_ALMGREN_CHRISS ? params.urgency[agent] : 0));
}

/** Sends what is scheduled and not done; done when the whole parent is. */
function work(context: Context, agent: number, market: number): void {
  const { view, account, params, orders, memory } = context;
  const side = params.side[agent] < 0 ? SELL : BUY;
  const held = account.lots(agent, market);
  const executed = side * (held - memory.startLots[agent]);
  if (executed >= memory.parentLots[agent]) {
    memory.state[agent] = DONE;
    return;
  }
  memory.scheduledLots[agent] = schedule(context, agent, market);
  memory.lastMicros[agent] = view.nowMicros;
  // Whole lots to the nearest, so that the last slice completes the parent.
  const wished = Math.round(memory.scheduledLots[agent]) - executed;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const lots = Math.min(
    lotsWithinDepth(wished, depth, params.maxDepthShare[agent]),
    affordable(context, agent, market, side, held),
  );
  if (lots >= 1) orders.market(agent, market, side, lots, CAUSE_EXOGENOUS);
}

/** Most lots that the account can trade: coins held, or what its free cash pays for. */
function affordable(context: Context, agent: number, market: number, side: number, held: number): number {
  const { view, account, params } = context;
  const isSpot = params.spot[agent] !== 0;
  if (isSpot && side === SELL) return Math.max(0, held);
  const free = account.freeQuanta(agent) * CASH_USE * (isSpot ? 1 : params.leverage[agent]);
  const lots = lotsForNotional(free, view.midTicks[market], view.quantaPerTickLot[market]);
  // Closing a perpetual position needs no cash.
  return !isSpot && held * side < 0 ? Math.max(lots, Math.abs(held)) : lots;
}
