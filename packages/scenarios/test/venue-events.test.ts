/** Scheduled events of a scenario's venue: read, checked with their place, compiled for the engine. */
import { join } from "node:path";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { folderWith, problemsOf, SMALL } from "./scenario-text.ts";

/** The small scenario (1 to 2 January 2026, one coin, BTC) with events on lines 8 and on. */
const withEvents = (...events: string[]): string =>
  SMALL.replace(
    "  insuranceFund: $1M\n",
    `  insuranceFund: $1M\n  events:\n${events.map((event) => `    - { ${event} }\n`).join("")}`,
  );
const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, "0")}:00Z`;
const between = (from: number, to: number): string => `from: "${at(from)}", to: "${at(to)}", title: T`;

describe("venue.events", () => {
  it("reads the four kinds, with defaults and base units", async () => {
    const text = withEvents(
      `kind: halt, ${between(1, 2)}, coins: [BTC]`,
      `kind: outage, ${between(3, 4)}, source: "A notice"`,
      `kind: oracle-lag, ${between(5, 6)}, lag: 30s`,
      `kind: fee-change, from: "${at(7)}", taker: 0.04%, title: T`,
    );
    const { venue } = await loadScenario(join(folderWith({ "a.yaml": text }), "a.yaml"));
    expect(venue!.events).toMatchObject([
      { kind: "halt", from: "2026-01-01T01:00:00Z", coins: ["BTC"], cancels: true },
      { kind: "outage", to: "2026-01-01T04:00:00Z", source: "A notice" },
      { kind: "oracle-lag", lag: 30e6 },
      { kind: "fee-change", taker: 0.0004 },
    ]);
  });

  it.each([
    [
      "unknown kind",
      `kind: hlat, ${between(1, 2)}`,
      /^a\.yaml:8:15 venue\.events\.0\.kind: wrong value \(expected one of halt, outage, oracle-lag, fee-change, found "hlat"\)$/,
    ],
    [
      "unknown key",
      `kind: outage, ${between(1, 2)}, cancls: true`,
      /^a\.yaml:8:\d+ venue\.events\.0\.cancls: unknown key "cancls" \(did you mean cancels\?\)$/,
    ],
    ["missing end", `kind: halt, from: "${at(1)}", title: T`, /^a\.yaml:8:\d+ venue\.events\.0\.to: /],
    [
      "local time",
      `kind: halt, from: "2026-01-01T01:00", to: "${at(2)}", title: T`,
      /venue\.events\.0\.from: wrong value \(expected a UTC time/,
    ],
    [
      "end before start",
      `kind: halt, ${between(2, 1)}`,
      /^a\.yaml:8:\d+ venue\.events\.0\.to: the event ends before it starts \(expected a moment after 2026-01-01T02:00:00Z, found 2026-01-01T01:00:00Z\)$/,
    ],
    [
      "outside the run",
      `kind: outage, from: "2025-12-31T23:00Z", to: "${at(2)}", title: T`,
      /^a\.yaml:8:\d+ venue\.events\.0\.from: the event is outside the run \(expected a moment from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z/,
    ],
    [
      "unknown coin",
      `kind: halt, ${between(1, 2)}, coins: [BTX]`,
      /venue\.events\.0\.coins\.0: the scenario has no coin "BTX" \(expected one of BTC; did you mean BTC\?\)$/,
    ],
    [
      "lag without a unit",
      `kind: oracle-lag, ${between(1, 2)}, lag: 30`,
      /venue\.events\.0\.lag: wrong value \(expected a duration with its unit/,
    ],
    [
      "no fee",
      `kind: fee-change, from: "${at(1)}", title: T`,
      /^a\.yaml:8:\d+ venue\.events\.0: a fee change changes no fee \(expected maker, taker or both\)$/,
    ],
  ])("refuses %s", async (_name, event, message) => {
    const problems = await problemsOf(withEvents(event));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it("refuses two of a kind at one time in one market, and no others", async () => {
    const halts = (first: string, second: string): Promise<string[]> =>
      problemsOf(withEvents(`kind: halt, ${first}`, `kind: halt, ${second}`));
    expect(await halts(between(1, 3), `${between(2, 4)}, coins: [BTC]`)).toEqual([
      "a.yaml:9:27 venue.events.1.from: the event overlaps venue.events.0, which is of the same kind",
    ]);
    expect(await halts(between(1, 3), between(3, 4))).toEqual([]);
    expect(await halts(between(3, 4), between(1, 3))).toEqual([]);
    expect(
      await problemsOf(withEvents(`kind: halt, ${between(1, 3)}`, `kind: outage, ${between(1, 3)}`)),
    ).toEqual([]);
  });

  it("reaches the engine in microseconds, market indices and ppm", async () => {
    const folder = folderWith({
      "a.yaml": withEvents(
        `kind: outage, ${between(1, 2)}`,
        `kind: halt, ${between(1, 2)}, coins: [BTC]`,
        `kind: oracle-lag, ${between(3, 4)}, lag: 90s`,
        `kind: fee-change, from: "${at(5)}", title: T, taker: 0.06%`,
      ),
    });
    const scenario = await loadScenario(join(folder, "a.yaml"));
    const { events } = compileScenario(scenario, { seed: "a" }).venues[0];
    const hour = (h: number): number => (Date.UTC(2026, 0, 1) + h * 3_600_000) * 1000;
    expect(events).toEqual([
      { kind: "outage", fromMicros: hour(1), toMicros: hour(2) },
      { kind: "halt", fromMicros: hour(1), toMicros: hour(2), markets: [0, 1], cancels: true },
      { kind: "oracle-lag", fromMicros: hour(3), toMicros: hour(4), markets: [1], lagMicros: 90e6 },
      { kind: "fee-change", fromMicros: hour(5), toMicros: Infinity, markets: [1], takerFeePpm: 600 },
    ]);
    expect((await loadScenario("quickstart")).venue!.events).toBeUndefined();
  });
});
