/**
 * Scheduled events of a scenario's venue: halts, outages, a late oracle, changed fees, and between several venues
 * halts of transfers.
 *
 * Schema and checks only; moments are UTC and must lie in the run. What an event does is the step loop's
 * (simulation/venue-events.ts in core).
 */
import * as z from "zod";
import type { Path } from "../loading/located.ts";
import type { ProblemParts } from "../loading/problems.ts";
import { coinName, moment, quantity, text } from "../schema/leaves.ts";
import { momentMicros } from "../values/moment.ts";
import { kind, rule } from "./profile-leaves.ts";

const words = {
  title: text("What happened."),
  source: text("Where it was published.").optional(),
};
const window = { from: moment("First moment."), to: moment("Moment at which it is over.") };
const coins = z
  .array(coinName)
  .min(1, "at least one coin")
  .optional()
  .meta({ description: "Coins whose markets are concerned; default all." });
const fee = (description: string): z.ZodOptional<z.ZodType<number>> =>
  quantity("ratio", { description, min: -0.01, max: 0.1 }).optional();

const kinds = [
  kind("halt", "books match nothing and orders are rejected; marks go on", {
    ...window,
    coins,
    cancels: z.boolean().default(true).meta({ description: "Resting orders may be cancelled meanwhile." }),
    ...words,
  }),
  kind("outage", "agents reach the venue with neither orders nor cancels; matching and liquidations go on", {
    ...window,
    ...words,
  }),
  kind("oracle-lag", "the index is that of `lag` before", {
    ...window,
    coins,
    lag: quantity("duration", { description: "Age of the index.", above: 0 }),
    ...words,
  }),
  kind("fee-change", "perpetual fees from a moment on", {
    from: moment("First moment."),
    maker: fee("Maker fee."),
    taker: fee("Taker fee."),
    ...words,
  }),
] as const;

/** One event of a scenario with one venue. */
export const venueEvent = rule("Event", kinds);
/** One event of one of several venues. */
export const namedVenueEvent = rule("Event", [
  ...kinds,
  kind("transfer-halt", "no cash leaves or reaches the venue; what is on its way to it arrives at the end", {
    ...window,
    ...words,
  }),
]);

/** An event as the schema returns it: moments as ISO 8601 UTC, lags in microseconds. */
export type VenueEvent = z.output<typeof namedVenueEvent>;

/** A flaw of the events, by its path from the list. */
export interface EventFlaw extends ProblemParts {
  readonly path: Path;
}

/**
 * Flaws between the fields of events and the scenario's window; names of coins are checked elsewhere.
 *
 * @param where path of the list, for example `venue.events`
 */
export function eventFlaws(
  events: readonly VenueEvent[],
  time: { readonly start: string; readonly end: string },
  where: string,
): EventFlaw[] {
  return events.flatMap((event, k) => [
    ...windowFlaws(event, k, time),
    ...overlapFlaws(events, k, where),
    ...(event.kind === "fee-change" && event.maker === undefined && event.taker === undefined
      ? [{ path: [k], message: "a fee change changes no fee", expected: "maker, taker or both" }]
      : []),
  ]);
}

function windowFlaws(
  event: VenueEvent,
  k: number,
  time: { readonly start: string; readonly end: string },
): EventFlaw[] {
  const flaws: EventFlaw[] = [];
  const inside = (key: "from" | "to", at: string): void => {
    if (at >= time.start && at <= time.end) return;
    const expected = `a moment from ${time.start} to ${time.end}`;
    flaws.push({ path: [k, key], message: "the event is outside the run", expected, found: at });
  };
  inside("from", event.from);
  if (event.kind === "fee-change") return flaws;
  inside("to", event.to);
  if (momentMicros(event.to)! <= momentMicros(event.from)!)
    flaws.push({
      path: [k, "to"],
      message: "the event ends before it starts",
      expected: `a moment after ${event.from}`,
      found: event.to,
    });
  return flaws;
}

/** Two events of a kind in one market at one time have no single meaning. */
function overlapFlaws(events: readonly VenueEvent[], k: number, where: string): EventFlaw[] {
  const event = events[k];
  const other = events.slice(0, k).findIndex((before) => overlaps(before, event));
  if (other < 0) return [];
  return [{ path: [k, "from"], message: `the event overlaps ${where}.${other}, which is of the same kind` }];
}

function overlaps(a: VenueEvent, b: VenueEvent): boolean {
  if (a.kind === "fee-change" || b.kind === "fee-change") return a.kind === b.kind && a.from === b.from;
  if (a.kind !== b.kind || a.from >= b.to || b.from >= a.to) return false;
  const [first, second] = [coinsOf(a), coinsOf(b)];
  return first === undefined || second === undefined || first.some((coin) => second.includes(coin));
}

function coinsOf(event: VenueEvent): readonly string[] | undefined {
  return "coins" in event ? event.coins : undefined;
}
