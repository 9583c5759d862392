/**
 * The faults of the mutation check fit the code as it is: each line is there exactly once, and so are the tests.
 *
 * Whether the tests catch the faults is for `node validation/mutations.js`, which takes minutes.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface FaultsModule {
  readonly FAULTS: readonly (readonly [file: string, from: string, to: string, tests: string])[];
  readonly testFilesOf: (name: string, files: readonly string[]) => string[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const { FAULTS, testFilesOf } = (await import(
  new URL("../validation/faults.js", import.meta.url).href
)) as FaultsModule;

test("every fault has its line exactly once, changes it, and names tests that there are", () => {
  const tests = readdirSync(`${root}packages/core/test`);
  for (const [file, from, to, name] of FAULTS) {
    const path = `${root}packages/core/src/${file}`;
    expect(existsSync(path), file).toBe(true);
    expect(readFileSync(path, "utf8").split(from).length - 1, `${file}: ${from}`).toBe(1);
    expect(to, `${file}: ${from}`).not.toBe(from);
    expect(testFilesOf(name, tests), name).not.toEqual([]);
  }
  const all = FAULTS.map(([file, from, to]) => `${file}: ${from} -> ${to}`);
  expect(new Set(all).size).toBe(all.length);
});

test("the validation's page has their number", () => {
  const page = readFileSync(`${root}validation/README.md`, "utf8");
  expect(page).toContain(`**mutations.** ${FAULTS.length} single-line faults`);
});
