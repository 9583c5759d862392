/**
 * Finds bare products of money: an expression that multiplies and divides a `...Quanta` amount.
 *
 * Such a product can pass 2^53 and lose a quantum without a sound; it belongs in `mulDiv`. A value that is
 * an estimate and never reaches the ledger says so with a comment `// estimate: why` on its line or above.
 */
import { blank, lineAt } from "./source-text.ts";

/** What one multiplicative chain contains. */
interface Chain {
  money: boolean;
  times: boolean;
  divided: boolean;
}

const TOKEN = /[A-Za-z_$][\w$]*|\d[\w.]*|=>|\?\.|[-+*/%=<>!&|?:,;.()[\]{}"'`]/g;
const SIGNS = new Set(["!", "+", "-", "typeof", "await", "void"]);

/** Lines on which a money amount is multiplied and divided in one expression. */
export function bareMoneyProducts(text: string): number[] {
  const code = blank(text, { strings: true });
  const tokens = [...code.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  const lines = text.split("\n");
  const found = new Set<number>();
  for (let i = 0; i < tokens.length; i++) {
    const before = tokens[i - 1]?.text;
    if (before === "*" || before === "/" || before === "." || before === "?.") continue;
    const chain: Chain = { money: false, times: false, divided: false };
    readChain(tokens, i, chain);
    if (!chain.money || !chain.times || !chain.divided) continue;
    const line = lineAt(code, tokens[i]?.at ?? 0);
    const excused = [lines[line - 1], lines[line - 2]].some((l) => /\/\/ estimate: \S/.test(l ?? ""));
    if (!excused) found.add(line);
  }
  return [...found];
}

type Tokens = readonly { text: string; at: number }[];

/** Reads operand (op operand)* from token `i`; returns the token after it. */
function readChain(tokens: Tokens, i: number, chain: Chain): number {
  let next = readOperand(tokens, i, chain);
  while (next > i && (tokens[next]?.text === "*" || tokens[next]?.text === "/")) {
    const isTimes = tokens[next]?.text === "*";
    // What stands under the line is a divisor: its own products are judged where they begin.
    const after = readOperand(
      tokens,
      next + 1,
      isTimes ? chain : { money: false, times: false, divided: false },
    );
    if (after === next + 1) break;
    if (isTimes) chain.times = true;
    else chain.divided = true;
    next = after;
  }
  return next;
}

/** Reads a value: a name with members, indices and calls, a number, or a group in parentheses. */
function readOperand(tokens: Tokens, start: number, chain: Chain): number {
  let i = start;
  while (SIGNS.has(tokens[i]?.text ?? "")) i++;
  const first = tokens[i]?.text ?? "";
  if (first === "(") return readGroup(tokens, i, chain);
  if (!/^[\w$]/.test(first)) return start;
  let name = first;
  i++;
  for (;;) {
    const token = tokens[i]?.text;
    if (token === "." || token === "?.") {
      name = tokens[i + 1]?.text ?? "";
      i += 2;
    } else if (token === "[" || token === "(") {
      i = closing(tokens, i) + 1;
    } else if (token === "!") {
      i++;
    } else {
      if (name.endsWith("Quanta")) chain.money = true;
      return i;
    }
  }
}

/** A group adds what its own terms multiply and divide: prettier writes a * b / c as (a * b) / c. */
function readGroup(tokens: Tokens, open: number, chain: Chain): number {
  const close = closing(tokens, open);
  let i = open + 1;
  while (i < close) {
    const after = readChain(tokens, i, chain);
    i = after > i ? after : i + 1;
  }
  return close + 1;
}

function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i]?.text;
    if (token === "(" || token === "[") depth++;
    if (token === ")" || token === "]") depth--;
    if (depth === 0) return i;
  }
  return tokens.length;
}
