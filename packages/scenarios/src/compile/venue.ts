/**
 * The venue of a run: the profile's rules with the scenario's own settings over them, in engine units.
 */
import { UserError, type VenueSpec } from "@undertow/core";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";

const MILLION = 1_000_000;

/**
 * Rules in quanta, microseconds and ppm.
 *
 * @throws UserError `unsupported` for scheduled events, which the step loop does not follow
 */
export function venueSpec({ venue, profile }: ResolvedScenario, quantaPerUnit: number): VenueSpec {
  if (venue.events !== undefined && venue.events.length > 0)
    throw new UserError("unsupported", {
      message: "a run cannot follow scheduled events of the venue",
      path: "venue.events",
      expected: "no events",
      found: venue.events.map(({ kind }) => kind).join(", "),
    });
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
  };
}
