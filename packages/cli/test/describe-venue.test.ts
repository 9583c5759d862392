/**
 * `undertow describe venue` through the real command: the list, the pages, the data, wrong input; widths.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describeVenueProfile, loadVenueProfile, venueProfileNames } from "@undertow/scenarios";
import { describe, expect, test } from "vitest";
import { venueText } from "../src/command/describe-venue.ts";
import { paintFor } from "../src/command/output.ts";
import { percentText, plainNumber } from "../src/command/venue-values.ts";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));

function undertow(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { encoding: "utf8" });
  return { code: status, stdout, stderr };
}

interface Parameter {
  readonly path: string;
  readonly value: unknown;
  readonly unit?: string;
  readonly source?: string;
  readonly asOf?: string;
  readonly note?: string;
  readonly assumed: boolean;
}
interface Data {
  readonly name: string;
  readonly groups: readonly { readonly parameters: readonly Parameter[] }[];
  readonly tiers: readonly { readonly className: string; readonly table: Record<string, unknown> }[];
}

function dataOf(...words: string[]): Data {
  const { code, stdout, stderr } = undertow("describe", "venue", ...words, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Data;
}

test("without a name it lists the profiles", () => {
  const { code, stdout } = undertow("describe", "venue");
  expect(code).toBe(0);
  for (const name of venueProfileNames) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w+ +\\w`, "m"));
  const { stdout: json } = undertow("describe", "venue", "--json");
  expect((JSON.parse(json) as { name: string }[]).map(({ name }) => name)).toEqual(venueProfileNames);
});

test("hyperliquid-like is printed with values, units, dates and sources", () => {
  const { code, stdout, stderr } = undertow("describe", "venue", "hyperliquid-like");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const line of [
    /^hyperliquid-like$/m,
    /^ {2}Time between payments +1 h +2026-11-22 +Hyperliquid docs, funding/m,
    /^ {2}Taker fee, perpetual +0\.045% +2026-11-22 +"$/m,
    /^ {2}Notional from which a share +100,000 USDC +2026-11-22/m,
    /^ {2}Share of the position +20% /m,
    /^ {2}Equity over maintenance at +66\.6667% /m,
    /^ {2}Impact notional +BTC 20,000 USDC, ETH 20,000 +2026-11-22/m,
    /^ {2}Largest distance from the +10% +assumed +the cap of a liquidation/m,
    /^ {5}150,000,000 +no limit +20x +2\.5% +1,875,000 USDC$/m,
    /^ {5}100,000,000 +no limit +15x +3\.3333% +1,333,333\.33 USDC$/m,
  ])
    expect(stdout).toMatch(line);
});

test("the other pages show their own forms of margin", () => {
  const binance = undertow("describe", "venue", "binance-like").stdout;
  expect(binance).toMatch(/^ +1,200,000,000 +1,800,000,000 +1x +50% +421,481,450 USDT$/m);
  expect(binance).toMatch(/^ {2}Haircut +BTC 5%, ETH 5%/m);
  const dydx = undertow("describe", "venue", "dydx-like").stdout;
  expect(dydx).toMatch(/^ {2}small-cap +SOL XRP DOGE +10% +5% +5,000 +20,000,000 +50,000,000$/m);
  const bitmex = undertow("describe", "venue", "bitmex-like").stdout;
  expect(bitmex).toMatch(/^ {2}btc +BTC +2021-08-31 +200 +150 +1% \+ k x 0\.5% +0\.5% x \(1 \+ k\)/m);
  expect(bitmex).toMatch(/^ {2}Impact notional +10 XBT +assumed/m);
});

test("--date shows the tables that held", () => {
  const { stdout } = undertow("describe", "venue", "binance-like", "--date", "2021-03-20");
  expect(stdout).toContain("Margin brackets of BTC, 2021-03-14");
  expect(stdout).toMatch(/^ +5,000,000 +10,000,000 +10x +5% +141,300 USDT$/m);
  const { tiers } = dataOf("bitmex-like", "--date", "2020-03-12");
  expect(tiers[0].table).toMatchObject({ kind: "position-steps", step: 100, maintenance: 0.005 });
});

test.each(venueProfileNames)(
  "--json of %s: every parameter with source and date, or assumed with a note",
  (name) => {
    const data = dataOf(name);
    const parameters = data.groups.flatMap((group) => group.parameters);
    expect(data.name).toBe(name);
    expect(parameters.length).toBeGreaterThan(40);
    for (const { path, value, unit, source, asOf, note, assumed } of parameters) {
      const isComplete = assumed
        ? source === undefined && note !== undefined
        : source !== undefined && asOf !== undefined;
      expect([path, isComplete, typeof value === "number" ? typeof unit : "string"]).toEqual([
        path,
        true,
        "string",
      ]);
    }
    expect(new Set(parameters.map(({ path }) => path)).size).toBe(parameters.length);
  },
);

test("--json has base units: seconds, fractions, the settlement currency", () => {
  const parameters = dataOf("hyperliquid-like").groups.flatMap((group) => group.parameters);
  const at = (path: string) => parameters.find((parameter) => parameter.path === path);
  expect(at("funding.interval")).toMatchObject({ value: 3600, unit: "seconds" });
  expect(at("fees.perpetual.maker")).toMatchObject({ value: 0.00015, unit: "fraction" });
  expect(at("impactNotional.amounts.coins.BTC")).toMatchObject({ value: 20_000, unit: "USDC" });
});

describe("wrong input is refused with code 2 and nothing on standard output", () => {
  test.each([
    [
      ["describe", "venue", "hyperlikwid-like"],
      /no venue profile named "hyperlikwid-like".*did you mean hyperliquid-like\?/,
    ],
    [
      ["describe", "venue", "nasdaq"],
      /expected one of binance-like, hyperliquid-like, dydx-like, bitmex-like/,
    ],
    [["describe", "venue", "binance-like", "dydx-like"], /unexpected argument "dydx-like"/],
    [["describe", "venue", "binance-like", "--date", "soon"], /--date: wrong value .*found "soon"/],
    [["describe", "venue", "--jsn"], /unknown option --jsn \(did you mean --json\?\)/],
  ])("%j", (words, message) => {
    const { code, stdout, stderr } = undertow(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("help names the argument that may be left out", () => {
  expect(undertow("--help").stdout).toMatch(/^ {2}describe venue \[VENUE\] +Show a venue's rules/m);
  for (const words of [
    ["describe", "venue", "--help"],
    ["help", "describe", "venue"],
  ])
    expect(undertow(...words).stdout).toContain("Usage: undertow describe venue [VENUE] [options]");
});

test.each([60, 80, 100, 140])("fits %i columns", async (width) => {
  for (const name of venueProfileNames) {
    const text = venueText(
      describeVenueProfile(await loadVenueProfile(name)),
      width,
      paintFor({ isTTY: false }),
    );
    const long = text.split("\n").filter((line) => line.length > width);
    expect([name, long]).toEqual([name, []]);
  }
});

test("numbers keep their digits", () => {
  expect([0.00001, 0.5, 10, 1_333_333.3333, 1_800_000_000, 0].map((value) => plainNumber(value))).toEqual([
    "0.00001",
    "0.5",
    "10",
    "1,333,333.33",
    "1,800,000,000",
    "0",
  ]);
  expect([0.0125, 2 / 3, -0.00025, 1, 0].map(percentText)).toEqual([
    "1.25%",
    "66.6667%",
    "-0.025%",
    "100%",
    "0%",
  ]);
});
