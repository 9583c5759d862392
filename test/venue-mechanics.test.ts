/**
 * The example of a venue driven by hand prints what stands beside it, run as a user runs it.
 *
 * The text shows the liquidation price, the fills, the fund's gains and the deleveraging queue, so that any change of
 * the exchange's rules or money shows here.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("examples/02-venue-mechanics prints its expected text", async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["examples/02-venue-mechanics/run.js"],
    { cwd: root },
  );
  expect(stderr).toBe("");
  expect(stdout).toBe(await readFile(`${root}examples/02-venue-mechanics/expected.txt`, "utf8"));
  expect(stdout).toContain("liquidation at 57,261.31, bankrupt at 57,000");
  expect(stdout).toMatch(/: book, fund \+30\.58\n.*: fund, fund \+145\.2\n.*: adl against bob 0\.874\n/);
  expect(stdout).toContain("money residual 0 quanta, contracts residual 0 lots");
});
