/**
 * Liquidation prices as single venues state them: Hyperliquid, fee-inclusive, entry-margin and power-law forms.
 *
 * HL-LIQ is algebraically the Binance form; the other three give different numbers for the same position and
 * must not be mixed. All are linear contracts, prices in quote units, money in settlement units.
 */
import { checkPosition } from "./account-equity.ts";
import type { LinearPosition } from "./account-equity.ts";
import { between, fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";
import { marginRates } from "./margin-rules.ts";
import type { PowerLawRule } from "./margin-rules.ts";
import { checkBrackets } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/**
 * Liquidation price in Hyperliquid's form (HL-LIQ), in quote units.
 *
 * price - side x available / size / (1 - rate x side), available = margin - (rate x size x price - deduction),
 * rate = 1 / (2 max leverage) of the tier of the notional at the liquidation price.
 *
 * @param position `margin`: isolated margin, or account value less the other positions' maintenance margin (cross),
 *   measured at `price` (entry price and entry equity, or mark and equity at the mark: same result)
 * @returns undefined when no price above 0 liquidates a long, or every price liquidates a short
 * @throws UserError `invalid-argument`
 * Source: Hyperliquid docs, Liquidations (2025); 29 live positions in freqtrade tests/exchange/test_hyperliquid.py.
 *
 * @example
 * // ETH long, highest leverage 50.
 * hyperliquidLiquidationPrice({
 *   side: 1, size: 0.0199, price: 2459.5, margin: 24.454895,
 *   brackets: flatBracket({ maintenanceRate: 0.01, maxLeverage: 50 }),
 * }); // 1243.04
 */
export function hyperliquidLiquidationPrice(position: {
  readonly side: 1 | -1;
  readonly size: number;
  readonly price: number;
  readonly margin: number;
  readonly brackets: readonly Bracket[];
}): number | undefined {
  const side = checkedSide("side", position.side);
  const size = positive("size", position.size);
  const price = positive("price", position.price);
  const margin = finite("margin", position.margin);
  checkBrackets("brackets", position.brackets);
  let liquidation = side === 1 ? -Infinity : Infinity;
  for (const { maintenanceRate, maintenanceAmount } of position.brackets) {
    const available = margin - (maintenanceRate * size * price - maintenanceAmount);
    const atTier = price - (side * available) / size / (1 - maintenanceRate * side);
    liquidation = side === 1 ? Math.max(liquidation, atTier) : Math.min(liquidation, atTier);
  }
  return aboveZero(liquidation);
}

/**
 * Liquidation price that sets the closing fee aside (FEE-LIQ), in quote units.
 *
 * (entry - side margin / size) / (1 - side (rate + fee)): equity equals maintenance plus the taker fee.
 *
 * @param position rates as fractions; their sum must stay below 1
 * @returns undefined when no price above 0 qualifies
 * @throws UserError `invalid-argument`
 * Source: Gate liquidation-price notes and OKX, as in freqtrade exchange/{gate,okx}.py (commit c9ae5e1e).
 *
 * @example
 * // 10 at 5x, maintenance 1 %, fee 0.06 %.
 * feeLiquidationPrice({
 *   side: 1, size: 1, entryPrice: 10, margin: 2, maintenanceRate: 0.01, takerFeeRate: 0.0006,
 * }); // 8.085708510208207
 */
export function feeLiquidationPrice(
  position: LinearPosition & {
    readonly margin: number;
    readonly maintenanceRate: number;
    readonly takerFeeRate: number;
  },
): number | undefined {
  checkPosition("", position);
  const size = positive("size", position.size);
  const margin = finite("margin", position.margin);
  const held =
    nonNegative("maintenanceRate", position.maintenanceRate) + finite("takerFeeRate", position.takerFeeRate);
  between("maintenanceRate + takerFeeRate", held, 0, 1 - 1e-9);
  return aboveZero((position.entryPrice - (position.side * margin) / size) / (1 - position.side * held));
}

/**
 * Liquidation price with maintenance margin on the entry value (ENTRY-MM-LIQ), in quote units.
 *
 * entry - side (initial margin - maintenance) / size - side extra / size, maintenance = size entry rate.
 *
 * @param position `extraMargin` added by hand, default 0; leverage at least 1
 * @returns undefined when no price above 0 qualifies
 * @throws UserError `invalid-argument`
 * Source: Bybit help centre, Liquidation price (USDT contract), text in force until 2025.
 *
 * @example
 * entryMarginLiquidationPrice({
 *   side: 1, size: 1, entryPrice: 20_000, leverage: 50, maintenanceRate: 0.005,
 * }); // 19_700
 */
export function entryMarginLiquidationPrice(
  position: LinearPosition & {
    readonly leverage: number;
    readonly maintenanceRate: number;
    readonly extraMargin?: number;
  },
): number | undefined {
  checkPosition("", position);
  const { side, entryPrice, leverage } = position;
  const size = positive("size", position.size);
  const rate = between("maintenanceRate", position.maintenanceRate, 0, 1);
  if (!(Number.isFinite(leverage) && leverage >= 1))
    fail("leverage", "a finite number of at least 1", leverage);
  const extra = finite("extraMargin", position.extraMargin ?? 0);
  const value = size * entryPrice;
  const cushion = value / leverage - value * rate;
  return aboveZero(entryPrice - (side * (cushion + extra)) / size);
}

/**
 * Liquidation price under a power-law margin rule (ORDERLY-LIQ), in quote units.
 *
 * Root of collateral + signed size (p - mark) = |size| p rate(|size| p) + other maintenance, bracketed between the
 * prices for the base rate and for the current one and halved until `precision` is reached; the safe end is
 * returned, as the venue does.
 *
 * @param account `collateral` (equity at the mark) of the whole account; `precision` is the relative width at which
 *   halving ends, default 1e-4 (the venue's); 0 gives the root to the last place
 * @returns 0 when no fall liquidates a long
 * @throws UserError `invalid-argument`
 * Source: OrderlyNetwork/js-sdk packages/perp, positions.liqPrice and its tests.
 *
 * @example
 * powerLawLiquidationPrice({
 *   side: 1, size: 50, markPrice: 90_000, collateral: 200_000, otherMaintenance: 1_800,
 *   rule: { kind: "power-law", baseInitialRate: 0.01, baseMaintenanceRate: 0.006, factor: 1e-7, power: 0.8 },
 * }); // 87,107.62
 */
export function powerLawLiquidationPrice(account: {
  readonly side: 1 | -1;
  readonly size: number;
  readonly markPrice: number;
  readonly collateral: number;
  readonly otherMaintenance: number;
  readonly rule: PowerLawRule;
  readonly precision?: number;
}): number {
  const { rule } = account;
  const side = checkedSide("side", account.side);
  const size = positive("size", account.size);
  const markPrice = positive("markPrice", account.markPrice);
  const available =
    finite("collateral", account.collateral) - nonNegative("otherMaintenance", account.otherMaintenance);
  const precision = between("precision", account.precision ?? 1e-4, 0, 1);
  const rateAt = (price: number): number =>
    between(
      "rule at the liquidation price",
      marginRates({ rule, notional: size * price }).maintenanceRate,
      0,
      0.999,
    );
  const priceAtRate = (rate: number): number =>
    Math.max(0, markPrice + (available - size * markPrice * rate) / (size * rate - side * size));
  const isSafe = (price: number): boolean =>
    available + side * size * (price - markPrice) >= size * price * rateAt(price);

  const atCurrentRate = priceAtRate(rateAt(markPrice));
  let left = side === 1 ? priceAtRate(rule.baseMaintenanceRate) : priceAtRate(rateAt(atCurrentRate));
  let right = atCurrentRate;
  while (left < right) {
    const middle = (left + right) / 2;
    if (middle <= left || middle >= right) break;
    if (isSafe(middle) === (side === 1)) right = middle;
    else left = middle;
    if (2 * (right - left) <= precision * (left + right)) break;
  }
  return side === 1 ? right : left;
}

function aboveZero(price: number): number | undefined {
  return price > 0 && price < Infinity ? price : undefined;
}
