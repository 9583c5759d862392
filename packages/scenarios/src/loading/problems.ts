/**
 * Problems of a scenario file as the user sees them: file, line, column, path, expected, found, nearest key.
 *
 * Turns the schema's issues into core's `Problem` values with positions of the tree; never throws and never
 * stops at the first.
 */
import { nearestName, type Problem } from "@undertow/core";
import type { $ZodIssue, $ZodType } from "zod/v4/core";
import { ALREADY_REPORTED } from "../schema/leaves.ts";
import { showFound } from "../values/quantity.ts";
import {
  keyPositionAt,
  type Located,
  nodeAt,
  type Path,
  type Position,
  showPath,
  toPlain,
  valuePositionAt,
} from "./located.ts";
import { validKeysAt } from "./schema-keys.ts";

/** What is said about a place; undefined parts are left out. */
export interface ProblemParts {
  readonly message: string;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly nearest?: string | undefined;
  readonly remedy?: string | undefined;
}

/** A problem at a position; undefined parts are left out. */
export function problemAt(position: Position, path: Path, parts: ProblemParts): Problem {
  return {
    message: parts.message,
    file: position.file,
    ...(position.line === undefined ? {} : { line: position.line }),
    ...(position.column === undefined ? {} : { column: position.column }),
    ...(path.length === 0 ? {} : { path: showPath(path) }),
    ...(parts.expected === undefined ? {} : { expected: parts.expected }),
    ...(parts.found === undefined ? {} : { found: parts.found }),
    ...(parts.nearest === undefined ? {} : { nearest: parts.nearest }),
    ...(parts.remedy === undefined ? {} : { remedy: parts.remedy }),
  };
}

/** What is said about a name that is none of the known ones; fits `ProblemParts` and `Problem`. */
export type UnknownName = Pick<Problem, "message" | "expected" | "nearest">;

/**
 * A name that is none of the known ones: all of them, and the nearest.
 *
 * @param ifNone what is expected instead when there are none
 */
export function unknownName(
  message: string,
  name: string,
  known: readonly string[],
  ifNone?: string,
): UnknownName {
  const expected = known.length > 0 ? `one of ${known.join(", ")}` : ifNone;
  const nearest = nearestName(name, known);
  return {
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** As `unknownName`, of names so many that all of them are given only when none is near. */
export function unknownOfMany(message: string, name: string, known: readonly string[]): UnknownName {
  const { expected, ...near } = unknownName(message, name, known);
  return near.nearest !== undefined || expected === undefined ? near : { ...near, expected };
}

/** The schema's issues about `root`, in the order in which they stand in the files. */
export function schemaProblems(issues: readonly $ZodIssue[], schema: $ZodType, root: Located): Problem[] {
  return issues
    .filter((issue) => issue.message !== ALREADY_REPORTED)
    .flatMap((issue) => issueProblems(issue, schema, root));
}

/** By file, then line, then column: the order in which a person works through them. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = (a: Problem, b: Problem): number =>
    (a.file ?? "").localeCompare(b.file ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0);
  return [...problems].sort(order);
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ["object", "a map"],
  ["record", "a map"],
  ["array", "a list"],
  ["string", "text"],
  ["boolean", "true or false"],
  ["number", "a number"],
  ["int", "a whole number"],
]);

function issueProblems(issue: $ZodIssue, schema: $ZodType, root: Located): Problem[] {
  const path = issue.path as Path;
  const node = nodeAt(root, path);
  const found = node === undefined ? undefined : showFound(toPlain(node));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, schema, root));
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1));
    const reason = issue.issues[0]?.message ?? "not a valid name";
    return [
      problemAt(keyPositionAt(root, path), path, {
        message: `"${key}" cannot be a name here`,
        expected: reason,
      }),
    ];
  }
  if (node === undefined) {
    const expected = expectedOf(issue);
    return [
      problemAt(keyPositionAt(root, path), path, {
        message: `"${String(path.at(-1))}" is missing`,
        expected,
      }),
    ];
  }
  const position = valuePositionAt(root, path);
  const nearest =
    issue.code === "invalid_value" && typeof issue.input !== "number"
      ? nearestValue(node, issue.values)
      : undefined;
  const message =
    issue.code === "custom" && issue.message !== "Invalid input" ? issue.message : "wrong value";
  return [problemAt(position, path, { message, expected: expectedOf(issue), found, nearest })];
}

function unknownKey(key: string, parent: Path, schema: $ZodType, root: Located): Problem {
  const path = [...parent, key];
  const valid = validKeysAt(schema, parent) ?? [];
  return problemAt(keyPositionAt(root, path), path, unknownOfMany(`unknown key "${key}"`, key, valid));
}

function nearestValue(node: Located, values: readonly unknown[]): string | undefined {
  const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  return nearestName(text, values.map(String));
}

function expectedOf(issue: $ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return TYPE_WORDS.get(issue.expected) ?? issue.expected;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code === "custom") return issue.params?.["expected"] as string | undefined;
  return issue.message;
}
