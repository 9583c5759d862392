/** Agents modules named in a scenario, through the real command: runs, hashes, and every way of being wrong. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { RunSummary } from "@undertow/core/metrics";
import { agentsFolder, FLIPPER, FLIPPERS, LIB } from "./agents-folder.ts";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = agentsFolder({
    "my-agents.mjs": FLIPPER,
    "lib.mjs": LIB,
    "mine.yaml": FLIPPERS,
    ...files,
  });
  folders.push(folder);
  return folder;
}

function undertow(cwd: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { cwd, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

function run(cwd: string, ...words: string[]): RunSummary & { record: string } {
  const { code, stdout, stderr } = undertow(cwd, "run", "mine.yaml", "--json", "--quiet", ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as RunSummary & { record: string };
}

interface ManifestPart {
  readonly scenarioHash: string;
  readonly scenario: { readonly agents: readonly object[] };
}

function manifestOf(cwd: string, { record }: { record: string }): ManifestPart {
  return JSON.parse(readFileSync(join(cwd, record, "manifest.json"), "utf8")) as ManifestPart;
}

describe("a scenario with an agents module", () => {
  test("runs with one result on 1 and 2 threads, and from a checkpoint", () => {
    const cwd = folderWith();
    const alone = run(cwd, "--threads", "1", "--checkpoint-every", "20m");
    expect(run(cwd, "--threads", "2").stateHash).toBe(alone.stateHash);
    const checkpoint = join(alone.record, "checkpoints", "step-000000040.checkpoint");
    expect(existsSync(join(cwd, checkpoint))).toBe(true);
    const resumed = run(cwd, "--threads", "2", "--resume", checkpoint);
    expect(resumed.stateHash).toBe(alone.stateHash);
    // The agents have done something: with other parameters there is another market.
    const other = run(cwd, "--set", "populations.crowd.params.share=0.5");
    expect(other.stateHash).not.toBe(alone.stateHash);
  });

  test("has its content in hash and manifest, and that of what it imports", () => {
    const cwd = folderWith();
    const first = run(cwd);
    const before = manifestOf(cwd, first);
    expect(before.scenario.agents).toEqual([
      { module: "./my-agents.mjs", contentHash: expect.stringMatching(/^[0-9a-f]{64}$/), types: ["flipper"] },
    ]);
    writeFileSync(join(cwd, "lib.mjs"), `${LIB}// Says the same in other words.\n`);
    const second = run(cwd, "--checkpoint-every", "20m");
    const after = manifestOf(cwd, second);
    expect(after.scenarioHash).not.toBe(before.scenarioHash);
    expect(after.scenario.agents).not.toEqual(before.scenario.agents);
    expect(second.stateHash).toBe(first.stateHash);
    // A checkpoint of other code is of another run.
    const checkpoint = join(second.record, "checkpoints", "step-000000040.checkpoint");
    writeFileSync(join(cwd, "lib.mjs"), LIB);
    const { code, stderr } = undertow(cwd, "run", "mine.yaml", "--resume", checkpoint);
    expect(code).toBe(2);
    expect(stderr).toContain("the checkpoint is of another scenario, or of one with other values");
  });

  test("may lie anywhere: hash and result are the same in another folder", () => {
    const [here, there] = [folderWith(), folderWith()];
    cpSync(join(there, "lib.mjs"), join(there, "deep/lib.mjs"));
    cpSync(join(there, "my-agents.mjs"), join(there, "deep/other-name.mjs"));
    const moved = FLIPPERS.replace("./my-agents.mjs", "[./deep/other-name.mjs]");
    writeFileSync(join(there, "mine.yaml"), moved);
    const [a, b] = [run(here), run(there)];
    expect(b.stateHash).toBe(a.stateHash);
    expect(manifestOf(there, b).scenarioHash).toBe(manifestOf(here, a).scenarioHash);
  });

  test("may be a package, and may be named on the command line", () => {
    const cwd = folderWith({
      "node_modules/my-traders/package.json": `{ "name": "my-traders", "version": "1.0.0", "type": "module",
        "exports": { ".": { "import": "./dist/index.js" } } }`,
      "node_modules/my-traders/dist/index.js":
        FLIPPER.replace("export const flipper", "const flipper").replace("./lib.mjs", "./lib.js") +
        "export const table = { flipper };\n",
      "node_modules/my-traders/dist/lib.js": LIB,
    });
    const named = run(cwd);
    const asPackage = run(cwd, "--set", "agents=my-traders", "--threads", "2");
    expect(asPackage.stateHash).toBe(named.stateHash);
  });

  test("is validated without a run", () => {
    const cwd = folderWith();
    const { code, stdout } = undertow(cwd, "validate", "mine.yaml");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +crowd +flipper +100/m);
  });
});

describe("an agents module that is wrong ends with exit code 2 and no record", () => {
  const scenario = (agents: string): string => FLIPPERS.replace("./my-agents.mjs", agents);
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      "is not there",
      { "mine.yaml": scenario("./nowhere.mjs") },
      [
        'mine.yaml:3:9 agents: there is no such agents module; without it there is no agent type "flipper" of population crowd (expected the path of a .js or .mjs file relative to the scenario, such as ./my-agents.mjs, or the name of a package, found "./nowhere.mjs")',
      ],
    ],
    [
      "is no package",
      { "mine.yaml": scenario("no-such-package") },
      [
        'mine.yaml:3:9 agents: there is no package "no-such-package" that can be imported from the scenario\'s folder; without it there is no agent type "flipper" of population crowd (expected the path of a .js or .mjs file relative to the scenario, such as ./my-agents.mjs, or the name of a package). Install it there (npm install no-such-package), or name a file.',
      ],
    ],
    [
      "is named by an absolute path",
      { "mine.yaml": scenario("/somewhere/agents.mjs") },
      [
        'mine.yaml:3:9 agents: an agents module is named by a relative path or the name of a package; without it there is no agent type "flipper" of population crowd (expected the path of a .js or .mjs file relative to the scenario, such as ./my-agents.mjs, or the name of a package, found "/somewhere/agents.mjs")',
      ],
    ],
    [
      "throws",
      { "lib.mjs": `${LIB}\n  throw new Error("no luck");\n` },
      [
        'mine.yaml:3:9 agents: the agents module ./my-agents.mjs throws: no luck (lib.mjs:3:9); without it there is no agent type "flipper" of population crowd',
      ],
    ],
    [
      "throws what is no error",
      { "lib.mjs": `${LIB}throw null;\n` },
      [
        'mine.yaml:3:9 agents: the agents module ./my-agents.mjs throws: null; without it there is no agent type "flipper" of population crowd',
      ],
    ],
    [
      "waits for ever",
      { "lib.mjs": `${LIB}await new Promise(() => {});\n` },
      [
        'mine.yaml:3:9 agents: the agents module ./my-agents.mjs throws: its top-level await never ends; without it there is no agent type "flipper" of population crowd',
      ],
    ],
    [
      "cannot be read",
      { "lib.mjs": `${LIB}const = 1;\n` },
      [
        "mine.yaml:3:9 agents: the agents module ./my-agents.mjs cannot be read: Unexpected token '=' (lib.mjs:2); without it there is no agent type \"flipper\" of population crowd",
      ],
    ],
    [
      "imports what is not there",
      { "my-agents.mjs": 'export * from "./gone.mjs";\n' },
      [
        "mine.yaml:3:9 agents: the agents module ./my-agents.mjs imports what is not there: Cannot find module 'gone.mjs' imported from my-agents.mjs; without it there is no agent type \"flipper\" of population crowd. Correct the import.",
      ],
    ],
    [
      "exports nothing",
      { "my-agents.mjs": "const flipper = 1;\n" },
      [
        'mine.yaml:3:9 agents: the agents module ./my-agents.mjs exports no agent type; without it there is no agent type "flipper" of population crowd (expected an export that defineAgent made, or a table of them by name, found no exports)',
      ],
    ],
    [
      "exports something else",
      { "my-agents.mjs": 'export const flipper = () => "flip";\n' },
      [
        'mine.yaml:3:9 agents: the agents module ./my-agents.mjs exports no agent type; without it there is no agent type "flipper" of population crowd (expected an export that defineAgent made, or a table of them by name, found flipper (function))',
      ],
    ],
    [
      "has a computed import",
      { "lib.mjs": `${LIB}export const more = await import(String(half));\n` },
      [
        'mine.yaml:3:9 agents: the name of an import is computed (lib.mjs:2); without it there is no agent type "flipper" of population crowd. Import it by its name, so that the run\'s hash covers it.',
      ],
    ],
    [
      "has a type without decide",
      { "my-agents.mjs": FLIPPER.replace("  decide(", "  decidee(") },
      [
        './my-agents.mjs:5:3 decide: agent type "flipper" of population crowd: no decide (expected a function, found nothing)',
      ],
    ],
    [
      "has a type that decides later",
      { "my-agents.mjs": FLIPPER.replace("  decide(", "  async decide(") },
      [
        './my-agents.mjs:14:9 decide: agent type "flipper" of population crowd: decide must return nothing (expected a plain function, found an AsyncFunction)',
      ],
    ],
    [
      "has a type that returns something",
      { "my-agents.mjs": FLIPPER.replace("    }\n  },\n});", "    }\n    return due.count;\n  },\n});") },
      [
        './my-agents.mjs:14:3 decide: agent type "flipper" of population crowd: decide must return nothing (expected orders written to `orders`, found number)',
      ],
    ],
    [
      "has impossible parameters",
      {
        "my-agents.mjs": FLIPPER.replace('"uniform(0.05, 0.1)"', '"uniform(2, 1)"')
          .replace("default: 600e6", "default: 5")
          .replace('kind: "poisson"', 'kind: "posson"'),
      },
      [
        './my-agents.mjs:9:71 params.interval.default: agent type "flipper" of population crowd: impossible default (expected at least 1000000, found 5)',
        './my-agents.mjs:10:64 params.share.default: agent type "flipper" of population crowd: uniform: min is above max (expected min at most max, found 2 and 1)',
        './my-agents.mjs:13:33 wake.kind: agent type "flipper" of population crowd: wrong value (expected one of fixed, poisson, found "posson"; did you mean poisson?)',
      ],
    ],
    [
      "has a type with the name of a bundled one",
      { "my-agents.mjs": FLIPPER.replace('"flipper"', '"noise-trader"') },
      [
        'mine.yaml:3:9 agents: "noise-trader" of the agents module ./my-agents.mjs is the name of a bundled agent type. Give it another name.',
      ],
    ],
  ])("%s", (_, files, expected) => {
    const cwd = folderWith(files);
    const { code, stdout, stderr } = undertow(cwd, "run", "mine.yaml");
    expect(stderr.trimEnd().split("\n")).toEqual(expected.map((line) => `error: ${line}`));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(cwd, "runs"))).toBe(false);
  });

  test("names all the populations and types that wait for it, and not those that others have", () => {
    const cwd = folderWith({
      "broken.mjs": 'throw new Error("no luck");\n',
      "mine.yaml": `${FLIPPERS.replace("./my-agents.mjs", "[./broken.mjs, ./my-agents.mjs]")}  tops: { type: topper, count: 1 }
  more: { type: topper, count: 1 }
  ends: { type: ender, count: 1 }
`,
    });
    const { code, stderr } = undertow(cwd, "run", "mine.yaml");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "error: mine.yaml:3:10 agents.0: the agents module ./broken.mjs throws: no luck (broken.mjs:1:7); without it " +
        'there is no agent type "topper" of populations tops, more and agent type "ender" of population ends\n',
    });
  });

  test.each<[string, string, string, string]>([
    [
      "an unknown type",
      "type: flipper",
      "type: fliper",
      'mine.yaml:7:11 populations.crowd.type: there is no agent type "fliper" (expected a bundled agent type, or flipper (./my-agents.mjs); did you mean flipper?)',
    ],
    [
      "an unknown parameter",
      "share: 0.2",
      "shar: 0.2",
      'mine.yaml:10:15 populations.crowd.params.shar: flipper (./my-agents.mjs) has no parameter "shar" (did you mean share?)',
    ],
    [
      "an impossible value",
      "share: 0.2",
      "share: 7",
      "mine.yaml:10:22 populations.crowd.params.share: flipper (./my-agents.mjs): impossible value (expected at most 1, found 7)",
    ],
    [
      "an impossible distribution",
      "share: 0.2",
      'share: "uniform(0.5, 0.1)"',
      "mine.yaml:10:22 populations.crowd.params.share: flipper (./my-agents.mjs): uniform: min is above max (expected min at most max, found 0.5 and 0.1)",
    ],
  ])("a scenario with %s", (_, from, to, expected) => {
    const cwd = folderWith({ "mine.yaml": FLIPPERS.replace(from, to) });
    const { code, stderr } = undertow(cwd, "run", "mine.yaml");
    expect({ code, stderr }).toEqual({ code: 2, stderr: `error: ${expected}\n` });
  });
});

test("a type that throws while it decides ends the run with exit code 1 and its line", () => {
  const cwd = folderWith({
    "my-agents.mjs": FLIPPER.replace("if (lots >= half(2)) ", "if (lots >= half(lot)) "),
  });
  for (const threads of ["1", "2"]) {
    const { code, stderr } = undertow(cwd, "run", "mine.yaml", "--quiet", "--threads", threads);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /agent type "flipper" of population "crowd" failed in step \d+: lot is not defined \(my-agents\.mjs:21:24\)/,
    );
  }
});
