/**
 * Reads YAML text into a located tree.
 *
 * YAML 1.2 core schema only: no custom tags, no duplicate keys, bounded size and depth (aliases cannot blow
 * the document up). All syntax problems are reported at once; no code can run.
 */
import type { Problem } from "@undertow/core";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from "yaml";
import { emptyMap, type Located, type LocatedEntry, type Path, type Position } from "./located.ts";
import { problemAt } from "./problems.ts";

const MAX_NODES = 200_000;
const MAX_DEPTH = 40;

/** The tree of a YAML text; problems are appended, and the tree then holds what could be read. */
export function parseYaml(text: string, file: string, problems: Problem[]): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", merge: false });
  for (const flaw of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(flaw.pos[0]);
    const message = flaw.message.split(/ at line \d+/)[0].replace(/:$/, "");
    problems.push(problemAt({ file, line, column: col }, [], { message: `not valid YAML: ${message}` }));
  }
  if (document.errors.length > 0) return emptyMap({ file });
  return new Reader(document, lines, file, problems).read();
}

/** The tree of one `--set` value, read as YAML so that `5%`, `[BTC, ETH]` and `{price: 1}` all work. */
export function parseYamlValue(text: string, position: Position, problems: Problem[]): Located {
  const own: Problem[] = [];
  const node = parseYaml(text, position.file, own);
  for (const problem of own) problems.push(problemAt(position, [], { message: problem.message }));
  return atPosition(node, position);
}

function atPosition(node: Located, position: Position): Located {
  if (node.kind === "scalar") return { ...node, position };
  if (node.kind === "list")
    return { ...node, position, items: node.items.map((item) => atPosition(item, position)) };
  const entries = new Map<string, LocatedEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, { keyPosition: position, value: atPosition(entry.value, position) });
  }
  return { ...node, position, entries };
}

class Reader {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly file: string;
  readonly problems: Problem[];
  nodes = 0;

  constructor(document: Document.Parsed, lines: LineCounter, file: string, problems: Problem[]) {
    this.document = document;
    this.lines = lines;
    this.file = file;
    this.problems = problems;
  }

  read(): Located {
    const root = this.document.contents;
    return root === null ? emptyMap({ file: this.file, line: 1, column: 1 }) : this.node(root, [], 0);
  }

  at(node: Node): Position {
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    return { file: this.file, line, column: col };
  }

  node(node: Node, path: Path, depth: number): Located {
    const position = this.at(node);
    this.nodes += 1;
    if (this.nodes > MAX_NODES || depth > MAX_DEPTH) {
      if (this.nodes <= MAX_NODES + 1 || depth === MAX_DEPTH + 1) {
        this.refuse(position, path, `a scenario may hold at most ${MAX_NODES} values, ${MAX_DEPTH} deep`);
      }
      this.nodes = MAX_NODES + 1;
      return { kind: "scalar", position, value: null };
    }
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target !== undefined) return this.node(target, path, depth + 1);
      this.refuse(position, path, `the alias *${node.source} names no anchor`);
      return { kind: "scalar", position, value: null };
    }
    if (isSeq(node)) {
      const items = node.items.map((item, k) => this.node(item as Node, [...path, k], depth + 1));
      return { kind: "list", position, items };
    }
    if (isMap(node))
      return this.map(node.items as readonly { key: Node; value: Node | null }[], position, path, depth);
    return { kind: "scalar", position, value: this.scalar(node, position, path) };
  }

  map(
    items: readonly { key: Node; value: Node | null }[],
    position: Position,
    path: Path,
    depth: number,
  ): Located {
    const entries = new Map<string, LocatedEntry>();
    for (const { key, value } of items) {
      const keyPosition = this.at(key);
      const keyValue: unknown = isScalar(key) ? key.value : null;
      if (typeof keyValue !== "string" && typeof keyValue !== "number" && typeof keyValue !== "boolean") {
        this.refuse(keyPosition, path, "a key must be a plain name");
        continue;
      }
      const name = String(keyValue);
      const below = [...path, name];
      if (value === null || (isScalar(value) && value.value === null && value.source === "")) {
        this.refuse(keyPosition, below, `"${name}" has no value`);
        continue;
      }
      entries.set(name, { keyPosition, value: this.node(value, below, depth + 1) });
    }
    return { kind: "map", position, entries };
  }

  scalar(node: Node, position: Position, path: Path): string | number | boolean | null {
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean"
    )
      return value;
    this.refuse(position, path, "only text, numbers, true, false and null can be values");
    return null;
  }

  refuse(position: Position, path: Path, message: string): void {
    this.problems.push(problemAt(position, path, { message }));
  }
}
