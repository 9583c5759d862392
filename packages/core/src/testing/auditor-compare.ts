/**
 * An auditor's comparison: what an exchange shows of accounts, markets and books against the auditor's own.
 *
 * Returns every difference in words and changes nothing. Unrealised profit is made anew from the auditor's own cost at
 * the last mark that was told, so a wrong entry cost or mark shows here.
 */
import type { AuditedVenue } from "./auditor-events.ts";
import { type AuditorBooks, type MarketBook, lotsIn, ticksIn, valueOf } from "./auditor-books.ts";
import type { AuditorClearing } from "./auditor-clearing.ts";
import type { AuditorOrders } from "./auditor-orders.ts";

/** Differences between views and books. */
export function compareVenue(
  venue: AuditedVenue,
  books: AuditorBooks,
  orders: ReadonlyMap<string, AuditorOrders>,
): string[] {
  const found: string[] = [];
  for (const name of books.books.keys()) compareAccount(venue, books, orders, name, found);
  for (const [name, market] of books.markets) {
    compareMarket(venue, books, market, found);
    compareDepth(venue, market, orders.get(name)!, found);
  }
  return found;
}

function compareAccount(
  venue: AuditedVenue,
  books: AuditorBooks,
  orders: ReadonlyMap<string, AuditorOrders>,
  name: string,
  found: string[],
): void {
  const { account, positions } = books.book(name);
  const view = venue.account(account.key);
  for (const { currency, cash, debt } of view.balances) {
    let shown = books.quanta(currency, cash) - books.quanta(currency, debt);
    for (const { market, margin } of view.positions) {
      if (books.market(market).settlement === currency) shown += books.quanta(currency, margin);
    }
    note(found, `${name}'s ${currency}`, shown, books.wallet(name, currency));
  }
  const open = positions.filter(({ lots }) => lots !== 0n);
  note(found, `${name}'s positions`, BigInt(view.positions.length), BigInt(open.length));
  for (const { market, lots, cost } of open) {
    const side = lots > 0n ? "long" : "short";
    const shown = view.positions.find(
      (position) => position.market === market.name && position.side === side,
    );
    const size = shown === undefined ? 0n : lotsIn(market, shown.size);
    note(found, `${name}'s ${side} of ${market.name}`, side === "long" ? size : 0n - size, lots);
    if (shown === undefined) continue;
    const profit = books.quanta(market.settlement, shown.unrealisedProfit);
    note(found, `${name}'s profit in ${market.name}`, profit, valueOf(market, lots, market.markTicks) - cost);
  }
  let live = 0;
  for (const { live: all } of orders.values()) {
    for (const order of all.values()) if (order.account === name) live++;
  }
  note(found, `${name}'s orders`, BigInt(view.openOrders), BigInt(live));
}

function compareMarket(venue: AuditedVenue, books: AuditorBooks, market: MarketBook, found: string[]): void {
  const { name } = market;
  const view = venue.market(name);
  let long = 0n;
  for (const { positions } of books.books.values()) {
    for (const position of positions) {
      if (position.market === market && position.lots > 0n) long += position.lots;
    }
  }
  note(found, `open interest of ${name}`, lotsIn(market, view.openInterest), long);
  note(found, `mark of ${name}`, ticksIn(market, view.mark), market.markTicks);
  note(found, `last price of ${name}`, ticksIn(market, view.last), market.lastTicks);
  if (view.halted !== market.halted) found.push(`halt of ${name}: shown ${view.halted}`);
}

function compareDepth(venue: AuditedVenue, market: MarketBook, orders: AuditorOrders, found: string[]): void {
  if (market.clearing !== undefined) {
    compareClearing(venue, market, market.clearing, found);
    return;
  }
  for (const side of [1, -1] as const) {
    const own = orders.levels(side);
    const shown = venue.depth(market.name, side === 1 ? "bid" : "ask", own.length + 1);
    const text = (levels: readonly { ticks: bigint; lots: bigint }[]): string =>
      levels.map(({ ticks, lots }) => `${lots}@${ticks}`).join(" ");
    const shownText = text(
      shown.map(({ price, size }) => ({ ticks: ticksIn(market, price), lots: lotsIn(market, size) })),
    );
    if (shownText !== text(own)) found.push(`book of ${market.name}: shown ${shownText}, own ${text(own)}`);
  }
}

function compareClearing(
  venue: AuditedVenue,
  market: MarketBook,
  clearing: AuditorClearing,
  found: string[],
): void {
  for (const side of [1, -1] as const) {
    const levels = venue
      .depth(market.name, side === 1 ? "bid" : "ask", 5)
      .map(({ price, size }) => ({ ticks: ticksIn(market, price), lots: lotsIn(market, size) }));
    for (const wrong of clearing.compareLevels(side, levels)) found.push(`depth of ${market.name}: ${wrong}`);
  }
}

function note(found: string[], what: string, shown: bigint, own: bigint): void {
  if (shown !== own) found.push(`${what}: shown ${shown}, the auditor has ${own}`);
}
