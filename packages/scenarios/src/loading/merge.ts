/**
 * Deep merge of a file over the one it extends, and of a named patch over a scenario.
 *
 * Maps merge key by key, everything else replaces; `null` removes a key of the base. A value with a source
 * (`{ value, source, asOf }`) replaces as a whole, so that a new number never keeps an old source.
 */
import { nearestName, type Problem } from "@undertow/core";
import { problemAt } from "./problems.ts";
import { type Located, type LocatedEntry, type LocatedMap, type Path, showPath } from "./located.ts";

/** `over` merged onto `base`; removals of keys that the base does not have are added to `problems`. */
export function mergeOver(
  base: LocatedMap,
  over: LocatedMap,
  problems: Problem[],
  path: Path = [],
): LocatedMap {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = [...path, key];
    if (isNull(entry.value)) {
      if (!entries.delete(key)) problems.push(nothingToRemove(base, key, below, entry));
      continue;
    }
    const old = entries.get(key)?.value;
    const merged =
      old?.kind === "map" && entry.value.kind === "map" && !entry.value.entries.has("value")
        ? mergeOver(old, entry.value, problems, below)
        : entry.value;
    entries.set(key, { keyPosition: entry.keyPosition, value: merged });
  }
  return { kind: "map", position: over.position, entries };
}

function isNull(node: Located): boolean {
  return node.kind === "scalar" && node.value === null;
}

function nothingToRemove(base: LocatedMap, key: string, path: Path, entry: LocatedEntry): Problem {
  return problemAt(entry.keyPosition, path, {
    message: `null removes "${key}", but what is extended has no such key`,
    nearest: nearestName(key, [...base.entries.keys()]),
    remedy: `Remove the line, or name a key that ${showPath(path.slice(0, -1)) || "the base"} has.`,
  });
}
