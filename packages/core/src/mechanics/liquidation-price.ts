/**
 * Liquidation prices of linear positions: isolated, cross and hedge mode (BIN-LIQ), with bracketed maintenance.
 *
 * The price at which equity equals maintenance margin, for display and scheduling; accounts are judged by
 * equity against maintenance at the mark. Maintenance is the upper envelope of its brackets' lines, so the price
 * that agrees with the bracket of the notional at that very price is the most adverse one over all brackets: the
 * recomputation venues prescribe ("until the bracket is stable") in one pass.
 */
import { checkPosition, unrealisedProfit } from "./account-equity.ts";
import type { LinearPosition, MarkedPosition } from "./account-equity.ts";
import { finite, nonNegative, positive } from "./checked.ts";
import { maintenanceMargin } from "./maintenance-margin.ts";
import { checkBrackets } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/**
 * Liquidation price of an isolated linear position, in quote units.
 *
 * (margin + cum - side size entry) / (size rate - side size), with the bracket of the notional at that price.
 * For one rate: long entry (1 - 1/L) / (1 - rate), short entry (1 + 1/L) / (1 + rate).
 *
 * @param position `margin` in settlement units; size above 0
 * @returns undefined when no price above 0 liquidates a long, or every price liquidates a short
 * @throws UserError `invalid-argument`
 * Source: Binance support b3c689c1f50a44cabb3a84e663b81d93 (liquidation price, wallet balance isolated).
 *
 * @example
 * // 100 at 10x, maintenance 0.5 %.
 * isolatedLiquidationPrice({
 *   side: 1, size: 1, entryPrice: 100, margin: 10, brackets: flatBracket({ maintenanceRate: 0.005 }),
 * }); // 90.45226130653266
 */
export function isolatedLiquidationPrice(
  position: LinearPosition & { readonly margin: number; readonly brackets: readonly Bracket[] },
): number | undefined {
  finite("margin", position.margin);
  return priceOfLeg("", position, position.margin);
}

/**
 * Liquidation price of one position of a cross account, all other prices unchanged, in quote units.
 *
 * (wallet - other maintenance + other profit + cum - side size entry) / (size rate - side size).
 *
 * @param account the position's own `walletBalance`, and the sums over the account's other positions
 * @returns undefined when the price alone cannot bring the account to its maintenance margin (or never above it)
 * @throws UserError `invalid-argument`
 * Source: Binance support b3c689c1f50a44cabb3a84e663b81d93 (cross margin); example of 2020, BTC short.
 *
 * @example
 * crossLiquidationPrice({
 *   side: -1, size: 0.005, entryPrice: 9_451.53, brackets: flatBracket({ maintenanceRate: 0.004 }),
 *   walletBalance: 10.72, otherMaintenance: 1.3, otherProfit: 0.47,
 * }); // 11,383.99
 */
export function crossLiquidationPrice(
  account: LinearPosition & {
    readonly brackets: readonly Bracket[];
    readonly walletBalance: number;
    readonly otherMaintenance: number;
    readonly otherProfit: number;
  },
): number | undefined {
  const available =
    finite("walletBalance", account.walletBalance) -
    nonNegative("otherMaintenance", account.otherMaintenance) +
    finite("otherProfit", account.otherProfit);
  return priceOfLeg("", account, available);
}

/** A position of a cross account with the brackets of its market. */
export interface BracketedPosition extends MarkedPosition {
  readonly brackets: readonly Bracket[];
}

/**
 * Liquidation price of every position of a cross account in one-way mode, each with the other marks unchanged.
 *
 * @returns one price (or undefined) per position, in the order given
 * @throws UserError `invalid-argument` naming the position
 * Source: Binance support b3c689c1f50a44cabb3a84e663b81d93.
 *
 * @example
 * const brackets = flatBracket({ maintenanceRate: 0.01 });
 * crossLiquidationPrices({
 *   walletBalance: 100,
 *   positions: [{ side: 1, size: 1, entryPrice: 1000, markPrice: 1000, brackets }],
 * }); // [909.0909090909091]
 */
export function crossLiquidationPrices(account: {
  readonly walletBalance: number;
  readonly positions: readonly BracketedPosition[];
}): (number | undefined)[] {
  const { positions } = account;
  finite("walletBalance", account.walletBalance);
  for (const [index, position] of positions.entries()) {
    checkPosition(`positions[${index}].`, position);
    positive(`positions[${index}].markPrice`, position.markPrice);
    checkBrackets(`positions[${index}].brackets`, position.brackets);
  }
  return positions.map((position) => {
    let available = account.walletBalance;
    for (const other of positions) {
      if (other === position) continue;
      const { size, markPrice, brackets } = other;
      available += unrealisedProfit(other);
      available -= maintenanceMargin({ rule: { kind: "brackets", brackets }, size, markPrice });
    }
    return priceOfLeg("", position, available);
  });
}

/** Both legs of one market in hedge mode and the rest of the cross account. */
export interface HedgedAccount {
  readonly longSize: number;
  readonly longEntryPrice: number;
  readonly shortSize: number;
  readonly shortEntryPrice: number;
  readonly brackets: readonly Bracket[];
  /** Wallet balance of the cross account. */
  readonly walletBalance: number;
  /** Maintenance margin of the account's other markets; default 0. */
  readonly otherMaintenance?: number;
  /** Unrealised profit of the account's other markets; default 0. */
  readonly otherProfit?: number;
}

/** Prices between which equity is at least maintenance margin; an end that does not exist is undefined. */
export interface SafePrices {
  readonly below: number | undefined;
  readonly above: number | undefined;
}

/**
 * Range of prices at which a hedged pair is safe, in quote units.
 *
 * Each leg has its own maintenance margin and its own bracket, so equity - maintenance is concave in the price
 * and the safe prices are one interval. Hedged pairs may be liquidated on either side.
 *
 * @returns undefined when no price is safe
 * @throws UserError `invalid-argument`
 * Source: Binance support b3c689c1f50a44cabb3a84e663b81d93 (variables cumL, cumS, MMRL, MMRS).
 *
 * @example
 * // Equal legs lose by neither direction, but maintenance grows with the price.
 * hedgeSafePrices({
 *   longSize: 1, longEntryPrice: 100, shortSize: 1, shortEntryPrice: 100,
 *   brackets: flatBracket({ maintenanceRate: 0.01 }), walletBalance: 4,
 * }); // { below: undefined, above: 200 }
 */
export function hedgeSafePrices(account: HedgedAccount): SafePrices | undefined {
  const { longSize, shortSize, brackets } = account;
  checkPosition("long", { side: 1, size: longSize, entryPrice: account.longEntryPrice });
  checkPosition("short", { side: -1, size: shortSize, entryPrice: account.shortEntryPrice });
  positive("longSize + shortSize", longSize + shortSize);
  checkBrackets("brackets", brackets);
  const constant =
    finite("walletBalance", account.walletBalance) -
    nonNegative("otherMaintenance", account.otherMaintenance ?? 0) +
    finite("otherProfit", account.otherProfit ?? 0) -
    longSize * account.longEntryPrice +
    shortSize * account.shortEntryPrice;
  let below = 0;
  let above = Infinity;
  for (const long of brackets) {
    for (const short of brackets) {
      const intercept = constant + long.maintenanceAmount + short.maintenanceAmount;
      const slope =
        longSize - shortSize - longSize * long.maintenanceRate - shortSize * short.maintenanceRate;
      if (slope > 0) below = Math.max(below, -intercept / slope);
      else if (slope < 0) above = Math.min(above, -intercept / slope);
      else if (intercept < 0) return undefined;
    }
  }
  if (below > above || above <= 0) return undefined;
  return { below: below > 0 ? below : undefined, above: above < Infinity ? above : undefined };
}

/**
 * The one liquidation price that both legs of a hedged pair share, in quote units.
 *
 * The lower end of the safe prices when there is one (the pair loses on falls), else the upper end. With one
 * bracket: (wallet - other maintenance + other profit + cumL + cumS - qL entryL + qS entryS) / (qL rate +
 * qS rate - qL + qS).
 *
 * @returns undefined when there is no such price, or no price is safe
 * @throws UserError `invalid-argument`
 * Source: Binance support b3c689c1f50a44cabb3a84e663b81d93 (hedge mode: both legs share the price).
 *
 * @example
 * hedgeLiquidationPrice({
 *   longSize: 3, longEntryPrice: 100, shortSize: 1, shortEntryPrice: 110,
 *   brackets: flatBracket({ maintenanceRate: 0.01 }), walletBalance: 20,
 * }); // (20 - 300 + 110) / (0.03 + 0.01 - 3 + 1) = 86.734693877551
 */
export function hedgeLiquidationPrice(account: HedgedAccount): number | undefined {
  const safe = hedgeSafePrices(account);
  return safe?.below ?? safe?.above;
}

/** Most adverse price over the brackets' lines; `available` is the money beside the position's own profit. */
function priceOfLeg(
  name: string,
  position: LinearPosition & { readonly brackets: readonly Bracket[] },
  available: number,
): number | undefined {
  checkPosition(name, position);
  positive(`${name}size`, position.size);
  checkBrackets(`${name}brackets`, position.brackets);
  const { side, size, entryPrice } = position;
  let price = side === 1 ? -Infinity : Infinity;
  for (const { maintenanceRate, maintenanceAmount } of position.brackets) {
    const numerator = available + maintenanceAmount - side * size * entryPrice;
    const atBracket = numerator / (size * maintenanceRate - side * size);
    price = side === 1 ? Math.max(price, atBracket) : Math.min(price, atBracket);
  }
  return price > 0 && price < Infinity ? price : undefined;
}
