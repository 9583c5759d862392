/**
 * The options of `undertow run`, checked: values in their types, or every problem at once.
 */
import { UserError, type Problem } from "@undertow/core";
import { parseQuantity } from "@undertow/scenarios";
import { type CheckpointFile, readCheckpoint } from "../record/checkpoint-files.ts";
import { outputProblem } from "../record/folder.ts";
import type { ParsedOptions } from "./commands.ts";
import { readThreads, type ThreadWish } from "./threads.ts";

/** Options of a run after checking. */
export interface RunOptions {
  /** Name of a bundled scenario or path of a file. */
  readonly scenario: string;
  /** One per replicate, all different. */
  readonly seeds: readonly string[];
  /** `auto` becomes a number when the scenario is compiled. */
  readonly threads: ThreadWish;
  readonly set: readonly string[];
  /** Names of patches and ablations, applied in order before `set`. */
  readonly patch: readonly string[];
  /** Folder that receives one folder per run. */
  readonly out: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly report: boolean;
  /** Simulated time between checkpoints; none are written without it. */
  readonly checkpointMicros?: number | undefined;
  /** The checkpoint from which the run goes on. */
  readonly resume?: CheckpointFile | undefined;
}

const DEFAULT_SEED = "1";
const MOST_SEEDS = 10_000;

/** @throws UserError with every problem of the options, among them an output folder that cannot be written to. */
export function readRunOptions(options: ParsedOptions): RunOptions {
  const out = options.texts.get("out") ?? "runs";
  const problems: Problem[] = [];
  const count = countOf(options.texts.get("seeds"), problems);
  const threads = readThreads(options.texts.get("threads") ?? "auto", problems);
  const unwritable = outputProblem(out);
  if (unwritable !== undefined) problems.push(unwritable);
  const checkpointMicros = checkpointMicrosOf(options.texts.get("checkpoint-every"), problems);
  const resumeFile = options.texts.get("resume");
  if (resumeFile !== undefined && count !== undefined) {
    problems.push({
      path: "--resume",
      message: "a checkpoint is of one run",
      expected: "--resume without --seeds",
      found: "both",
    });
  }
  if (problems.length > 0) throw new UserError("wrong-option", problems);
  const resume = resumeFile === undefined ? undefined : readCheckpoint(resumeFile);
  return {
    scenario: options.scenario ?? "",
    seeds: seedsOf(options.texts.get("seed") ?? resume?.run.seed, count),
    threads,
    set: options.lists.get("set") ?? [],
    patch: options.lists.get("patch") ?? [],
    out,
    json: options.flags.has("json"),
    quiet: options.flags.has("quiet"),
    report: !options.flags.has("no-report"),
    checkpointMicros,
    resume,
  };
}

/** `a` alone; `a-1` to `a-N`; or `1` to `N`. */
export function seedsOf(seed: string | undefined, count: number | undefined): string[] {
  if (count === undefined) return [seed ?? DEFAULT_SEED];
  return Array.from({ length: count }, (_, k) => (seed === undefined ? String(k + 1) : `${seed}-${k + 1}`));
}

function countOf(text: string | undefined, problems: Problem[]): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_SEEDS) return count;
  problems.push({
    path: "--seeds",
    message: "not a number of replicates",
    expected: `a whole number from 1 to ${MOST_SEEDS}`,
    found: text,
  });
  return undefined;
}

function checkpointMicrosOf(text: string | undefined, problems: Problem[]): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseQuantity(text, "duration");
  if (parsed.ok && parsed.value > 0) return parsed.value;
  problems.push({
    path: "--checkpoint-every",
    message: "not a time between checkpoints",
    expected: "simulated time with its unit such as 30m, 6h or 1d",
    found: text,
  });
  return undefined;
}
