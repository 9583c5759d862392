/**
 * The package of examples/04-agent-package as a third party has it: Undertow's packages and the example are packed with
 * `npm pack`, unpacked in a folder outside the repository, and used there through the packed command.
 *
 * Needs no registry: what Undertow depends on beside its own packages is linked from this repository's installation.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunSummary } from "@undertow/core/metrics";

const root = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLE = "example-range-traders";
let project = "";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "undertow-package-"));
  for (const name of ["core", "agents", "scenarios", "cli"]) {
    install(join(root, "packages", name), `@undertow/${name}`);
    for (const dependency of dependenciesOf(name)) {
      const place = join(project, "node_modules", dependency);
      mkdirSync(dirname(place), { recursive: true });
      const real = realpathSync(join(root, "packages", name, "node_modules", dependency));
      symlinkSync(real, place, "junction");
    }
  }
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

function dependenciesOf(name: string): string[] {
  const text = readFileSync(join(root, "packages", name, "package.json"), "utf8");
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies).filter((dependency) => !dependency.startsWith("@undertow/"));
}

/** Packs a folder and unpacks it where `npm install` would put it. */
function install(folder: string, name: string): void {
  const archives = join(project, "archives");
  mkdirSync(archives, { recursive: true });
  const words = ["pack", "--silent", "--offline", "--pack-destination", archives];
  const archive = execFileSync("npm", words, { cwd: folder, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", join(archives, archive), "-C", archives]);
  const place = join(project, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  renameSync(join(archives, "package"), place);
}

function node(cwd: string, ...words: string[]) {
  const { NODE_TEST_CONTEXT: _context, NODE_PATH: _path, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, encoding: "utf8", env });
  return { code: status, stdout, stderr };
}

test(
  "the example is built, packed, installed, tested and run outside the repository",
  { timeout: 300_000 },
  () => {
    const source = join(project, "source");
    cpSync(join(root, "examples/04-agent-package"), source, {
      recursive: true,
      filter: (path) => !/\/(dist|node_modules)$/.test(path),
    });
    const built = node(source, join(root, "node_modules/typescript/bin/tsc"));
    expect(built).toEqual({ code: 0, stdout: "", stderr: "" });
    install(source, EXAMPLE);

    const tested = node(source, "--test");
    expect(tested.stdout).toMatch(/^# pass 16$/m);
    expect(tested.stdout).toMatch(/^# fail 0$/m);

    const command = join(project, "node_modules/@undertow/cli/bin/undertow.js");
    const runs = ["1", "2"].map((threads) =>
      node(
        project,
        command,
        "run",
        `node_modules/${EXAMPLE}/scenario.yaml`,
        "--quiet",
        "--json",
        "--threads",
        threads,
      ),
    );
    const summaries = runs.map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout) as RunSummary & { record: string };
    });
    expect(summaries[1].stateHash).toBe(summaries[0].stateHash);
    expect(summaries[0].money.residual).toBe(0);
    const text = readFileSync(join(project, summaries[0].record, "manifest.json"), "utf8");
    const { scenario } = JSON.parse(text) as { scenario: { agents: object[] } };
    expect(scenario.agents).toEqual([
      { module: EXAMPLE, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/), types: ["range-trader"] },
    ]);
    expect(text).not.toContain(project);
    // They trade: with quotes that are never reached the market is another one.
    const away = ["--set", "populations.range-traders.params.clip=0"];
    const idle = node(
      project,
      command,
      "run",
      `node_modules/${EXAMPLE}/scenario.yaml`,
      "--quiet",
      "--json",
      ...away,
    );
    expect((JSON.parse(idle.stdout) as RunSummary).stateHash).not.toBe(summaries[0].stateHash);
  },
);
