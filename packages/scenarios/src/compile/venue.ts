/**
 * The venues of a run: each profile's rules with the scenario's own settings over them, in engine units.
 *
 * Markets are indices: those of a venue's events are its own, those of its index may be any venue's spot markets.
 */
import {
  type IndexSourceSpec,
  proveFundBounds,
  UserError,
  type VenueEventSpec,
  type VenueSpec,
} from "@undertow/core";
import { showPath } from "../loading/located.ts";
import type { ScenarioVenue } from "../loading/scenario-venues.ts";
import { momentMicros } from "../values/moment.ts";
import type { VenueEvent } from "../venues/venue-events.ts";
import { type MarketPlace, marketPlaces } from "./market-places.ts";

const MILLION = 1_000_000;

type Places = ReadonlyMap<string, MarketPlace>;

/**
 * All venues in order.
 *
 * @throws UserError `unsupported-rule` for a setting of a backstop that the profile does not have; `money-bound` for
 *   an insurance fund, or its fund times its takeover cap, beyond 2^53 quanta
 */
export function venueSpecs(venues: readonly ScenarioVenue[], quantaPerUnit: number): VenueSpec[] {
  const places = marketPlaces(venues);
  const specs = venues.map((venue, v) =>
    venueSpec(venue, indexSources(venues, v, places), places[v], quantaPerUnit),
  );
  proveFundBounds(
    specs.map(({ insuranceFundQuanta, backstop }, v) => ({
      path: `${showPath(venues[v].path)}.insuranceFund`,
      fundQuanta: insuranceFundQuanta,
      ...(backstop.kind === "fund"
        ? { cap: { path: `${showPath(venues[v].path)}.liquidation.takeoverCap`, ratio: backstop.capRatio } }
        : {}),
    })),
  );
  return specs;
}

function venueSpec(
  { name, path, settings, rules, indexRules }: ScenarioVenue,
  sources: readonly IndexSourceSpec[],
  places: Places,
  quantaPerUnit: number,
): VenueSpec {
  const own = settings.liquidation;
  const ordersPerRound = own.ordersPerStep ?? rules.liquidation.ordersPerRound;
  const transfers = "transfers" in settings ? settings.transfers : undefined;
  return {
    name,
    coverage: settings.coverage,
    index: { rules: indexRules, sources },
    mark: rules.mark,
    funding: rules.funding,
    liquidation: {
      ...rules.liquidation,
      enabled: own.enabled,
      ...(ordersPerRound === undefined ? {} : { ordersPerRound }),
    },
    backstop: backstopOf(rules, own, showPath(path)),
    adl: rules.adl,
    insuranceFundQuanta: Math.round(settings.insuranceFund * quantaPerUnit),
    events: (settings.events ?? []).map((event) => eventSpec(event, places)),
    ...(transfers === undefined
      ? {}
      : {
          transfers: {
            withdrawalMicros: transfers.withdrawal,
            depositMicros: transfers.deposit,
            feeQuanta: Math.round(transfers.fee * quantaPerUnit),
          },
        }),
  };
}

/**
 * Spot markets of the venues that have a weight and list the coin, in the order of coins, then venues. Weights are
 * the file's, else the coverage of the venues; the market of a single venue has weight 1.
 */
function indexSources(
  venues: readonly ScenarioVenue[],
  venue: number,
  places: readonly Places[],
): IndexSourceSpec[] {
  const { coins, settings } = venues[venue];
  const weights = "index" in settings ? settings.index?.weights : undefined;
  const weightOf = ({ name, settings: of }: ScenarioVenue): number => {
    if (weights !== undefined) return Object.hasOwn(weights, name) ? weights[name] : 0;
    return venues.length > 1 ? of.coverage : 1;
  };
  return coins.flatMap((coin) =>
    venues.flatMap((source, v) => {
      const place = places[v].get(coin);
      const weight = weightOf(source);
      return place === undefined || weight === 0 ? [] : [{ market: place.spot, weight }];
    }),
  );
}

function backstopOf(
  { backstop, name }: ScenarioVenue["rules"],
  { takeoverCap, unwind }: ScenarioVenue["settings"]["liquidation"],
  venuePath: string,
): VenueSpec["backstop"] {
  const refuse = (path: string, expected: string): never => {
    const message = `${name} has no such setting`;
    throw new UserError("unsupported-rule", {
      message,
      path: `${venuePath}.liquidation.${path}`,
      expected,
      found: `backstop ${backstop.kind}`,
    });
  };
  if (takeoverCap !== undefined && backstop.kind !== "fund") refuse("takeoverCap", "an insurance fund");
  if (unwind !== undefined && backstop.kind === "none") refuse("unwind", "an insurance fund or a vault");
  return {
    ...backstop,
    ...(backstop.kind === "fund" && takeoverCap !== undefined ? { capRatio: takeoverCap } : {}),
    ...(unwind === undefined ? {} : { unwindSeconds: unwind / MILLION }),
  };
}

/** An event on the indices of the venue's own markets. */
function eventSpec(event: VenueEvent, places: Places): VenueEventSpec {
  const fromMicros = momentMicros(event.from)!;
  const concerned = "coins" in event && event.coins !== undefined ? event.coins : [...places.keys()];
  const own = concerned.map((coin) => places.get(coin)!);
  const perpetuals = own.map(({ perpetual }) => perpetual);
  switch (event.kind) {
    case "halt": {
      const markets = own.flatMap(({ spot, perpetual }) => [spot, perpetual]);
      return { kind: "halt", fromMicros, toMicros: momentMicros(event.to)!, markets, cancels: event.cancels };
    }
    case "outage":
    case "transfer-halt":
      return { kind: event.kind, fromMicros, toMicros: momentMicros(event.to)! };
    case "oracle-lag": {
      const toMicros = momentMicros(event.to)!;
      return { kind: "oracle-lag", fromMicros, toMicros, markets: perpetuals, lagMicros: event.lag };
    }
    case "fee-change":
      return {
        kind: "fee-change",
        fromMicros,
        toMicros: Infinity,
        markets: perpetuals,
        ...(event.maker === undefined ? {} : { makerFeePpm: Math.round(event.maker * MILLION) }),
        ...(event.taker === undefined ? {} : { takerFeePpm: Math.round(event.taker * MILLION) }),
      };
  }
}
