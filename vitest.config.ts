/**
 * Test configuration: unit tests of every package, and the root tests that look at the repository as a whole.
 *
 * Tests import the built packages by name, so `npm run build` comes first (`npm test` does both). Slow
 * simulations share two cores: two worker processes at most, one minute a test.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    reporters: ["default"],
  },
});
