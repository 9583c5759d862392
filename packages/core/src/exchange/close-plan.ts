/**
 * What a liquidation round means to do with a margin unit: which position, how much of it, at what limit, and the
 * bankruptcy value that settles fund and deleveraging. Fixed from the equity at the start of the round.
 *
 * Bankruptcy value: what the position must be worth for its share of the equity to be gone. A pool deals its equity
 * out in proportion to maintenance margin, so closing its positions one after the other ends at 0. Moves nothing.
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { hash32 } from "../numeric/text-hash.ts";
import { MICROS_PER_SECOND, PPM, microsOf } from "../units.ts";
import { fillablePrice, liquidationOrderPrice } from "../mechanics/fillable-price.ts";
import type { MarginRule } from "../mechanics/margin-rules.ts";
import { type MaintenanceStep, type PartialSizeRule, partialSize } from "../mechanics/partial-size.ts";
import type { Position } from "./accounts.ts";
import { type ExchangeState, type MarketState, priceOf, sizeOf } from "./exchange-state.ts";
import { type ContractTerms, notionalQuanta, valueQuanta } from "./market-spec.ts";
import { type MarginUnit, positionMaintenance, unitEquity, unitMaintenance } from "./risk.ts";

/** One unit's plan; the fields up to `quoteSize` are those of a `LiquidationCandidate`. */
export interface ClosePlan {
  /** Key of the account. */
  readonly account: number;
  readonly equity: number;
  readonly maintenance: number;
  readonly fillablePrice: number;
  readonly oraclePrice: number;
  readonly quoteSize: number;
  readonly unit: MarginUnit;
  readonly market: MarketState;
  readonly position: Position;
  /** Side of the position. */
  readonly side: 1 | -1;
  /** Lots of the position when the plan was made, and how many are to be closed. */
  readonly heldLots: number;
  readonly lots: number;
  /** Signed value of the whole position at its bankruptcy price. */
  readonly bankruptcyValue: number;
  readonly bankruptcyTicks: number;
  /** Worst price of the forced order. */
  readonly limitTicks: number;
}

/** The plan for a unit below its maintenance margin. */
export function planClose(state: ExchangeState, unit: MarginUnit): ClosePlan {
  const position = pickPosition(state, unit);
  return planPosition(state, unit, position);
}

/** The plan for one position of a unit. */
export function planPosition(state: ExchangeState, unit: MarginUnit, position: Position): ClosePlan {
  const market = state.markets[position.market];
  const { terms, prices } = market;
  const side = position.lots > 0 ? 1 : -1;
  const equity = unitEquity(state, unit);
  const maintenance = unitMaintenance(state, unit);
  const own = positionMaintenance(state, position);
  const value = valueQuanta(terms, position.lots, prices.markTicks);
  const share = maintenance > 0 ? mulDiv(equity, own, maintenance, FLOOR) : equity;
  const bankruptcyValue = value - share;
  const bankruptcyTicks = ticksOfValue(terms, position.lots, bankruptcyValue);
  const lots = closingLots(state, market, position, equity, maintenance);
  const input = { market, position, side, equity, maintenance, own, bankruptcyTicks } as const;
  return {
    account: unit.account.key,
    equity,
    maintenance,
    fillablePrice: distancePrice(state, input),
    oraclePrice: priceOf(market, prices.markTicks),
    quoteSize: notionalQuanta(terms, lots, prices.markTicks),
    unit,
    market,
    position,
    side,
    heldLots: Math.abs(position.lots),
    lots,
    bankruptcyValue,
    bankruptcyTicks,
    limitTicks: limitOf(state, input),
  };
}

/**
 * The tick at which signed lots are worth at least a signed value: rounded in favour of their holder, so that closing
 * there never costs the fund; held to the book's range, and to its highest tick where no price is bad enough.
 */
export function ticksOfValue(terms: ContractTerms, lots: number, value: number): number {
  const size = Math.abs(lots);
  const long = lots > 0;
  const { unitQuanta, maxTicks } = terms;
  if (!terms.inverse) {
    const quote = long ? value : 0 - value;
    return withinBook(maxTicks, mulDiv(quote, 1, size * unitQuanta, long ? CEIL : FLOOR));
  }
  // An inverse long is worth -size x unit / ticks: a value of 0 or more is out of reach at any price.
  const coins = long ? 0 - value : value;
  if (coins <= 0 || coins < mulDiv(size, unitQuanta, maxTicks, FLOOR)) return maxTicks;
  return withinBook(maxTicks, mulDiv(size, unitQuanta, coins, long ? CEIL : FLOOR));
}

function withinBook(maxTicks: number, ticks: number): number {
  return Math.max(1, Math.min(maxTicks, ticks));
}

function pickPosition(state: ExchangeState, unit: MarginUnit): Position {
  const { positions, account } = unit;
  if (positions.length === 1) return positions[0];
  if (state.rules.liquidation.pick === "keyed-draw") {
    return positions[hash32(`${state.seed}/pick/${account.key}/${state.nowMicros}`) % positions.length];
  }
  let best = positions[0];
  let most = -1;
  for (const position of positions) {
    const maintenance = positionMaintenance(state, position);
    if (maintenance > most) {
      most = maintenance;
      best = position;
    }
  }
  return best;
}

/** Lots that the partial rule closes; everything once nothing is left of the equity. */
function closingLots(
  state: ExchangeState,
  market: MarketState,
  position: Position,
  equity: number,
  maintenance: number,
): number {
  const { terms, prices } = market;
  const size = Math.abs(position.lots);
  const rule = sizeRule(state, market, position);
  const capped = rule.kind === "portion" || rule.kind === "share";
  if (rule.kind === "all" || (equity <= 0 && !capped)) return size;
  // An inverse contract of value V is V units of size at 1 / price; its quote value is its size.
  const contractValue = terms.inverse ? (market.spec.contractValue ?? 1) : 1;
  const lotSize = terms.lotSize * contractValue;
  const { size: closing } = partialSize(rule, {
    size: sizeOf(market, size) * contractValue,
    price: priceOf(market, prices.markTicks),
    contract: market.spec.contract,
    lotSize,
    equity: equity / terms.perUnit,
    shortage: Math.max(1, maintenance - equity) / terms.perUnit,
    ...(position.partialMicros < 0
      ? {}
      : { secondsSincePartial: (state.nowMicros - position.partialMicros) / MICROS_PER_SECOND }),
  });
  return Math.max(1, Math.min(size, Math.round(closing / lotSize)));
}

function sizeRule(state: ExchangeState, market: MarketState, position: Position): PartialSizeRule {
  const { partial } = state.rules.liquidation;
  const { terms, prices } = market;
  const notional = notionalQuanta(terms, position.lots, prices.markTicks);
  switch (partial.kind) {
    case "tier-step":
    case "two-tiers":
      return { kind: partial.kind, tiers: tiersWithFee(state, market, notional / terms.perUnit) };
    case "shortage": {
      const own = positionMaintenance(state, position);
      return { ...partial, maintenanceRate: notional === 0 ? 0 : own / notional };
    }
    default:
      return partial;
  }
}

/** The market's tiers; where the fee of closing counts as maintenance, every rate has it on top. */
function tiersWithFee(
  state: ExchangeState,
  { terms }: MarketState,
  notional: number,
): readonly MaintenanceStep[] {
  const tiers = tiersOf(terms.margin, notional);
  if (state.rules.liquidation.maintenance?.closingFee !== true) return tiers;
  const fee = state.takerPpm / PPM;
  return tiers.map(({ notionalFloor, maintenanceRate }) => ({
    notionalFloor,
    maintenanceRate: Math.min(1, maintenanceRate + fee),
  }));
}

/** A margin rule's tiers up to a notional; one tier for rules without any. */
function tiersOf(rule: MarginRule, notional: number): readonly MaintenanceStep[] {
  if (rule.kind === "brackets") return rule.brackets;
  if (rule.kind === "whole-tiers") return rule.tiers;
  if (rule.kind !== "steps") return [{ notionalFloor: 0, maintenanceRate: 0 }];
  const tiers: MaintenanceStep[] = [{ notionalFloor: 0, maintenanceRate: rule.baseMaintenanceRate }];
  for (let floor = rule.baseLimit; floor <= notional; floor += rule.step) {
    tiers.push({ notionalFloor: floor, maintenanceRate: rule.baseMaintenanceRate * (tiers.length + 1) });
  }
  return tiers;
}

interface LimitInput {
  readonly market: MarketState;
  readonly position: Position;
  readonly side: 1 | -1;
  readonly equity: number;
  readonly maintenance: number;
  readonly own: number;
  readonly bankruptcyTicks: number;
}

/** Price that `fillable-distance` orders accounts by: the fillable price where the venue has one, else the mark. */
function distancePrice(state: ExchangeState, input: LimitInput): number {
  const { price } = state.rules.liquidation;
  const { market, side } = input;
  const oracle = priceOf(market, market.prices.markTicks);
  if (price.kind !== "fillable") return oracle;
  return fillablePrice({
    signedSize: side * sizeOf(market, Math.abs(input.position.lots)),
    oraclePrice: oracle,
    maintenance: input.own / market.terms.perUnit,
    equity: input.equity / market.terms.perUnit,
    totalMaintenance: input.maintenance / market.terms.perUnit,
    bankruptcyAdjustment: price.bankruptcyAdjustment,
    spreadToMaintenanceRatio: price.spreadToMaintenanceRatio,
  });
}

/** The venue's limit in ticks, on a price that the market quotes and inside its band. */
function limitOf(state: ExchangeState, input: LimitInput): number {
  const { price } = state.rules.liquidation;
  const { market, side } = input;
  const { terms, prices } = market;
  if (price.kind === "bankruptcy") return quotedTicks(state, market, side, input.bankruptcyTicks);
  const { offer } = input.position;
  if (price.kind === "past-last" && offer !== undefined && !isOfferDue(state, offer)) {
    const { bankruptcyTicks } = input;
    const worst =
      side === 1 ? Math.max(offer.ticks, bankruptcyTicks) : Math.min(offer.ticks, bankruptcyTicks);
    return quotedTicks(state, market, side, worst);
  }
  const { lastTicks } = market.desk;
  const limit = liquidationOrderPrice(price, {
    side,
    markPrice: priceOf(market, prices.markTicks),
    tickSize: terms.tickSize,
    size: sizeOf(market, Math.abs(input.position.lots)),
    maintenance: input.own / terms.perUnit,
    equity: input.equity / terms.perUnit,
    totalMaintenance: input.maintenance / terms.perUnit,
    bankruptcyPrice: priceOf(market, input.bankruptcyTicks),
    lastPrice: priceOf(market, lastTicks === 0 ? prices.markTicks : lastTicks),
  });
  return quotedTicks(state, market, side, Math.round(limit / terms.tickSize));
}

/** Whether a kept limit has lasted as long as the venue keeps one. */
export function isOfferDue(state: ExchangeState, offer: NonNullable<Position["offer"]>): boolean {
  const { price } = state.rules.liquidation;
  if (price.kind !== "past-last") return true;
  return state.nowMicros - offer.micros >= microsOf(price.repriceSeconds);
}

/** A limit held to band and book, rounded to a quoted price in favour of the position's holder. */
export function quotedTicks(state: ExchangeState, market: MarketState, side: 1 | -1, ticks: number): number {
  const { prices, terms, desk } = market;
  const { limitDown, limitUp } = state.rules.bands;
  let held = ticks;
  if (side === 1 && limitDown !== undefined)
    held = Math.max(held, Math.ceil(prices.markTicks * (1 - limitDown) - 1e-6));
  if (side === -1 && limitUp !== undefined)
    held = Math.min(held, Math.floor(prices.markTicks * (1 + limitUp) + 1e-6));
  held = Math.max(1, Math.min(terms.maxTicks, held));
  const { significantFigures, ticksPerUnit } = desk.rules;
  if (significantFigures === 0 || (ticksPerUnit > 0 && held % ticksPerUnit === 0)) return held;
  let step = 1;
  while (held / step >= tenTo(significantFigures)) step *= 10;
  const rounded = (side === 1 ? Math.ceil(held / step) : Math.floor(held / step)) * step;
  return Math.max(1, Math.min(terms.maxTicks, rounded));
}

function tenTo(exponent: number): number {
  let power = 1;
  for (let k = 0; k < exponent; k++) power *= 10;
  return power;
}
