/**
 * A venue in miniature for the tests of the waterfall: accounts as quote balance and lots, a fund, a market maker.
 *
 * It books every step of a liquidation itself, in whole quanta, and leaves every decision to the functions under
 * test: order, partial size, insurance delta, whether a fill is allowed, takeover, queue, allocation. The position is
 * worth lots x ticks quanta.
 */
import {
  type AdlCandidate,
  type AdlScoreRule,
  adlQueue,
  allocateAdl,
  fundAllowsFill,
  insuranceDeltaQuanta,
  isolatedBankruptcyTicks,
  orderLiquidations,
  partialSize,
  takeover,
} from "@undertow/core";

/** What a venue begins with. One more account takes the other side of all, so that lots add up to zero. */
export interface Floor {
  readonly accounts: readonly { lots: number; entryTicks: number; marginQuanta: number }[];
  readonly markTicks: number;
  readonly fundQuanta: number;
  /** Prices, relative to the mark, at which the book takes forced orders; none left: it takes nothing. */
  readonly bookOffsets: readonly number[];
  readonly maxFeePpm: number;
  readonly takeoverCap: number;
  readonly ranking: AdlScoreRule | { readonly kind: "random-start"; readonly draw: number };
}

interface Account {
  lots: number;
  cash: number;
  readonly entryTicks: number;
}

/** Maintenance margin: 5 % of notional. */
const MAINTENANCE_PPM = 50_000;

export class WaterfallFloor {
  readonly accounts: Account[];
  readonly fund: Account;
  readonly maker: Account = { lots: 0, cash: 1e9, entryTicks: 1_000 };
  readonly startQuanta: number;
  readonly adl: { input: number; absorbed: number; remaining: number; lowestCounterpartyEquity: number }[] =
    [];
  /** Cash of accounts that the waterfall closed in full. */
  readonly closedEquities: number[] = [];
  readonly seen = { book: 0, refused: 0, taken: 0, absorbed: 0, insolvent: 0 };
  private readonly plan: Floor;
  private nextOffset = 0;

  constructor(plan: Floor) {
    this.plan = plan;
    const net = plan.accounts.reduce((sum, one) => sum + one.lots, 0);
    const all = [...plan.accounts, { lots: -net, entryTicks: 1_000, marginQuanta: 9_000 }];
    this.accounts = all.map((one) => ({
      lots: one.lots,
      cash: one.marginQuanta - one.lots * one.entryTicks,
      entryTicks: one.entryTicks,
    }));
    this.fund = { lots: 0, cash: plan.fundQuanta, entryTicks: 1_000 };
    this.startQuanta = this.totalQuanta();
  }

  netLots(): number {
    return this.everybody().reduce((sum, one) => sum + one.lots, 0);
  }

  totalQuanta(): number {
    return this.everybody().reduce((sum, one) => sum + one.cash, 0);
  }

  /** What the fund can pay with: its balance without the quote of positions that it took over. */
  fundQuanta(): number {
    return this.fund.cash + this.fund.lots * this.plan.markTicks;
  }

  /** One round: all forced orders, then takeovers, then deleveraging; calls back after each event. */
  liquidateAll(after: (event: string) => void): void {
    const { markTicks } = this.plan;
    const doomed = this.accounts.flatMap((one, account) => {
      const equity = this.equity(one);
      const maintenance = (Math.abs(one.lots) * markTicks * MAINTENANCE_PPM) / 1e6;
      return one.lots !== 0 && equity < maintenance ? [{ account, equity, maintenance }] : [];
    });
    const order = orderLiquidations("equity-ratio", doomed).map((one) => {
      const { lots, cash } = this.accounts[one.account];
      // Quote balance = margin - cost, so the price at which nothing is left is -balance / lots.
      const ticks = isolatedBankruptcyTicks(lots, -cash, 0, Math.abs(lots));
      return { ...one, ticks };
    });
    for (const { account, ticks } of order) this.sellIntoBook(account, ticks, after);
    const rest = order.filter(({ account, ticks }) => !this.handOver(account, ticks, after));
    for (const { account, ticks } of rest) this.deleverage(account, ticks, after);
    for (const { account } of order) {
      if (this.accounts[account].lots === 0) this.closedEquities.push(this.accounts[account].cash);
    }
  }

  private sellIntoBook(account: number, ticks: number, after: (event: string) => void): void {
    const own = this.accounts[account];
    const { bookOffsets, markTicks, maxFeePpm } = this.plan;
    while (own.lots !== 0 && this.nextOffset < bookOffsets.length) {
      const side = Math.sign(own.lots);
      const price = markTicks + bookOffsets[this.nextOffset++];
      const rule = { kind: "share", share: 0.2, aboveNotional: 20_000, cooldownSeconds: 0 } as const;
      const { size } = partialSize(rule, { size: Math.abs(own.lots), price: markTicks, lotSize: 1 });
      const delta = insuranceDeltaQuanta({
        fillQuoteQuanta: side * size * price,
        bankruptcyQuoteQuanta: side * size * ticks,
        maxFeePpm,
      });
      const free = Math.max(0, this.fundQuanta());
      if (!fundAllowsFill({ fund: free, delta })) {
        this.seen.refused++;
        return;
      }
      this.move(own, this.maker, side * size, price);
      own.cash -= delta;
      this.fund.cash += delta;
      this.seen.book++;
      after(`book fill of account ${account}`);
    }
  }

  private handOver(account: number, ticks: number, after: (event: string) => void): boolean {
    const own = this.accounts[account];
    const { markTicks, takeoverCap } = this.plan;
    if (own.lots === 0) return true;
    const [side, size] = [Math.sign(own.lots), Math.abs(own.lots)];
    const terms = {
      side,
      size,
      markPrice: markTicks,
      bankruptcyPrice: ticks,
      fund: Math.max(0, this.fundQuanta()),
    };
    const held = { ...terms, fundNotionalHere: this.fund.lots * markTicks };
    const pays = takeover({ kind: "fund-pays" }, terms).action;
    if (pays !== "take" || takeover({ kind: "fund", capRatio: takeoverCap }, held).action !== "take")
      return false;
    this.move(own, this.fund, own.lots, ticks);
    this.seen.taken++;
    after(`takeover of account ${account}`);
    return true;
  }

  private deleverage(account: number, ticks: number, after: (event: string) => void): void {
    const own = this.accounts[account];
    const { markTicks, ranking } = this.plan;
    const [side, input] = [Math.sign(own.lots), Math.abs(own.lots)];
    if (input === 0) return;
    const candidates = this.accounts.flatMap((one, k): AdlCandidate[] => {
      if (one.lots * side >= 0) return [];
      const { entryTicks: entryPrice } = one;
      const size = Math.abs(one.lots);
      return [{ account: k, side: -side, size, entryPrice, markPrice: markTicks, equity: this.equity(one) }];
    });
    const queue = adlQueue(ranking, candidates).map((ranked) => ranked.candidate);
    const found = allocateAdl({ side, size: input, price: ticks, markPrice: markTicks }, queue);
    let lowestCounterpartyEquity = 0;
    for (const fill of found.fills) {
      const other = this.accounts[fill.account];
      this.move(own, other, side * fill.closed, ticks);
      lowestCounterpartyEquity = Math.min(lowestCounterpartyEquity, this.equity(other));
      after(`deleveraging of account ${account} against ${fill.account}`);
    }
    const { absorbed, remaining, outcome } = found;
    this.adl.push({ input, absorbed: input - Math.abs(own.lots), remaining, lowestCounterpartyEquity });
    if (absorbed > 0) this.seen.absorbed++;
    if (outcome === "insolvent") this.seen.insolvent++;
  }

  /** `lots` (signed) go over at a price; one and the same whole amount moves the other way. */
  private move(from: Account, to: Account, lots: number, ticks: number): void {
    from.lots -= lots;
    to.lots += lots;
    from.cash += lots * ticks;
    to.cash -= lots * ticks;
  }

  private equity(account: Account): number {
    return account.cash + account.lots * this.plan.markTicks;
  }

  private everybody(): Account[] {
    return [...this.accounts, this.fund, this.maker];
  }
}
