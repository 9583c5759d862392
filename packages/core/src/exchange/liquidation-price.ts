/**
 * The liquidation price that an exchange shows for a position: where its unit's equity meets what it is held against,
 * with all other prices unchanged.
 *
 * Closed forms of mechanics/. For display only: accounts are judged by equity against maintenance, never by this price.
 */
import { inverseCrossLiquidationPrice } from "../mechanics/inverse.ts";
import { hedgeLiquidationPrice, isolatedLiquidationPrice } from "../mechanics/liquidation-price.ts";
import { marginRates } from "../mechanics/margin-rules.ts";
import { type Bracket, flatBracket } from "../mechanics/tiers.ts";
import { PPM } from "../units.ts";
import type { Position } from "./accounts.ts";
import { collateralQuanta } from "./collateral-value.ts";
import { entryPrice } from "./deleverage.ts";
import { type ExchangeState, type MarketState, sizeOf } from "./exchange-state.ts";
import { maintenanceQuanta, notionalQuanta } from "./market-spec.ts";
import { positionMaintenance, profitQuanta, unitOf } from "./risk.ts";

/** Price in quote units; undefined when there is none above 0, or no closed form for the unit. */
export function liquidationPrice(state: ExchangeState, position: Position): number | undefined {
  const market = state.markets[position.market];
  const { currency, terms, spec } = market;
  const { account } = position;
  const unit = unitOf(state, position);
  const legs = unit.positions.filter((other) => other.market === position.market);
  let available = unit.isolated
    ? position.margin
    : account.cash[currency] + collateralQuanta(state, account, currency);
  for (const other of unit.positions) {
    if (legs.includes(other)) available -= fixedMaintenance(state, other);
    else available += profitQuanta(state.markets[other.market], other) - positionMaintenance(state, other);
  }
  const units = available / terms.perUnit;
  const brackets = bracketsOf(state, market, position);
  if (brackets === undefined) return priceWithoutMargin(market, legs, units);
  const side = position.lots > 0 ? 1 : -1;
  const size = sizeOf(market, Math.abs(position.lots));
  const base = { side, entryPrice: entryPrice(market, position), brackets } as const;
  if (terms.inverse) {
    const own = { ...base, contracts: size, contractValue: spec.contractValue ?? 1, available: units };
    return legs.length === 1 ? inverseCrossLiquidationPrice(own) : undefined;
  }
  if (legs.length === 1) return isolatedLiquidationPrice({ ...base, size, margin: units });
  const leg = (wanted: 1 | -1): { size: number; entry: number } => {
    const found = legs.find(({ lots }) => lots * wanted > 0)!;
    return { size: sizeOf(market, Math.abs(found.lots)), entry: entryPrice(market, found) };
  };
  return hedgeLiquidationPrice({
    longSize: leg(1).size,
    longEntryPrice: leg(1).entry,
    shortSize: leg(-1).size,
    shortEntryPrice: leg(-1).entry,
    brackets,
    walletBalance: units,
  });
}

/** Maintenance that does not move with the mark: all of the margin where it is on the entry value. */
function fixedMaintenance(state: ExchangeState, { market, lots, cost }: Position): number {
  if (state.rules.liquidation.maintenance?.valuedAt !== "entry") return 0;
  return maintenanceQuanta(state.markets[market].terms, lots, Math.abs(cost));
}

/**
 * What moves with the mark, as brackets: those of the margin rule (a rule without any has one of its present rate), with
 * the fee of closing on top where it counts. Undefined when nothing does.
 */
function bracketsOf(
  state: ExchangeState,
  market: MarketState,
  position: Position,
): readonly Bracket[] | undefined {
  const { terms, prices } = market;
  const { maintenance } = state.rules.liquidation;
  const fee = maintenance?.closingFee === true ? state.takerPpm / PPM : 0;
  if (maintenance?.valuedAt === "entry") return fee === 0 ? undefined : flatBracket({ maintenanceRate: fee });
  if (terms.margin.kind === "brackets")
    return fee === 0 ? terms.margin.brackets : terms.margin.brackets.map((row) => withFee(row, fee));
  const notional = notionalQuanta(terms, position.lots, prices.markTicks) / terms.perUnit;
  const { maintenanceRate } = marginRates({
    rule: terms.margin,
    notional,
    size: sizeOf(market, Math.abs(position.lots)),
    openInterest: 0,
  });
  return flatBracket({ maintenanceRate: maintenanceRate + fee });
}

function withFee(bracket: Bracket, fee: number): Bracket {
  const maintenanceRate = bracket.maintenanceRate + fee;
  return {
    ...bracket,
    maintenanceRate,
    maxLeverage: Math.max(1, Math.min(bracket.maxLeverage, 1 / maintenanceRate)),
  };
}

/** Where the legs' profit has used up what is available, when nothing is held against the mark value. */
function priceWithoutMargin(
  market: MarketState,
  legs: readonly Position[],
  available: number,
): number | undefined {
  const { inverse } = market.terms;
  const worth = inverse ? (market.spec.contractValue ?? 1) : 1;
  let net = 0;
  let paid = 0;
  for (const leg of legs) {
    const size = Math.sign(leg.lots) * sizeOf(market, Math.abs(leg.lots)) * worth;
    const entry = entryPrice(market, leg);
    net += size;
    paid += inverse ? size / entry : size * entry;
  }
  const price = inverse ? net / (paid + available) : (paid - available) / net;
  return price > 0 && price < Infinity ? price : undefined;
}
