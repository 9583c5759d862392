/**
 * Replaces every expression (text that starts with `=`) in a tree by its value.
 *
 * Parameters come first, in the order in which they stand, each seeing those above it. Patches are data and
 * stay as they are. The expression parser is loaded only if there is an expression.
 */
import type { Problem } from "@undertow/core";
import {
  compileExpression,
  evaluateExpression,
  type Expression,
  ExpressionError,
  expressionParser,
} from "../values/expression.ts";
import { parseAnyQuantity } from "../values/quantity.ts";
import {
  Computed,
  type LocatedEntry,
  type LocatedMap,
  type LocatedScalar,
  mapScalars,
  nodeAt,
  type Path,
} from "./located.ts";
import { problemAt } from "./problems.ts";

type Parse = Awaited<ReturnType<typeof expressionParser>>;

/** The tree with expressions evaluated; flaws go to `problems`. */
export async function evaluateExpressions(root: LocatedMap, problems: Problem[]): Promise<LocatedMap> {
  if (!holdsExpression(root)) return root;
  const parse = await expressionParser();
  const params = new Map<string, number>();
  const names: string[] = [];
  const paramsNode = nodeAt(root, ["params"]);
  const evaluated = new Map<string, LocatedEntry>();
  for (const [name, entry] of paramsNode?.kind === "map" ? paramsNode.entries : []) {
    const value = mapScalars(entry.value, ["params", name], (scalar, path) =>
      evaluate(scalar, path, { params, names, parse, problems }),
    );
    evaluated.set(name, { ...entry, value });
    const number =
      value.kind !== "scalar"
        ? undefined
        : value.value instanceof Computed
          ? value.value.value
          : numberOf(value.value);
    names.push(name);
    params.set(name, number ?? NaN);
  }
  const entries = new Map<string, LocatedEntry>();
  for (const [key, entry] of root.entries) {
    if (key === "patches" || key === "ablations") entries.set(key, entry);
    else if (key === "params" && paramsNode?.kind === "map")
      entries.set(key, { ...entry, value: { ...paramsNode, entries: evaluated } });
    else
      entries.set(key, {
        ...entry,
        value: mapScalars(entry.value, [key], (scalar, path) =>
          evaluate(scalar, path, { params, names, parse, problems }),
        ),
      });
  }
  return { ...root, entries };
}

interface Scope {
  readonly params: ReadonlyMap<string, number>;
  readonly names: readonly string[];
  readonly parse: Parse;
  readonly problems: Problem[];
}

function evaluate(scalar: LocatedScalar, path: Path, scope: Scope): LocatedScalar {
  const text = expressionText(scalar);
  if (text === undefined) return scalar;
  try {
    const expression = compileExpression(text, scope.names, scope.parse);
    if (dependsOnFailed(expression, scope.params)) return { ...scalar, value: new Computed(NaN) };
    return { ...scalar, value: new Computed(evaluateExpression(expression, scope.params)) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    scope.problems.push(
      problemAt(scalar.position, path, {
        message: error.message,
        found: `"=${text}"`,
        nearest: error.nearest,
      }),
    );
    return { ...scalar, value: new Computed(NaN) };
  }
}

/** True if a parameter that was refused itself makes the result undefined: one flaw, one problem. */
function dependsOnFailed(expression: Expression, params: ReadonlyMap<string, number>): boolean {
  return Number.isNaN(expression(params)) && [...params.values()].some(Number.isNaN);
}

function holdsExpression(root: LocatedMap): boolean {
  let found = false;
  for (const [key, entry] of root.entries) {
    if (key === "patches" || key === "ablations") continue;
    mapScalars(entry.value, [key], (scalar) => {
      found ||= expressionText(scalar) !== undefined;
      return scalar;
    });
  }
  return found;
}

function expressionText(scalar: LocatedScalar): string | undefined {
  return typeof scalar.value === "string" && scalar.value.startsWith("=") ? scalar.value.slice(1) : undefined;
}

function numberOf(value: unknown): number | undefined {
  const parsed = parseAnyQuantity(value);
  return parsed.ok ? parsed.value : undefined;
}
