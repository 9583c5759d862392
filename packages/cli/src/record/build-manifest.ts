/**
 * From a finished run to its manifest.
 */
import type { RunData } from "@undertow/core";
import type { ResolvedScenario } from "@undertow/scenarios";
import { isoTime } from "../summary/format.ts";
import type { Manifest } from "./manifest.ts";
import { recordFiles } from "./write-record.ts";

/** What only the command knows about a run. */
export interface RunCircumstances {
  readonly scenarioName: string;
  readonly set: readonly string[];
  readonly replicate: { readonly index: number; readonly of: number };
  readonly undertowVersion: string;
  readonly wallTimeSeconds: number;
  readonly withReport: boolean;
}

/** The manifest of a run. */
export function buildManifest(
  run: RunData,
  resolved: ResolvedScenario,
  circumstances: RunCircumstances,
): Manifest {
  const events = countEvents(run);
  const { wallTimeSeconds } = circumstances;
  return {
    format: 1,
    scenarioName: circumstances.scenarioName,
    title: run.title,
    scenario: resolved.scenario,
    scenarioHash: run.scenarioHash,
    seed: run.seed,
    replicate: circumstances.replicate,
    set: circumstances.set,
    versions: {
      undertow: circumstances.undertowVersion,
      engine: run.engineVersion,
      node: process.versions.node,
    },
    stateHash: run.stateHash,
    window: { start: isoTime(run.startMicros), end: isoTime(run.endMicros) },
    partial: run.partial,
    reached: isoTime(run.reachedMicros),
    wallTimeSeconds,
    steps: run.totals.steps,
    events,
    eventsPerSecond: wallTimeSeconds > 0 ? Math.round(events / wallTimeSeconds) : 0,
    threads: 1,
    assumed: resolved.assumed,
    sourced: resolved.sourced,
    files: recordFiles(circumstances.withReport),
  };
}

function countEvents({ totals }: RunData): number {
  return totals.orders + totals.cancels + totals.fills + totals.triggers + totals.decisions;
}
