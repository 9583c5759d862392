/**
 * Scheduled events of venues: halts, outages, a late oracle, changed fees, halted transfers. Functions of time alone, so that
 * a run with and without an event shares everything until it begins. Applied at the start of a step; a step in
 * which nothing begins or ends costs one comparison.
 */
import type { RunInputs, SimulationInputs, VenueEventSpec } from "./inputs.ts";
import type { Market, Venue, World } from "./world.ts";

/** When to look at the schedules again; what is in force is in the venues and their markets. */
export interface EventClock {
  /** Moments at which something begins or ends, ascending. */
  readonly boundaries: readonly number[];
  next: number;
}

/** Collects the boundaries of all venues' events. */
export function eventClock(inputs: SimulationInputs): EventClock {
  const events = inputs.venues.flatMap((venue) => venue.events ?? []);
  const moments = events.flatMap((event) => [event.fromMicros, event.toMicros]);
  const boundaries = [...new Set(moments)].filter((moment) => moment !== Infinity).sort((a, b) => a - b);
  return { boundaries, next: 0 };
}

/** Longest lag of the index that a market will see, in whole steps. */
export function longestLagSteps(inputs: SimulationInputs, market: number): number {
  let lag = 0;
  for (const event of inputs.venues[inputs.markets[market].venue].events ?? []) {
    if (event.kind === "oracle-lag" && event.markets.includes(market)) lag = Math.max(lag, event.lagMicros);
  }
  return Math.ceil(lag / inputs.stepMicros);
}

/** Brings every venue into the state that its schedule asks for now. */
export function followEvents(world: World): void {
  const { events, nowMicros, inputs } = world;
  const { boundaries } = events;
  if (events.next >= boundaries.length || boundaries[events.next] > nowMicros) return;
  while (events.next < boundaries.length && boundaries[events.next] <= nowMicros) events.next++;
  for (const venue of world.venues) {
    venue.outage = false;
    venue.transfersHalted = false;
    for (const market of venue.markets) resetMarket(market, inputs);
    for (const event of venue.spec.events ?? []) {
      if (event.fromMicros <= nowMicros && nowMicros < event.toMicros) apply(world, venue, event);
    }
  }
}

function resetMarket(market: Market, inputs: RunInputs): void {
  const spec = inputs.markets[market.index];
  market.halted = false;
  market.cancelsAllowed = true;
  market.indexLagSteps = 0;
  market.makerFeePpm = spec.makerFeePpm;
  market.takerFeePpm = spec.takerFeePpm;
}

function apply(world: World, venue: Venue, event: VenueEventSpec): void {
  if (event.kind === "outage") {
    venue.outage = true;
    return;
  }
  if (event.kind === "transfer-halt") {
    venue.transfersHalted = true;
    return;
  }
  for (const index of event.markets) {
    const market = world.markets[index];
    if (event.kind === "halt") {
      market.halted = true;
      market.haltedMicros = event.fromMicros;
      market.cancelsAllowed = event.cancels;
    } else if (event.kind === "oracle-lag") {
      market.indexLagSteps = Math.floor(event.lagMicros / world.inputs.stepMicros);
    } else {
      market.makerFeePpm = event.makerFeePpm ?? market.makerFeePpm;
      market.takerFeePpm = event.takerFeePpm ?? market.takerFeePpm;
    }
  }
}

/** The index that the venue sees: the fresh one, or the one of `indexLagSteps` ago while its oracle is late. */
export function seenIndex(world: World, market: Market, freshTicks: number): number {
  const { indexPast } = market;
  const length = indexPast.length;
  if (length === 0) return freshTicks;
  indexPast[world.step % length] = freshTicks;
  const lag = Math.min(market.indexLagSteps, length - 1, world.step);
  return indexPast[(world.step - lag) % length];
}
