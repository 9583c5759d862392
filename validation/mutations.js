#!/usr/bin/env node
/**
 * Mutation check: single-line faults in margin, liquidation, funding and deleveraging code, each of which the named
 * tests must catch. Not part of continuous integration: every fault is a build and a test run.
 *
 * The faults are in faults.js. Usage: node validation/mutations.js [--only TEXT] [--keep]
 * Works in a copy of the repository in a temporary folder; the repository itself is never changed. Prints a table.
 * Exit 1 if a fault survives, its line is not found exactly once, or the tests fail without any fault.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULTS, testFilesOf } from "./faults.js";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A fault that makes a test run longer than this counts as caught: it hangs. */
const MOST_SECONDS = 120;

const options = { only: "", keep: false };
for (let k = 2; k < process.argv.length; k++) {
  if (process.argv[k] === "--keep") options.keep = true;
  else if (process.argv[k] === "--only" && process.argv[k + 1] !== undefined)
    options.only = process.argv[++k];
  else stop(`unknown option ${process.argv[k]}\nnode validation/mutations.js [--only TEXT] [--keep]`);
}

const copy = copyRepository();
try {
  process.exitCode = runAll() ? 0 : 1;
} finally {
  if (options.keep) console.log(`kept ${copy}`);
  else rmSync(copy, { recursive: true, force: true });
}

function runAll() {
  const faults = FAULTS.filter((fault) => fault.join(" ").includes(options.only));
  const tests = [...new Set(faults.flatMap(([, , , names]) => filesOf(names)))];
  build();
  const clean = runTests(tests);
  if (clean !== "passed") {
    console.log(`the tests do not pass without a fault (${clean}): ${tests.join(" ")}`);
    return false;
  }
  const counts = { caught: 0, survived: 0, "not found": 0 };
  console.log(" #  outcome    seconds  file                                 fault");
  faults.forEach((fault, k) => {
    const started = performance.now();
    const outcome = tryFault(fault);
    counts[outcome]++;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const [file, from, to] = fault;
    const change = `${from.trim()}  ->  ${to.trim() || "(nothing)"}`;
    const number = String(k + 1).padStart(2);
    console.log(`${number}  ${outcome.padEnd(10)} ${seconds.padStart(6)}   ${file.padEnd(36)} ${change}`);
  });
  console.log(
    `${counts.caught} of ${faults.length} caught, ${counts.survived} survived, ${counts["not found"]} not found`,
  );
  return counts.caught === faults.length;
}

function tryFault([file, from, to, names]) {
  const path = join(copy, "packages/core/src", file);
  const good = readFileSync(path, "utf8");
  if (good.split(from).length !== 2) return "not found";
  writeFileSync(
    path,
    good.replace(from, () => to),
  );
  try {
    build();
    return runTests(filesOf(names)) === "passed" ? "survived" : "caught";
  } finally {
    writeFileSync(path, good);
  }
}

function filesOf(names) {
  const found = testFilesOf(names, readdirSync(join(root, "packages/core/test")));
  if (found.length === 0) stop(`no test named ${names}`);
  return found.map((file) => `packages/core/test/${file}`);
}

function build() {
  // Type errors of a fault do not matter: what is emitted runs all the same.
  spawnSync("node_modules/.bin/tsc", ["-b", "packages/core"], { cwd: copy });
}

function runTests(files) {
  const result = spawnSync(
    "node_modules/.bin/vitest",
    ["run", "--bail", "1", "--reporter", "dot", ...files],
    {
      cwd: copy,
      timeout: MOST_SECONDS * 1000,
      killSignal: "SIGKILL",
      encoding: "utf8",
    },
  );
  if (result.error !== undefined) return "too slow";
  if (result.status !== 0 && options.keep) console.log(result.stdout.slice(-2_000));
  return result.status === 0 ? "passed" : "failed";
}

/** The repository without its history, its node_modules linked so that packages resolve to the copy. */
function copyRepository() {
  const target = mkdtempSync(join(tmpdir(), "undertow-mutations-"));
  const skipped = new Set(["node_modules", ".git", "runs"]);
  cpSync(root, target, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  linkAll(join(root, "node_modules"), join(target, "node_modules"), "@undertow");
  mkdirSync(join(target, "node_modules/@undertow"));
  for (const name of readdirSync(join(root, "packages"))) {
    symlinkSync(join(target, "packages", name), join(target, "node_modules/@undertow", name));
    const own = join(root, "packages", name, "node_modules");
    linkAll(own, join(target, "packages", name, "node_modules"), "@undertow");
  }
  return target;
}

function linkAll(from, to, except) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name));
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
