/**
 * The ledger: cash of accounts, and position slots (account, market) in integer lots and quanta.
 *
 * Fills and transfers change money here; funding and the waterfall change the same columns. A fill moves one and the same integer of quanta between both accounts; a
 * perpetual position stores lots and signed cost, so realised profit needs no average price. Holds for
 * open orders (`reserved`) are not money movements. Nothing here reads a book or decides anything.
 *
 * Conserved per currency: sum of cash + sum over perpetual slots of (margin - cost) = declared deposits.
 */
import { FLOOR, TRUNCATE, mulDiv } from "../numeric/mul-div.ts";
import { InvariantError } from "../errors.ts";
import { allowedLeverage, initialMarginQuanta, type TierTable } from "./tiers.ts";

/** Columns over accounts. */
export interface AccountColumns {
  readonly cash: Float64Array;
  /** Held for open orders, part of cash. */
  readonly reserved: Float64Array;
  /** 1: one equity for all perpetual positions; 0: isolated margins. */
  readonly cross: Uint8Array;
  readonly firstSlot: Int32Array;
  /** Traders the account stands for. */
  readonly weight: Float64Array;
  /** NOTICE_* bits since the agent last decided. */
  readonly notice: Uint8Array;
  /** Liquidation orders so far. */
  readonly liquidations: Int32Array;
}

/** Columns over position slots. */
export interface SlotColumns {
  readonly account: Int32Array;
  readonly market: Int32Array;
  readonly nextOfAccount: Int32Array;
  readonly lots: Float64Array;
  /** Signed cost of the lots (spot: cost basis, information only). */
  readonly cost: Float64Array;
  readonly margin: Float64Array;
  readonly leverage: Float64Array;
  /** Held by this slot's resting and travelling orders: money, and lots of spot sells. */
  readonly reserved: Float64Array;
  readonly reservedLots: Float64Array;
  /** Lots filled in this step and not settled yet, signed. */
  readonly pending: Float64Array;
  /** Head of the book's list of this slot's resting orders. */
  readonly orderHead: Int32Array;
}

/** What the ledger needs to know of markets. */
export interface LedgerMarkets {
  readonly count: number;
  readonly perpetual: Uint8Array;
  readonly quantaPerTickLot: Float64Array;
  /** Cap the leverage that an account may have chosen; empty tables for spot. */
  readonly tiers: readonly TierTable[];
}

const NONE = -1;

export class Ledger {
  readonly accounts: AccountColumns;
  readonly slots: SlotColumns;
  readonly markets: LedgerMarkets;
  slotCount = 0;
  private readonly slotCapacity: number;
  /** Slots of each market in the order in which they were made, as lists. */
  private readonly firstOfMarket: Int32Array;
  private readonly lastOfMarket: Int32Array;
  private readonly nextOfMarket: Int32Array;

  /** @param options `readOnly`: over columns that another ledger fills, for a thread that makes no slots; default false */
  constructor(
    accounts: AccountColumns,
    slots: SlotColumns,
    markets: LedgerMarkets,
    options: { readonly readOnly?: boolean } = {},
  ) {
    this.accounts = accounts;
    this.slots = slots;
    this.markets = markets;
    const readOnly = options.readOnly === true;
    this.slotCapacity = readOnly ? 0 : slots.account.length;
    this.firstOfMarket = new Int32Array(markets.count).fill(NONE);
    this.lastOfMarket = new Int32Array(markets.count).fill(NONE);
    this.nextOfMarket = new Int32Array(this.slotCapacity).fill(NONE);
    if (readOnly) return;
    accounts.firstSlot.fill(NONE);
    slots.orderHead.fill(NONE);
  }

  /** The account's slot in a market, or -1. */
  findSlot(account: number, market: number): number {
    const { market: marketOf, nextOfAccount } = this.slots;
    let slot = this.accounts.firstSlot[account];
    while (slot !== NONE && marketOf[slot] !== market) slot = nextOfAccount[slot];
    return slot;
  }

  /** The account's slot in a market, made when missing. Slots live as long as the run. */
  slotOf(account: number, market: number): number {
    const found = this.findSlot(account, market);
    if (found !== NONE) return found;
    if (this.slotCount === this.slotCapacity) {
      throw new InvariantError("slot-capacity", `position slots exhausted: ${this.slotCapacity}`);
    }
    const slot = this.slotCount++;
    const slots = this.slots;
    slots.account[slot] = account;
    slots.market[slot] = market;
    slots.leverage[slot] = 1;
    slots.nextOfAccount[slot] = this.accounts.firstSlot[account];
    this.accounts.firstSlot[account] = slot;
    const last = this.lastOfMarket[market];
    if (last === NONE) this.firstOfMarket[market] = slot;
    else this.nextOfMarket[last] = slot;
    this.lastOfMarket[market] = slot;
    return slot;
  }

  /** A market's first slot, or -1. */
  firstSlotOf(market: number): number {
    return this.firstOfMarket[market];
  }

  /** The slot of the same market that was made next, or -1. */
  slotAfter(slot: number): number {
    return this.nextOfMarket[slot];
  }

  /** Signed value of a slot's lots at a price: what they would cost now. */
  valueQuanta(slot: number, ticks: number): number {
    return this.slots.lots[slot] * ticks * this.markets.quantaPerTickLot[this.slots.market[slot]];
  }

  /** Equity of one isolated position at a mark. */
  isolatedEquity(slot: number, markTicks: number): number {
    return this.slots.margin[slot] + this.valueQuanta(slot, markTicks) - this.slots.cost[slot];
  }

  /** Equity behind the account's cross positions at the marks. */
  crossEquity(account: number, markTicks: Float64Array): number {
    const { market, nextOfAccount, cost } = this.slots;
    const { perpetual } = this.markets;
    let equity = this.accounts.cash[account];
    for (let slot = this.accounts.firstSlot[account]; slot !== NONE; slot = nextOfAccount[slot]) {
      if (perpetual[market[slot]] === 1)
        equity += this.valueQuanta(slot, markTicks[market[slot]]) - cost[slot];
    }
    return equity;
  }

  /** Everything the account owns at the marks: cash, margins, unrealised profit, spot coins. */
  totalEquity(account: number, markTicks: Float64Array): number {
    const { market, nextOfAccount, cost, margin } = this.slots;
    const { perpetual } = this.markets;
    let equity = this.accounts.cash[account];
    for (let slot = this.accounts.firstSlot[account]; slot !== NONE; slot = nextOfAccount[slot]) {
      equity += this.valueQuanta(slot, markTicks[market[slot]]);
      if (perpetual[market[slot]] === 1) equity += margin[slot] - cost[slot];
    }
    return equity;
  }

  /**
   * Cash that can back new orders: cash less holds; a cross account also counts unrealised profit and loss
   * and gives up the initial margin of what it holds.
   */
  freeQuanta(account: number, markTicks: Float64Array): number {
    const { accounts, slots } = this;
    let free = accounts.cash[account] - accounts.reserved[account];
    if (accounts.cross[account] === 0) return free;
    const { market, nextOfAccount, cost, lots, leverage } = slots;
    const { tiers } = this.markets;
    const weight = accounts.weight[account];
    for (let slot = accounts.firstSlot[account]; slot !== NONE; slot = nextOfAccount[slot]) {
      if (lots[slot] === 0 || this.markets.perpetual[market[slot]] === 0) continue;
      const value = this.valueQuanta(slot, markTicks[market[slot]]);
      const notional = Math.abs(value);
      const allowed = allowedLeverage(tiers[market[slot]], notional, weight, leverage[slot]);
      free += value - cost[slot] - initialMarginQuanta(notional, allowed);
    }
    return free;
  }

  /** Puts a hold on money (and spot lots) for an order of the slot. */
  reserve(slot: number, quanta: number, lots: number): void {
    this.accounts.reserved[this.slots.account[slot]] += quanta;
    this.slots.reserved[slot] += quanta;
    this.slots.reservedLots[slot] += lots;
  }

  /** Takes a hold away. */
  release(slot: number, quanta: number, lots: number): void {
    this.reserve(slot, -quanta, -lots);
  }

  /**
   * Settles one side of a fill: `signedLots` bought (+) or sold (-) for `quote` quanta, with `fee`.
   * `released` is the order's hold that this fill uses up (already taken off by the caller's `release`):
   * an opening isolated position takes its margin from it, never more.
   */
  settle(slot: number, signedLots: number, quote: number, fee: number, released: number): void {
    const { slots, accounts } = this;
    const account = slots.account[slot];
    const before = slots.lots[slot];
    if (this.markets.perpetual[slots.market[slot]] === 0) {
      this.settleSpot(slot, signedLots, quote, fee);
      return;
    }
    accounts.cash[account] -= fee;
    if (before === 0 || before > 0 === signedLots > 0) {
      this.open(slot, signedLots, quote, released - fee);
      return;
    }
    const size = Math.abs(signedLots);
    const closing = Math.min(size, Math.abs(before));
    const closingQuote = closing === size ? quote : mulDiv(quote, closing, size, FLOOR);
    this.close(slot, closing, closingQuote);
    if (closing < size) {
      const rest = signedLots > 0 ? size - closing : closing - size;
      this.open(slot, rest, quote - closingQuote, released - fee);
    }
  }

  /** Moves cash between two accounts (fees, fund, funding). */
  transfer(from: number, to: number, quanta: number): void {
    this.accounts.cash[from] -= quanta;
    this.accounts.cash[to] += quanta;
  }

  private settleSpot(slot: number, signedLots: number, quote: number, fee: number): void {
    const { slots, accounts } = this;
    const account = slots.account[slot];
    const before = slots.lots[slot];
    if (signedLots > 0) {
      accounts.cash[account] -= quote + fee;
      slots.cost[slot] += quote;
    } else {
      accounts.cash[account] += quote - fee;
      if (before > 0)
        slots.cost[slot] -= mulDiv(slots.cost[slot], Math.min(before, -signedLots), before, FLOOR);
    }
    slots.lots[slot] = before + signedLots;
  }

  private open(slot: number, signedLots: number, quote: number, available: number): void {
    const { slots, accounts } = this;
    slots.lots[slot] += signedLots;
    slots.cost[slot] += signedLots > 0 ? quote : -quote;
    const account = slots.account[slot];
    if (accounts.cross[account] === 1) return;
    const tiers = this.markets.tiers[slots.market[slot]];
    const total = Math.abs(slots.cost[slot]);
    const leverage = allowedLeverage(tiers, total, accounts.weight[account], slots.leverage[slot]);
    const margin = Math.max(0, Math.min(available, initialMarginQuanta(quote, leverage)));
    accounts.cash[account] -= margin;
    slots.margin[slot] += margin;
  }

  /** Closes `closing` lots for `quote`; profit goes to cash, an isolated loss eats the margin first. */
  private close(slot: number, closing: number, quote: number): void {
    const { slots, accounts } = this;
    const account = slots.account[slot];
    const before = slots.lots[slot];
    const size = Math.abs(before);
    const whole = closing === size;
    const cost = whole ? slots.cost[slot] : mulDiv(slots.cost[slot], closing, size, TRUNCATE);
    const realised = before > 0 ? quote - cost : -cost - quote;
    slots.lots[slot] = whole ? 0 : before > 0 ? before - closing : before + closing;
    slots.cost[slot] -= cost;
    if (accounts.cross[account] === 1) {
      accounts.cash[account] += realised;
      return;
    }
    const freed = whole ? slots.margin[slot] : mulDiv(slots.margin[slot], closing, size, FLOOR);
    slots.margin[slot] -= freed;
    const result = freed + realised;
    if (result < 0 && !whole) slots.margin[slot] += result;
    else accounts.cash[account] += result;
  }
}
