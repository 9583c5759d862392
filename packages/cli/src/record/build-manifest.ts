/**
 * From a finished run to its manifest.
 */
import { basename, isAbsolute } from "node:path";
import type { CheckpointRun, RunData, TapeTable } from "@undertow/core";
import type { ResolvedScenario } from "@undertow/scenarios";
import { isoTime } from "../summary/format.ts";
import type { AssumedValue, Manifest } from "./manifest.ts";
import { recordFiles } from "./write-record.ts";

/** What only the command knows about a run. */
export interface RunCircumstances {
  /** Scenario as given on the command line. */
  readonly scenario: string;
  readonly set: readonly string[];
  readonly patch: readonly string[];
  readonly replicate: { readonly index: number; readonly of: number };
  readonly undertowVersion: string;
  readonly wallTimeSeconds: number;
  readonly threads: number;
  readonly withReport: boolean;
  /** What the checkpoint was of, when the run went on from one. */
  readonly resumed?: CheckpointRun | undefined;
  /** Tables of the tape. */
  readonly tape: readonly TapeTable[];
}

/** The manifest of a run. */
export function buildManifest(
  run: RunData,
  resolved: ResolvedScenario,
  circumstances: RunCircumstances,
): Manifest {
  const events = countEvents(run);
  const { wallTimeSeconds, resumed } = circumstances;
  const eventsHere = events - (resumed?.events ?? 0);
  return {
    format: 1,
    scenarioName: resolved.name,
    scenarioArgument: isAbsolute(circumstances.scenario)
      ? basename(circumstances.scenario)
      : circumstances.scenario,
    title: run.title,
    scenario: withoutProvenance(resolved),
    scenarioHash: run.scenarioHash,
    seed: run.seed,
    replicate: circumstances.replicate,
    set: circumstances.set,
    patch: circumstances.patch,
    versions: {
      undertow: circumstances.undertowVersion,
      engine: run.engineVersion,
      node: process.versions.node,
    },
    stateHash: run.stateHash,
    window: { start: isoTime(run.startMicros), end: isoTime(run.endMicros) },
    partial: run.partial,
    ...(run.failure === undefined ? {} : { failure: run.failure }),
    reached: isoTime(run.reachedMicros),
    ...(resumed === undefined ? {} : { resumed: { step: resumed.step, at: isoTime(resumed.nowMicros) } }),
    wallTimeSeconds,
    steps: run.totals.steps,
    events,
    eventsPerSecond: wallTimeSeconds > 0 ? Math.round(eventsHere / wallTimeSeconds) : 0,
    threads: circumstances.threads,
    assumed: assumedValues(resolved),
    sourced: Object.entries(resolved.sources).map(([path, source]) => ({ path, ...source })),
    files: recordFiles(circumstances.withReport, run.venues.length, circumstances.tape, true),
  };
}

function countEvents({ totals }: RunData): number {
  return totals.orders + totals.cancels + totals.fills + totals.triggers + totals.decisions;
}

/** The scenario without the lists that the manifest holds in a form of its own. */
function withoutProvenance(resolved: ResolvedScenario): unknown {
  const { sources: _sources, assumed: _assumed, assumedNotes: _notes, ...scenario } = resolved;
  return scenario;
}

function assumedValues({ assumed, assumedNotes }: ResolvedScenario): AssumedValue[] {
  return assumed.map((path) => ({
    path,
    ...(assumedNotes[path] === undefined ? {} : { note: assumedNotes[path] }),
  }));
}
