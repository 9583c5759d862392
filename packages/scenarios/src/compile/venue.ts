/**
 * The venue of a run: the profile's rules with the scenario's own settings over them, in engine units.
 */
import type { VenueEventSpec, VenueSpec } from "@undertow/core";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import { momentMicros } from "../values/moment.ts";
import type { VenueEvent } from "../venues/venue-events.ts";

const MILLION = 1_000_000;

/** Rules in quanta, microseconds and ppm. */
export function venueSpec({ venue, profile, coins }: ResolvedScenario, quantaPerUnit: number): VenueSpec {
  const names = Object.keys(coins);
  const { funding, mark, liquidation } = profile;
  const own = venue.liquidation;
  return {
    name: profile.name,
    coverage: venue.coverage,
    funding: {
      intervalMicros: funding.interval,
      sampleMicros: funding.sample,
      interestPpm: Math.round(funding.interest * MILLION),
      clampPpm: Math.round(funding.clamp * MILLION),
      capOfMaintenancePpm: Math.round(funding.capOfMaintenance * MILLION),
    },
    mark: { basisSampleMicros: mark.basisSample, basisSamples: mark.basisSamples },
    liquidation: {
      enabled: own.enabled,
      clearanceFeePpm: Math.round(liquidation.clearanceFee * MILLION),
      takeoverCapPpm: Math.round((own.takeoverCap ?? liquidation.takeoverCap) * MILLION),
      unwindMicros: own.unwind ?? liquidation.unwind,
      ordersPerStep: own.ordersPerStep ?? liquidation.ordersPerStep ?? Infinity,
    },
    insuranceFundQuanta: Math.round(venue.insuranceFund * quantaPerUnit),
    events: (venue.events ?? []).map((event) => eventSpec(event, names)),
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
