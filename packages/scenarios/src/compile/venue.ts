/**
 * The venue of a run: the profile's rules with the scenario's own settings over them, in engine units.
 */
import { UserError, type VenueEventSpec, type VenueSpec } from "@undertow/core";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import { momentMicros } from "../values/moment.ts";
import type { VenueEvent } from "../venues/venue-events.ts";

const MILLION = 1_000_000;

/**
 * The profile's rules with the scenario's own settings over them.
 *
 * @throws UserError `unsupported-rule` for a setting of a backstop that the profile does not have
 */
export function venueSpec({ venue, profile, coins }: ResolvedScenario, quantaPerUnit: number): VenueSpec {
  const names = Object.keys(coins);
  const own = venue.liquidation;
  const ordersPerRound = own.ordersPerStep ?? profile.liquidation.ordersPerRound;
  return {
    name: profile.name,
    coverage: venue.coverage,
    index: {
      rules: { kind: "weighted-mean" },
      sources: names.map((_, k) => ({ market: 2 * k, weight: 1 })),
    },
    mark: profile.mark,
    funding: profile.funding,
    liquidation: {
      ...profile.liquidation,
      enabled: own.enabled,
      ...(ordersPerRound === undefined ? {} : { ordersPerRound }),
    },
    backstop: backstopOf(profile, own),
    adl: profile.adl,
    insuranceFundQuanta: Math.round(venue.insuranceFund * quantaPerUnit),
    events: (venue.events ?? []).map((event) => eventSpec(event, names)),
  };
}

function backstopOf(
  { backstop, name }: ResolvedScenario["profile"],
  { takeoverCap, unwind }: ResolvedScenario["venue"]["liquidation"],
): VenueSpec["backstop"] {
  const refuse = (path: string, expected: string): never => {
    const message = `${name} has no such setting`;
    throw new UserError("unsupported-rule", {
      message,
      path: `venue.liquidation.${path}`,
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

/** An event on market indices: coin k trades spot on market 2k and its perpetual on 2k + 1. */
function eventSpec(event: VenueEvent, names: readonly string[]): VenueEventSpec {
  const fromMicros = momentMicros(event.from)!;
  const concerned = "coins" in event && event.coins !== undefined ? event.coins : names;
  const indices = concerned.map((name) => names.indexOf(name));
  const perpetuals = indices.map((k) => 2 * k + 1);
  switch (event.kind) {
    case "halt": {
      const markets = indices.flatMap((k) => [2 * k, 2 * k + 1]);
      return { kind: "halt", fromMicros, toMicros: momentMicros(event.to)!, markets, cancels: event.cancels };
    }
    case "outage":
      return { kind: "outage", fromMicros, toMicros: momentMicros(event.to)! };
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
