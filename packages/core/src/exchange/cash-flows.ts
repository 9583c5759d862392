/**
 * Money that moves by a trader's wish: deposits, withdrawals, transfers, changes of an isolated margin.
 *
 * Deposits and withdrawals are declared flows, the only ones that change the sum of all money. Nothing leaves an account
 * beyond what is free. Amounts are display units that must be whole quanta.
 */
import { UserError } from "../errors.ts";
import { exactInteger, fail, finite, positive } from "../mechanics/checked.ts";
import { type Account, findPosition, moveCash } from "./accounts.ts";
import type { CashEvent } from "./exchange-events.ts";
import {
  type ExchangeState,
  accountOf,
  currencyIndex,
  marketOf,
  secondsOf,
  unitsOf,
} from "./exchange-state.ts";
import { sparedMarginQuanta, withdrawableQuanta } from "./risk.ts";

/** An amount of a currency for or from an account. */
export interface CashFlow {
  /** Key of the account. */
  readonly account: number;
  readonly currency: string;
  /** Units of the currency, above 0. */
  readonly amount: number;
}

/** An amount from one account to another. */
export interface CashTransfer {
  readonly from: number;
  readonly to: number;
  readonly currency: string;
  readonly amount: number;
}

/** An amount for the margin of an isolated position; negative takes margin back. */
export interface MarginChange {
  readonly account: number;
  readonly market: string;
  readonly amount: number;
}

export function depositCash(state: ExchangeState, flow: CashFlow): void {
  const { account, currency, quanta } = checkedFlow(state, flow);
  exactInteger("balance", account.cash[currency] + quanta);
  account.cash[currency] += quanta;
  state.declared[currency].add(quanta);
  tell(state, "deposit", account, currency, quanta);
}

export function withdrawCash(state: ExchangeState, flow: CashFlow): void {
  const { account, currency, quanta } = checkedFlow(state, flow);
  checkFree(state, account, currency, quanta);
  account.cash[currency] -= quanta;
  state.declared[currency].add(0 - quanta);
  tell(state, "withdrawal", account, currency, quanta);
}

export function transferCash(state: ExchangeState, flow: CashTransfer): void {
  const { account, currency, quanta } = checkedFlow(state, { ...flow, account: flow.from });
  const to = accountOf(state, flow.to);
  checkFree(state, account, currency, quanta);
  moveCash(account, to, currency, quanta);
  tell(state, "transfer", account, currency, quanta, to.name);
}

export function changeMargin(state: ExchangeState, change: MarginChange): void {
  const account = accountOf(state, change.account);
  const { index, currency } = marketOf(state, change.market);
  const position = findPosition(account, index, 0);
  if (account.mode !== "isolated" || position === undefined || position.lots === 0) {
    fail("market", "a market in which the account has an isolated position", change.market);
  }
  const quanta = quantaOf(state, currency, change.amount);
  const most =
    quanta > 0 ? withdrawableQuanta(state, account, currency) : sparedMarginQuanta(state, position);
  if (Math.abs(quanta) > most) refuse(state, currency, most, Math.abs(quanta));
  account.cash[currency] -= quanta;
  position.margin += quanta;
  tell(state, "margin-change", account, currency, quanta);
}

function checkedFlow(
  state: ExchangeState,
  flow: CashFlow,
): { readonly account: Account; readonly currency: number; readonly quanta: number } {
  const account = accountOf(state, flow.account);
  const currency = currencyIndex(state, flow.currency);
  positive("amount", flow.amount);
  return { account, currency, quanta: quantaOf(state, currency, flow.amount) };
}

function quantaOf(state: ExchangeState, currency: number, amount: number): number {
  const perUnit = state.perUnit[currency];
  const { decimals, name } = state.currencies[currency];
  const quanta = Math.round(finite("amount", amount) * perUnit);
  if (Math.abs(quanta / perUnit - amount) > Math.abs(amount) * 2.3e-16) {
    fail("amount", `at most ${decimals} decimals of ${name}`, amount);
  }
  return exactInteger("amount", quanta);
}

/** The venue's own accounts may give what cash they have. */
function checkFree(state: ExchangeState, account: Account, currency: number, quanta: number): void {
  const isTrader = account.role === "trader";
  const most = isTrader ? withdrawableQuanta(state, account, currency) : Math.max(0, account.cash[currency]);
  if (quanta > most) refuse(state, currency, most, quanta);
}

function refuse(state: ExchangeState, currency: number, most: number, found: number): never {
  throw new UserError("insufficient-funds", {
    message: "more than is free",
    path: "amount",
    expected: `at most ${unitsOf(state, currency, most)} ${state.currencies[currency].name}`,
    found: `${unitsOf(state, currency, found)}`,
  });
}

function tell(
  state: ExchangeState,
  type: CashEvent["type"],
  account: Account,
  currency: number,
  quanta: number,
  other?: string,
): void {
  state.events.push({
    type,
    at: secondsOf(state),
    account: account.name,
    ...(other === undefined ? {} : { with: other }),
    currency: state.currencies[currency].name,
    amount: unitsOf(state, currency, quanta),
  });
}
