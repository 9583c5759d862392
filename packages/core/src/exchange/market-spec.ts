/**
 * What a perpetual market and a currency are made of, and their integer terms: quanta, ticks, lots, rates.
 *
 * A linear lot is worth ticks x quantaPerTickLot; an inverse lot tickLotQuanta / ticks, rounded once per fill. All
 * rates are parts per million (fees) or per billion (margin), so that money is exact. Never reads a price.
 */
import { CEIL, HALF_UP, mulDiv } from "../numeric/mul-div.ts";
import { MAX_EXACT } from "../limits.ts";
import { checkClearing } from "../market/clearing.ts";
import { fail, nonNegative, positive } from "../mechanics/checked.ts";
import { type MarginRule, marginRates } from "../mechanics/margin-rules.ts";
import type { LinearImpactClearing } from "./venue-rules.ts";

/** A currency in which balances are kept. */
export interface CurrencySpec {
  readonly name: string;
  /** Decimals of the smallest amount: 6 for USDT, 8 for BTC. */
  readonly decimals: number;
}

/** A perpetual market. Prices in quote units, sizes in base units (linear) or contracts (inverse). */
export interface PerpetualSpec {
  readonly name: string;
  readonly contract: "linear" | "inverse";
  /** Currency of margin and profit: the quote currency (linear) or the coin (inverse). */
  readonly settlement: string;
  /** Quote units per contract of an inverse market; default 1. */
  readonly contractValue?: number;
  readonly tickSize: number;
  readonly lotSize: number;
  /** Highest price of the book. */
  readonly maxPrice: number;
  readonly margin: MarginRule;
  /** Notional for which impact prices are measured, settlement units. */
  readonly impactNotional: number;
  /** Smallest price x size of an order in quote units; none unless told. */
  readonly minNotional?: number;
  readonly maxSize?: number;
  readonly maxMarketSize?: number;
  readonly significantFigures?: number;
  /** Orders that the book can hold; default 4,096. */
  readonly orderCapacity?: number;
  /**
   * Linear impact in place of an order book, in linear contracts; it opens at the first index. Its account `clearing`
   * takes the other side of every trade, without margin, fee, liquidation or deleveraging. An order book unless told.
   */
  readonly clearing?: LinearImpactClearing;
}

/** Parts per billion in one. */
export const PPB = 1_000_000_000;

/** A market's integer terms. */
export interface ContractTerms {
  readonly inverse: boolean;
  /** Linear: quanta per tick and lot. Inverse: quanta x ticks per lot. */
  readonly unitQuanta: number;
  /** Quanta per unit of the settlement currency. */
  readonly perUnit: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly maxTicks: number;
  readonly margin: MarginRule;
}

/** Quanta per unit of a currency. */
export function quantaPerUnit(currency: CurrencySpec): number {
  const { decimals } = currency;
  if (!(Number.isInteger(decimals) && decimals >= 0 && decimals <= 12)) {
    fail(`currencies.${currency.name}.decimals`, "a whole number from 0 to 12", decimals);
  }
  let perUnit = 1;
  for (let k = 0; k < decimals; k++) perUnit *= 10;
  return perUnit;
}

/**
 * Integer terms of a market.
 *
 * @throws UserError `invalid-argument` when a tick of a lot (inverse: a lot's value) is no whole number of quanta, or
 *   for a clearing that cannot be
 */
export function contractTerms(spec: PerpetualSpec, currency: CurrencySpec): ContractTerms {
  const path = `markets.${spec.name}`;
  const perUnit = quantaPerUnit(currency);
  const tickSize = positive(`${path}.tickSize`, spec.tickSize);
  const lotSize = positive(`${path}.lotSize`, spec.lotSize);
  const inverse = spec.contract === "inverse";
  if (!inverse && spec.contract !== "linear")
    fail(`${path}.contract`, '"linear" or "inverse"', spec.contract);
  const value = positive(`${path}.contractValue`, spec.contractValue ?? 1);
  const exact = inverse ? (lotSize * value * perUnit) / tickSize : tickSize * lotSize * perUnit;
  const unitQuanta = Math.round(exact);
  if (unitQuanta < 1 || Math.abs(unitQuanta - exact) > 1e-9 * exact || unitQuanta > MAX_EXACT) {
    const what = inverse ? "lotSize x contractValue / tickSize" : "tickSize x lotSize";
    fail(`${path}.${what}`, `a whole number of quanta of ${currency.name}`, exact);
  }
  const maxTicks = Math.floor(positive(`${path}.maxPrice`, spec.maxPrice) / tickSize + 1e-9);
  nonNegative(`${path}.impactNotional`, spec.impactNotional);
  if (spec.clearing !== undefined) {
    checkClearing(`${path}.clearing`, spec.clearing);
    if (inverse) fail(`${path}.clearing`, "a linear contract", spec.contract);
  }
  marginRates({ rule: spec.margin, notional: 0, size: 0, openInterest: 0 });
  return { inverse, unitQuanta, perUnit, tickSize, lotSize, maxTicks, margin: spec.margin };
}

/**
 * What buying `lots` (above 0) at a price adds to a position's signed cost; selling adds its negative. Linear: the
 * quote amount paid. Inverse: minus the coins, so that profit = value - cost in both forms.
 */
export function costOfBuying(terms: ContractTerms, lots: number, ticks: number): number {
  if (!terms.inverse) return mulDiv(lots * ticks, terms.unitQuanta, 1, HALF_UP);
  return 0 - mulDiv(lots, terms.unitQuanta, ticks, HALF_UP);
}

/** Signed value of signed lots at a price, on the scale of cost. */
export function valueQuanta(terms: ContractTerms, lots: number, ticks: number): number {
  return lots === 0 ? 0 : Math.sign(lots) * costOfBuying(terms, Math.abs(lots), ticks);
}

/** Size without sign of the value of lots at a price, what fees and margins are taken on. */
export function notionalQuanta(terms: ContractTerms, lots: number, ticks: number): number {
  return lots === 0 ? 0 : Math.abs(costOfBuying(terms, Math.abs(lots), ticks));
}

/** Maintenance margin of lots worth a notional, in quanta: notional x rate rounded up, less the maintenance amount. */
export function maintenanceQuanta(terms: ContractTerms, lots: number, notional: number): number {
  if (lots === 0) return 0;
  const rates = ratesOf(terms, notional, Math.abs(lots), 0);
  const amount = Math.round(rates.maintenanceAmount * terms.perUnit);
  return Math.max(0, mulDiv(notional, Math.round(rates.maintenanceRate * PPB), PPB, CEIL) - amount);
}

/**
 * Initial margin of a notional at a leverage, rounded up: at least 1 / leverage and at least what the rule asks of
 * the whole `total` notional. Infinity beyond the largest position of the market's table, and beyond 2^51 quanta.
 */
export function initialMarginQuanta(
  terms: ContractTerms,
  wish: {
    readonly notional: number;
    /** Notional and lots that choose the tier: position and orders of its side. */
    readonly total: number;
    readonly totalLots: number;
    readonly leverage: number;
    readonly openInterestQuanta: number;
  },
): number {
  if (wish.notional === 0) return 0;
  if (wish.total > largestNotional(terms.margin) * terms.perUnit) return Infinity;
  const rates = ratesOf(terms, wish.total, wish.totalLots, wish.openInterestQuanta);
  // Rates of a step rule pass 1: what no account can have is not counted.
  if (wish.notional * Math.max(1, rates.initialRate) > MAX_EXACT / 4) return Infinity;
  const atLeverage = mulDiv(wish.notional, 1000, Math.round(wish.leverage * 1000), CEIL);
  const atRule = mulDiv(wish.notional, Math.ceil(rates.initialRate * PPB - 1e-3), PPB, CEIL);
  return Math.max(atLeverage, atRule);
}

/** Value of the largest position that a rule has margin for, settlement units. */
function largestNotional(margin: MarginRule): number {
  if (margin.kind === "brackets") return margin.brackets.at(-1)!.notionalCap;
  return margin.kind === "whole-tiers" ? (margin.largestNotional ?? Infinity) : Infinity;
}

/**
 * Mean price of lots without sign that cost some quanta, in quote units: a tick's price where one tick explains the cost,
 * else to 12 digits. For people and rankings, nothing is settled at it.
 */
export function averagePrice(terms: ContractTerms, lots: number, cost: number): number {
  const perTick = lots * terms.unitQuanta;
  const quote = Math.max(1, Math.abs(cost));
  const exact = terms.inverse ? perTick / quote : quote / perTick;
  const nearest = Math.max(1, Math.round(exact));
  const isTick = notionalQuanta(terms, lots, nearest) === Math.abs(cost);
  return Number(((isTick ? nearest : exact) * terms.tickSize).toPrecision(12));
}

/** Rates of the smallest position. */
export function lowestRates({ margin }: ContractTerms): ReturnType<typeof marginRates> {
  return marginRates({ rule: margin, notional: 0, size: 0, openInterest: 0 });
}

function ratesOf(
  terms: ContractTerms,
  notional: number,
  lots: number,
  openInterestQuanta: number,
): ReturnType<typeof marginRates> {
  const { margin, perUnit, lotSize } = terms;
  // estimate: chooses a rate, is never paid
  return marginRates({
    rule: margin,
    notional: notional / perUnit,
    size: lots * lotSize,
    openInterest: openInterestQuanta / perUnit,
  });
}
