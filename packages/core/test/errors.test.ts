/** Errors: what a problem says, and which name is meant by a misspelt one. */
import { expect, test } from "vitest";
import { InvariantError, UserError, formatProblem, invariant, nearestName } from "@undertow/core";

test("a problem is one line with place, path, expectation, finding and nearest name", () => {
  expect(
    formatProblem({
      message: "unknown key",
      file: "a.yaml",
      line: 3,
      column: 5,
      path: "run.sed",
      expected: "a key of run",
      found: "sed",
      nearest: "seed",
    }),
  ).toBe("a.yaml:3:5 run.sed: unknown key (expected a key of run, found sed; did you mean seed?)");
  expect(formatProblem({ message: "empty file" })).toBe("empty file");
  expect(formatProblem({ message: "bad", path: "x", remedy: "Use 1." })).toBe("x: bad. Use 1.");
  expect(formatProblem({ message: "bad", nearest: "good" })).toBe("bad (did you mean good?)");
});

test("a user error keeps all problems and says them all", () => {
  const error = new UserError("bad-file", [{ message: "first" }, { message: "second", found: "2" }]);
  expect(error).toBeInstanceOf(Error);
  expect(error.code).toBe("bad-file");
  expect(error.problems).toHaveLength(2);
  expect(error.message).toBe("first\nsecond (found 2)");
  expect(new UserError("one", { message: "only" }).problems).toEqual([{ message: "only" }]);
});

test("an invariant error names what repeats the run and asks for a report", () => {
  const error = new InvariantError("money-conservation", "residual 3", {
    seed: "a b",
    step: 12,
    scenarioHash: "beef",
  });
  expect(error).toMatchObject({ code: "money-conservation", seed: "a b", step: 12, scenarioHash: "beef" });
  expect(error.message).toContain('residual 3 [seed "a b", step 12, scenario beef]');
  expect(error.message).toContain("please report");
});

test("an invariant makes its text only when it fails", () => {
  let made = 0;
  const detail = (): string => `made ${++made}`;
  invariant(true, "code", detail);
  expect(made).toBe(0);
  expect(() => invariant(false, "code", detail, { step: 4 })).toThrow(/code: made 1 \[step 4\]/);
});

test.each([
  ["levrage", "leverage"],
  ["LEVERAGE", "leverage"],
  ["lookbakc", "lookback"],
  ["sed", "seed"],
  ["sede", "seed"],
  ["zzzz", undefined],
  ["", undefined],
])("the name nearest to %j is %j", (name, nearest) => {
  expect(nearestName(name, ["leverage", "lookback", "seed"])).toBe(nearest);
});

test("a tie goes to the earlier candidate", () => {
  expect(nearestName("bat", ["cat", "rat"])).toBe("cat");
});
