/**
 * The documentation is true: links lead somewhere, snippets run, the scenario page names every field, and the
 * example prints what its page says.
 *
 * Snippets marked `js` in README.md and docs are executed as they stand, in a process of their own.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeSchema, loadScenario } from "@undertow/scenarios";
import { describe, expect, test } from "vitest";
import { listFiles } from "./tidy/source-text.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = listFiles(root, [".md"]);
const snippets = (language: string): { path: string; text: string }[] =>
  pages.flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => ({
      path,
      text: match[1] ?? "",
    })),
  );

describe("documentation", () => {
  test("relative links lead to files", () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map((match) => match[1] ?? "")
        .filter((target) => !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("files named in the text exist", () => {
    const named = /`((?:packages|docs|examples|benchmarks|validation|test)\/[\w./-]+\.(?:ts|js|md|yaml))`/g;
    const missing = pages.flatMap(({ path, text }) =>
      [...text.matchAll(named)]
        .map((match) => match[1] ?? "")
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test("the scenario page names every field of the schema", () => {
    const page = pages.find((file) => file.path === "docs/scenario-format.md")?.text ?? "";
    const missing = fieldNames(describeSchema()).filter((name) => !page.includes(`\`${name}`));
    expect(missing).toEqual([]);
  });

  test("scenarios shown in the docs load and change what they extend", async () => {
    const shown = snippets("yaml");
    expect(shown.length).toBeGreaterThan(0);
    for (const { text } of shown) {
      const folder = await mkdtemp(join(tmpdir(), "undertow-docs-"));
      try {
        const file = join(folder, "scenario.yaml");
        await writeFile(file, text);
        const scenario = await loadScenario(file);
        expect(text).toContain(`title: ${scenario.title}`);
        const base = await loadScenario(/^extends: (.+)$/m.exec(text)?.[1] ?? "quickstart");
        expect(scenario.hash).not.toBe(base.hash);
      } finally {
        await rm(folder, { recursive: true });
      }
    }
  });

  test("JavaScript snippets run", { timeout: 240_000 }, async () => {
    const shown = snippets("js");
    expect(shown.length).toBeGreaterThan(0);
    for (const { path, text } of shown) {
      const result = await run(["--input-type=module", "--eval", text]);
      expect(result, path).toMatchObject({ code: 0, errors: "" });
      expect(result.output, path).not.toBe("");
    }
  });

  test("the example prints its figures", { timeout: 240_000 }, async () => {
    const result = await run(["examples/01-quickstart/run.js", "docs"]);
    expect(result).toMatchObject({ code: 0, errors: "" });
    expect(result.output).toMatch(/^BTC: fell \d/m);
    expect(result.output).toMatch(/conservation residual: 0 quanta; state hash \w+/);
  });
});

/** Names of all fields, those of maps with free keys included. */
function fieldNames(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const found: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    // The inside of a sourced value is described once, among the kinds of values.
    if (key === "anyOf") continue;
    if (key === "properties") found.push(...Object.keys(value as object));
    found.push(...fieldNames(value));
  }
  return [...new Set(found)];
}

function run(words: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: root, maxBuffer: 1 << 24 }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : 1, output, errors });
    });
  });
}
