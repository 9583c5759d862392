/**
 * The real command in a process of its own: exit codes, messages, what is written and what is not, Ctrl-C.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Manifest } from "@undertow/cli";
import type { MemoryPlan } from "@undertow/core";
import type { CombinedSummary, RunSummary } from "@undertow/core/metrics";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));
const ESCAPE = String.fromCharCode(27);
/** An hour of the quickstart after ten minutes of warm-up. */
const SHORT = ["--set", "time.end=2026-02-05T01:00:00Z", "--set", "time.warmUp=10m"];

/** Five hundred million ticks and more in every book, with whole quanta a tick and lot: 208 GB. */
const FINE_TICKS = [
  ["BTC", "0.0001", "1"],
  ["ETH", "0.000005", "20"],
  ["SOL", "0.0000002", "500"],
  ["XRP", "0.000000005", "20000"],
  ["DOGE", "0.0000000005", "200000"],
].flatMap(([coin, tick, lot]) => [`coins.${coin}.tick=${tick}`, `coins.${coin}.lot=${lot}`]);

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let scratch = "";
let count = 0;
let cwd = "";

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "undertow-command-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
  cwd = mkdtempSync(join(scratch, `${(count += 1)}-`));
});

/** Runs `undertow WORDS` in an empty folder; `onStderr` may signal the process. */
function undertow(
  words: readonly string[],
  onStderr?: (text: string, kill: () => void) => void,
): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    onStderr?.(stderr, () => child.kill("SIGINT"));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Wrong input: code 2, nothing on standard output, nothing written, no stack trace. */
async function expectRefused(words: readonly string[], ...messages: RegExp[]): Promise<void> {
  const before = readdirSync(cwd);
  const { code, stdout, stderr } = await undertow(words);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(readdirSync(cwd)).toEqual(before);
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(cwd, ...path), "utf8")) as T;
}

describe("help", () => {
  test("of the program names every command and exits with 0", async () => {
    for (const words of [[], ["--help"], ["help"]]) {
      const { code, stdout, stderr } = await undertow(words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      for (const name of ["run", "list", "validate", "facts"]) expect(stdout).toContain(`  ${name}`);
    }
  });

  test.each(["run", "list", "validate", "facts"])("of %s has options and examples", async (name) => {
    const { code, stdout } = await undertow([name, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Options:");
    expect(stdout).toMatch(new RegExp(`Examples:\\n +undertow ${name}`));
  });

  test("--version prints the package's version", async () => {
    const own = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await undertow(["--version"])).toEqual({ code: 0, stdout: `${own.version}\n`, stderr: "" });
  });
});

describe("wrong input is refused with code 2 and nothing written", () => {
  test("unknown command", () =>
    expectRefused(["rnu", "quickstart"], /unknown command "rnu".*did you mean run\?/));
  test("unknown options and arguments, all at once", () =>
    expectRefused(
      ["run", "quickstart", "--sed", "3", "extra"],
      /--sed \(did you mean --seed\?\)/,
      /argument "extra"/,
    ));
  test("option without its value", () =>
    expectRefused(["run", "quickstart", "--seed"], /--seed needs a value/));
  test("no scenario", () => expectRefused(["run"], /needs a scenario/));
  test.each(["0", "257", "1.5", "-1", "two", "0x2"])("%s threads", (threads) =>
    expectRefused(
      ["run", "quickstart", `--threads=${threads}`],
      /--threads: not a number of threads \(expected auto or a whole number from 1 to 256, found /,
    ),
  );
  test("more memory than there is, naming the figure and the largest parts", () =>
    expectRefused(
      ["run", "quickstart", ...FINE_TICKS.flatMap((assignment) => ["--set", assignment])],
      /needs more memory than there is: order books \d+\.\d GB, queue and boxes 26 MB, [a-z' ]+ \d+\.\d MB, the program/,
      /expected at most \d+\.\d GB, found \d+\.\d GB/,
    ));
  test("a number of replicates that is none", () =>
    expectRefused(["run", "quickstart", "--seeds", "0"], /--seeds/));
  test("unknown scenario", () => expectRefused(["run", "quikstart"], /quikstart.*did you mean quickstart\?/));
  test("missing file", () => expectRefused(["validate", "./nowhere.yaml"], /nowhere\.yaml/));
  test("unknown path and impossible value in --set", () =>
    expectRefused(["validate", "quickstart", "--set", "time.stp=1s"], /stp.*did you mean .*step/));

  test("unknown name in --patch", () =>
    expectRefused(
      ["validate", "quickstart", "--patch", "liquidation-off"],
      /--patch liquidation-off: there is no patch or ablation named "liquidation-off".*did you mean liquidations-off\?/,
    ));
  test("an output folder that cannot be written to, before the run", async () => {
    writeFileSync(join(cwd, "file"), "");
    await expectRefused(
      ["run", "quickstart", "--out", "file"],
      /--out: cannot write to the output folder file/,
    );
  });

  test("all problems of a file, each with its place", async () => {
    const lines = ["extends: quickstart", "title: Mine", "tmie: {}", "driver:", "  shockScale: 5 hours", ""];
    writeFileSync(join(cwd, "mine.yaml"), lines.join("\n"));
    await expectRefused(
      ["run", "mine.yaml"],
      /mine\.yaml:3:1.*tmie.*did you mean time\?/,
      /mine\.yaml:5:15 driver\.shockScale/,
    );
  });
});

const TWO_VENUES = `extends: quickstart
title: Two venues
venue: null
venues:
  main: { insuranceFund: $3B, coverage: 70% }
  dex:
    profile: hyperliquid-like
    coverage: 10%
    insuranceFund: $50M
    coins: [SOL]
    events: [{ kind: transfer-halt, from: 2026-02-05T12:00Z, to: 2026-02-05T18:00Z, title: Halt }]
populations:
  crowd-dex:
    type: leveraged-trader
    count: 10
    venues: [dex, main]
    endowment: { perpLongShare: 1, perpShortShare: 1 }
`;

describe("list and validate", () => {
  test("list names the bundled scenarios", async () => {
    const { code, stdout } = await undertow(["list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}quickstart +2026-02-05/m);
    expect(stdout).toMatch(/^ {2}2026-02-deleveraging +2026-01-05/m);
    expect(stdout).toContain("BTC ETH SOL XRP DOGE");
  });

  test("validate says what a scenario holds and writes nothing", async () => {
    const { code, stdout } = await undertow(["validate", "quickstart", "--json"]);
    expect(code).toBe(0);
    const check = JSON.parse(stdout) as {
      steps: number;
      stepSeconds: number;
      markets: string[];
      assumed: number;
    };
    expect(check.steps * check.stepSeconds).toBe(36 * 3600);
    expect(check.markets).toHaveLength(10);
    expect(readdirSync(cwd)).toEqual([]);
    const { memory } = JSON.parse(stdout) as { memory: MemoryPlan };
    expect(memory).toMatchObject({ books: 10, threads: 1 });
    expect(memory.agents).toBeGreaterThan(20_000);
    expect(memory.bytes).toBe(memory.parts.reduce((sum, part) => sum + part.bytes, 0));
    const text = (await undertow(["validate", "quickstart"])).stdout;
    expect(text).toMatch(/^ *agents +23,186, standing for/m);
    expect(text).toMatch(/^ *memory +\d+ MB for 23,188 accounts and 10 books: order books \d+ MB, /m);
    expect(text).toMatch(/^ok {2}quickstart/);
    expect(text).toMatch(/^ *venue +binance-like, 100\.0% of the market, insurance fund \$3\.50B$/m);
  });

  test("validate lists several venues, and where populations are", async () => {
    writeFileSync(join(cwd, "two.yaml"), TWO_VENUES);
    const { stdout } = await undertow(["validate", "two.yaml"]);
    expect(stdout).toMatch(/^ *main +binance-like +70\.0% +\$3\.00B +0 +BTC, ETH, SOL, XRP, DOGE$/m);
    expect(stdout).toMatch(/^ *dex +hyperliquid-like +10\.0% +\$50\.0M +1 +SOL$/m);
    expect(stdout).toMatch(/^ *crowd-dex +leveraged-trader +dex, main +10 /m);
    expect(stdout).toContain("SOL-PERP@dex");
    const check = JSON.parse((await undertow(["validate", "two.yaml", "--json"])).stdout) as {
      venues: { name: string; coins: string[] }[];
    };
    expect(check.venues.map(({ name, coins }) => [name, coins.length])).toEqual([
      ["main", 5],
      ["dex", 1],
    ]);
  });
});

describe("run", () => {
  test("prints the summary, keeps progress off standard output, writes the record", async () => {
    const { code, stdout, stderr } = await undertow(["run", "quickstart", ...SHORT, "--seed", "a"]);
    expect(code).toBe(0);
    expect(stdout).toContain("9. Money and machine");
    expect(stdout).toContain("residual 0");
    expect(stdout + stderr).not.toContain(ESCAPE);
    expect(stderr).toMatch(/^quickstart {2}50% {2}2026-02-05 .* UTC {2}ETA .*sim s\/s/m);
    const manifest = readJson<Manifest>("runs", "quickstart-a", "manifest.json");
    expect(manifest).toMatchObject({ seed: "a", partial: false, threads: 1, set: [SHORT[1], SHORT[3]] });
    expect(new Set(readdirSync(join(cwd, "runs", "quickstart-a")))).toEqual(
      new Set(["manifest.json", ...manifest.files]),
    );
    expect(readdirSync(join(cwd, "runs"))).toEqual(["quickstart-a"]);
  });

  test("of several venues: their section and table, and each venue's figures in the summary", async () => {
    const halt = "{ kind: halt, from: 2026-02-05T00:10Z, to: 2026-02-05T00:40Z, coins: [SOL], title: Stop }";
    writeFileSync(join(cwd, "two.yaml"), TWO_VENUES.replace(/\{ kind: transfer-halt.*? \}/, halt));
    const { code, stdout } = await undertow(["run", "two.yaml", ...SHORT]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^10\. Venues\n.*\n.*venue +coverage.*\n +main +70\.0% .*\n +dex +10\.0% /m);
    expect(readdirSync(join(cwd, "runs", "two-1"))).toContain("venues.parquet");
    const { venues } = readJson<RunSummary>("runs", "two-1", "summary.json");
    expect(venues.venues.map(({ venue, haltedMinutes }) => [venue, haltedMinutes])).toEqual([
      ["main", 0],
      ["dex", 30],
    ]);
    expect(venues.gaps.map(({ coin, spot }) => [coin, spot.samples])).toEqual([["SOL", 61 - 30]]);
    expect(readFileSync(join(cwd, "runs", "two-1", "report.html"), "utf8")).toContain(
      "dex was halted 02-05 00:10 to 02-05 00:40.",
    );
  });

  test("--json --quiet: the summary alone; the same seed gives the same run, another another", async () => {
    const run = async (seed: string): Promise<RunSummary & { record: string }> => {
      const words = ["run", "quickstart", ...SHORT, "--json", "--quiet", "--no-report", "--seed", seed];
      const { code, stdout, stderr } = await undertow(words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout) as RunSummary & { record: string };
    };
    const [first, again, other] = [await run("a"), await run("a"), await run("b")];
    expect(first.stateHash).toMatch(/^[0-9a-f]{16,}$/);
    expect(again.stateHash).toBe(first.stateHash);
    expect(other.stateHash).not.toBe(first.stateHash);
    expect(first.money.residual).toBe(0);
    expect(Array.isArray(first.facts)).toBe(true);
    expect(first.run.wallSeconds).toBeGreaterThan(0);
    expect([first.record, again.record]).toEqual([
      join("runs", "quickstart-a"),
      join("runs", "quickstart-a-2"),
    ]);
    expect(existsSync(join(cwd, first.record, "report.html"))).toBe(false);
    expect(readJson<RunSummary>(again.record, "summary.json").stateHash).toBe(first.stateHash);
  });

  test("--patch: an ablation by name, in the manifest, the command to copy and the report, and asked for again by --resume", async () => {
    const off = ["--patch", "liquidations-off"];
    const words = ["run", "quickstart", ...SHORT, "--seed", "a", "--quiet"];
    const checkpoints = ["--checkpoint-every", "40m"];
    const { code, stdout, stderr } = await undertow([...words, ...off, ...checkpoints]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const again = "run quickstart --seeds 8 --patch liquidations-off --set time.end=";
    expect(stdout).toContain(again);
    const folder = join("runs", "quickstart-a");
    const patched = readJson<Manifest>(folder, "manifest.json");
    expect(patched).toMatchObject({ patch: ["liquidations-off"], set: [SHORT[1], SHORT[3]] });
    expect(readFileSync(join(cwd, folder, "report.html"), "utf8")).toContain(
      "run quickstart --seed a --patch liquidations-off --set",
    );
    await undertow([...words, "--no-report", "--set", "venue.liquidation.enabled=false", "--out", "set"]);
    const set = readJson<Manifest>("set", "quickstart-a", "manifest.json");
    expect([set.stateHash, set.scenarioHash]).toEqual([patched.stateHash, patched.scenarioHash]);
    expect(set.patch).toEqual([]);
    const [file] = readdirSync(join(cwd, folder, "checkpoints"));
    const resume = [...words, "--no-report", "--resume", join(folder, "checkpoints", file)];
    await expectRefused(resume, /scenarioHash: .*another scenario/);
    expect((await undertow([...resume, ...off, "--out", "resumed"])).code).toBe(0);
    const resumed = readJson<Manifest>("resumed", "quickstart-a", "manifest.json");
    expect(resumed.stateHash).toBe(patched.stateHash);
  });

  test("--threads: agents decide on so many, and the run is the same", async () => {
    const run = async (threads: string): Promise<RunSummary & { record: string }> => {
      // In steps of a minute about 200 agents decide in each.
      const words = ["run", "quickstart", ...SHORT, "--set", "time.step=1m", "--threads", threads];
      const { code, stdout, stderr } = await undertow([...words, "--json", "--quiet", "--no-report"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout) as RunSummary & { record: string };
    };
    const [one, two, automatic] = [await run("1"), await run("2"), await run("auto")];
    expect(two.stateHash).toBe(one.stateHash);
    expect(automatic.stateHash).toBe(one.stateHash);
    const threadsOf = ({ record }: { record: string }) => readJson<Manifest>(record, "manifest.json").threads;
    expect([threadsOf(one), threadsOf(two)]).toEqual([1, 2]);
    expect(threadsOf(automatic)).toBeGreaterThanOrEqual(1);
    expect(threadsOf(automatic)).toBeLessThanOrEqual(8);
  });

  test("--seeds: replicates differ, each has its record, together they have medians", async () => {
    const words = ["run", "quickstart", ...SHORT, "--seed", "s", "--seeds", "2", "--quiet", "--no-report"];
    const { code, stdout } = await undertow([...words, "--json"]);
    expect(code).toBe(0);
    const combined = JSON.parse(stdout) as CombinedSummary & { runs: { seed: string; record: string }[] };
    expect(combined.seeds).toEqual(["s-1", "s-2"]);
    expect(new Set(combined.stateHashes).size).toBe(2);
    expect(readdirSync(join(cwd, "runs")).sort()).toEqual(["quickstart-s-1", "quickstart-s-2"]);
    const falls = combined.runs.map(
      (run) => readJson<RunSummary>(run.record, "summary.json").prices.coins[0].fall,
    );
    expect(falls[0]).not.toBe(falls[1]);
    expect(combined.measures.btcFall.runs).toBe(2);
  });

  test("a tape is in the record and its manifest, and changes neither result nor scenario hash", async () => {
    const words = ["run", "quickstart", "--quiet", "--no-report", ...SHORT];
    await undertow(words);
    await undertow([...words, "--set", "record.tape=both", "--set", "record.books.levels=5"]);
    const [plain, taped] = ["quickstart-1", "quickstart-1-2"].map((name) =>
      readJson<Manifest>("runs", name, "manifest.json"),
    );
    expect(taped.stateHash).toBe(plain.stateHash);
    expect(taped.scenarioHash).toBe(plain.scenarioHash);
    const tape = ["orders.parquet", "fills.parquet", "books.parquet"];
    expect(taped.files).toEqual([...plain.files, ...tape]);
    expect(readdirSync(join(cwd, "runs", "quickstart-1-2")).sort()).toEqual(
      ["manifest.json", ...taped.files].sort(),
    );
    expect(readdirSync(join(cwd, "runs"))).toEqual(["quickstart-1", "quickstart-1-2"]);
    expect(taped.scenario).toMatchObject({ record: { tape: "both", books: { every: 60e6, levels: 5 } } });
  });

  test("Ctrl-C writes what was recorded, marked as partial, and exits with 130", async () => {
    let sent = false;
    const { code, stdout, stderr } = await undertow(
      ["run", "quickstart", "--out", "kept"],
      (text, interrupt) => {
        if (sent || !text.includes("  40%  ")) return;
        sent = true;
        interrupt();
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping");
    expect(stdout).toContain("PARTIAL: stopped at 2026-02-05");
    const manifest = readJson<Manifest>("kept", "quickstart-1", "manifest.json");
    expect(manifest.partial).toBe(true);
    expect(manifest.reached < manifest.window.end).toBe(true);
    expect(readJson<RunSummary>("kept", "quickstart-1", "summary.json").run.partial).toBe(true);
  });
});
