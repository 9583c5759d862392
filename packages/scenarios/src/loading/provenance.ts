/**
 * Which start values were published and which are assumed: read from the tree, before units are removed.
 *
 * Every numeric leaf of the market state (coins and venue) counts; a value without a source is assumed.
 */
import { type Located, type LocatedMap, nodeAt, type Path, showPath } from "./located.ts";

/** Where a value was published. */
export interface ValueSource {
  readonly source: string;
  /** Date of the figure, as written. */
  readonly asOf?: string;
}

/** Sources by path, and the paths of what has none. */
export interface Provenance {
  readonly sources: Readonly<Record<string, ValueSource>>;
  readonly assumed: readonly string[];
  /** Why an assumed value was chosen, by path, where the file says so. */
  readonly assumedNotes: Readonly<Record<string, string>>;
}

const COIN_VALUES = [
  "price",
  "openInterest",
  "dailyVolatility",
  "preCrashBeta",
  "idiosyncraticCommonShare",
  "spotDepth",
  "perpDepth",
  "funding",
  "tick",
  "lot",
];
const OTHER_VALUES: readonly Path[] = [
  ["venue", "coverage"],
  ["venue", "insuranceFund"],
  ["venue", "makerFee"],
  ["driver", "shockScale"],
  ["driver", "reversionHalfLife"],
];

/** Provenance of the market state in a merged tree. */
export function provenanceOf(root: LocatedMap): Provenance {
  const coins = nodeAt(root, ["coins"]);
  const names = coins?.kind === "map" ? [...coins.entries.keys()] : [];
  const paths: Path[] = [
    ...OTHER_VALUES,
    ...names.flatMap((name) => COIN_VALUES.map((key) => ["coins", name, key])),
  ];
  const sources: Record<string, ValueSource> = {};
  const assumedNotes: Record<string, string> = {};
  const assumed: string[] = [];
  for (const path of paths) {
    const node = nodeAt(root, path);
    const shown = showPath(path);
    const source = textAt(node, "source");
    const asOf = textAt(node, "asOf");
    const note = textAt(node, "note");
    if (source !== undefined) sources[shown] = asOf === undefined ? { source } : { source, asOf };
    else {
      assumed.push(shown);
      if (note !== undefined) assumedNotes[shown] = note;
    }
  }
  return { sources, assumed, assumedNotes };
}

function textAt(node: Located | undefined, key: string): string | undefined {
  const value = node?.kind === "map" ? node.entries.get(key)?.value : undefined;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}
