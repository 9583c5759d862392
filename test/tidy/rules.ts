/**
 * The rules of the tidy test, one function each: a file in, its violations out.
 *
 * They keep what a compiler does not see: the direction of imports, the determinism contract, exact money,
 * and the shape of files. Rules read text only and never load the code they judge.
 */
import { bareMoneyProducts } from "./money-products.ts";
import { blank, importsOf, lineAt, type SourceFile } from "./source-text.ts";

/** What a package may import; its declared dependencies come on top. */
const PACKAGE_IMPORTS: Readonly<Record<string, RegExp>> = {
  core: /^(?!)/,
  agents: /^@undertow\/core$/,
  scenarios: /^@undertow\/(core|core\/metrics|agents|agents\/testing)$/,
  cli: /^@undertow\//,
};

/** Layers inside core, left to right; a file imports from its own layer or from further left. */
const CORE_LAYERS: readonly (readonly string[])[] = [
  ["units", "limits", "errors", "numeric", "version"],
  ["rng", "columns", "mechanics"],
  ["market"],
  ["accounts"],
  ["exchange"],
  ["simulation"],
  ["parallel", "checkpoint"],
  ["recorder"],
  ["metrics"],
  ["index", "testing"],
];

/** Plain types between layers: they sit beside rng and columns, so that anything may import them. */
const CORE_PORTS = new Set([
  "exchange/venue-rules",
  "simulation/inputs",
  "simulation/agent-port",
  "simulation/driver-port",
  "recorder/run-data",
]);
const PORT_LAYER = 1;

const DETERMINISTIC = /^packages\/(core|agents)\/src\/|^packages\/scenarios\/src\/drivers\//;
const STATE = /^packages\/core\/src\/(simulation|exchange|accounts|market)\//;

const KEYS = "iteration over object keys";

const BANNED: readonly { readonly pattern: RegExp; readonly name: string; readonly where: RegExp }[] = [
  {
    pattern:
      /\bMath\s*\.\s*(?:random|log|log1p|log2|log10|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2)\b/g,
    name: "a Math function whose bits differ between engines",
    where: DETERMINISTIC,
  },
  {
    pattern: /\bMath\s*\.\s*(?:sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b/g,
    name: "a Math function whose bits differ between engines",
    where: DETERMINISTIC,
  },
  { pattern: /\bMath\b(?!\s*\.)/g, name: "Math by another name", where: DETERMINISTIC },
  { pattern: /\*\*/g, name: "the ** operator", where: DETERMINISTIC },
  { pattern: /\bDate\b/g, name: "Date", where: DETERMINISTIC },
  { pattern: /\bperformance\b/g, name: "performance", where: DETERMINISTIC },
  { pattern: /\bset(?:Timeout|Interval|Immediate)\b/g, name: "a timer", where: DETERMINISTIC },
  { pattern: /\bprocess\s*\.\s*(?:env|hrtime|argv|cwd)\b/g, name: "the environment", where: DETERMINISTIC },
  { pattern: /\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b/g, name: "for-in", where: DETERMINISTIC },
  { pattern: /\bObject\s*\.\s*(?:keys|values|entries)\b/g, name: KEYS, where: STATE },
];

const BANNED_MODULES = /^(?:node:)?(?:fs|os|process|perf_hooks|timers|child_process|http|https|net)(?:\/|$)/;

/** Imports between packages, and only declared dependencies. */
export function packageLayering(file: SourceFile, dependencies: ReadonlySet<string>): string[] {
  const name = /^packages\/(\w+)\/src\//.exec(file.path)?.[1];
  const allowed = name === undefined ? undefined : PACKAGE_IMPORTS[name];
  if (name === undefined || allowed === undefined) return [];
  return importsOf(file.text).flatMap(({ specifier, line }) => {
    const at = `${file.path}:${line} ${name} imports "${specifier}"`;
    if (specifier.startsWith(".")) {
      return resolveRelative(file.path, specifier).startsWith(`packages/${name}/`)
        ? []
        : [`${at}: leaves its package`];
    }
    if (specifier.startsWith("@undertow/")) {
      return allowed.test(specifier)
        ? []
        : [`${at}: not in the direction core <- agents <- scenarios <- cli`];
    }
    if (specifier.startsWith("node:")) {
      return DETERMINISTIC.test(file.path) && BANNED_MODULES.test(specifier) ? [`${at}: banned there`] : [];
    }
    const dependency = specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
    return dependencies.has(dependency) ? [] : [`${at}: not a declared dependency`];
  });
}

/** The direction of layers inside core. */
export function coreLayers(file: SourceFile): string[] {
  const from = coreModule(file.path);
  if (from === undefined) return [];
  const layer = layerOf(from);
  if (layer < 0) return [`${file.path}:1 is in no layer of core`];
  return importsOf(file.text).flatMap(({ specifier, line }) => {
    const to = coreModule(resolveRelative(file.path, specifier));
    if (!specifier.startsWith(".") || to === undefined || layerOf(to) <= layer) return [];
    return [`${file.path}:${line} ${from} imports ${to}, which is in a layer to its right`];
  });
}

/**
 * Calls that would make a result depend on the machine, the moment or the engine. Keys may be listed where their order
 * cannot matter, with a comment `// order-free: why` on the line or above.
 */
export function bannedCalls(file: SourceFile): string[] {
  if (!file.path.endsWith(".ts")) return [];
  const code = blank(file.text, { strings: true });
  const lines = file.text.split("\n");
  return BANNED.filter(({ where }) => where.test(file.path)).flatMap(({ pattern, name }) =>
    [...code.matchAll(pattern)]
      .map((match) => lineAt(code, match.index))
      .filter(
        (line) =>
          name !== KEYS ||
          ![lines[line - 1], lines[line - 2]].some((l) => /\/\/ order-free: \S/.test(l ?? "")),
      )
      .map((line) => `${file.path}:${line} uses ${name}`),
  );
}

/** Money is multiplied and divided by `mulDiv` alone where it can reach the ledger. */
export function moneyProducts(file: SourceFile): string[] {
  if (!STATE.test(file.path)) return [];
  return bareMoneyProducts(file.text).map(
    (line) => `${file.path}:${line} a bare product of money; use mulDiv`,
  );
}

/** Files whose header is a table that belongs there: the step lists the phases. */
const LONG_HEADERS = new Set(["packages/core/src/simulation/step.ts"]);

/**
 * A file opens with a comment of 2-8 lines that says what it is, and has at most 350 lines. The marks that open and
 * close the comment count for the lower bound only; files of a few lines need none. Tests may say it in one line and
 * grow by cases to 600; a barrel is a list of names and may have 700.
 */
export function fileShape(file: SourceFile): string[] {
  const isTest = /(^|\/)test\//.test(file.path);
  const lines = file.text.trimEnd().split("\n").length;
  const most = isTest ? 600 : file.path.endsWith("/index.ts") ? 700 : 350;
  const found = lines > most ? [`${file.path}:1 has ${lines} lines; at most ${most}`] : [];
  if (lines <= 5) return found;
  const opening = /^(?:#![^\n]*\n)?(\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n)+)/.exec(file.text)?.[1];
  const header = opening?.trimEnd().split("\n") ?? [];
  const said = header.filter((line) => /\w/.test(line)).length;
  if (said < 1 || header.length < (isTest ? 1 : 2)) {
    found.push(`${file.path}:1 does not open with 2-8 lines of comment`);
  }
  if (said > 8 && !LONG_HEADERS.has(file.path))
    found.push(`${file.path}:1 opens with ${said} lines of comment; at most 8`);
  return found;
}

/** No notes to self, no paths of one machine. */
export function leftovers(file: SourceFile): string[] {
  // The words are put together here so that this file passes its own rule.
  const pattern = new RegExp(
    `\\b(${["DO:TO", "ME:FIX", "X:XX"].map((w) => w.split(":").toReversed().join("")).join("|")})\\b|["'\`( ]/(work|home|root|Users)/`,
    "g",
  );
  return [...file.text.matchAll(pattern)].map(
    (match) => `${file.path}:${lineAt(file.text, match.index)} holds ${match[0].trim()}`,
  );
}

/** Public names are listed one by one. */
export function explicitBarrels(file: SourceFile): string[] {
  const code = blank(file.text, { strings: true });
  const star = [...code.matchAll(/\bexport\s*\*/g)].map(
    (m) => `${file.path}:${lineAt(code, m.index)} export *`,
  );
  const byDefault = /^packages\/\w+\/src\//.test(file.path)
    ? [...code.matchAll(/\bexport\s+default\b/g)]
    : [];
  return [...star, ...byDefault.map((m) => `${file.path}:${lineAt(code, m.index)} export default`)];
}

function coreModule(path: string): string | undefined {
  return /^packages\/core\/src\/(.+?)\.ts$/.exec(path)?.[1];
}

function layerOf(module: string): number {
  if (CORE_PORTS.has(module)) return PORT_LAYER;
  const folder = module.split("/")[0] ?? "";
  return CORE_LAYERS.findIndex((layer) => layer.includes(folder));
}

function resolveRelative(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
