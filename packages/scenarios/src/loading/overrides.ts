/**
 * `--set a.b.c=value` and named patches, applied to the merged tree before anything is interpreted.
 *
 * Paths are checked against the schema, so that a typo is answered with the nearest key; values are read as
 * YAML and then go through the same checks as a file's.
 */
import type { Problem } from "@undertow/core";
import type { $ZodType } from "zod/v4/core";
import { type LocatedMap, nodeAt, type Path, type Position, withValue } from "./located.ts";
import { mergeOver } from "./merge.ts";
import { problemAt, unknownName, unknownOfMany } from "./problems.ts";
import { hasFreeNames, schemaAt, validKeysAt } from "./schema-keys.ts";
import { parseYamlValue } from "./yaml-file.ts";

/** The tree with every assignment applied in order; what cannot be applied goes to `problems`. */
export function applySets(
  root: LocatedMap,
  sets: readonly string[],
  schema: $ZodType,
  problems: Problem[],
): LocatedMap {
  let tree = root;
  for (const assignment of sets) {
    const position: Position = { file: `--set ${assignment}` };
    const split = assignment.indexOf("=");
    const steps = (split < 0 ? assignment : assignment.slice(0, split)).trim().split(".");
    if (split < 1 || steps.some((step) => step === "")) {
      problems.push(
        problemAt(position, [], {
          message: "not an assignment",
          expected: "path=value such as driver.shockScale=0.04",
        }),
      );
      continue;
    }
    const targets = targetsOf(tree, steps);
    const flaw = targets
      .map((target) => pathFlaw(tree, target, schema, position))
      .find((found) => found !== undefined);
    if (flaw !== undefined) {
      problems.push(flaw);
      continue;
    }
    const value = parseYamlValue(assignment.slice(split + 1).trim(), position, problems);
    const remove = value.kind === "scalar" && value.value === null;
    for (const target of targets)
      tree = (
        remove ? without(tree, target) : withValue(tree, target, { keyPosition: position, value })
      ) as LocatedMap;
  }
  return tree;
}

/** The tree with the named patches (or ablations) merged in order. */
export function applyPatches(root: LocatedMap, names: readonly string[], problems: Problem[]): LocatedMap {
  let tree = root;
  for (const name of names) {
    const patch = nodeAt(root, ["patches", name]) ?? nodeAt(root, ["ablations", name]);
    if (patch === undefined || patch.kind !== "map") {
      const known = [...namesAt(root, "patches"), ...namesAt(root, "ablations")];
      problems.push(
        problemAt(
          { file: `--patch ${name}` },
          [],
          unknownName(
            `there is no patch or ablation named "${name}"`,
            name,
            known,
            "a scenario with patches",
          ),
        ),
      );
      continue;
    }
    for (const part of forEachVenue(patch, tree)) tree = mergeOver(tree, part, problems);
  }
  return tree;
}

/** A patch of `venue` on a scenario with several changes each of them, before what it says of one by name. */
function forEachVenue(patch: LocatedMap, root: LocatedMap): LocatedMap[] {
  const venue = patch.entries.get("venue");
  const venues = root.entries.get("venues")?.value;
  if (venue?.value.kind !== "map" || venues?.kind !== "map") return [patch];
  const { position } = venue.value;
  const each = new Map([...venues.entries.keys()].map((name) => [name, venue] as const));
  const value: LocatedMap = { kind: "map", position, entries: each };
  const rest = new Map(patch.entries);
  rest.delete("venue");
  const all: LocatedMap = {
    kind: "map",
    position,
    entries: new Map([["venues", { keyPosition: venue.keyPosition, value }]]),
  };
  return [all, { ...patch, entries: rest }];
}

/** Where an assignment goes: below `venue`, on a scenario with several, to each of them. */
function targetsOf(root: LocatedMap, steps: readonly string[]): (readonly string[])[] {
  const [section, ...rest] = steps;
  if (section !== "venue" || rest.length === 0 || root.entries.has("venue")) return [steps];
  const names = namesAt(root, "venues");
  return names.length === 0 ? [steps] : names.map((name) => ["venues", name, ...rest]);
}

function namesAt(root: LocatedMap, key: string): string[] {
  const node = nodeAt(root, [key]);
  return node?.kind === "map" ? [...node.entries.keys()] : [];
}

/** The first step of a path that the schema does not know, or a name that the scenario does not hold. */
function pathFlaw(
  root: LocatedMap,
  steps: readonly string[],
  schema: $ZodType,
  position: Position,
): Problem | undefined {
  for (let k = 0; k < steps.length; k++) {
    const parent: Path = steps.slice(0, k);
    const step = steps[k];
    const node = nodeAt(root, parent);
    if (node?.kind === "list") {
      if (Number(step) < node.items.length && /^\d+$/.test(step)) continue;
      const expected = `a position from 0 to ${node.items.length - 1}`;
      return problemAt(position, steps.slice(0, k + 1), { message: `there is no item ${step}`, expected });
    }
    if (isOpen(schema, parent, steps)) return undefined;
    const valid =
      validKeysAt(schema, parent) ??
      (hasFreeNames(schema, parent) && node?.kind === "map" ? [...node.entries.keys()] : []);
    if (valid.includes(step)) continue;
    const path = steps.slice(0, k + 1);
    return problemAt(position, path, unknownOfMany(`unknown path "${path.join(".")}"`, step, valid));
  }
  return undefined;
}

/**
 * Below an agent's params and a venue's index weights (both checked later), a sourced value or a patch, any name may
 * come.
 */
function isOpen(schema: $ZodType, parent: Path, steps: readonly string[]): boolean {
  if (parent.length === 0) return false;
  if (steps[0] === "populations" && steps[2] === "params" && parent.length >= 3) return true;
  if (steps[0] === "venues" && steps[2] === "index" && steps[3] === "weights" && parent.length >= 4)
    return true;
  const at = schemaAt(schema, parent) as { _zod: { def: { type: string } } } | undefined;
  return at?._zod.def.type === "any";
}

function without(root: LocatedMap, steps: readonly string[]): LocatedMap {
  const [step, ...rest] = steps;
  const entries = new Map(root.entries);
  const entry = entries.get(step);
  if (rest.length === 0) entries.delete(step);
  else if (entry?.value.kind === "map") entries.set(step, { ...entry, value: without(entry.value, rest) });
  return { ...root, entries };
}
