/**
 * Which start values were published and which are assumed: read from the tree, before units are removed.
 *
 * Every numeric leaf of the market state (coins, venue, delays of regions) counts; a value without a source is assumed.
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
const VENUE_VALUES = ["coverage", "insuranceFund", "makerFee"];
const TRANSFER_VALUES = ["withdrawal", "deposit", "fee"];
const OTHER_VALUES: readonly Path[] = [
  ["driver", "shockScale"],
  ["driver", "reversionHalfLife"],
];

/** Provenance of the market state in a merged tree. */
export function provenanceOf(root: LocatedMap): Provenance {
  const paths: Path[] = [
    ...venuePaths(root),
    ...OTHER_VALUES,
    ...regionPaths(root),
    ...keysAt(root, ["coins"]).flatMap((name) => COIN_VALUES.map((key) => ["coins", name, key])),
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

/** Values of one venue, or of each of several with its index weights and transfers. */
function venuePaths(root: LocatedMap): Path[] {
  if (nodeAt(root, ["venues"]) === undefined) return VENUE_VALUES.map((key) => ["venue", key]);
  return keysAt(root, ["venues"]).flatMap((name): Path[] => {
    const at = ["venues", name];
    const weights = [...at, "index", "weights"];
    const named = keysAt(root, weights).map((venue) => [...weights, venue]);
    return [
      ...VENUE_VALUES.map((key) => [...at, key]),
      ...(named.length > 0 ? named : [weights]),
      ...TRANSFER_VALUES.map((key) => [...at, "transfers", key]),
    ];
  });
}

/** Delays from each region: to all venues, and to single ones. */
function regionPaths(root: LocatedMap): Path[] {
  const regions: Path = ["latency", "regions"];
  return keysAt(root, regions).flatMap((name): Path[] => {
    const at = [...regions, name];
    return [[...at, "delay"], ...keysAt(root, [...at, "venues"]).map((venue) => [...at, "venues", venue])];
  });
}

function keysAt(root: LocatedMap, path: Path): string[] {
  const node = nodeAt(root, path);
  return node?.kind === "map" ? [...node.entries.keys()] : [];
}

function textAt(node: Located | undefined, key: string): string | undefined {
  const value = node?.kind === "map" ? node.entries.get(key)?.value : undefined;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}
