/**
 * The seat of a strategy in a running market: what it sees, what it has, and what it may do, in one object that a
 * `MarketEnv` hands to the functions of its user. Reads and writes go to the run at once; nothing is copied.
 */
import { BUY, CAUSE_DISCRETIONARY, NOTICE_LIQUIDATED, SELL, UserError } from "@undertow/core";
import type { DecideContext, MarketSession } from "@undertow/core";

/** Largest part of the visible depth that `moveToExposure` takes at a time. */
const DEPTH_SHARE = 0.2;
/** Leverage asked for over exposure: what is not margin pays the fee and the worst price. */
const LEVERAGE_ROOM = 1.25;
/** Opening orders take prices up to this far from the mid: farther ones would need margin for the loss they open with. */
const WORST_PRICE = 0.005;
/** Differences below this part of equity are left alone. */
const LEAST_CHANGE = 0.01;

/** One agent of the population under test, at its wake or at the end of the run. */
export class Seat {
  /** What agent types get: view, account, orders, coins. */
  readonly context: DecideContext;
  /** Index of the agent in its population. */
  readonly agent: number;
  /** Equity at the first wake, quanta. */
  readonly startEquity: number;
  /** Equity at the wake before, quanta. */
  equityBefore: number;
  private readonly session: MarketSession;

  constructor(session: MarketSession, agent: number) {
    this.session = session;
    this.context = session.context;
    this.agent = agent;
    this.startEquity = this.equity;
    this.equityBefore = this.startEquity;
  }

  /** Equity now at the marks, quanta. */
  get equity(): number {
    return this.context.account.equityQuanta(this.agent);
  }

  /** Moment, microseconds. */
  get nowMicros(): number {
    return this.session.nowMicros;
  }

  /** Whether it was liquidated since the wake before. */
  get wasLiquidated(): boolean {
    return (this.notice & NOTICE_LIQUIDATED) !== 0;
  }

  /** What happened since the wake before: bits of `NOTICE_*`. */
  get notice(): number {
    return this.session.noticeOf(this.agent);
  }

  /** Signed notional of the perpetual position in a coin (place among the population's coins) over equity. */
  exposure(coin: number): number {
    const { view, account, coins } = this.context;
    const market = view.perpMarket[coins[coin]];
    const notional =
      account.lots(this.agent, market) * view.markTicks[market] * view.quantaPerTickLot[market];
    return this.equity > 0 ? notional / this.equity : 0;
  }

  /**
   * Sends an order that brings the perpetual position in a coin to `exposure` x equity, as far as a fifth of the visible
   * depth goes, immediate or cancelled; a turn takes two wakes, the first one closes.
   *
   * @param coin place among the population's coins
   * @param exposure signed notional over equity; the leverage asked for is 1.25 x its size (at least 1)
   * @throws UserError `market-env` for an exposure that is no finite number, such as NaN of a policy that diverged
   */
  moveToExposure(coin: number, exposure: number): void {
    const { view, account, coins, orders } = this.context;
    const { agent } = this;
    if (!Number.isFinite(exposure)) throw noExposure(exposure);
    const market = view.perpMarket[coins[coin]];
    const lot = view.midTicks[market] * view.quantaPerTickLot[market];
    const equity = Math.max(0, this.equity);
    if (!(lot > 0)) return;
    const held = account.lots(agent, market);
    const wished = Math.trunc((exposure * equity) / lot);
    const turns = held !== 0 && (wished === 0 || wished > 0 !== held > 0);
    const change = turns ? -held : wished - held;
    if (change === 0 || (!turns && Math.abs(change) * lot < LEAST_CHANGE * equity)) return;
    const side = change > 0 ? BUY : SELL;
    const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
    const lots = Math.floor(Math.min(Math.abs(change), DEPTH_SHARE * depth));
    if (lots < 1) return;
    if (held !== 0 && side > 0 !== held > 0) orders.reduce(agent, market, side, lots, CAUSE_DISCRETIONARY);
    else {
      orders.setLeverage(agent, market, Math.max(1, LEVERAGE_ROOM * Math.abs(exposure)));
      const worst = view.midTicks[market] * (1 + side * WORST_PRICE);
      const ticks = side === BUY ? Math.ceil(worst) : Math.max(1, Math.floor(worst));
      orders.immediate(agent, market, side, ticks, lots, CAUSE_DISCRETIONARY);
    }
  }
}

function noExposure(found: number): UserError {
  return new UserError("market-env", [
    {
      message: "the exposure is no number",
      path: "moveToExposure.exposure",
      expected: "a finite number",
      found: String(found),
    },
  ]);
}
