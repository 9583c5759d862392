/**
 * Which keys a schema accepts at a path: for unknown-key messages and for checking `--set` paths.
 *
 * Reads zod's definitions only; knows nothing of any file.
 */
import type { $ZodType, $ZodTypes } from "zod/v4/core";
import type { Path } from "./located.ts";

/** Valid keys of the map at `path`, or undefined where names are free or nothing is known. */
export function validKeysAt(schema: $ZodType, path: Path): string[] | undefined {
  const at = schemaAt(schema, path);
  if (at === undefined) return undefined;
  const def = (unwrap(at) as $ZodTypes)._zod.def;
  if (def.type === "union")
    return [...new Set(def.options.flatMap((option) => validKeysAt(option, []) ?? []))];
  return def.type === "object" ? Object.keys(def.shape) : undefined;
}

/** The schema of the value at `path`, unwrapped, or undefined if the path leaves the schema. */
export function schemaAt(schema: $ZodType, path: Path): $ZodType | undefined {
  let current = unwrap(schema);
  for (const step of path) {
    const def = (current as $ZodTypes)._zod.def;
    let next: $ZodType | undefined;
    if (def.type === "object") next = Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
    else if (def.type === "record") next = def.valueType;
    else if (def.type === "array") next = def.element;
    else if (def.type === "union")
      next = def.options.map((option) => schemaAt(option, [step])).find((found) => found !== undefined);
    else if (def.type === "any" || def.type === "unknown") return current;
    if (next === undefined) return undefined;
    current = unwrap(next);
  }
  return current;
}

/** True where the map at `path` holds names that the file chooses (coins, populations, patches). */
export function hasFreeNames(schema: $ZodType, path: Path): boolean {
  const at = schemaAt(schema, path);
  return at !== undefined && (at as $ZodTypes)._zod.def.type === "record";
}

function unwrap(schema: $ZodType): $ZodType {
  let current = schema;
  for (;;) {
    const def = (current as $ZodTypes)._zod.def;
    if (
      def.type === "optional" ||
      def.type === "default" ||
      def.type === "prefault" ||
      def.type === "nullable"
    ) {
      current = def.innerType;
    } else if (def.type === "pipe") current = def.in;
    else return current;
  }
}
