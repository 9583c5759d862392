/**
 * A manifest for synthetic runs, shared by the tests of records and summaries.
 */
import { recordFiles, type Manifest } from "@undertow/cli";
import type { RunData } from "@undertow/core";

/** A manifest that fits the run, as the command would write it. */
export function manifestOf(run: RunData, changes: Partial<Manifest> = {}): Manifest {
  const iso = (micros: number) => new Date(micros / 1000).toISOString();
  return {
    format: 1,
    scenarioName: "synthetic",
    scenarioArgument: "synthetic",
    title: run.title,
    scenario: { title: run.title },
    scenarioHash: run.scenarioHash,
    seed: run.seed,
    replicate: { index: 1, of: 1 },
    set: [],
    patch: [],
    versions: { undertow: "0.1.0", engine: run.engineVersion, node: "20.20.2" },
    stateHash: run.stateHash,
    window: { start: iso(run.startMicros), end: iso(run.endMicros) },
    partial: run.partial,
    reached: iso(run.reachedMicros),
    wallTimeSeconds: 8.2,
    steps: run.totals.steps,
    events: 1000,
    eventsPerSecond: 122,
    threads: 1,
    assumed: [{ path: "coins.BTC.spotDepth" }],
    sourced: [{ path: "coins.BTC.price", source: "a publication" }],
    files: recordFiles(true, run.venues.length),
    ...changes,
  };
}
