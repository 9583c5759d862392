/**
 * What other currencies count for in a multi-asset pool, and the sale of them to cover a debt, in exact quanta.
 *
 * A price is held as quanta of settlement per quantum of the asset in parts per billion, rounded once. The value that
 * counts is rounded down, what has to be sold is rounded up. Sales trade with the venue's conversion desk.
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { collateralPrice, isAutoExchangeDue } from "../mechanics/collateral.ts";
import { type Account, moveCash } from "./accounts.ts";
import { type ExchangeState, secondsOf, unitsOf } from "./exchange-state.ts";
import { PPB } from "./market-spec.ts";
import type { CollateralAssetRule } from "./venue-rules.ts";

/** The rule under which a currency counts for an account beside settlement; undefined when it does not. */
export function collateralRuleOf(
  state: ExchangeState,
  account: Account,
  currency: number,
): CollateralAssetRule | undefined {
  const { collateral } = state.rules;
  if (!account.multiAsset || collateral.kind !== "multi-asset") return undefined;
  return collateral.assets.find((asset) => asset.currency === state.currencies[currency].name);
}

/** Value counted for a pool of settlement currency `currency`; 0 unless the account has a multi-asset pool there. */
export function collateralQuanta(state: ExchangeState, account: Account, currency: number): number {
  const { collateral } = state.rules;
  if (!account.multiAsset || collateral.kind !== "multi-asset") return 0;
  if (state.currencies[currency].name !== collateral.settlement) return 0;
  let sum = 0;
  for (const asset of collateral.assets) {
    const index = state.currencies.findIndex(({ name }) => name === asset.currency);
    const balance = account.cash[index];
    if (balance === 0) continue;
    const value = mulDiv(balance, pricePpb(state, asset, index), PPB, FLOOR);
    sum += value < 0 ? value : mulDiv(value, Math.round(asset.ratio * PPM), PPM, FLOOR);
  }
  return sum;
}

/** Quanta of an asset whose counted value is at most `valueQuanta`. */
export function unitsForValue(
  state: ExchangeState,
  asset: CollateralAssetRule,
  currency: number,
  valueQuanta: number,
): number {
  const ratioPpm = Math.round(asset.ratio * PPM);
  if (ratioPpm === 0) return Infinity;
  const gross = mulDiv(valueQuanta, PPM, ratioPpm, FLOOR);
  return Math.max(0, mulDiv(gross, PPB, pricePpb(state, asset, currency), FLOOR) - 1);
}

/**
 * Sells collateral of a multi-asset account whose settlement balance is negative, when that is due; the desk gets
 * the asset and pays. Returns true when something was sold.
 */
export function autoExchangeDue(state: ExchangeState, account: Account, liquidated: boolean): boolean {
  const { collateral } = state.rules;
  if (!account.multiAsset || collateral.kind !== "multi-asset") return false;
  const settlement = state.currencies.findIndex(({ name }) => name === collateral.settlement);
  const debt = -account.cash[settlement];
  if (debt <= 0) return false;
  const counted = collateralQuanta(state, account, settlement);
  const due = isAutoExchangeDue({
    settlementBalance: unitsOf(state, settlement, -debt),
    threshold: collateral.autoExchangeThreshold,
    liquidated,
    flat: account.positions.every(({ lots }) => lots === 0),
    loanToValue: counted > 0 ? debt / counted : 1,
  });
  return due && sellFor(state, account, settlement, debt, collateral.assets);
}

function sellFor(
  state: ExchangeState,
  account: Account,
  settlement: number,
  debt: number,
  assets: readonly CollateralAssetRule[],
): boolean {
  let left = debt;
  for (const asset of assets) {
    const index = state.currencies.findIndex(({ name }) => name === asset.currency);
    const balance = account.cash[index];
    if (left === 0 || balance <= 0) continue;
    const price = pricePpb(state, asset, index);
    const ratioPpm = Math.round((asset.autoExchangeRatio ?? 1) * PPM);
    const most = mulDiv(mulDiv(balance, price, PPB, FLOOR), ratioPpm, PPM, FLOOR);
    const paid = Math.min(left, most);
    if (paid === 0) continue;
    const gross = mulDiv(paid, PPM, ratioPpm, CEIL);
    const sold = paid === most ? balance : Math.min(balance, mulDiv(gross, PPB, price, CEIL));
    moveCash(account, state.desk, index, sold);
    moveCash(state.desk, account, settlement, paid);
    left -= paid;
    state.events.push({
      type: "auto-exchange",
      at: secondsOf(state),
      account: account.name,
      sold: asset.currency,
      amount: unitsOf(state, index, sold),
      received: unitsOf(state, settlement, paid),
      currency: state.currencies[settlement].name,
    });
  }
  return left < debt;
}

/** Settlement quanta per quantum of the asset, in parts per billion, from the source that the table names. */
function pricePpb(state: ExchangeState, asset: CollateralAssetRule, currency: number): number {
  const { collateral } = state.rules;
  const prices = state.collateralPrices[currency] ?? {};
  const price = collateralPrice({
    source: asset.source,
    ...(prices.index === undefined ? {} : { indexPrice: prices.index }),
    ...(prices.localBook === undefined ? {} : { localBookPrice: prices.localBook }),
    ...(prices.underlying === undefined ? {} : { underlyingPrice: prices.underlying }),
    ...(asset.redemptionRatio === undefined ? {} : { redemptionRatio: asset.redemptionRatio }),
    ...(asset.minimumPrice === undefined ? {} : { minimumPrice: asset.minimumPrice }),
  });
  const settlement = collateral.kind === "multi-asset" ? collateral.settlement : "";
  const perSettlement = state.perUnit[state.currencies.findIndex(({ name }) => name === settlement)];
  return Math.max(1, Math.round((price * perSettlement * PPB) / state.perUnit[currency]));
}
