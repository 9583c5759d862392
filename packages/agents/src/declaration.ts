/**
 * What is wrong with a value that is meant to be an agent type: every flaw of its declaration at once.
 *
 * Types come from modules that no compiler has checked; the loader and the conformance kit ask here before anything
 * runs. Looks at the declaration only and never calls `decide`.
 */
import { UserError, nearestName, parseDistribution, quantileOf } from "@undertow/core";
import type { AgentType, Problem } from "@undertow/core";

/** A flaw with the path inside the type, for example `params.leverage.default`. */
export type DeclarationFlaw = Pick<Problem, "message" | "path" | "expected" | "found" | "nearest">;

const UNITS = ["ratio", "duration", "quanta", "count", "flag"];
const TABLE_UNITS = ["time", "market", "quanta", "number", "word"];
const WAKE_KINDS = ["fixed", "poisson"];
const WAKE_TRIGGERS = ["level", "filled", "rejected", "stopped", "liquidated", "adl", "transferred"];
const TRADES = ["perpetual", "spot", "both"];
/** What only an agent type has; two of them and a value is meant to be one. */
const MARKS = ["decide", "wake", "params", "memory"];

/** Whether a value is meant to be an agent type, flaws or not: an object with at least two of a type's parts. */
export function looksLikeAgentType(value: unknown): value is Partial<AgentType> {
  return isMap(value) && MARKS.filter((mark) => Object.hasOwn(value, mark)).length >= 2;
}

/**
 * Every flaw of a declaration; none for a sound agent type.
 *
 * @example
 * declarationFlaws({ ...myType, wake: { interval: "intervall", kind: "fixed" } });
 * // [{ path: "wake.interval", message: "no such parameter", ..., nearest: "interval" }]
 */
export function declarationFlaws(value: unknown): DeclarationFlaw[] {
  if (!isMap(value)) return [flaw("", "not an agent type", "what defineAgent returns", shown(value))];
  const flaws: DeclarationFlaw[] = [];
  for (const key of ["name", "summary", "source"]) {
    if (!isText(value[key])) flaws.push(flaw(key, `no ${key}`, "text", shown(value[key])));
  }
  flaws.push(...decideFlaws(value["decide"]));
  const { params, memory } = value;
  if (!isMap(params)) flaws.push(flaw("params", "no parameters", "a map, may be empty", shown(params)));
  else for (const [name, spec] of Object.entries(params)) flaws.push(...paramFlaws(`params.${name}`, spec));
  if (!isMap(memory)) flaws.push(flaw("memory", "no memory", "a map, may be empty", shown(memory)));
  else flaws.push(...memoryFlaws("memory", memory));
  const { sharedMemory = {} } = value;
  if (!isMap(sharedMemory)) {
    flaws.push(flaw("sharedMemory", "no shared memory", "a map, or left out", shown(sharedMemory)));
  } else flaws.push(...memoryFlaws("sharedMemory", sharedMemory));
  flaws.push(...wakeFlaws(value["wake"], isMap(params) ? params : {}));
  flaws.push(...oneOf("trades", value["trades"] ?? "both", TRADES));
  flaws.push(...tablesFlaws(value["tables"] ?? {}));
  const { minVenues = 1, restingOrders = 0 } = value;
  if (!(Number.isInteger(restingOrders) && (restingOrders as number) >= 0)) {
    flaws.push(
      flaw("restingOrders", "impossible number of orders", "a whole number from 0", shown(restingOrders)),
    );
  }
  if (!(Number.isInteger(minVenues) && (minVenues as number) >= 1)) {
    flaws.push(flaw("minVenues", "impossible number of venues", "a whole number from 1", shown(minVenues)));
  }
  return flaws;
}

function memoryFlaws(path: string, memory: Readonly<Record<string, unknown>>): DeclarationFlaw[] {
  return Object.entries(memory)
    .filter(([, initial]) => typeof initial !== "number")
    .map(([name, initial]) => flaw(`${path}.${name}`, "no initial value", "a number", shown(initial)));
}

function decideFlaws(decide: unknown): DeclarationFlaw[] {
  if (typeof decide !== "function") return [flaw("decide", "no decide", "a function", shown(decide))];
  const kind = Object.prototype.toString.call(decide).slice(8, -1);
  if (kind === "Function") return [];
  return [flaw("decide", "decide must return nothing", "a plain function", `${article(kind)} ${kind}`)];
}

function paramFlaws(path: string, spec: unknown): DeclarationFlaw[] {
  if (!isMap(spec)) return [flaw(path, "not a parameter", "a map with unit and default", shown(spec))];
  const flaws = oneOf(`${path}.unit`, spec["unit"], UNITS);
  if (!isText(spec["description"])) {
    flaws.push(flaw(`${path}.description`, "no description", "text", shown(spec["description"])));
  }
  for (const bound of ["min", "max"]) {
    const value = spec[bound];
    if (value === undefined || typeof value === "number") continue;
    flaws.push(flaw(`${path}.${bound}`, "impossible bound", "a number", shown(value)));
  }
  const { min = -Infinity, max = Infinity } = spec as { min?: number; max?: number };
  if (min > max) {
    flaws.push(flaw(path, "impossible bounds", "min at most max", `min ${String(min)}, max ${String(max)}`));
  }
  return [...flaws, ...defaultFlaws(`${path}.default`, spec["default"], min, max)];
}

/** A default is a number inside the bounds, or a distribution, which draws may leave: they are moved to the bound. */
function defaultFlaws(path: string, value: unknown, min: number, max: number): DeclarationFlaw[] {
  if (typeof value === "number") {
    if (value >= min && value <= max) return [];
    const bounds =
      min === -Infinity ? `at most ${max}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
    return [flaw(path, "impossible default", Number.isNaN(value) ? "a number" : bounds, String(value))];
  }
  if (!isText(value)) return [flaw(path, "no default", "a number or a distribution", shown(value))];
  try {
    const spec = parseDistribution(value);
    if (quantileOf(spec, 0.9999) >= min && quantileOf(spec, 0.0001) <= max) return [];
    return [flaw(path, "impossible distribution", `values from ${min} to ${max}`, value)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => ({ ...problem, path }));
  }
}

function tablesFlaws(tables: unknown): DeclarationFlaw[] {
  if (!isMap(tables)) return [flaw("tables", "not tables", "a map of tables by name", shown(tables))];
  return Object.entries(tables).flatMap(([name, table]) => {
    const columns = isMap(table) ? table["columns"] : undefined;
    const path = `tables.${name}.columns`;
    if (!isMap(columns)) return [flaw(path, "no columns", "a map of columns by name", shown(columns))];
    return Object.entries(columns).flatMap(([column, spec]) =>
      oneOf(`${path}.${column}.unit`, isMap(spec) ? spec["unit"] : undefined, TABLE_UNITS),
    );
  });
}

function wakeFlaws(wake: unknown, params: Readonly<Record<string, unknown>>): DeclarationFlaw[] {
  if (!isMap(wake)) return [flaw("wake", "no wake", "a map with interval and kind", shown(wake))];
  const flaws = oneOf("wake.kind", wake["kind"], WAKE_KINDS);
  const { on = [] } = wake;
  if (!Array.isArray(on))
    flaws.push(flaw("wake.on", "no list of triggers", WAKE_TRIGGERS.join(", "), shown(on)));
  else flaws.push(...on.flatMap((trigger, k) => oneOf(`wake.on.${k}`, trigger, WAKE_TRIGGERS)));
  const { interval } = wake;
  if (typeof interval !== "string" || !Object.hasOwn(params, interval)) {
    const names = Object.keys(params);
    const nearest = typeof interval === "string" ? nearestName(interval, names) : undefined;
    flaws.push({
      ...flaw("wake.interval", "no such parameter", "the name of a parameter", shown(interval)),
      ...(nearest === undefined ? {} : { nearest }),
    });
    return flaws;
  }
  const spec = params[interval];
  if (isMap(spec) && spec["unit"] !== "duration") {
    flaws.push(flaw(`params.${interval}.unit`, "wakes need a duration", "duration", shown(spec["unit"])));
  }
  return flaws;
}

function oneOf(path: string, value: unknown, known: readonly string[]): DeclarationFlaw[] {
  if (typeof value === "string" && known.includes(value)) return [];
  const nearest = typeof value === "string" ? nearestName(value, known) : undefined;
  const found = flaw(path, "wrong value", `one of ${known.join(", ")}`, shown(value));
  return [nearest === undefined ? found : { ...found, nearest }];
}

function flaw(path: string, message: string, expected: string, found: string): DeclarationFlaw {
  return { message, expected, found, ...(path === "" ? {} : { path }) };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? "an" : "a";
}

/** A value in the words of a message. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return article(typeof value) + " " + typeof value;
}
