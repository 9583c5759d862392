/**
 * The window of a fact in microseconds, and whether a run covers it. Metrics phase; pure.
 *
 * A window that is only partly covered counts as not covered: a partial figure must never be set beside a fact.
 */
import { InvariantError } from "../errors.ts";
import type { RunData } from "../recorder/run-data.ts";
import type { Fact, FactKind } from "./facts.ts";
import { parseIsoTime } from "./iso-time.ts";

export interface FactWindow {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** Kinds that are read at one moment: the window's end, or `from` when there is no `to`. */
export const MOMENT_KINDS: ReadonlySet<FactKind> = new Set<FactKind>([
  "price-at",
  "open-interest-usd",
  "funding",
]);

/**
 * Missing ends are those of the run.
 *
 * @throws InvariantError for a time that is not ISO 8601 UTC: the loader of facts checks them before.
 */
export function factWindow(run: RunData, fact: Fact): FactWindow {
  const from = fact.from === undefined ? undefined : parsed(run, fact, fact.from);
  const to = fact.to === undefined ? undefined : parsed(run, fact, fact.to);
  if (MOMENT_KINDS.has(fact.kind)) {
    const at = to ?? from ?? run.reachedMicros;
    return { fromMicros: at, toMicros: at };
  }
  // A run stopped in the warm-up ends where it starts.
  const end = Math.max(run.startMicros, run.reachedMicros);
  return { fromMicros: from ?? run.startMicros, toMicros: to ?? end };
}

/** True when the whole window lies between the start and the moment reached. */
export function isCovered(run: RunData, window: FactWindow): boolean {
  return (
    window.fromMicros >= run.startMicros &&
    window.toMicros <= run.reachedMicros &&
    window.fromMicros <= window.toMicros
  );
}

function parsed(run: RunData, fact: Fact, text: string): number {
  const micros = parseIsoTime(text);
  if (Number.isFinite(micros)) return micros;
  throw new InvariantError(
    "fact-time",
    `Fact ${fact.id}: "${text}" is not a time such as 2026-02-06T00:20:00Z`,
    run,
  );
}
