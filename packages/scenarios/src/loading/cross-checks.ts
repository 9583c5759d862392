/**
 * Checks that need more than one field: windows, coverage, names of coins, shares of open interest, facts.
 *
 * Runs on whatever sections the schema accepted, so that one broken section does not hide the flaws of
 * another. Never changes a value.
 */
import type { Problem } from "@undertow/core";
import type { ClearingData, ScenarioData } from "../schema/scenario-schema.ts";
import { momentMicros } from "../values/moment.ts";
import { checkLatencies } from "./latency-checks.ts";
import { keyPositionAt, type LocatedMap, type Path, valuePositionAt } from "./located.ts";
import { problemAt, type ProblemParts } from "./problems.ts";
import { coverageOf, type ListedVenue, listVenues } from "./scenario-venues.ts";
import {
  checkEvents,
  checkIndexWeights,
  checkListings,
  checkOpenInterestShares,
  checkPopulationVenues,
  checkVenueForm,
  isNear,
  shown,
  unknownCoin,
} from "./venue-checks.ts";

/** The sections that the schema accepted. */
export type Sections = Partial<ScenarioData>;

/** What a check reads, and where it reports. */
export interface Check {
  readonly sections: Sections;
  readonly venues: readonly ListedVenue[];
  /** Reports at the value of a path, or at its key. */
  readonly value: (path: Path, parts: ProblemParts) => void;
  readonly key: (path: Path, parts: ProblemParts) => void;
}

/** All flaws between fields. */
export function crossCheck(root: LocatedMap, sections: Sections): Problem[] {
  const problems: Problem[] = [];
  const check: Check = {
    sections,
    venues: listVenues(sections),
    value: (path, parts) => problems.push(problemAt(valuePositionAt(root, path), path, parts)),
    key: (path, parts) => problems.push(problemAt(keyPositionAt(root, path), path, parts)),
  };
  checkTime(check);
  checkVenueForm(root, check);
  checkListings(check);
  checkIndexWeights(check);
  checkCoins(check);
  checkCoinNames(check);
  checkPopulationVenues(check);
  checkLatencies(check);
  checkOpenInterestShares(check);
  checkFacts(check);
  checkEvents(check);
  return problems;
}

function checkTime({ sections: { time, record }, value }: Check): void {
  if (time === undefined) return;
  const length = momentMicros(time.end)! - momentMicros(time.start)!;
  if (length <= 0)
    value(["time", "end"], {
      message: "the run ends before it starts",
      expected: `a moment after ${time.start}`,
      found: time.end,
    });
  const whole = (path: Path, micros: number, of: string): void => {
    if (micros % time.step === 0) return;
    value(path, {
      message: `${of} is not a whole number of steps`,
      expected: `a multiple of ${time.step / 1e6}s`,
      found: `${micros / 1e6}s`,
    });
  };
  if (length > 0) whole(["time", "end"], length, "the run's length");
  whole(["time", "warmUp"], time.warmUp, "the warm-up");
  whole(["time", "sample"], time.sample, "the sample interval");
  const books = record?.books;
  if (books !== undefined) whole(["record", "books", "every"], books.every, "the time between snapshots");
}

function checkCoins(check: Check): void {
  const { venues } = check;
  const { coins, settlement } = check.sections;
  if (coins === undefined) return;
  const names = Object.keys(coins);
  if (names.length === 0) check.key(["coins"], { message: "a scenario needs at least one coin" });
  names.forEach((name, k) => {
    const coin = coins[name];
    const path = ["coins", name];
    if (k === 0 && coin.preCrashBeta !== 1) {
      check.value([...path, "preCrashBeta"], {
        message: "betas are to the first coin, whose own is 1",
        expected: "1",
        found: String(coin.preCrashBeta),
      });
    }
    for (const key of ["openInterestCoverage", "depthCoverage", "volumeCoverage"] as const) {
      const own = coin[key];
      const coverage = coverageOf(venues, name);
      if (own === undefined || coverage === 0 || isNear(own, coverage)) continue;
      const whose = venues.length > 1 ? "coverage of all venues that list it" : "venue's coverage";
      check.value([...path, key], {
        message: `open interest, depth and volume must be on the ${whose}`,
        expected: shown(coverage),
        found: String(own),
        remedy: `Scale the coin's figures to the ${whose} first.`,
      });
    }
    if (settlement !== undefined) checkMoneyUnit(check, path, coin, settlement.quantum);
  });
}

function checkMoneyUnit(
  check: Check,
  path: Path,
  coin: ScenarioData["coins"][string],
  quantum: number,
): void {
  const markets = [
    { key: "tick", tick: coin.tick, lot: coin.lot },
    { key: "spot", tick: coin.spot?.tick ?? coin.tick, lot: coin.spot?.lot ?? coin.lot },
  ];
  for (const { key, tick, lot } of markets) {
    const quanta = (tick * lot) / quantum;
    const isWhole = quanta >= 0.5 && Math.abs(quanta - Math.round(quanta)) <= 1e-9 * quanta;
    if (isWhole || (key === "spot" && coin.spot === undefined)) continue;
    check.value([...path, key], {
      message: "one tick of one lot is not a whole number of quanta",
      expected: `tick x lot to be a multiple of ${quantum}`,
      found: `${tick} x ${lot}`,
    });
  }
  for (const { key, tick, lot } of markets) {
    const kind = key === "tick" ? "perpetual" : "spot";
    checkClearing(check, [...path, "clearing", kind], coin.clearing?.[kind], { tick, lot });
  }
  if (coin.price < 10 * coin.tick) {
    check.value([...path, "tick"], {
      message: "the tick is too coarse for the price",
      expected: `at most a tenth of ${coin.price}`,
      found: String(coin.tick),
    });
  }
}

/** Impact in whole ticks for whole lots, so that the price is exact. */
function checkClearing(
  check: Check,
  path: Path,
  clearing: ClearingData | undefined,
  { tick, lot }: { tick: number; lot: number },
): void {
  if (clearing === undefined || clearing === "order-book") return;
  for (const [key, value, unit, name] of [
    ["move", clearing.move, tick, "tick"],
    ["per", clearing.per, lot, "lot"],
  ] as const) {
    const count = value / unit;
    if (Math.abs(count - Math.round(count)) <= 1e-9 * Math.max(1, count)) continue;
    check.value([...path, key], {
      message: `the impact is not a whole number of ${name}s`,
      expected: `a multiple of ${unit}`,
      found: String(value),
    });
  }
}

function checkCoinNames(check: Check): void {
  const { coins, driver, levels, facts, populations } = check.sections;
  if (coins === undefined) return;
  const names = Object.keys(coins);
  const known = (path: Path, name: string): void => {
    if (names.includes(name)) return;
    check.value(path, unknownCoin(name, names));
  };
  driver?.shocks.forEach((shock, k) =>
    shock.coins?.forEach((name, n) => known(["driver", "shocks", k, "coins", n], name)),
  );
  levels?.forEach((level, k) => known(["levels", k, "coin"], level.coin));
  facts?.forEach((fact, k) => {
    if (fact.coin !== undefined && fact.coin !== "ALL") known(["facts", k, "coin"], fact.coin);
  });
  for (const [name, population] of Object.entries(populations ?? {})) {
    if (population.coins !== "all")
      population.coins.forEach((coin, n) => known(["populations", name, "coins", n], coin));
  }
}

function checkFacts(check: Check): void {
  const seen = new Set<string>();
  check.sections.facts?.forEach((fact, k) => {
    const path = ["facts", k];
    if (seen.has(fact.id)) check.value([...path, "id"], { message: `two facts have the id "${fact.id}"` });
    seen.add(fact.id);
    const { low, high, value } = fact;
    if (low !== undefined && low > value)
      check.value([...path, "low"], {
        message: "the range does not hold the value",
        expected: `at most ${value}`,
        found: String(low),
      });
    if (high !== undefined && high < value)
      check.value([...path, "high"], {
        message: "the range does not hold the value",
        expected: `at least ${value}`,
        found: String(high),
      });
    if (
      fact.from !== undefined &&
      fact.to !== undefined &&
      momentMicros(fact.from)! >= momentMicros(fact.to)!
    ) {
      check.value([...path, "to"], {
        message: "the window ends before it starts",
        expected: `a moment after ${fact.from}`,
        found: fact.to,
      });
    }
  });
}
