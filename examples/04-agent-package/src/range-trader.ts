/**
 * Range trader: expects prices to come back. Rests a bid below and an offer above the mid of its first coin's perpetual,
 * some volatilities away, and stops quoting the side that would add to a position at its limit.
 *
 * In a crash: its bids are filled one after the other until it holds its limit; then it waits for a rebound.
 */
import { BUY, SELL, defineAgent } from "@undertow/core";
import { quotePrices } from "./quote-prices.ts";

/** Square root of the minutes of an hour: the view's volatility is per square-root minute. */
const ROOT_HOUR = Math.sqrt(60);

export const rangeTrader = defineAgent({
  name: "range-trader",
  summary: "Rests a bid below and an offer above the mid, some volatilities away, within a position limit.",
  source: "own, an example of a package",
  params: {
    interval: { unit: "duration", description: "mean time between quotes", default: 120e6, min: 1e6 },
    width: { unit: "ratio", description: "distance in hourly volatilities", default: 1, min: 0, max: 20 },
    clip: { unit: "ratio", description: "size of a quote over equity", default: 0.1, min: 0, max: 10 },
    limit: { unit: "ratio", description: "largest position over equity", default: 1, min: 0, max: 10 },
  },
  memory: {},
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide({ due, coins, params, view, account, orders }) {
    const market = view.perpMarket[coins[0]];
    const mid = view.midTicks[market];
    if (!(mid >= 1) || view.halted[market] === 1) return;
    const lotQuanta = mid * view.quantaPerTickLot[market];
    const hourly = view.volatilitySlow[market] * ROOT_HOUR;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const equity = Math.max(0, account.equityQuanta(agent));
      const { bid, ask } = quotePrices(mid, Math.min(0.5, params.width[agent] * hourly));
      const lots = Math.floor((params.clip[agent] * equity) / lotQuanta);
      const most = (params.limit[agent] * equity) / lotQuanta;
      const held = account.lots(agent, market);
      orders.beginLadder(agent, market);
      if (lots >= 1 && held + lots <= most) orders.level(BUY, bid, lots);
      if (lots >= 1 && held - lots >= -most) orders.level(SELL, ask, lots);
    }
  },
});
