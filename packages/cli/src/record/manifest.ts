/**
 * The manifest of a run record: what was run, with what, and how it ended.
 *
 * Plain JSON, written to `manifest.json`. Everything needed to repeat the run is here (resolved
 * scenario, seed, versions); it never holds machine paths, user names or environment.
 */

import type { RunFailure } from "@undertow/core";

/** One value of the scenario that carries no published source. */
export interface AssumedValue {
  /** Path in the scenario, for example `coins.BTC.spread`. */
  readonly path: string;
  /** Why this value was chosen, if the scenario says so. */
  readonly note?: string;
}

/** One value of the scenario with the publication it was taken from. */
export interface SourcedValue {
  readonly path: string;
  readonly source: string;
  /** Date of the figure, as the scenario gives it. */
  readonly asOf?: string;
}

/** Contents of `manifest.json`. */
export interface Manifest {
  /** Version of this format. */
  readonly format: 1;
  /** Name of the scenario, for example `quickstart`. */
  readonly scenarioName: string;
  /** What `undertow run` was given: a bundled name, or a path; of a path from the root, the file name. */
  readonly scenarioArgument: string;
  readonly title: string;
  /** The scenario with every default filled in and every `--patch` and `--set` applied, as plain JSON. */
  readonly scenario: unknown;
  readonly scenarioHash: string;
  readonly seed: string;
  /** Replicate number within the command and how many were asked for; both 1 for a single run. */
  readonly replicate: { readonly index: number; readonly of: number };
  /** The `--set` assignments that were given. */
  readonly set: readonly string[];
  /** The patches and ablations that `--patch` named, in order; applied before `set`. */
  readonly patch: readonly string[];
  readonly versions: { readonly undertow: string; readonly engine: string; readonly node: string };
  readonly stateHash: string;
  /** Simulated window, ISO 8601 UTC. */
  readonly window: { readonly start: string; readonly end: string };
  /** True when the run was stopped before the end of the window, by the user or by a failure. */
  readonly partial: boolean;
  /** What ended the run before the end of the window, if it was not the user. */
  readonly failure?: RunFailure;
  /** Simulated moment reached, ISO 8601 UTC. */
  readonly reached: string;
  /** Where the run went on from a checkpoint; absent when it began at its start. The wall time is of the rest alone. */
  readonly resumed?: { readonly step: number; readonly at: string };
  /** Real time of the step loop, seconds. */
  readonly wallTimeSeconds: number;
  readonly steps: number;
  /** Orders, cancels, fills, triggers and decisions. */
  readonly events: number;
  /** `events` over `wallTimeSeconds`; without those before a checkpoint from which the run went on. */
  readonly eventsPerSecond: number;
  /** Threads on which agents decided; changes no result. */
  readonly threads: number;
  /** Start values and parameters without a published source. */
  readonly assumed: readonly AssumedValue[];
  /** Start values and parameters with one. */
  readonly sourced: readonly SourcedValue[];
  /** Files of the record beside the manifest. */
  readonly files: readonly string[];
}
