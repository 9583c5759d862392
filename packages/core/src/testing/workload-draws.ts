/**
 * How the requests of a workload are drawn: valid and invalid orders of all types, cancels, amendments, money, index
 * shocks, halts and time.
 *
 * Draws look at the auditor's books to aim (which orders live, who is broke), never at the exchange.
 */
import type { OrderWish } from "../exchange/order-wish.ts";
import type { AuditedAccount } from "./auditor-events.ts";
import type { AuditedOrder } from "./auditor-orders.ts";
import type { Auditor } from "./auditor.ts";
import type { Draw } from "./margin-world.ts";
import type { WorkloadRequest } from "./workload-requests.ts";
import type { WorkloadVenue } from "./workload-venues.ts";

/** How often each kind is drawn. */
const WEIGHTS: readonly (readonly [WorkloadRequest["kind"] | "quote" | "spoil", number])[] = [
  ["quote", 300],
  ["place", 290],
  ["cancel", 120],
  ["spoil", 70],
  ["advance", 60],
  ["index", 45],
  ["amend", 45],
  ["deposit", 15],
  ["withdraw", 15],
  ["transfer", 10],
  ["margin", 10],
  ["cancel-all", 6],
  ["leverage", 6],
  ["external", 2],
  ["collateral", 2],
  ["halt", 1],
  ["resume", 12],
];
const KINDS = WEIGHTS.flatMap(([kind, weight]) => new Array<(typeof WEIGHTS)[number][0]>(weight).fill(kind));
/** More live orders than this in a market, and one is cancelled instead of placing another. */
const MOST_ORDERS = 90;

/** Draws requests for one exchange. */
export class WorkloadDraws {
  private readonly venue: WorkloadVenue;
  private readonly auditor: Auditor;
  private readonly draw: Draw;
  private readonly traders: readonly AuditedAccount[];
  /** Index that was set last, by market. */
  private readonly index: number[];

  constructor(venue: WorkloadVenue, auditor: Auditor, draw: Draw, traders: readonly AuditedAccount[]) {
    this.venue = venue;
    this.auditor = auditor;
    this.draw = draw;
    this.traders = traders;
    this.index = venue.markets.map(() => 100);
  }

  next(): WorkloadRequest {
    const { draw } = this;
    const kind = draw.pick(KINDS);
    const m = draw.whole(0, this.venue.markets.length - 1);
    const market = this.venue.markets[m].name;
    switch (kind) {
      case "quote":
      case "place":
        if ((this.auditor.orders.get(market)?.live.size ?? 0) > MOST_ORDERS) return this.cancel(market);
        return { kind: "place", wish: kind === "quote" ? this.quote(m) : this.order(m) };
      case "spoil":
        return this.spoil(m);
      case "cancel":
        return this.cancel(market);
      case "amend":
        return this.amend(m);
      case "cancel-all":
        return { kind, account: draw.pick(this.traders).key, market };
      case "index":
        return this.moveIndex(m);
      case "external":
        return { kind, market, price: this.priceNear(m, 20) };
      case "collateral":
        return { kind, price: draw.whole(500, 2_000) / 10 };
      case "advance":
        return { kind, seconds: this.seconds() };
      case "halt":
      case "resume":
        return { kind, market };
      case "leverage": {
        const leverage = draw.whole(1, this.venue.maxLeverage + 5);
        return { kind, setting: { account: draw.pick(this.traders).key, market, leverage } };
      }
      default:
        return this.money(kind, market);
    }
  }

  /** A maker's order around the index. */
  private quote(m: number): OrderWish {
    const { draw } = this;
    const side = draw.pick(["buy", "sell"] as const);
    const away = (side === "buy" ? -1 : 1) * draw.whole(1, 60);
    const price = Math.max(0.1, Math.round(this.index[m] * 10 + (away * this.index[m]) / 100) / 10);
    const time = draw.whole(0, 3) === 0 ? "post-only" : "rest";
    const account = this.traders[draw.whole(0, 1)];
    return {
      account: account.key,
      market: this.venue.markets[m].name,
      side,
      size: this.size(6),
      price,
      time,
    };
  }

  /** A trader's order of any type. */
  private order(m: number): OrderWish {
    const { draw } = this;
    const trader = draw.pick(this.traders);
    const side = draw.pick(["buy", "sell"] as const);
    const base = {
      account: trader.key,
      market: this.venue.markets[m].name,
      side,
      size: this.size(1),
      ...(trader.mode === "hedge" ? { leg: draw.pick(["long", "short"] as const) } : {}),
      ...(draw.whole(0, 7) === 0 ? { reduceOnly: true } : {}),
    };
    const price = this.priceNear(m, 20);
    switch (draw.whole(0, 9)) {
      case 0:
      case 1:
      case 2:
        return base;
      case 3:
        return { ...base, price, time: "immediate" };
      case 4:
        return { ...base, price, time: "fill-or-kill" };
      case 5:
        return { ...base, price, time: "post-only" };
      case 6:
        return this.conditional(m, base);
      default:
        return { ...base, price };
    }
  }

  private conditional(m: number, base: OrderWish): OrderWish {
    const { draw } = this;
    const on = draw.pick(["mark", "last"] as const);
    const limit = draw.whole(0, 1) === 0 ? {} : { price: this.priceNear(m, 20) };
    const kind = draw.pick(["stop", "take-profit", "trailing"] as const);
    if (kind !== "trailing")
      return { ...base, ...limit, trigger: { kind, on, price: this.priceNear(m, 60) } };
    const activation = draw.whole(0, 1) === 0 ? {} : { activationPrice: this.priceNear(m, 40) };
    return { ...base, ...limit, trigger: { kind, on, callback: draw.whole(1, 50) / 1_000, ...activation } };
  }

  /** A request with one thing wrong, or wrong most of the time. */
  private spoil(m: number): WorkloadRequest {
    const { draw, venue } = this;
    const good: OrderWish = { ...this.order(m), price: this.priceNear(m, 5) };
    const place = (change: object): WorkloadRequest => ({ kind: "place", wish: { ...good, ...change } });
    const flow = { account: good.account, currency: venue.currency };
    const spoils: (() => WorkloadRequest)[] = [
      () => place({ size: draw.pick([0, -1, 0.05, 1.234_567, NaN, Infinity, 1e300]) }),
      () => place({ price: draw.pick([0, -5, 0.05, 100.033, NaN, 1e6, -Infinity]) }),
      () => place({ side: "hold" }),
      () => place({ time: "soon" }),
      () => place({ market: "NO-PERP" }),
      () => place({ account: draw.pick([-1, 99, 1.5]) }),
      () => place({ leg: good.leg === undefined ? "long" : undefined }),
      () =>
        place({
          trigger: { kind: draw.pick(["limit", "stop", "trailing"]), callback: draw.pick([0, 1, 2]) },
        }),
      () => place({ size: draw.pick([1e5, 1e6, 3e8]), reduceOnly: false }),
      () => place({ time: "post-only", price: undefined }),
      () => place({ size: 0.1, price: 1, reduceOnly: false }),
      () => ({ kind: "advance", seconds: draw.pick([0, -1, NaN, 1e6, 1e-9]) }),
      () => ({ kind: "index", market: good.market, sources: draw.pick([0, -1, NaN, Infinity]) }),
      () => ({ kind: "deposit", flow: { ...flow, amount: draw.pick([0, -5, NaN, 1e-9, Infinity]) } }),
      () => ({ kind: "withdraw", flow: { ...flow, amount: draw.pick([-5, 1e9, 0.123_456_789_1]) } }),
      () => ({ kind: "transfer", flow: { ...flow, from: flow.account, to: 77, amount: 1 } }),
      () => ({ kind: "margin", change: { account: good.account, market: good.market, amount: NaN } }),
      () => ({
        kind: "leverage",
        setting: { account: good.account, market: good.market, leverage: draw.pick([0, -1, NaN, 1_000]) },
      }),
      () => ({ kind: "cancel", wish: { account: good.account, market: good.market, order: 1e9 } }),
      () => ({ kind: "amend", wish: { ...good, order: draw.whole(0, 9), price: NaN } }),
    ];
    return draw.pick(spoils)();
  }

  private cancel(market: string): WorkloadRequest {
    const order = this.anyOrder(market);
    const wish = { account: order?.account ?? this.traders[0].key, market, order: order?.order.order ?? 1 };
    // One in ten asks for somebody else's order.
    if (this.draw.whole(0, 9) === 0) wish.account = this.draw.pick(this.traders).key;
    return { kind: "cancel", wish };
  }

  private amend(m: number): WorkloadRequest {
    const { draw } = this;
    const market = this.venue.markets[m].name;
    const found = this.anyOrder(market);
    if (found === undefined) return { kind: "amend", wish: { ...this.quote(m), order: 1, price: 100 } };
    const { order, account } = found;
    const size =
      draw.whole(0, 2) === 0 ? this.size(2) : (Number(order.left) * this.venue.markets[m].lotSize) / 2;
    const price = draw.whole(0, 1) === 0 ? Number(order.ticks) / 10 : this.priceNear(m, 20);
    return {
      kind: "amend",
      wish: { account, market, order: order.order, price, size: Math.round(size * 10) / 10 },
    };
  }

  private anyOrder(market: string): { order: AuditedOrder; account: number } | undefined {
    const live = [...(this.auditor.orders.get(market)?.live.values() ?? [])];
    if (live.length === 0) return undefined;
    const order = this.draw.pick(live);
    return { order, account: this.auditor.books.book(order.account).account.key };
  }

  private money(kind: "deposit" | "withdraw" | "transfer" | "margin", market: string): WorkloadRequest {
    const { draw, venue } = this;
    const { currency, stake } = venue;
    const trader = draw.pick(this.traders);
    const wallet = this.walletOf(trader.name);
    const amount = (stake * draw.whole(1, 1_000)) / 1_000;
    if (kind === "margin") {
      const change = { account: trader.key, market, amount: (draw.whole(-9, 9) * stake) / 100 };
      return { kind, change };
    }
    if (kind === "transfer") {
      const to = draw.whole(0, 19) === 0 ? 1 : draw.pick(this.traders).key;
      return { kind, flow: { from: trader.key, to, currency, amount: amount / 10 } };
    }
    if (kind === "withdraw") {
      const isMaker = trader.key === this.traders[0].key || trader.key === this.traders[1].key;
      const rich = !isMaker && wallet > 5 * stake;
      if (!isMaker && wallet > 0 && draw.whole(0, 3) === 0) {
        return { kind, flow: { account: trader.key, currency, amount: wallet } };
      }
      return { kind, flow: { account: trader.key, currency, amount: rich ? roundDown(wallet / 2) : amount } };
    }
    // Money comes in where there is little; every fifth time for the fund or the vault.
    const holder = venue.rules.backstop.kind === "vault" ? 2 : 1;
    if (draw.whole(0, 4) === 0) return { kind, flow: { account: holder, currency, amount: amount / 5 } };
    const start = makerShare(this.traders.indexOf(trader)) * stake;
    return {
      kind,
      flow: { account: trader.key, currency, amount: wallet < start ? amount : amount / 1_000 },
    };
  }

  private walletOf(name: string): number {
    const { currency } = this.venue;
    const decimals = currency === "COIN" ? 1e8 : 1e6;
    return Number(this.auditor.books.wallet(name, currency)) / decimals;
  }

  /** A random walk between 50 and 200 that is drawn back to 100, with a jump now and then. */
  private moveIndex(m: number): WorkloadRequest {
    const { draw } = this;
    const range = draw.whole(0, 19) === 0 ? 200 : 30;
    const pull = (100 - this.index[m]) / 2_000;
    const moved = this.index[m] * (1 + draw.whole(-range, range) / 1_000 + pull);
    this.index[m] = Math.min(200, Math.max(50, Math.round(moved * 10) / 10));
    const price = this.index[m];
    const { name } = this.venue.markets[m];
    if (draw.whole(0, 2) > 0) return { kind: "index", market: name, sources: price };
    const sources = [
      { price: price * 0.999, weight: 1 },
      { price, weight: 2, ageSeconds: draw.whole(0, 5) },
      { price: price * 1.002, weight: 1 },
    ];
    return { kind: "index", market: name, sources };
  }

  private seconds(): number {
    const { draw, venue } = this;
    if (draw.whole(0, 29) === 0) return venue.rules.funding.intervalSeconds;
    return draw.pick([1, 1, 1, 2, 3, 5, 60, 0.25, 1.5, 600]);
  }

  /** Up to a share of the index away from it, in thousandths. */
  private priceNear(m: number, share: number): number {
    return Math.max(0.1, Math.round(this.index[m] * (10 + this.draw.whole(-share, share) / 100)) / 10);
  }

  /** Mostly small; `times` as much for makers. */
  private size(times: number): number {
    const { draw } = this;
    const lots = draw.whole(1, draw.pick([5, 50, 100, 200]) * times);
    return this.venue.currency === "COIN" ? 10 * lots : lots / 10;
  }
}

/** What the first two traders, the makers, have more of than the others. */
export function makerShare(trader: number): number {
  return trader < 2 ? 4_000 : 1;
}

function roundDown(amount: number): number {
  return Math.floor(amount * 1_000) / 1_000;
}
