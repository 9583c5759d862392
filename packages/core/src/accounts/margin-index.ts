/**
 * The margin index: who has to be looked at when marks, funding indices or collateral prices move.
 *
 * Isolated positions are filed under the tick at which they cross maintenance. Cross accounts get a displacement
 * band per mark, funding index and collateral price: while none leaves its band the account cannot have used up
 * its slack, so nobody looks at it. Works over plain columns, without books or a simulation.
 * Never late: whoever is below maintenance after a move is found by the next `check`. It moves no money.
 */
import { InvariantError } from "../errors.ts";
import { between, exactInteger, positive } from "../mechanics/checked.ts";
import { PPM } from "../units.ts";
import { type MarginChecks, checkCross, checkIsolated, tableJumps } from "./margin-index-checks.ts";
import type { MarginColumns } from "./margin-index-columns.ts";
import { type BelowMaintenance, emptyBelowMaintenance } from "./margin-index-recheck.ts";
import { marginTriggers } from "./margin-index-triggers.ts";
import { READ_AHEAD, readAheadOfCheck } from "./read-ahead.ts";

/** What is known of the columns beforehand; keeps the index small. */
export interface MarginIndexOptions {
  /** The first so many accounts are watched, the rest (a fund, a fee desk) never found; default all. */
  readonly watched?: number;
  /** Most slots that one market can have, for example one per account; default all slots. */
  readonly slotsOfMarket?: number;
  /** Slots by which the ladders' buckets are sized; default all. Changes in which order triggers are found. */
  readonly bucketedSlots?: number;
  /** Most perpetual positions of the watched accounts; default all slots. More below maintenance: InvariantError. */
  readonly positions?: number;
}

export class MarginIndex {
  /** What the last `check` found below maintenance, in order of checking. */
  readonly below: BelowMaintenance;
  /** Accounts checked so far: the work done. */
  checked = 0;
  private readonly checks: MarginChecks;
  private readonly watched: number;
  private readonly stamp: Int32Array;
  private round = 1;
  private due: Int32Array;
  private working: Int32Array;
  private workingCount = 0;
  private count = 0;
  private readonly fired: Int32Array;

  /**
   * Every watched account is due at first; `check` files them.
   *
   * @param columns owned by the caller; `moveMark`, `moveFunding` and `moveCollateral` write their values
   * @throws InvariantError when columns of one group differ in length
   */
  constructor(columns: MarginColumns, options: MarginIndexOptions = {}) {
    checkLengths(columns);
    const { slots, collateral } = columns;
    this.below = emptyBelowMaintenance(Math.min(options.positions ?? Infinity, slots.account.length));
    this.checks = {
      columns,
      triggers: marginTriggers(columns, options.bucketedSlots ?? slots.account.length),
      jumps: Float64Array.from(columns.markets.tiers, tableJumps),
      below: this.below,
    };
    this.watched = Math.min(options.watched ?? Infinity, columns.accounts.cash.length);
    this.stamp = new Int32Array(this.watched);
    this.due = new Int32Array(this.watched);
    this.working = new Int32Array(this.watched);
    const slotsOfMarket = Math.min(options.slotsOfMarket ?? Infinity, slots.account.length);
    this.fired = new Int32Array(Math.max(slotsOfMarket, collateral?.account.length ?? 0));
    for (let account = 0; account < this.watched; account++) this.touch(account);
  }

  /** Accounts that the next `check` looks at. */
  get dueCount(): number {
    return this.count;
  }

  /** Whether the next `check` looks at an account. */
  isDue(account: number): boolean {
    return account < this.watched && this.stamp[account] === this.round;
  }

  /** How many accounts the last `check` looked at. */
  get lastCount(): number {
    return this.workingCount;
  }

  /** The accounts that the last `check` looked at, in order; valid until the next one. */
  get lastChecked(): Int32Array {
    return this.working.subarray(0, this.workingCount);
  }

  /**
   * Puts an account on the list of the next check. Has to be called when its cash, margin, positions, costs,
   * settled funding or holdings have changed in any other way than by the three moves below.
   */
  touch(account: number): void {
    if (account >= this.watched || this.stamp[account] === this.round) return;
    this.stamp[account] = this.round;
    this.due[this.count++] = account;
  }

  /**
   * Moves a mark and puts the accounts whose trigger it reaches on the list.
   *
   * @param ticks whole ticks, at least 1
   * @returns how many positions' triggers it reached
   * @throws UserError `invalid-argument`
   */
  moveMark(market: number, ticks: number): number {
    const { columns, triggers } = this.checks;
    columns.markets.markTicks[market] = exactInteger("ticks", positive("ticks", ticks));
    const count = triggers.mark[market].collect(ticks, this.fired, 0);
    this.touchSlots(count);
    return count;
  }

  /**
   * Moves a market's funding index.
   *
   * @param index what one long lot has paid since the start, a whole number of millionths of a quantum
   * @throws UserError `invalid-argument`; InvariantError when the columns hold no funding
   */
  moveFunding(market: number, index: number): void {
    const { columns, triggers } = this.checks;
    if (columns.funding === undefined)
      throw new InvariantError("margin-index", "there are no funding columns");
    columns.funding.index[market] = exactInteger("index", index);
    this.touchSlots(triggers.funding[market].collect(index, this.fired, 0));
  }

  /**
   * Moves a collateral asset's price, its haircut, or both.
   *
   * @param to `priceTicks` whole ticks of at least 1; `ratioPpm` and `liabilityPpm` stay as they are when left out
   * @throws UserError `invalid-argument`; InvariantError when the columns hold no collateral
   */
  moveCollateral(
    asset: number,
    to: { readonly priceTicks?: number; readonly ratioPpm?: number; readonly liabilityPpm?: number },
  ): void {
    const { columns, triggers } = this.checks;
    const { collateral } = columns;
    if (collateral === undefined) throw new InvariantError("margin-index", "there are no collateral columns");
    const priceTicks = to.priceTicks ?? collateral.priceTicks[asset];
    const ratioPpm = to.ratioPpm ?? collateral.ratioPpm[asset];
    const liabilityPpm = to.liabilityPpm ?? collateral.liabilityPpm[asset];
    exactInteger("priceTicks", positive("priceTicks", priceTicks));
    exactInteger("ratioPpm", between("ratioPpm", ratioPpm, 0, PPM));
    exactInteger("liabilityPpm", between("liabilityPpm", liabilityPpm, PPM, 1000 * PPM));
    exactInteger("priceTicks x liabilityPpm", priceTicks * liabilityPpm);
    collateral.priceTicks[asset] = priceTicks;
    collateral.ratioPpm[asset] = ratioPpm;
    collateral.liabilityPpm[asset] = liabilityPpm;
    const ladder = triggers.collateral[asset];
    const owned = ladder.collectFalling(priceTicks * ratioPpm, this.fired, 0);
    const count = ladder.collectRising(priceTicks * liabilityPpm, this.fired, owned);
    for (let k = 0; k < count; k++) this.touch(collateral.account[this.fired[k]]);
  }

  /**
   * Looks at every account on the list, files its triggers anew and lists in `below` what is below maintenance.
   * Those accounts, and those within rounding of it, stay on the list for the next check.
   *
   * @returns rows in `below`
   */
  check(): number {
    const { checks, below } = this;
    const { cross } = checks.columns.accounts;
    const work = this.due;
    const count = this.count;
    this.due = this.working;
    this.working = work;
    this.workingCount = count;
    this.count = 0;
    this.round++;
    this.checked += count;
    below.count = 0;
    for (let k = 0; k < count; k++) {
      if (k % READ_AHEAD === 0) this.readAhead(work, k, Math.min(count, k + READ_AHEAD));
      const account = work[k];
      const stays = cross[account] === 1 ? checkCross(checks, account) : checkIsolated(checks, account);
      if (stays) this.touch(account);
    }
    return below.count;
  }

  private readAhead(list: Int32Array, from: number, to: number): void {
    const { columns, triggers } = this.checks;
    if (triggers.mark.length > 0) readAheadOfCheck(columns, triggers.mark[0].columns, list, from, to);
  }

  private touchSlots(count: number): void {
    const { account } = this.checks.columns.slots;
    for (let k = 0; k < count; k++) this.touch(account[this.fired[k]]);
  }
}

function checkLengths(columns: MarginColumns): void {
  const { accounts, slots, markets, funding, collateral } = columns;
  same("accounts", [accounts.cash, accounts.cross, accounts.firstSlot, accounts.weight]);
  same("slots", [slots.account, slots.market, slots.nextOfAccount, slots.lots, slots.cost, slots.margin]);
  same("markets", [markets.tiers, markets.perpetual, markets.quantaPerTickLot, markets.markTicks]);
  if (funding !== undefined) {
    same("funding.index", [markets.tiers, funding.index]);
    same("funding.settled", [slots.account, funding.settled]);
  }
  if (collateral === undefined) return;
  const { priceTicks, ratioPpm, liabilityPpm, quantaPerTickUnit } = collateral;
  same("collateral assets", [priceTicks, ratioPpm, liabilityPpm, quantaPerTickUnit]);
  same("collateral.firstHolding", [accounts.cash, collateral.firstHolding]);
  same("collateral holdings", [
    collateral.account,
    collateral.asset,
    collateral.nextOfAccount,
    collateral.units,
  ]);
}

function same(name: string, columns: readonly { readonly length: number }[]): void {
  const lengths = columns.map((column) => column.length);
  if (lengths.some((length) => length !== lengths[0])) {
    throw new InvariantError("margin-index", `${name}: columns differ in length (${lengths.join(", ")})`);
  }
}
