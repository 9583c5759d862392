/** `undertow new-agent` through the real command: what it writes runs as it stands, and nothing is overwritten. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunSummary } from "@undertow/core/metrics";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));
const HERE = fileURLToPath(new URL("./", import.meta.url));
let cwd = "";
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "undertow-new-agent-"));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function node(folder: string, ...words: string[]) {
  // Without the test runner's own variable, `node --test` reports as at a terminal.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { code: status, stdout, stderr };
}

test(
  "what it writes passes its own test, the conformance kit, and runs on 1 and 2 threads",
  { timeout: 240_000 },
  () => {
    const made = node(cwd, BIN, "new-agent", "patient-buyer");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const folder = join(cwd, "patient-buyer");
    const files = ["README.md", "patient-buyer.mjs", "patient-buyer.test.mjs", "patient-buyer.yaml"];
    expect(readdirSync(folder).sort()).toEqual([...files, "node_modules"].sort());
    for (const file of files) expect(made.stdout).toContain(`  patient-buyer/${file}\n`);
    expect(made.stdout).toContain("Linked in patient-buyer/node_modules: @undertow/core, @undertow/agents.");
    expect(lstatSync(join(folder, "node_modules/@undertow/core")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "patient-buyer.mjs"), "utf8").split("\n").length).toBeLessThan(45);

    const tested = node(folder, "--test");
    expect(tested.stdout).toMatch(/^# pass 16$/m);
    expect(tested.stdout).toMatch(/^# fail 0$/m);
    expect(tested.code).toBe(0);

    const short = ["--set", "time.end=2026-02-05T12:00Z", "--set", "time.step=30s", "--json", "--quiet"];
    const runs = ["1", "2"].map((threads) =>
      node(cwd, BIN, "run", "patient-buyer/patient-buyer.yaml", ...short, "--threads", threads),
    );
    const [one, two] = runs.map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout) as RunSummary;
    });
    expect(two.stateHash).toBe(one.stateHash);
    // They have bought: with a fall that never comes the market is another one.
    const idle = node(
      cwd,
      BIN,
      "run",
      "patient-buyer/patient-buyer.yaml",
      ...short,
      "--set",
      "populations.patient-buyer.params.fall=100%",
    );
    expect((JSON.parse(idle.stdout) as RunSummary).stateHash).not.toBe(one.stateHash);
  },
);

test("existing files are refused, and nothing is written", () => {
  mkdirSync(join(cwd, "taken"));
  writeFileSync(join(cwd, "taken/taken.yaml"), "mine\n");
  const { code, stderr } = node(cwd, BIN, "new-agent", "taken");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "error: taken/taken.yaml exists. Nothing was written.\n",
  });
  expect(readdirSync(join(cwd, "taken"))).toEqual(["taken.yaml"]);
  expect(readFileSync(join(cwd, "taken/taken.yaml"), "utf8")).toBe("mine\n");
});

test.each([
  [
    ["Patient_Buyer"],
    "NAME: not a name for an agent type (expected lower-case words joined by hyphens, such as patient-buyer, found Patient_Buyer)",
  ],
  [
    ["../up"],
    "NAME: not a name for an agent type (expected lower-case words joined by hyphens, such as patient-buyer, found ../up)",
  ],
  [["noise-trader"], 'NAME: "noise-trader" is the name of a bundled agent type. Choose another.'],
  [[], "`undertow new-agent` needs a name (expected undertow new-agent NAME). For example patient-buyer"],
])("a name that is wrong is refused: %s", (words, message) => {
  const { code, stderr } = node(cwd, BIN, "new-agent", ...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: `error: ${message}\n` });
});

test("one word of the language may be a name, and nothing is linked where the packages are found", () => {
  const inside = mkdtempSync(join(HERE, "new-agent-"));
  try {
    const { code, stdout } = node(inside, BIN, "new-agent", "new", "--out", "agents");
    expect(code).toBe(0);
    expect(stdout).not.toContain("Linked");
    expect(existsSync(join(inside, "agents/new/node_modules"))).toBe(false);
    expect(node(inside, BIN, "validate", "agents/new/new.yaml")).toMatchObject({ code: 0, stderr: "" });
  } finally {
    rmSync(inside, { recursive: true });
  }
});
