/**
 * 8. The figure of a run that a fact is compared with, one function per kind. Metrics phase; pure.
 *
 * `ALL` means all coins of the run, which are fewer than the whole market's. Undefined figures are null.
 */
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from "../units.ts";
import { largestFall, lowestPrice } from "./fall.ts";
import { factWindow } from "./fact-window.ts";
import type { Fact, FactKind } from "./facts.ts";
import { densestSpan, liquidationTotals, rowsBetween } from "./liquidation-view.ts";
import type { LiquidationFilter, LiquidationView } from "./liquidation-view.ts";
import { openInterestChange, openInterestUsd } from "./open-interest.ts";
import { finiteOrNull, ratio } from "./quantile.ts";
import { coinColumn, rangeBetween } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";

/** Funding is compared per year at three intervals a day, the interval of the venues whose rates are published so. */
const FUNDING_INTERVALS_PER_YEAR = 3 * 365;

interface Question {
  readonly view: RunView;
  readonly liquidations: LiquidationView;
  readonly fact: Fact;
  /** Coins the fact is about. */
  readonly coins: readonly number[];
  readonly range: SampleRange;
  readonly rows: LiquidationFilter;
}

/** Coins of the run that a fact is about; empty when its coin is not simulated. */
export function coinsOfFact(view: RunView, fact: Fact): number[] {
  const { coin } = fact;
  if (coin === undefined || coin === "ALL") return view.coins.map((_, index) => index);
  const found = view.coins.indexOf(coin);
  return found < 0 ? [] : [found];
}

/** Simulated value in the fact's unit; the window must be covered by the run. */
export function evaluateFact(view: RunView, liquidations: LiquidationView, fact: Fact): number | null {
  const coins = coinsOfFact(view, fact);
  if (coins.length === 0) return null;
  const { fromMicros, toMicros } = factWindow(view.run, fact);
  const rows = rowsBetween(liquidations, fromMicros, toMicros);
  const value = evaluators[fact.kind]({
    view,
    liquidations,
    fact,
    coins,
    range: rangeBetween(view, fromMicros, toMicros),
    rows: {
      ...rows,
      coin: coins.length === 1 ? coins[0] : undefined,
      side: fact.side === undefined ? undefined : fact.side === "long" ? 1 : -1,
    },
  });
  return value === null ? null : finiteOrNull(value);
}

const evaluators: Readonly<Record<FactKind, (question: Question) => number | null>> = {
  "liquidations-usd": ({ liquidations, rows }) => liquidationTotals(liquidations, rows).usd,
  "traders-liquidated": ({ liquidations, rows }) => liquidationTotals(liquidations, rows).traders,
  "long-share": ({ liquidations, rows }) =>
    liquidationTotals(liquidations, { ...rows, side: undefined }).longShare,
  "largest-liquidation-usd": ({ liquidations, rows }) => liquidationTotals(liquidations, rows).largestUsd,
  "liquidation-peak-4h-usd": ({ liquidations, rows }) =>
    densestSpan(liquidations, rows, 4 * MICROS_PER_HOUR)?.usd ?? 0,
  "price-low": lowOf,
  "price-at": (question) => singlePath(question)?.spot[question.range.last] ?? null,
  fall: (question) => {
    const path = singlePath(question);
    return path === null ? null : (largestFall(path, question.range)?.fall ?? null);
  },
  change: (question) => {
    const spot = singlePath(question)?.spot;
    if (spot === undefined) return null;
    const growth = ratio(finiteOrNull(spot[question.range.last]), finiteOrNull(spot[question.range.first]));
    return growth === null ? null : growth - 1;
  },
  "open-interest-usd": ({ view, coins, range }) => openInterestUsd(view, coins, range.last),
  "open-interest-usd-change": ({ view, coins, range, fact }) => {
    const change = openInterestChange(view, coins, { from: range.first, to: range.last });
    return fact.unit === "USD" ? change.usd : change.usdFraction;
  },
  "open-interest-coins-change": ({ view, coins, range, fact }) => {
    const change = openInterestChange(view, coins, { from: range.first, to: range.last });
    return fact.unit === "coins" ? change.coins : change.coinsFraction;
  },
  funding: ({ view, coins, range, fact }) => {
    if (coins.length !== 1) return null;
    const perInterval = coinColumn(view, view.run.series.funding, coins[0])[range.last];
    return fact.unit.includes("year") ? perInterval * FUNDING_INTERVALS_PER_YEAR : perInterval;
  },
  "trough-lag": (question) => {
    const path = singlePath(question);
    const { view, range } = question;
    const own = path === null ? null : lowestPrice(path, range);
    const reference = lowestPrice(view.paths[view.reference], range);
    if (own === null || reference === null) return null;
    return (view.times[own.sample] - view.times[reference.sample]) / MICROS_PER_MINUTE;
  },
  "level-broken": lowOf,
};

function singlePath({ view, coins }: Question): RunView["paths"][number] | null {
  return coins.length === 1 ? view.paths[coins[0]] : null;
}

function lowOf(question: Question): number | null {
  const path = singlePath(question);
  return path === null ? null : (lowestPrice(path, question.range)?.price ?? null);
}
