/**
 * Where each value of a venue profile comes from: source and date, or a note that says why it is assumed.
 *
 * In the file a value is `{ value, source, asOf }`, or `{ value, note }` if assumed; a map may carry `source` and
 * `asOf`, or `note`, for all that stands in it. This module takes those keys off the tree, so that the schema
 * sees plain values, and reports what has no origin. Never judges a value.
 */
import type { Problem } from "@undertow/core";
import {
  type Located,
  type LocatedEntry,
  type LocatedMap,
  type Path,
  showPath,
  toPlain,
  valuePositionAt,
} from "../loading/located.ts";
import { problemAt } from "../loading/problems.ts";
import { momentMicros } from "../values/moment.ts";
import { showFound } from "../values/quantity.ts";

/** Source and date of a value, or why it is assumed. */
export interface Origin {
  /** Where it was read; left out for what is assumed. */
  readonly source?: string;
  /** Date of the figure, or of reading it where the page has none. */
  readonly asOf?: string;
  /** Why it is assumed, or what to know when reading it. */
  readonly note?: string;
}

/** Origins by path, for example `funding.interval`. A path without its own has that of the nearest map around it. */
export type Origins = Readonly<Record<string, Origin>>;

/** A tree without origins, and the origins. */
export interface Separated {
  readonly tree: Located;
  readonly origins: Origins;
}

const ORIGIN_KEYS: readonly string[] = ["source", "asOf", "note"];
/** Words about the profile itself; they need no source. */
const WORDS: readonly string[] = ["title", "description"];

/** The origin of a path: its own, else that of the nearest map around it. */
export function originAt(origins: Origins, path: Path): Origin | undefined {
  for (let length = path.length; length > 0; length--) {
    const origin = origins[showPath(path.slice(0, length))];
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** Splits a tree into plain values and their origins; flaws of origins go to `problems`. */
export function separateOrigins(root: Located, problems: Problem[]): Separated {
  const origins: Record<string, Origin> = {};
  return { tree: strip(root, [], origins, problems), origins };
}

/** Reports every value that has no origin. */
export function checkOrigins({ tree, origins }: Separated, problems: Problem[]): void {
  const visit = (node: Located, path: Path): void => {
    if (node.kind === "list") node.items.forEach((item, k) => visit(item, [...path, k]));
    else if (node.kind === "map") for (const [key, entry] of node.entries) visit(entry.value, [...path, key]);
    else if (!WORDS.includes(showPath(path)) && originAt(origins, path) === undefined) {
      problems.push(
        problemAt(valuePositionAt(tree, path), path, {
          message: "the value has no source",
          expected: "{ value, source, asOf }, or { value, note } if it is assumed",
        }),
      );
    }
  };
  visit(tree, []);
}

function strip(node: Located, path: Path, origins: Record<string, Origin>, problems: Problem[]): Located {
  if (node.kind === "list")
    return { ...node, items: node.items.map((item, k) => strip(item, [...path, k], origins, problems)) };
  if (node.kind === "scalar") return node;
  const origin = readOrigin(node, path, problems);
  if (origin !== undefined) origins[showPath(path)] = origin;
  const entries = new Map<string, LocatedEntry>();
  for (const [key, entry] of node.entries) {
    if (ORIGIN_KEYS.includes(key)) continue;
    // The schema never sees `value`; what stands in it is at the path of the map.
    if (origin !== undefined && key === "value") return strip(entry.value, path, origins, problems);
    entries.set(key, { ...entry, value: strip(entry.value, [...path, key], origins, problems) });
  }
  return { ...node, entries };
}

function readOrigin(node: LocatedMap, path: Path, problems: Problem[]): Origin | undefined {
  const origin: Record<string, string> = {};
  for (const key of ORIGIN_KEYS) {
    const value = node.entries.get(key)?.value;
    if (value === undefined) continue;
    const plain = toPlain(value);
    const isText = typeof plain === "string" && plain !== "";
    if (isText && (key !== "asOf" || momentMicros(plain) !== undefined)) origin[key] = plain;
    else
      problems.push(
        problemAt(value.position, [...path, key], {
          message: "wrong value",
          expected: key === "asOf" ? "a date such as 2026-01-06" : "some text",
          found: showFound(plain),
        }),
      );
  }
  const has = (key: string): boolean => node.entries.has(key);
  if (has("source") !== has("asOf")) {
    const [given, missing] = has("source") ? ["source", "asOf"] : ["asOf", "source"];
    problems.push(
      problemAt(node.entries.get(given)!.value.position, [...path, given], {
        message: `"${given}" stands without "${missing}"`,
        expected: "source and asOf together, or a note alone if the value is assumed",
      }),
    );
  }
  return ORIGIN_KEYS.some(has) ? origin : undefined;
}
