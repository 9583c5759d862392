/**
 * An exchange without a book in which a ladder of isolated longs is opened, shocked and left to its liquidation rounds.
 */
import { Exchange, type PerpetualSpec, type VenueRules } from "@undertow/core";
import { expect } from "vitest";
import { CURRENCIES, flatMargin, fundVenue } from "./exchange-rules.ts";
import { free, trader } from "./exchange-steps.ts";
import { type Ladder, LADDER_START_TICKS } from "./ladder-draws.ts";

export const name = "A-PERP";
export const market: PerpetualSpec = {
  name,
  contract: "linear",
  settlement: "USDT",
  tickSize: 0.01,
  lotSize: 0.001,
  maxPrice: 400,
  margin: flatMargin(0.1),
  impactNotional: 200,
  orderCapacity: 64,
  clearing: { kind: "linear-impact", impactTicks: 80, perLots: 1_000 },
};

/** The mark is the middle of the market a second ago; nothing is charged; a forced order may go as far as it takes. */
export const rules: VenueRules = {
  ...fundVenue,
  ...free,
  mark: { kind: "mean-basis", updateSeconds: 1, sampleSeconds: 1, samples: 1 },
  bands: {},
  liquidation: {
    ...fundVenue.liquidation,
    partial: { kind: "all" },
    price: { kind: "market", slippageCap: 0.6 },
    clearanceFee: { kind: "none" },
    takerFee: false,
  },
};

export function open(clearing: PerpetualSpec["clearing"], venue: VenueRules = rules): Exchange {
  const exchange = new Exchange({
    rules: venue,
    currencies: CURRENCIES,
    markets: [{ ...market, ...(clearing === undefined ? {} : { clearing }) }],
    accountCapacity: 64,
  });
  exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 1e7 });
  exchange.setIndex(name, LADDER_START_TICKS / 100);
  return exchange;
}

export const priceTicks = (exchange: Exchange): number => Math.round(exchange.market(name).bestBid * 100) + 1;

/** Sells to a long what it buys, so that the price returns; then gives it the margin that goes at its tick. */
function openRung(exchange: Exchange, short: number, who: string, ticks: number, lots: number): void {
  const account = trader(exchange, who, "isolated", 1e5, 10);
  exchange.placeOrder({ account, market: name, side: "buy", size: lots / 1_000 });
  exchange.placeOrder({ account: short, market: name, side: "sell", size: lots / 1_000 });
  const [position] = exchange.account(account).positions;
  // Quanta a tick and lot: 10. At tick + 1 equity is just the maintenance margin of 10 %.
  const mark = exchange.market(name).mark * 100;
  const loss = Math.round(position.unrealisedProfit * 1e6) - 10 * lots * (mark - (ticks + 1));
  const wanted = lots * (ticks + 1) - loss;
  const amount = (wanted - Math.round(position.margin * 1e6)) / 1e6;
  if (amount !== 0) exchange.changeMargin({ account, market: name, amount });
}

/** Opens the ladder, sells the shock, and lets rounds pass until one liquidates nobody. */
export function runThrough(ladder: Ladder, venue: VenueRules = rules) {
  const { impactTicks, perLots, shockLots, rungs } = ladder;
  const exchange = open({ kind: "linear-impact", impactTicks, perLots }, venue);
  const short = trader(exchange, "short", "cross", 1e8, 10);
  rungs.forEach(({ ticks, lots }, k) => openRung(exchange, short, `long ${k}`, ticks, lots));
  expect(priceTicks(exchange)).toBe(LADDER_START_TICKS);
  exchange.placeOrder({ account: short, market: name, side: "sell", size: shockLots / 1_000 });
  exchange.takeEvents();
  const rounds: number[][] = [];
  for (;;) {
    exchange.advance(1);
    const events = exchange.takeEvents().filter((event) => event.type === "liquidation");
    if (events.length === 0) break;
    expect(events.every(({ outcome }) => outcome === "book")).toBe(true);
    rounds.push(events.map(({ account }) => Number(account.slice(5))).sort((a, b) => a - b));
  }
  expect(exchange.audit()).toMatchObject({ clean: true });
  return { exchange, rounds, ticks: priceTicks(exchange) };
}
