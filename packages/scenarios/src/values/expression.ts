/**
 * Expressions over a scenario's `params`, such as `=params.depth * 2`.
 *
 * mathjs parses the text (loaded only when a file holds an expression); the tree is walked against a
 * whitelist and compiled to a plain function of the parameters. Nothing of mathjs evaluates, nothing but
 * numbers and listed functions can be reached, and the arithmetic is core's, the same on every platform.
 */
import { exp, ln, pow } from "@undertow/core";
import { nearestName } from "@undertow/core";
import type {
  AccessorNode,
  ConditionalNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  SymbolNode,
} from "mathjs";

/** Longest expression that is accepted, in characters. */
export const MAX_EXPRESSION_LENGTH = 200;

/** A compiled expression. */
export type Expression = (params: ReadonlyMap<string, number>) => number;

/** Why an expression was refused, in words for the user. */
export class ExpressionError extends Error {
  readonly nearest: string | undefined;
  constructor(message: string, nearest?: string) {
    super(message);
    this.name = "ExpressionError";
    this.nearest = nearest;
  }
}

type Parse = (text: string) => MathNode;
type Compiled = Expression;

interface Operation {
  readonly arguments: number;
  readonly apply: (...values: number[]) => number;
}

const truth = (value: boolean): number => (value ? 1 : 0);
const OPERATORS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["add", { arguments: 2, apply: (a, b) => a + b }],
  ["subtract", { arguments: 2, apply: (a, b) => a - b }],
  ["multiply", { arguments: 2, apply: (a, b) => a * b }],
  ["divide", { arguments: 2, apply: (a, b) => a / b }],
  ["pow", { arguments: 2, apply: (a, b) => pow(a, b) }],
  ["unaryMinus", { arguments: 1, apply: (a) => -a }],
  ["unaryPlus", { arguments: 1, apply: (a) => a }],
  ["smaller", { arguments: 2, apply: (a, b) => truth(a < b) }],
  ["smallerEq", { arguments: 2, apply: (a, b) => truth(a <= b) }],
  ["larger", { arguments: 2, apply: (a, b) => truth(a > b) }],
  ["largerEq", { arguments: 2, apply: (a, b) => truth(a >= b) }],
  ["equal", { arguments: 2, apply: (a, b) => truth(a === b) }],
  ["unequal", { arguments: 2, apply: (a, b) => truth(a !== b) }],
]);
const FUNCTIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["abs", { arguments: 1, apply: (a) => Math.abs(a) }],
  ["sqrt", { arguments: 1, apply: (a) => Math.sqrt(a) }],
  ["floor", { arguments: 1, apply: (a) => Math.floor(a) }],
  ["ceil", { arguments: 1, apply: (a) => Math.ceil(a) }],
  ["round", { arguments: 1, apply: (a) => Math.round(a) }],
  ["exp", { arguments: 1, apply: (a) => exp(a) }],
  ["log", { arguments: 1, apply: (a) => ln(a) }],
  ["min", { arguments: 2, apply: (a, b) => Math.min(a, b) }],
  ["max", { arguments: 2, apply: (a, b) => Math.max(a, b) }],
]);

let loaded: Promise<Parse> | undefined;

/** Loads the parser; called only when a scenario holds an expression. */
export async function expressionParser(): Promise<Parse> {
  loaded ??= import("mathjs/number").then((module) => module.parse as unknown as Parse);
  return loaded;
}

/**
 * Compiles the text after the `=`; `names` are the parameters that may be used.
 *
 * @throws ExpressionError with what is not allowed; nothing has been evaluated then.
 */
export function compileExpression(text: string, names: readonly string[], parse: Parse): Expression {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(
      `an expression may have at most ${MAX_EXPRESSION_LENGTH} characters, this has ${text.length}`,
    );
  }
  let tree: MathNode;
  try {
    tree = parse(text);
  } catch (error) {
    throw new ExpressionError(`not an expression: ${(error as Error).message}`);
  }
  return compile(tree, names);
}

/**
 * The value of a compiled expression.
 *
 * @throws ExpressionError when it is not a finite number.
 */
export function evaluateExpression(expression: Expression, params: ReadonlyMap<string, number>): number {
  const value = expression(params);
  if (!Number.isFinite(value))
    throw new ExpressionError(`the expression gives ${value}, not a finite number`);
  return value;
}

function compile(node: MathNode, names: readonly string[]): Compiled {
  switch (node.type) {
    case "ConstantNode":
      return constant(node as ConstantNode);
    case "ParenthesisNode":
      return compile((node as unknown as { content: MathNode }).content, names);
    case "SymbolNode":
      return symbol(node as SymbolNode, names);
    case "AccessorNode":
      return parameter(node as AccessorNode, names);
    case "OperatorNode":
      return operator(node as OperatorNode, names);
    case "FunctionNode":
      return call(node as FunctionNode, names);
    case "ConditionalNode":
      return conditional(node as ConditionalNode, names);
    default:
      throw new ExpressionError(`${describe(node.type)} is not allowed in an expression`);
  }
}

function constant(node: ConstantNode): Compiled {
  const value: unknown = node.value;
  if (typeof value !== "number")
    throw new ExpressionError(`only numbers are allowed in an expression, not ${typeof value} values`);
  return () => value;
}

function symbol(node: SymbolNode, names: readonly string[]): Compiled {
  if (node.name === "pi") return () => Math.PI;
  const known = names.includes(node.name)
    ? `params.${node.name}`
    : nearestName(
        node.name,
        names.map((name) => `params.${name}`),
      );
  throw new ExpressionError(`unknown symbol "${node.name}"`, known);
}

/** Exactly `params.name`; any other property access is refused. */
function parameter(node: AccessorNode, names: readonly string[]): Compiled {
  const { object, index, name } = node as unknown as {
    object: MathNode;
    index: { dotNotation?: boolean };
    name: string;
  };
  const isParams =
    object.type === "SymbolNode" && (object as SymbolNode).name === "params" && index.dotNotation === true;
  if (!isParams) throw new ExpressionError("only params.name may be read in an expression");
  if (!names.includes(name)) {
    const nearest = nearestName(name, names);
    throw new ExpressionError(
      `unknown parameter "params.${name}"`,
      nearest === undefined ? undefined : `params.${nearest}`,
    );
  }
  return (params) => params.get(name)!;
}

function operator(node: OperatorNode, names: readonly string[]): Compiled {
  const operation = OPERATORS.get(String(node.fn));
  if (operation === undefined || operation.arguments !== node.args.length) {
    throw new ExpressionError(`the operator ${String(node.op)} is not allowed in an expression`);
  }
  return applied(operation, node.args, names);
}

function call(node: FunctionNode, names: readonly string[]): Compiled {
  const target = (node as unknown as { fn: MathNode }).fn;
  const name = target.type === "SymbolNode" ? (target as SymbolNode).name : undefined;
  const operation = name === undefined ? undefined : FUNCTIONS.get(name);
  if (operation === undefined) {
    const nearest = name === undefined ? undefined : nearestName(name, [...FUNCTIONS.keys()]);
    throw new ExpressionError(
      `unknown function "${name ?? "?"}"; known are ${[...FUNCTIONS.keys()].join(", ")}`,
      nearest,
    );
  }
  if (node.args.length !== operation.arguments) {
    throw new ExpressionError(`${name} takes ${operation.arguments} arguments, found ${node.args.length}`);
  }
  return applied(operation, node.args, names);
}

function applied(operation: Operation, parts: readonly MathNode[], names: readonly string[]): Compiled {
  const compiled = parts.map((part) => compile(part, names));
  return (params) => operation.apply(...compiled.map((part) => part(params)));
}

function conditional(node: ConditionalNode, names: readonly string[]): Compiled {
  const parts = node as unknown as { condition: MathNode; trueExpr: MathNode; falseExpr: MathNode };
  const condition = compile(parts.condition, names);
  const whenTrue = compile(parts.trueExpr, names);
  const whenFalse = compile(parts.falseExpr, names);
  return (params) => (condition(params) !== 0 ? whenTrue(params) : whenFalse(params));
}

function describe(type: string): string {
  if (type === "FunctionAssignmentNode") return "defining a function";
  if (type === "AssignmentNode") return "an assignment";
  if (type === "BlockNode") return "more than one expression";
  return `a ${type.replace(/Node$/, "").toLowerCase()}`;
}
