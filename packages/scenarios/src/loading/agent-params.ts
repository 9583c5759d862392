/**
 * A population's parameters against its agent type: unknown names, wrong units and bounds are problems, and
 * every parameter that the file leaves out gets the type's default.
 *
 * Numbered parameters (`perpDepth0`, `perpDepth1`, ... one per coin of the population) may be given by their
 * stem: one value for all coins, or a map by coin. Makers' depths default to the coins' depths. Never draws.
 */
import { type AgentType, type DistributionSpec, type ParamSpec, type Problem } from "@undertow/core";
import { parseDistributionText, parseTypeDefault, scaleDistribution } from "../values/distribution.ts";
import { type Dimension, showFound } from "../values/quantity.ts";
import {
  Computed,
  keyPositionAt,
  type Located,
  nodeAt,
  type Path,
  toPlain,
  valuePositionAt,
} from "./located.ts";
import { problemAt, unknownName, unknownOfMany } from "./problems.ts";

/** Parameters in the agent type's own units (quanta, microseconds), one distribution each. */
export type ResolvedParams = Readonly<Record<string, DistributionSpec>>;

/** What the parameters of one population depend on. */
export interface ParamContext {
  readonly type: AgentType;
  /** The type as messages name it. */
  readonly typeName: string;
  /** Names of the coins that the population trades, in order. */
  readonly coins: readonly string[];
  readonly quantaPerUnit: number;
  /** Depth in settlement-currency units that one agent quotes, per coin; for `perpDepth` and `spotDepth`. */
  readonly depthPerAgent: Readonly<Record<"perpDepth" | "spotDepth", readonly number[]>>;
}

const DIMENSIONS: Readonly<Record<ParamSpec["unit"], Dimension>> = {
  ratio: "ratio",
  duration: "duration",
  quanta: "money",
  count: "count",
  flag: "count",
};

/** All parameters of a population; `path` is that of its `params` map. */
export function resolveParams(
  root: Located,
  path: Path,
  context: ParamContext,
  problems: Problem[],
): ResolvedParams {
  const given = new Map<string, DistributionSpec>();
  const node = nodeAt(root, path);
  for (const name of node?.kind === "map" ? node.entries.keys() : []) {
    readParam(root, [...path, name], context, given, problems);
  }
  const resolved: Record<string, DistributionSpec> = {};
  for (const [name, spec] of Object.entries(context.type.params)) {
    resolved[name] = given.get(name) ?? defaultOf(name, spec, context);
  }
  return resolved;
}

function readParam(
  root: Located,
  path: Path,
  context: ParamContext,
  given: Map<string, DistributionSpec>,
  problems: Problem[],
): void {
  const name = String(path.at(-1));
  const specs = context.type.params;
  if (Object.hasOwn(specs, name)) {
    given.set(name, readValue(root, path, specs[name], context, problems));
    return;
  }
  if (!Object.hasOwn(specs, `${name}0`)) {
    const message = `${context.typeName} has no parameter "${name}"`;
    const parts = unknownOfMany(message, name, parameterNames(specs));
    problems.push(problemAt(keyPositionAt(root, path), path, parts));
    return;
  }
  readNumbered(root, path, name, context, given, problems);
}

function readNumbered(
  root: Located,
  path: Path,
  stem: string,
  context: ParamContext,
  given: Map<string, DistributionSpec>,
  problems: Problem[],
): void {
  const specs = context.type.params;
  const node = nodeAt(root, path)!;
  const names = node.kind === "map" ? [...node.entries.keys()] : context.coins;
  for (const coin of names) {
    const position = context.coins.indexOf(coin);
    const valuePath = node.kind === "map" ? [...path, coin] : path;
    if (position < 0) {
      const parts = unknownName(`the population does not trade "${coin}"`, coin, context.coins);
      problems.push(problemAt(keyPositionAt(root, valuePath), valuePath, parts));
      continue;
    }
    const spec = specs[`${stem}${position}`];
    if (spec !== undefined)
      given.set(`${stem}${position}`, readValue(root, valuePath, spec, context, problems));
  }
}

function readValue(
  root: Located,
  path: Path,
  spec: ParamSpec,
  context: ParamContext,
  problems: Problem[],
): DistributionSpec {
  const dimension = DIMENSIONS[spec.unit];
  const fallback: DistributionSpec = { kind: "constant", value: 0 };
  const raw = toPlain(nodeAt(root, path)!);
  if (raw instanceof Computed && Number.isNaN(raw.value)) return fallback;
  const input = plainInput(raw, spec, dimension);
  const position = valuePositionAt(root, path);
  const parsed = parseDistributionText(input, dimension);
  if (!parsed.ok) {
    for (const { message, expected, found } of parsed.problems) {
      problems.push(problemAt(position, path, { message: ofType(message, context), expected, found }));
    }
    return fallback;
  }
  const scaled = spec.unit === "quanta" ? scaleDistribution(parsed.spec, context.quantaPerUnit) : parsed.spec;
  const bound = scaled.kind === "constant" ? outOfBounds(scaled.value, spec, context) : undefined;
  if (bound === undefined) return scaled;
  problems.push(
    problemAt(position, path, {
      message: ofType("impossible value", context),
      expected: bound,
      found: showFound(input),
    }),
  );
  return fallback;
}

/** What is wrong with a parameter of a type that comes from a module names both. */
function ofType(message: string, { type, typeName }: ParamContext): string {
  return typeName === type.name ? message : `${typeName}: ${message}`;
}

/** Flags may be true or false; expressions count durations in seconds. */
function plainInput(value: unknown, spec: ParamSpec, dimension: Dimension): unknown {
  if (spec.unit === "flag" && typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Computed) return dimension === "duration" ? `${value.value}s` : value.value;
  return value;
}

function outOfBounds(value: number, spec: ParamSpec, context: ParamContext): string | undefined {
  const unit = spec.unit === "quanta" ? context.quantaPerUnit : spec.unit === "duration" ? 1_000_000 : 1;
  const suffix = spec.unit === "duration" ? "s" : "";
  if (spec.unit === "flag" && value !== 0 && value !== 1) return "true or false";
  if (spec.min !== undefined && value < spec.min) return `at least ${spec.min / unit}${suffix}`;
  if (spec.max !== undefined && value > spec.max) return `at most ${spec.max / unit}${suffix}`;
  return undefined;
}

function defaultOf(name: string, spec: ParamSpec, context: ParamContext): DistributionSpec {
  const numbered = /^(perpDepth|spotDepth)(\d+)$/.exec(name);
  if (numbered !== null) {
    const depths = context.depthPerAgent[numbered[1] as "perpDepth" | "spotDepth"];
    const depth = depths[Number(numbered[2])];
    if (depth !== undefined) return { kind: "constant", value: Math.round(depth * context.quantaPerUnit) };
  }
  return parseTypeDefault(spec.default, DIMENSIONS[spec.unit], context.quantaPerUnit);
}

/** Names as a person would write them: numbered ones by their stem. */
function parameterNames(specs: Readonly<Record<string, ParamSpec>>): string[] {
  const names = Object.keys(specs).map((name) =>
    Object.hasOwn(specs, name.replace(/\d+$/, "0")) ? name.replace(/\d+$/, "") : name,
  );
  return [...new Set(names)];
}
