/**
 * Inverse (coin-margined) contracts: each is worth a fixed amount of quote currency, margin and profit are coins.
 *
 * value = contracts x contractValue / price; profit = side x contracts x contractValue x (1 / entry - 1 / price). A
 * long's maintenance margin grows as the price falls, so liquidation comes earlier than for a linear contract.
 */
import { between, fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";
import { checkBrackets } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/** An inverse position. */
export interface InversePosition {
  /** +1 long, -1 short. */
  readonly side: 1 | -1;
  /** Number of contracts, absolute. */
  readonly contracts: number;
  /** Entry price, quote units per coin. */
  readonly entryPrice: number;
  /** Quote units per contract: 1 at BitMEX and Bybit (default), 100 for Binance BTCUSD. */
  readonly contractValue?: number;
}

/**
 * Value of inverse contracts in coins: contracts x contractValue / price. Margins are this times a rate or over a
 * leverage.
 *
 * @throws UserError `invalid-argument`
 * Source: Binance support ceccfcfb4e3a45e3b48b0b1bb1a8ae46: 100 contracts of 100 USD at 25,000 are 0.4 BTC.
 *
 * @example
 * inverseValue({ contracts: 100, contractValue: 100, price: 25_000 }); // 0.4
 */
export function inverseValue(position: {
  readonly contracts: number;
  readonly price: number;
  readonly contractValue?: number;
}): number {
  const quote = nonNegative("contracts", position.contracts) * contractValueOf(position);
  return quote / positive("price", position.price);
}

/**
 * Unrealised profit of an inverse position in coins: side x contracts x contractValue x (1 / entry - 1 / mark).
 *
 * @throws UserError `invalid-argument`
 * Source: BitMEX, Perpetual Contracts Guide (examples): 15,000 contracts from 750 to 800 gain 1.25 XBT.
 *
 * @example
 * inverseProfit({ side: 1, contracts: 15_000, entryPrice: 750, markPrice: 800 }); // 1.25
 */
export function inverseProfit(position: InversePosition & { readonly markPrice: number }): number {
  const quote = quoteOf(position);
  return position.side * (quote / position.entryPrice - quote / positive("markPrice", position.markPrice));
}

/**
 * Liquidation price of an isolated inverse position at a leverage, in quote units.
 *
 * Maintenance on the mark value (default): long entry (1 + m) L / (L + 1), short entry (1 - m) L / (L - 1).
 * Maintenance on the entry value: long entry L / (L + 1 - m L), short entry L / (L - 1 + m L).
 *
 * @param position `maintenanceRate` m as a fraction below 1 / leverage
 * @returns undefined when a short has no such price
 * @throws UserError `invalid-argument`
 * Source: closed form (mark); BitMEX and Bybit inverse contracts, passivbot (entry).
 *
 * @example
 * inverseLiquidationPrice({ side: 1, entryPrice: 100, leverage: 10, maintenanceRate: 0.005 }); // 91.36363636363636
 */
export function inverseLiquidationPrice(position: {
  readonly side: 1 | -1;
  readonly entryPrice: number;
  readonly leverage: number;
  readonly maintenanceRate: number;
  readonly maintenanceOn?: "mark" | "entry";
}): number | undefined {
  const { leverage, maintenanceOn = "mark" } = position;
  const side = checkedSide("side", position.side);
  const entryPrice = positive("entryPrice", position.entryPrice);
  if (!(Number.isFinite(leverage) && leverage >= 1))
    fail("leverage", "a finite number of at least 1", leverage);
  const rate = between("maintenanceRate", position.maintenanceRate, 0, 1 / leverage);
  if (maintenanceOn !== "mark" && maintenanceOn !== "entry") {
    fail("maintenanceOn", '"mark" or "entry"', maintenanceOn);
  }
  return aboveZero(
    maintenanceOn === "mark"
      ? (entryPrice * (1 + side * rate) * leverage) / (leverage + side)
      : (entryPrice * leverage) / (leverage + side * (1 - rate * leverage)),
  );
}

/**
 * Liquidation price of an inverse position with brackets in coins, isolated or cross, in quote units.
 *
 * (contracts value rate + side contracts value) / (available + cum + side contracts value / entry), with the bracket
 * of the value at that price.
 *
 * @param account `available` in coins: the isolated margin, or wallet balance - other maintenance + other profit
 * @returns undefined when no price liquidates the position (a short with enough coins), or every price does
 * @throws UserError `invalid-argument`
 * Source: Binance support ceccfcfb4e3a45e3b48b0b1bb1a8ae46 (COIN-M liquidation price); dev.binance.vision thread
 * 6292: the venue's calculator gives 33,599.40 for this example.
 *
 * @example
 * // Maintenance at 300 BTC: 12.5 %, amount 11.605 BTC.
 * inverseCrossLiquidationPrice({
 *   side: 1, contracts: 100_000, contractValue: 100, entryPrice: 45_000, available: 101,
 *   brackets: marginalBrackets([
 *     { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 20 },
 *     { notionalFloor: 100.91304347826087, maintenanceRate: 0.125, maxLeverage: 4 },
 *   ]),
 * }); // 33,599.4
 */
export function inverseCrossLiquidationPrice(
  account: InversePosition & { readonly available: number; readonly brackets: readonly Bracket[] },
): number | undefined {
  const { side, entryPrice, brackets } = account;
  const quote = positive("contracts", quoteOf(account));
  const available = finite("available", account.available);
  checkBrackets("brackets", brackets);
  // In u = 1 / price the surplus is concave and piecewise linear: long from above in price, short from below.
  let inverse = side === 1 ? Infinity : -Infinity;
  for (const { maintenanceRate, maintenanceAmount } of brackets) {
    const atBracket =
      (available + maintenanceAmount + (side * quote) / entryPrice) / (quote * (maintenanceRate + side));
    inverse = side === 1 ? Math.min(inverse, atBracket) : Math.max(inverse, atBracket);
  }
  return inverse > 0 ? aboveZero(1 / inverse) : undefined;
}

/** An inverse position of a cross account with one position, fees as Bybit charged them in 2020. */
export interface InverseCrossAccount extends InversePosition {
  /** Account balance in coins. */
  readonly balance: number;
  /** Coins held for open orders; default 0. */
  readonly orderMargin?: number;
  /** Fee of the closing trade as a fraction, charged at the bankruptcy price; default 0. */
  readonly takerFeeRate?: number;
}

/**
 * Bankruptcy price of an inverse cross account: the loss and the closing fee there take the whole balance.
 *
 * contracts value (1 + side fee) / (contracts value / entry + side (balance - order margin)), in quote units.
 *
 * @returns undefined when no price takes the balance (a short backed by its full value)
 * @throws UserError `invalid-argument`
 * Source: Bybit help centre 360039261334, Liquidation price (inverse contract), cross margin (2020).
 *
 * @example
 * inverseCrossBankruptcyPrice({
 *   side: 1, contracts: 10_000, entryPrice: 8_000, balance: 0.5, takerFeeRate: 0.00075,
 * }); // 5718.571428571428
 */
export function inverseCrossBankruptcyPrice(account: InverseCrossAccount): number | undefined {
  const { side } = account;
  const quote = positive("contracts", quoteOf(account));
  const fee = between("takerFeeRate", account.takerFeeRate ?? 0, 0, 0.999);
  const coins = quote / account.entryPrice + side * availableCoins(account);
  return coins > 0 ? aboveZero((quote * (1 + side * fee)) / coins) : undefined;
}

/**
 * Liquidation price of an inverse cross account with maintenance on the entry value and the closing fee set aside.
 *
 * Solves side contracts value (1 / entry - 1 / p) = -(balance - order margin - contracts value / entry m - contracts
 * value fee / bankruptcy price), in quote units, unrounded (the venue rounds a long up to its tick, a short down).
 *
 * @param account `maintenanceRate` m as a fraction
 * @returns undefined when there is no such price
 * @throws UserError `invalid-argument`
 * Source: Bybit help centre 360039261334, Liquidation price (inverse contract), cross margin (2020).
 *
 * @example
 * const price = inverseCrossEntryLiquidationPrice({
 *   side: 1, contracts: 10_000, entryPrice: 8_000, balance: 0.5, takerFeeRate: 0.00075, maintenanceRate: 0.005,
 * }); // 5739.09, shown as 5739.50 with tick 0.5
 */
export function inverseCrossEntryLiquidationPrice(
  account: InverseCrossAccount & { readonly maintenanceRate: number },
): number | undefined {
  const { side, entryPrice } = account;
  const quote = positive("contracts", quoteOf(account));
  const rate = between("maintenanceRate", account.maintenanceRate, 0, 1);
  const bankruptcy = inverseCrossBankruptcyPrice(account);
  if (bankruptcy === undefined) return undefined;
  const fee = (quote * (account.takerFeeRate ?? 0)) / bankruptcy;
  const cushion = availableCoins(account) - (quote / entryPrice) * rate - fee;
  const coins = quote / entryPrice + side * cushion;
  return coins > 0 ? aboveZero(quote / coins) : undefined;
}

/**
 * Bankruptcy price of an isolated inverse position at a leverage: entry L / (L + side), in quote units.
 *
 * @returns undefined for a short at leverage 1: its margin is its full value
 * @throws UserError `invalid-argument`
 * Source: Bybit help centre, Bankruptcy price (inverse contract).
 *
 * @example
 * inverseBankruptcyPrice({ side: 1, entryPrice: 7_890.08, leverage: 50 }); // 7735.372549019608
 */
export function inverseBankruptcyPrice(position: {
  readonly side: 1 | -1;
  readonly entryPrice: number;
  readonly leverage: number;
}): number | undefined {
  const { leverage } = position;
  const side = checkedSide("side", position.side);
  const entryPrice = positive("entryPrice", position.entryPrice);
  if (!(Number.isFinite(leverage) && leverage >= 1))
    fail("leverage", "a finite number of at least 1", leverage);
  return aboveZero((entryPrice * leverage) / (leverage + side));
}

function quoteOf(position: InversePosition): number {
  checkedSide("side", position.side);
  positive("entryPrice", position.entryPrice);
  return nonNegative("contracts", position.contracts) * contractValueOf(position);
}

function contractValueOf(position: { readonly contractValue?: number }): number {
  return positive("contractValue", position.contractValue ?? 1);
}

function availableCoins(account: InverseCrossAccount): number {
  return finite("balance", account.balance) - nonNegative("orderMargin", account.orderMargin ?? 0);
}

function aboveZero(price: number): number | undefined {
  return price > 0 && price < Infinity ? price : undefined;
}
