/**
 * What fits into memory and what is refused, at the boundary.
 */
import { totalmem } from "node:os";
import { expect, test } from "vitest";
import { type MemoryPlan, UserError } from "@undertow/core";
import { checkMemory, memoryLimit } from "../src/command/memory.ts";

const plan = (threads: number): MemoryPlan => ({
  agents: 1,
  accounts: 3,
  books: 2,
  threads,
  bytes: 4e9,
  parts: [
    { name: "order books", bytes: 2.5e9 },
    { name: "accounts and slots", bytes: 0.9e9 },
    { name: "recorder", bytes: 0.5e9 },
    { name: "margin index", bytes: 0.1e9 },
  ],
});

test("a plan fits when it and the program do, for each thread", () => {
  expect(() => checkMemory(plan(1), 4.096e9)).not.toThrow();
  expect(() => checkMemory(plan(1), 4.096e9 - 1)).toThrow(UserError);
  expect(() => checkMemory(plan(3), 4.144e9)).not.toThrow();
  expect(() => checkMemory(plan(3), 4.144e9 - 1)).toThrow(UserError);
});

test("a refusal names the figure, the limit and the three largest parts", () => {
  expect(() => checkMemory(plan(1), 1e9)).toThrow(
    /order books 2\.5 GB, accounts and slots 900 MB, recorder 500 MB, the program itself 96 MB \(expected at most 1\.0 GB, found 4\.1 GB\)/,
  );
});

test("the limit is the machine's memory or less", () => {
  expect(memoryLimit()).toBeGreaterThan(0);
  expect(memoryLimit()).toBeLessThanOrEqual(totalmem());
});
