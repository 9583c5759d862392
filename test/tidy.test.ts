/**
 * The tidy test: layers, determinism contract, exact money and the shape of files, over the whole repository.
 *
 * Each rule is first shown a small bad snippet that it must refuse and a good one that it must pass, so that
 * a rule that has gone blind fails here instead of staying green.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  bannedCalls,
  coreLayers,
  explicitBarrels,
  fileShape,
  leftovers,
  moneyProducts,
  packageLayering,
} from "./tidy/rules.ts";
import { blank, importsOf, listFiles, type SourceFile } from "./tidy/source-text.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const everything = listFiles(root, [".ts", ".js", ".md", ".yaml", ".yml", ".json", ".cff"]);
const code = everything.filter((file) => /\.(ts|js)$/.test(file.path));
const sources = code.filter((file) => /^packages\/\w+\/src\//.test(file.path));

const dependenciesOf = new Map<string, ReadonlySet<string>>();
for (const name of ["core", "agents", "scenarios", "cli"]) {
  const manifest = JSON.parse(readFileSync(`${root}packages/${name}/package.json`, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  dependenciesOf.set(name, new Set(Object.keys(manifest.dependencies ?? {})));
}

const at = (path: string, text: string): SourceFile => ({ path, text });
const layering = (file: SourceFile): string[] =>
  packageLayering(file, dependenciesOf.get(file.path.split("/")[1] ?? "") ?? new Set());

describe("the repository", () => {
  test("is really being read", () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.some((file) => file.path === "packages/core/src/units.ts")).toBe(true);
  });

  test.each<[string, (file: SourceFile) => string[], readonly SourceFile[]]>([
    [
      "imports in the direction core <- agents <- scenarios <- cli, from declared dependencies",
      layering,
      sources,
    ],
    ["keeps the layers inside core", coreLayers, sources],
    ["makes no call that breaks determinism in core, agents and drivers", bannedCalls, sources],
    ["multiplies and divides money through mulDiv", moneyProducts, sources],
    ["opens every file with 2-8 lines of comment and keeps it under 350 lines", fileShape, code],
    ["holds no notes to self and no machine paths", leftovers, everything],
    ["lists public names one by one", explicitBarrels, code],
  ])("%s", (_, rule, files) => {
    expect(files.flatMap((file) => rule(file))).toEqual([]);
  });
});

describe("the scanner", () => {
  test("blanks comments and strings and keeps positions", () => {
    const text = 'const a = "Math.random()"; // Date\nconst b = `x ${Date} y`; /* ** */ const c = /Date/;';
    const out = blank(text, { strings: true });
    expect(out).toHaveLength(text.length);
    expect(out).not.toContain("random");
    expect(out.match(/Date/g)).toHaveLength(1);
  });

  test("tells a division from a regular expression", () => {
    expect(blank("const x = a / b / Date;", { strings: true })).toContain("Date");
    expect(blank("return /Date/.test(a) / 2;", { strings: true })).not.toContain("Date");
  });

  test("finds static, dynamic and re-exporting imports, and none in comments", () => {
    const text =
      'import { a } from "./a.ts";\nexport { b } from "./b.ts";\nimport("./c.ts");\nimport "./d.ts";\n// import "./e.ts"';
    expect(importsOf(text).map((found) => found.specifier)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts"]);
    expect(importsOf('const pattern = /from "(x)"/; const text = \'import "y"\';')).toEqual([]);
  });
});

describe("each rule refuses what it is for", () => {
  test.each<[string, (file: SourceFile) => string[], string, string, number]>([
    [
      "core imports agents",
      layering,
      "packages/core/src/market/x.ts",
      'import { a } from "@undertow/agents";',
      1,
    ],
    ["agents import core", layering, "packages/agents/src/x.ts", 'import { a } from "@undertow/core";', 0],
    [
      "agents import deeper",
      layering,
      "packages/agents/src/x.ts",
      'import { a } from "@undertow/core/metrics";',
      1,
    ],
    [
      "leaving the package",
      layering,
      "packages/agents/src/x.ts",
      'import { a } from "../../core/src/units.ts";',
      1,
    ],
    ["undeclared dependency", layering, "packages/core/src/x.ts", 'import { z } from "zod";', 1],
    ["files in core", layering, "packages/core/src/x.ts", 'import { readFileSync } from "node:fs";', 1],
    [
      "market imports accounts",
      coreLayers,
      "packages/core/src/market/x.ts",
      'import "../accounts/ledger.ts";',
      1,
    ],
    [
      "accounts import market",
      coreLayers,
      "packages/core/src/accounts/x.ts",
      'import "../market/book.ts";',
      0,
    ],
    [
      "anyone imports a port",
      coreLayers,
      "packages/core/src/market/x.ts",
      'import "../simulation/inputs.ts";',
      0,
    ],
    ["unknown folder", coreLayers, "packages/core/src/helpers/x.ts", "", 1],
    ["Math.random", bannedCalls, "packages/core/src/x.ts", "const a = Math.random();", 1],
    ["Math.log and exp", bannedCalls, "packages/agents/src/x.ts", "Math.log(2) + Math.exp(1);", 2],
    ["Math taken apart", bannedCalls, "packages/agents/src/x.ts", "const { log } = Math;", 1],
    ["power operator", bannedCalls, "packages/scenarios/src/drivers/x.ts", "const a = b ** 2;", 1],
    [
      "clock and timer",
      bannedCalls,
      "packages/core/src/x.ts",
      "Date.now(); setTimeout(f); performance.now();",
      3,
    ],
    ["environment", bannedCalls, "packages/core/src/x.ts", "process.env.HOME", 1],
    ["for-in", bannedCalls, "packages/agents/src/x.ts", "for (const key in object) {}", 1],
    [
      "key iteration of state",
      bannedCalls,
      "packages/core/src/accounts/x.ts",
      "Object.keys(a); Object.entries(a);",
      2,
    ],
    [
      "excused keys",
      bannedCalls,
      "packages/core/src/accounts/x.ts",
      "// order-free: a map\nObject.keys(a);",
      0,
    ],
    ["key iteration elsewhere", bannedCalls, "packages/core/src/recorder/x.ts", "Object.keys(a);", 0],
    ["sqrt and floor", bannedCalls, "packages/core/src/x.ts", "Math.sqrt(Math.floor(a));", 0],
    [
      "only said in a comment",
      bannedCalls,
      "packages/core/src/x.ts",
      "// never Math.random\nconst a = 'Date';",
      0,
    ],
    ["the clock in cli", bannedCalls, "packages/cli/src/x.ts", "Date.now();", 0],
    [
      "money product",
      moneyProducts,
      "packages/core/src/accounts/x.ts",
      "const a = cashQuanta * ppm / 1e6;",
      1,
    ],
    [
      "in parentheses",
      moneyProducts,
      "packages/core/src/accounts/x.ts",
      "f(Math.floor((x.cashQuanta[i] * p) / q));",
      1,
    ],
    ["divided first", moneyProducts, "packages/core/src/market/x.ts", "const a = (feeQuanta / q) * p;", 1],
    [
      "sum of money",
      moneyProducts,
      "packages/core/src/market/x.ts",
      "const a = ((aQuanta + bQuanta) * p) / q;",
      1,
    ],
    [
      "through mulDiv",
      moneyProducts,
      "packages/core/src/accounts/x.ts",
      "const a = mulDiv(cashQuanta, p, q, FLOOR);",
      0,
    ],
    [
      "only multiplied",
      moneyProducts,
      "packages/core/src/accounts/x.ts",
      "const a = cashQuanta * 2 + b / c;",
      0,
    ],
    [
      "excused",
      moneyProducts,
      "packages/core/src/accounts/x.ts",
      "// estimate: view only\nconst a = (bQuanta * c) / d;",
      0,
    ],
    ["no header", fileShape, "packages/core/src/x.ts", "export const a = 1;\n".repeat(9), 1],
    ["one-line header", fileShape, "packages/core/src/x.ts", "/** A thing. */\n" + "a;\n".repeat(9), 1],
    ["good header", fileShape, "packages/core/src/x.ts", "/**\n * A thing.\n *\n * Never more.\n */\n", 0],
    [
      "too long",
      fileShape,
      "packages/core/src/x.ts",
      "// A thing.\n// Never more.\n" + "a;\n".repeat(349),
      1,
    ],
    ["note to self", leftovers, "docs/x.md", ["TO", "DO: later"].join(""), 1],
    ["machine path", leftovers, "docs/x.md", ["see /ho", "me/someone/file"].join(""), 1],
    ["star export", explicitBarrels, "packages/core/src/index.ts", 'export * from "./a.ts";', 1],
    ["named export", explicitBarrels, "packages/core/src/index.ts", 'export { a } from "./a.ts";', 0],
  ])("%s", (_, rule, path, text, violations) => {
    expect(rule(at(path, text))).toHaveLength(violations);
  });
});
