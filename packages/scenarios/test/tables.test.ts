/**
 * Tables of populations: what a scenario with one loads to, every flaw with its place, and a tape that is played again.
 *
 * The flow is played by a replay trader into the small scenario's market.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario, type ResolvedScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { folderWith, problemsOf, SMALL, TWO } from "./scenario-text.ts";

const REPLAY = `  tape:
    type: replay-trader
    count: 2
    tables: { flow: ./flow.csv }
    endowment: { cash: $1M }
`;
const withTape = (text: string, replay = REPLAY): string =>
  text.replace("populations:\n", `populations:\n${replay}`);
const HEADER = "time,market,kind,side,price_usd,lots,size_coins,notional_usd\n";

async function load(csv: string, name = "flow.csv", set: readonly string[] = []): Promise<ResolvedScenario> {
  const folder = folderWith({ "a.yaml": withTape(SMALL, REPLAY.replace("flow.csv", name)) });
  writeFileSync(join(folder, name), csv);
  return loadScenario(join(folder, "a.yaml"), { set });
}

describe("a table", () => {
  it("becomes columns in the units of its type", async () => {
    const csv = `# a comment
${HEADER}90s, BTC-PERP, market, sell,, 5,,
2026-01-01T00:02:00Z,BTC-SPOT,limit,buy,99.5,,0.25,
2026-01-01 00:02:00.000001,BTC-PERP,,buy,,,,"$2.5k"
1767225720000002,BTC-PERP,cancel,,,,,
`;
    const scenario = await load(csv);
    const { populations, markets } = compileScenario(scenario, { seed: "a" });
    expect(markets.map(({ name }) => name)).toEqual(["BTC-SPOT", "BTC-PERP"]);
    const { rows, columns } = populations[0].tables!["flow"];
    const start = Date.UTC(2026, 0, 1) * 1000;
    expect(rows).toBe(4);
    expect([...columns["time"]].map((time) => time - start)).toEqual([90e6, 120e6, 120_000_001, 120_000_002]);
    expect([...columns["market"]]).toEqual([1, 0, 1, 1]);
    expect([...columns["kind"]]).toEqual([1, 2, 1, 5]);
    expect([...columns["side"]]).toEqual([-1, 1, 1, 0]);
    expect([...columns["price_usd"]]).toEqual([0, 99.5, 0, 0]);
    expect([...columns["lots"]]).toEqual([5, 0, 0, 0]);
    expect([...columns["size_coins"]]).toEqual([0, 0.25, 0, 0]);
    expect([...columns["notional_usd"]]).toEqual([0, 0, 2500e5, 0]);
  });

  it("is part of the scenario's hash by its contents, and listed in it", async () => {
    const one = await load(`${HEADER}90s,BTC-PERP,,buy,,5,,\n`);
    const same = await load(`${HEADER}90s,BTC-PERP,,buy,,5,,\n`);
    const other = await load(`${HEADER}90s,BTC-PERP,,buy,,6,,\n`);
    expect(one.hash).toBe(same.hash);
    expect(one.hash).not.toBe(other.hash);
    expect(one.tables).toMatchObject([{ population: "tape", table: "flow", file: "./flow.csv", rows: 1 }]);
  });

  it("is not in a scenario's JSON, and a scenario without it does not run", async () => {
    const scenario = await load(`${HEADER}90s,BTC-PERP,,buy,,5,,\n`);
    const read = JSON.parse(JSON.stringify(scenario)) as ResolvedScenario;
    expect(() => compileScenario(read, { seed: "a" })).toThrow("the tables ./flow.csv are not loaded");
  });

  it("knows the markets of several venues", async () => {
    const folder = folderWith({
      "a.yaml": withTape(TWO),
      "flow.csv": `${HEADER}1s,BTC-PERP@dex,,buy,,5,,\n`,
    });
    const scenario = await loadScenario(join(folder, "a.yaml"));
    const { populations, markets } = compileScenario(scenario, { seed: "a" });
    expect(markets[populations[0].tables!["flow"].columns["market"][0]].name).toBe("BTC-PERP@dex");
  });
});

describe("what is wrong with a table", () => {
  const of = (csv: string, replay = REPLAY): Promise<string[]> =>
    problemsOf(withTape(SMALL, replay), {}, { "flow.csv": csv });

  it("is told cell by cell", async () => {
    const rows = [
      "soon,BTC-PERP,market,buy,,1,,",
      "91s,BTC-PERPS,market,buy,,1,,",
      "92s,BTC-PERP,markt,buy,,1,,",
      "93s,BTC-PERP,market,bought,,1,,",
      "94s,BTC-PERP,market,buy,,-1,,",
      "95s,BTC-PERP,market,buy,,many,,",
      ",BTC-PERP,market,buy,,1,,",
    ];
    expect(await of(HEADER + rows.join("\n"))).toEqual([
      'flow.csv:2 time: wrong value (expected microseconds since 1970, a UTC time such as 2026-01-05T00:00:00.25Z, or 90s after the start, found "soon")',
      'flow.csv:3 market: wrong value (expected BTC-SPOT, BTC-PERP, found "BTC-PERPS"; did you mean BTC-PERP?)',
      'flow.csv:4 kind: wrong value (expected market, limit, immediate, reduce, cancel, found "markt"; did you mean market?)',
      'flow.csv:5 side: wrong value (expected buy, sell, found "bought")',
      'flow.csv:6 lots: wrong value (expected at least 0, found "-1")',
      'flow.csv:7 lots: wrong value (expected a number, found "many")',
      "flow.csv:8 time: wrong value (expected when the order is sent, found nothing)",
    ]);
  });

  it("is told row by row once the cells are right", async () => {
    const rows = [
      "90s,BTC-PERP,market,buy,,1,,",
      "89s,BTC-PERP,limit,buy,,1,,",
      "90s,BTC-PERP,market,,,1,,",
      "90s,BTC-PERP,market,sell,,1,1,",
    ];
    expect(await of(HEADER + rows.join("\n"))).toEqual([
      "flow.csv:3 time: rows must be in the order of time (expected no less than in the row before)",
      "flow.csv:3: a limit or immediate order needs price_usd",
      "flow.csv:4: an order needs a side, buy or sell",
      "flow.csv:5: an order needs one size: lots, size_coins or notional_usd",
    ]);
  });

  it("is told of the file's form", async () => {
    expect(await of("")).toEqual([
      "flow.csv:1: the table has no header (expected a line with the names of columns)",
    ]);
    expect(await of("time,markets,lots\n1s,BTC-PERP\n")).toEqual([
      'flow.csv: the table has no column "market" (expected market as in a record, for example BTC-PERP; did you mean markets?)',
      "flow.csv:2: a row of another length (expected 3 cells as in the header, found 2)",
    ]);
    expect(await of(`${HEADER}1s,"BTC-PERP,,buy,,1,,\n`)).toEqual([
      "flow.csv:2: a quote that does not end (expected both quotes of a cell on one line)",
    ]);
  });

  it("is told twenty times at most", async () => {
    const problems = await of(HEADER + "1s,BTC-PERP,,buy,,x,,\n".repeat(500));
    expect(problems).toHaveLength(21);
    expect(problems).toContain("flow.csv: 480 more problems in this table");
  });

  it("is told when it is not there, or not named as it should be", async () => {
    const file = (text: string): Promise<string[]> => of(HEADER, REPLAY.replace("./flow.csv", text));
    expect(await file("./flows.csv")).toEqual([
      'a.yaml:24:21 populations.tape.tables.flow: there is no such table (expected the path of a .csv or .parquet file relative to the scenario, such as ./flow.csv, found "./flows.csv")',
    ]);
    expect((await file("/flow.csv"))[0]).toContain("not the file of a table");
    expect((await file("./flow.txt"))[0]).toContain("not the file of a table");
    expect((await file("./a.parquet"))[0]).toContain("there is no such table");
    expect(await of(HEADER, REPLAY.replace("flow:", "flows:"))).toEqual([
      'a.yaml:24:5 populations.tape.tables: replay-trader needs the table "flow" (expected tables: { flow: ./FILE.csv })',
      'a.yaml:24:22 populations.tape.tables.flows: replay-trader reads no table "flows" (did you mean flow?)',
    ]);
    const none = REPLAY.replace("    tables: { flow: ./flow.csv }\n", "");
    expect((await of(HEADER, none))[0]).toContain('replay-trader needs the table "flow"');
    expect((await of(HEADER, REPLAY.replace("replay-trader", "momentum-trader")))[0]).toContain(
      'momentum-trader reads no table "flow" (expected no tables',
    );
  });
});

it("a Parquet file that is none is refused", async () => {
  await expect(load("not parquet", "flow.parquet")).rejects.toThrow(
    /flow\.parquet: not a Parquet file that can be read/,
  );
});

it("a replayed order trades at its time, on one and on two threads alike", { timeout: 60_000 }, async () => {
  const csv = `${HEADER}10m,BTC-PERP,,sell,,200,,\n20m,BTC-PERP,limit,buy,90,300,,\n30m,BTC-PERP,,buy,,,0.1,\n`;
  const set = ["time.end=2026-01-01T01:00Z", "time.warmUp=10m", "time.step=5s", "record.tape=both"];
  const scenario = await load(csv, "flow.csv", set);
  const hashes: string[] = [];
  for (const threads of [1, 2]) {
    const run = await simulate(compileScenario(scenario, { seed: "tape" }), { threads, dealFrom: 1 });
    expect(run.totals.auditResidual).toBe(0);
    const { orders, fills } = run;
    const own = Array.from({ length: orders!.rows }, (_, row) => row).filter(
      (row) => orders!.population[row] === 0,
    );
    const minutes = own.map((row) =>
      Math.floor((orders!.timeMicros[row] - Date.UTC(2026, 0, 1) * 1000) / 60e6),
    );
    expect(minutes).toEqual([10, 20, 30]);
    expect(own.map((row) => [orders!.agent[row], orders!.side[row], orders!.lots[row]])).toEqual([
      [0, -1, 200],
      [1, 1, 300],
      [0, 1, 100],
    ]);
    const taken = Array.from({ length: fills!.rows }, (_, row) => row).filter(
      (row) => fills!.takerPopulation[row] === 0,
    );
    expect(taken.reduce((sum, row) => sum + fills!.lots[row], 0)).toBe(300);
    hashes.push(run.stateHash);
  }
  expect(hashes[0]).toBe(hashes[1]);
});
