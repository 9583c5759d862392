/**
 * Collateral in several assets: haircuts, which price values an asset, and how a negative balance is covered.
 *
 * The price source is an argument, because it is a channel of contagion of its own: on 2025-10-10 assets valued
 * from the venue's own book were marked far below their price elsewhere. Values are in settlement units.
 */
import { between, fail, finite, nonNegative, positive } from "./checked.ts";

/** Which price values a collateral asset. */
export type CollateralPriceSource = "index" | "localBook" | "redemptionRatio";

/** One asset held as collateral. */
export interface CollateralAsset {
  /** Units of the asset; negative when borrowed. */
  readonly balance: number;
  /** Settlement units per unit, from `collateralPrice`. */
  readonly price: number;
  /** Share of the value that counts, 0 to 1 (0.95: a haircut of 5 %). */
  readonly ratio: number;
  /** At least 1: weight of a negative balance; default 1. */
  readonly liabilityRatio?: number;
}

/**
 * Price of a collateral asset from the chosen source.
 *
 * index: the index price. localBook: the venue's own book. redemptionRatio: the underlying's index price times
 * what one unit redeems for (staked and wrapped tokens). A minimum price applies to each.
 *
 * @param asset only the prices that the source needs; `minimumPrice` default 0
 * @throws UserError `invalid-argument`, also when the source's own price is missing
 * Source: Binance's announcements of October 2025 (redemption price in the index weights, minimum price for USDe).
 *
 * @example
 * collateralPrice({ source: "localBook", indexPrice: 0.99, localBookPrice: 0.65 }); // 0.65
 * collateralPrice({ source: "redemptionRatio", underlyingPrice: 3_800, redemptionRatio: 1.07 }); // 4066
 */
export function collateralPrice(asset: {
  readonly source: CollateralPriceSource;
  readonly indexPrice?: number;
  readonly localBookPrice?: number;
  readonly underlyingPrice?: number;
  readonly redemptionRatio?: number;
  readonly minimumPrice?: number;
}): number {
  const minimum = nonNegative("minimumPrice", asset.minimumPrice ?? 0);
  return Math.max(minimum, sourcePrice(asset));
}

function sourcePrice(asset: Parameters<typeof collateralPrice>[0]): number {
  switch (asset.source) {
    case "index":
      return given("indexPrice", asset.indexPrice);
    case "localBook":
      return given("localBookPrice", asset.localBookPrice);
    case "redemptionRatio":
      return (
        given("underlyingPrice", asset.underlyingPrice) * given("redemptionRatio", asset.redemptionRatio)
      );
    default:
      return fail("source", '"index", "localBook" or "redemptionRatio"', asset.source);
  }
}

/**
 * Value that a set of assets counts for as margin: sum of balance x price x ratio.
 *
 * A negative balance counts in full, times its liability ratio.
 *
 * @throws UserError `invalid-argument` naming the asset
 * Source: Binance Multi-Assets Mode (2021-22): BTC, ETH, BNB 95 %, XRP, ADA, DOT, SOL 90 %, USDT and USDC 99.99 %.
 *
 * @example
 * collateralValue([
 *   { balance: 2, price: 500, ratio: 0.95 },
 *   { balance: 1_000, price: 1, ratio: 0.9 },
 * ]); // 950 + 900
 */
export function collateralValue(assets: readonly CollateralAsset[]): number {
  let total = 0;
  for (const [index, asset] of assets.entries()) {
    const name = `assets[${index}]`;
    const value = finite(`${name}.balance`, asset.balance) * positive(`${name}.price`, asset.price);
    const ratio = between(`${name}.ratio`, asset.ratio, 0, 1);
    const liabilityRatio = asset.liabilityRatio ?? 1;
    if (!(Number.isFinite(liabilityRatio) && liabilityRatio >= 1)) {
      fail(`${name}.liabilityRatio`, "a finite number of at least 1", liabilityRatio);
    }
    total += value * (asset.balance < 0 ? liabilityRatio : ratio);
  }
  return total;
}

/**
 * Whether a negative settlement balance is exchanged now.
 *
 * Due when the balance is at or below -threshold; or while it is negative and the account is being liquidated; or
 * while it is negative, no position is open and loan to value has reached its limit.
 *
 * @param account `threshold` in settlement units (10,000 in 2021-22, 5,000 for regular users in the 2025 text);
 *   `loanToValue` of the account (default 0) and its limit (default 0.995)
 * @throws UserError `invalid-argument`
 * Source: Binance Multi-Assets Mode, auto-exchange (support 29b45c485d664028b9ca1cdf90b24f6f).
 *
 * @example
 * isAutoExchangeDue({ settlementBalance: -9_999, threshold: 10_000, liquidated: false, flat: false }); // false
 */
export function isAutoExchangeDue(account: {
  readonly settlementBalance: number;
  readonly threshold: number;
  readonly liquidated: boolean;
  readonly flat: boolean;
  readonly loanToValue?: number;
  readonly loanToValueLimit?: number;
}): boolean {
  const balance = finite("settlementBalance", account.settlementBalance);
  const threshold = nonNegative("threshold", account.threshold);
  const loanToValue = nonNegative("loanToValue", account.loanToValue ?? 0);
  const limit = positive("loanToValueLimit", account.loanToValueLimit ?? 0.995);
  if (balance >= 0) return false;
  return balance <= -threshold || account.liquidated || (account.flat && loanToValue >= limit);
}

/**
 * Value of collateral sold to cover a deficit: deficit / auto-exchange ratio, settlement units.
 *
 * @param exchange ratio above 0 and at most 1: the discount at which the venue buys
 * @throws UserError `invalid-argument`
 * Source: Binance Multi-Assets Mode, auto-exchange.
 *
 * @example
 * autoExchangeValue({ deficit: 20_000, autoExchangeRatio: 0.975 }); // 20512.82
 */
export function autoExchangeValue(exchange: {
  readonly deficit: number;
  readonly autoExchangeRatio: number;
}): number {
  const deficit = nonNegative("deficit", exchange.deficit);
  return deficit / checkRatio("autoExchangeRatio", exchange.autoExchangeRatio);
}

/** What an auto-exchange sells, asset by asset. */
export interface AutoExchange {
  /** Units sold of each asset, in the order given. */
  readonly sold: readonly number[];
  /** Deficit that the assets could not cover, settlement units. */
  readonly remainingDeficit: number;
}

/**
 * Sells assets in the order given until a deficit is covered, each at its price times its auto-exchange ratio.
 *
 * @param exchange negative balances are passed over
 * @throws UserError `invalid-argument` naming the asset
 * Source: Binance Multi-Assets Mode, auto-exchange; the order is the caller's.
 *
 * @example
 * autoExchange({ deficit: 5_000, assets: [{ balance: 1, price: 40_000, autoExchangeRatio: 0.975 }] }).sold; // [0.1282]
 */
export function autoExchange(exchange: {
  readonly deficit: number;
  readonly assets: readonly {
    readonly balance: number;
    readonly price: number;
    readonly autoExchangeRatio: number;
  }[];
}): AutoExchange {
  let remaining = nonNegative("deficit", exchange.deficit);
  const sold = exchange.assets.map((asset, index) => {
    const name = `assets[${index}]`;
    const price = positive(`${name}.price`, asset.price);
    const proceeds = price * checkRatio(`${name}.autoExchangeRatio`, asset.autoExchangeRatio);
    const available = Math.max(0, finite(`${name}.balance`, asset.balance));
    const wanted = remaining / proceeds;
    if (wanted <= available) {
      remaining = 0;
      return wanted;
    }
    remaining = Math.max(0, remaining - available * proceeds);
    return available;
  });
  return { sold, remainingDeficit: remaining };
}

/**
 * Liability that a liquidator takes over, with assets at a bonus, to cover a margin shortage; units of the liability.
 *
 * shortage / (price (Lw - Aw Am / Lm - Lw fee)): each unit moved frees its weighted margin less what the bonus and
 * the insurance fee use up.
 *
 * @param spot weights and multipliers as fractions: asset weight Aw at most 1, liability weight Lw at least 1, asset
 *   multiplier Am at least 1, liability multiplier Lm at most 1, `insuranceFeeRate` default 0
 * @throws UserError `invalid-argument`, also when moving a unit would free no margin
 * Source: Drift protocol-v2 programs/drift/src/math/liquidation.rs and tests.
 *
 * @example
 * liabilityTransfer({
 *   shortage: 10, liabilityPrice: 100, assetWeight: 0.8, liabilityWeight: 1.2,
 *   assetMultiplier: 1, liabilityMultiplier: 1,
 * }); // 0.25
 */
export function liabilityTransfer(spot: {
  readonly shortage: number;
  readonly liabilityPrice: number;
  readonly assetWeight: number;
  readonly liabilityWeight: number;
  readonly assetMultiplier: number;
  readonly liabilityMultiplier: number;
  readonly insuranceFeeRate?: number;
}): number {
  const shortage = nonNegative("shortage", spot.shortage);
  const price = positive("liabilityPrice", spot.liabilityPrice);
  const assetWeight = between("assetWeight", spot.assetWeight, 0, 1);
  const liabilityWeight = between("liabilityWeight", spot.liabilityWeight, 1, 1_000);
  const assetMultiplier = between("assetMultiplier", spot.assetMultiplier, 1, 1_000);
  const liabilityMultiplier = checkRatio("liabilityMultiplier", spot.liabilityMultiplier);
  const fee = between("insuranceFeeRate", spot.insuranceFeeRate ?? 0, 0, 1);
  const freed =
    liabilityWeight - (assetWeight * assetMultiplier) / liabilityMultiplier - liabilityWeight * fee;
  if (!(freed > 0)) fail("liabilityWeight", "a weight at which moving a unit frees margin", liabilityWeight);
  return shortage / (price * freed);
}

function given(name: string, price: number | undefined): number {
  if (price === undefined) fail(name, "a price, for this source", "none");
  return positive(name, price);
}

function checkRatio(name: string, ratio: number): number {
  if (!(ratio > 0 && ratio <= 1)) fail(name, "a fraction above 0 and at most 1", ratio);
  return ratio;
}
