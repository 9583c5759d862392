/**
 * One perpetual position as it stands at the start: entry price, leverage, margin, stop.
 *
 * The entry lies on the coin's modelled past at a drawn age. A position that the path since then would have brought
 * below maintenance, or through its stop, is gone by now and drawn again; after `ATTEMPTS` it enters at the start
 * price. So survivors with high leverage are young, as in the market.
 */
import {
  CEIL,
  MICROS_PER_HOUR,
  PURPOSE_ENDOWMENT,
  allowedLeverage,
  drawDistribution,
  hash32,
  maintenanceQuanta,
  mulDiv,
  purposeOf,
  tierTable,
} from "@undertow/core";
import type { MarketSpec, RandomSource, TierTable } from "@undertow/core";
import { type EntryPath, type EntryPoint, readEntry } from "./entry-path.ts";
import type { EndowmentRule } from "./rules.ts";

/** Draws of an entry age before the position is entered at the start price. */
const ATTEMPTS = 8;
/** Leverage is kept to 1/1000, as margins honour it. */
const LEVERAGE_STEPS = 1000;

/** A perpetual with its tiers as columns. */
export interface PerpMarket {
  readonly index: number;
  readonly spec: MarketSpec;
  readonly tiers: TierTable;
}

/** Who holds the position. */
export interface Holder {
  readonly agent: number;
  /** Signed. */
  readonly lots: number;
  readonly weight: number;
}

/** From which draws the position comes. */
export interface DrawSource {
  readonly rule: EndowmentRule;
  readonly random: RandomSource;
  readonly population: string;
  readonly coin: string;
}

/** The position's amounts; filled by `openPosition`. */
export interface OpenedPosition {
  /** Signed. */
  costQuanta: number;
  /** |cost| / leverage, rounded up, for isolated and cross alike. */
  marginQuanta: number;
  leverage: number;
  /** 0 for none. */
  stopTicks: number;
}

/** A perpetual prepared for opening positions. */
export function perpMarket(index: number, spec: MarketSpec): PerpMarket {
  return { index, spec, tiers: tierTable(spec.tiers) };
}

const point: EntryPoint = { entry: 1, low: 1, high: 1 };

/** Draws entry, leverage and stop of one position into `opened`. */
export function openPosition(
  source: DrawSource,
  market: PerpMarket,
  path: EntryPath,
  holder: Holder,
  opened: OpenedPosition,
): void {
  const { rule, random, population, coin } = source;
  const subject = hash32(population);
  const { agent } = holder;
  const leverage = rule.leverage
    ? drawDistribution(rule.leverage, random, purposeFor("leverage"), subject, agent)
    : 1;
  const stops = random.uniform(purposeFor("stop"), subject, agent) < (rule.stopProbability ?? 0);
  const lossShare =
    stops && rule.stopAtMarginLoss
      ? drawDistribution(rule.stopAtMarginLoss, random, purposeFor("stop-loss"), subject, agent)
      : 0;
  const agePurpose = purposeFor(`entry-age/${coin}`);
  if (rule.entryAge !== undefined) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const n = agent * ATTEMPTS + attempt;
      const ageMicros = drawDistribution(rule.entryAge, random, agePurpose, subject, n);
      readEntry(path, ageMicros / MICROS_PER_HOUR, point);
      if (enter(market, holder, leverage, lossShare, opened)) return;
    }
  }
  readEntry(path, 0, point);
  enter(market, holder, leverage, lossShare, opened);
}

function purposeFor(quantity: string): number {
  return purposeOf(PURPOSE_ENDOWMENT, hash32(quantity));
}

/** Enters at `point`; false if the position would not have lived until now. */
function enter(
  market: PerpMarket,
  holder: Holder,
  leverageWish: number,
  lossShare: number,
  opened: OpenedPosition,
): boolean {
  const { spec, tiers } = market;
  const { lots, weight } = holder;
  const side = lots > 0 ? 1 : -1;
  const unit = Math.abs(lots) * spec.quantaPerTickLot;
  const entryTicks = Math.min(spec.maxTicks - 1, Math.max(1, Math.round(spec.startTicks * point.entry)));
  const notional = unit * entryTicks;
  const allowed = allowedLeverage(tiers, notional, weight, leverageWish);
  const steps = Math.max(LEVERAGE_STEPS, Math.floor(allowed * LEVERAGE_STEPS));
  const leverage = steps / LEVERAGE_STEPS;
  const margin = mulDiv(notional, LEVERAGE_STEPS, steps, CEIL);
  opened.costQuanta = side * notional;
  opened.leverage = leverage;
  opened.marginQuanta = margin;
  const worstTicks =
    side > 0 ? Math.floor(spec.startTicks * point.low) : Math.ceil(spec.startTicks * point.high);
  const worst = unit * worstTicks;
  opened.stopTicks = lossShare > 0 ? stopTicks(spec, entryTicks, side, lossShare / leverage) : 0;
  const stopped = opened.stopTicks > 0 && side * (worstTicks - opened.stopTicks) <= 0;
  return !stopped && margin + side * (worst - notional) > maintenanceQuanta(tiers, worst, weight);
}

/** Stop at a distance from the entry, at least one tick on the losing side. */
function stopTicks(spec: MarketSpec, entryTicks: number, side: number, distance: number): number {
  const offset = Math.max(1, Math.round(entryTicks * distance));
  return Math.min(spec.maxTicks - 1, Math.max(1, entryTicks - side * offset));
}
