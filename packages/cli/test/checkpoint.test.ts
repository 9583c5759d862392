/**
 * Checkpoints by the real command: a run that is killed goes on from its last checkpoint and leaves the same record;
 * a checkpoint of another run, and a file that is none, are refused.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "@undertow/cli";
import { readCheckpoint } from "../src/record/checkpoint-files.ts";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));
/** Samples so near to one another that rows have gone to the files before the checkpoint is taken. */
const SET = ["time.end=2026-02-05T12:00:00Z", "time.warmUp=1h", "time.sample=10s"];
const WORDS = ["run", "quickstart", ...SET.flatMap((value) => ["--set", value])];
const QUIET = ["--quiet", "--no-report", "--json"];

let cwd = "";
let killed = "";
let whole = "";

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "undertow-checkpoint-"));
  expect((await undertow([...WORDS, ...QUIET, "--seed", "c", "--out", "whole"])).code).toBe(0);
  whole = join(cwd, "whole", "quickstart-c");
  const words = [...WORDS, ...QUIET, "--seed", "c", "--out", "killed", "--checkpoint-every", "30m"];
  killed = join(cwd, "killed", "quickstart-c", "checkpoints");
  const { signal } = await undertow(words, (child) => {
    // A few checkpoints into the measured part.
    if (lastStep(killed) >= 4000) child.kill("SIGKILL");
  });
  expect(signal).toBe("SIGKILL");
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `undertow WORDS`; `watch` is called every few milliseconds while it runs. */
function undertow(words: readonly string[], watch?: (child: ChildProcess) => void): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = watch === undefined ? undefined : setInterval(() => watch(child), 5);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Checkpoints of a folder, oldest first, without what was being written. */
function checkpointsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".checkpoint"))
    .sort();
}

function lastStep(folder: string): number {
  return Number(/step-(\d+)/.exec(checkpointsIn(folder).at(-1) ?? "")?.[1] ?? 0);
}

function manifestOf(record: string): Manifest {
  return JSON.parse(readFileSync(join(record, "manifest.json"), "utf8")) as Manifest;
}

/** All that a record says of the run; how long it took is not. */
function contentOf(record: string): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const name of readdirSync(record)) {
    if (name.endsWith(".parquet")) content[name] = readFileSync(join(record, name)).toString("base64");
  }
  const summary = JSON.parse(readFileSync(join(record, "summary.json"), "utf8")) as { run: object };
  const {
    wallTimeSeconds: _wall,
    eventsPerSecond: _rate,
    resumed: _resumed,
    ...manifest
  } = manifestOf(record);
  const run = { ...summary.run, wallSeconds: 0, eventsPerSecond: 0 };
  return { ...content, manifest, summary: { ...summary, run } };
}

test("a killed run leaves whole checkpoints and no record; resumed from the last it leaves the same record", async () => {
  expect(readdirSync(join(killed, ".."))).toEqual(["checkpoints"]);
  const beside = readdirSync(join(cwd, "killed")).filter((name) => name !== "quickstart-c");
  expect(beside).toEqual([expect.stringMatching(/^\.quickstart-c\.writing-\w+$/)]);
  const files = checkpointsIn(killed);
  // Three when it was killed between writing the last and removing the oldest.
  expect([2, 3]).toContain(files.length);
  const file = join(killed, files.at(-1) ?? "");
  const { code, stdout } = await undertow([...WORDS, ...QUIET, "--resume", file, "--out", "killed"]);
  expect(code).toBe(0);
  const record = join(cwd, (JSON.parse(stdout) as { record: string }).record);
  expect(record).toBe(join(cwd, "killed", "quickstart-c-2"));
  const step = lastStep(killed);
  expect(manifestOf(record).resumed).toMatchObject({ step });
  expect(manifestOf(record).stateHash).toBe(manifestOf(whole).stateHash);
  expect(manifestOf(whole).resumed).toBe(undefined);
  expect(contentOf(record)).toEqual(contentOf(whole));
});

test("what a checkpoint file holds is given away once", () => {
  const read = readCheckpoint(join(killed, checkpointsIn(killed)[0]));
  expect(read.run.seed).toBe("c");
  expect(read.take().run).toEqual(read.run);
  expect(() => read.take()).toThrow("was taken before");
});

test("a run with checkpoints has the record of one without, and its last two checkpoints beside", async () => {
  const words = [...WORDS, ...QUIET, "--seed", "c", "--out", "kept", "--checkpoint-every", "5h"];
  const record = join(cwd, "kept", "quickstart-c");
  const notes = join(record, "notes.txt");
  // Somebody puts a file of his own there meanwhile.
  const { code } = await undertow(words, () => {
    if (existsSync(record) && !existsSync(notes)) writeFileSync(notes, "keep");
  });
  expect(code).toBe(0);
  expect(readFileSync(notes, "utf8")).toBe("keep");
  // One hour of warm-up and twelve hours in steps of 5 s: after 5 and after 10 hours.
  expect(checkpointsIn(join(record, "checkpoints"))).toEqual([
    "step-000003600.checkpoint",
    "step-000007200.checkpoint",
  ]);
  expect(readdirSync(join(cwd, "kept"))).toEqual(["quickstart-c"]);
  expect(contentOf(record)).toEqual(contentOf(whole));
});

test("a checkpoint of another run, a damaged one and a file that is none are refused before anything is written", async () => {
  const file = join(killed, checkpointsIn(killed)[0]);
  const refused = async (words: readonly string[], ...messages: RegExp[]): Promise<void> => {
    const { code, stdout, stderr } = await undertow([...words, "--quiet", "--out", "none"]);
    for (const message of messages) expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(cwd, "none"))).toBe(false);
  };
  await refused(
    ["run", "quickstart", "--resume", file, "--seed", "other"],
    /step-\d+\.checkpoint scenarioHash: .*another scenario.*expected \w+, found \w+/,
    /step-\d+\.checkpoint seed: .*another seed.*expected other, found c/,
    /endMicros/,
  );
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(join(cwd, "damaged"), bytes);
  await refused([...WORDS, "--resume", "damaged"], /damaged digest: the checkpoint is damaged/);
  writeFileSync(join(cwd, "short"), bytes.subarray(0, 100_000));
  await refused(
    [...WORDS, "--resume", "short"],
    /short length: the checkpoint is cut off.*expected \d+ bytes, found 100000 bytes/,
  );
  writeFileSync(join(cwd, "text"), "schema: 1\ntitle: a scenario\n");
  await refused([...WORDS, "--resume", "text"], /text: the file is no checkpoint/);
  await refused(
    [...WORDS, "--resume", "nowhere"],
    /--resume: cannot read the checkpoint nowhere.*no such file/,
  );
  await refused([...WORDS, "--resume", file, "--seeds", "2"], /--resume: a checkpoint is of one run/);
  await refused(
    [...WORDS, "--checkpoint-every", "6"],
    /--checkpoint-every: .*expected simulated time.*found 6/,
  );
  const tape = ["--set", "record.tape=fills", "--set", "record.books.levels=5"];
  await refused(
    [...WORDS, ...tape, "--resume", file, "--checkpoint-every", "1h"],
    /--checkpoint-every: a run with a tape has no checkpoints.*found fills, books/,
    /--resume: a run with a tape has no checkpoints/,
  );
});
