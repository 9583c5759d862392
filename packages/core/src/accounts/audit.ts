/**
 * The conservation audit: money per currency, coins per spot market and contracts per perpetual, as equalities.
 *
 * Two routes: sums over the ledger against what was declared, and holds on accounts against holds on slots.
 * Reads only; a difference ends the run.
 */
import { InvariantError } from "../errors.ts";
import { TwoLimbSum } from "../numeric/two-limb-sum.ts";
import type { Ledger } from "./ledger.ts";

/** Declared sums that must stay as they are. */
export interface Declared {
  /** Money in the settlement currency: deposits at the start and flows from outside since. */
  readonly money: TwoLimbSum;
  /** Lots per market: coins for spot, 0 for perpetuals. */
  readonly lots: TwoLimbSum[];
}

/** Sums the ledger as it stands. */
export function sumLedger(ledger: Ledger): Declared {
  const { accounts, slots, markets } = ledger;
  const money = new TwoLimbSum();
  const lots = Array.from({ length: markets.count }, () => new TwoLimbSum());
  for (let account = 0; account < accounts.cash.length; account++) money.add(accounts.cash[account]);
  for (let slot = 0; slot < ledger.slotCount; slot++) {
    const market = slots.market[slot];
    lots[market].add(slots.lots[slot]);
    if (markets.perpetual[market] === 0) continue;
    money.add(slots.margin[slot]);
    money.add(-slots.cost[slot]);
  }
  return { money, lots };
}

/** Largest absolute difference between the ledger and what was declared, over money and all markets. */
export function auditResidual(ledger: Ledger, declared: Declared): number {
  const now = sumLedger(ledger);
  let residual = difference(now.money, declared.money);
  for (let market = 0; market < now.lots.length; market++) {
    residual = Math.max(residual, difference(now.lots[market], declared.lots[market]));
  }
  return residual;
}

/** Throws unless holds on each account equal the sum of holds on its slots and none is negative. */
export function auditHolds(ledger: Ledger): void {
  const { accounts, slots } = ledger;
  for (let account = 0; account < accounts.reserved.length; account++) {
    let held = 0;
    for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
      held += slots.reserved[slot];
      if (slots.reserved[slot] < 0 || slots.reservedLots[slot] < 0) {
        throw new InvariantError("holds", `negative hold on account ${account}, slot ${slot}`);
      }
    }
    if (held !== accounts.reserved[account]) {
      throw new InvariantError(
        "holds",
        `holds of account ${account}: ${accounts.reserved[account]} on the account, ${held} on its slots`,
      );
    }
  }
}

function difference(a: TwoLimbSum, b: TwoLimbSum): number {
  const exact = a.toBigInt() - b.toBigInt();
  return Math.abs(Number(exact));
}
