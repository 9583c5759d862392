/** The example of a learning strategy prints what stands beside it, and learns: it beats chance beyond the interval it states. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("examples/05-learning-strategy prints its expected text", { timeout: 300_000 }, async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["examples/05-learning-strategy/run.js"],
    { cwd: root },
  );
  expect(stderr).toBe("");
  expect(stdout).toBe(await readFile(`${root}examples/05-learning-strategy/expected.txt`, "utf8"));
  const [, gain, error] = /difference of pairs ([-\d.]+) %, 95 % interval \+-([\d.]+) %/.exec(stdout) ?? [];
  expect(Number(gain)).toBeGreaterThan(Number(error));
});
