/** Expressions: arithmetic that works, and everything that must be refused. */
import {
  compileExpression,
  evaluateExpression,
  ExpressionError,
  expressionParser,
} from "@undertow/scenarios";
import { beforeAll, describe, expect, it } from "vitest";

type Parse = Awaited<ReturnType<typeof expressionParser>>;
let parse: Parse;
beforeAll(async () => {
  parse = await expressionParser();
});

const params = new Map([
  ["depth", 40],
  ["share", 0.25],
]);
const run = (text: string): number =>
  evaluateExpression(compileExpression(text, [...params.keys()], parse), params);

describe("expressions", () => {
  it.each([
    ["params.depth * 2", 80],
    ["5% * 200", 10],
    ["2^3^2", 512],
    ["-2^2", -4],
    ["(1 + 2) * 3", 9],
    ["params.share > 0.2 ? 1 : 2", 1],
    ["min(params.depth, 3) + sqrt(16)", 7],
    ["abs(-3) + floor(1.7) + round(2.4)", 6],
  ])("%s = %d", (text, expected) => {
    expect(run(text)).toBe(expected);
  });

  it.each([
    ["params.constructor", /unknown parameter "params.constructor"/],
    ["params.__proto__", /unknown parameter/],
    ["params.depth.constructor", /only params.name/],
    ["params['depth']", /only params.name/],
    ["constructor", /unknown symbol "constructor"/],
    ["constructor('return process')()", /./],
    ["f(x) = x", /defining a function is not allowed/],
    ["a = 1", /an assignment is not allowed/],
    ["'abc'", /only numbers are allowed/],
    ['"abc".constructor', /only params.name/],
    ["true", /only numbers are allowed/],
    ["ones(3000, 3000)", /unknown function "ones"/],
    ["import({a: 1})", /unknown function "import"/],
    ["evaluate('1+1')", /unknown function "evaluate"/],
    ["toString()", /unknown function "toString"/],
    ["hasOwnProperty(1)", /unknown function/],
    ["[1, 2]", /an? array is not allowed/],
    ["{a: 1}", /a object is not allowed|an object is not allowed/],
    ["1; 2", /more than one expression/],
    ["1:1000000000", /range is not allowed/],
    ["3!", /the operator ! is not allowed/],
    ["1 and 1", /the operator and is not allowed/],
    ["sqrt(1, 2)", /sqrt takes 1 arguments, found 2/],
    ["2 cm", /unknown symbol "cm"/],
    ["2 +", /not an expression/],
    ["1" + "+1".repeat(200), /at most 200 characters/],
  ])("refuses %s", (text, message) => {
    expect(() => run(text)).toThrowError(message);
    expect(() => run(text)).toThrowError(ExpressionError);
  });

  it.each([
    ["1/0", "Infinity"],
    ["1/0*0", "NaN"],
    ["log(0)", "-Infinity"],
  ])("refuses the result of %s", (text, shown) => {
    expect(() => run(text)).toThrowError(`the expression gives ${shown}, not a finite number`);
  });

  it("names the nearest parameter", () => {
    try {
      run("params.dpeth");
      expect.unreachable();
    } catch (error) {
      expect((error as ExpressionError).nearest).toBe("params.depth");
    }
  });
});
