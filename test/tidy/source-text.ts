/**
 * Reads source text well enough for the tidy test: blanks comments and strings, finds imports, lists files.
 *
 * It is a scanner, not a parser: positions and line numbers stay as they were, everything that is not code
 * becomes spaces. It must never change the length of a text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** One file of the repository; `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "runs", "coverage", ".git", ".vitest"]);

/** Every file under `root` whose name ends in one of `endings`, sorted by path. */
export function listFiles(root: string, endings: readonly string[]): SourceFile[] {
  const files: SourceFile[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) visit(full);
      } else if (endings.some((ending) => entry.name.endsWith(ending))) {
        files.push({ path: relative(root, full).split(sep).join("/"), text: readFileSync(full, "utf8") });
      }
    }
  };
  visit(root);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Line number (from 1) of a position. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let i = 0; i < position; i++) if (text.charCodeAt(i) === 10) line++;
  return line;
}

/** The text with comments blanked; with `strings` also the insides of strings, templates and regular expressions. */
export function blank(text: string, what: { strings: boolean }): string {
  const out = text.split("");
  const hide = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (out[i] !== "\n") out[i] = " ";
  };
  // Depth of braces at which each open template substitution ends.
  const templates: number[] = [];
  let braces = 0;
  let i = 0;
  while (i < text.length) {
    const end = skipped(text, i);
    if (end > i) {
      hide(i, end);
      i = end;
      continue;
    }
    const c = text[i];
    if (c === "`" || (c === "}" && templates.at(-1) === braces)) {
      if (c === "}") templates.pop();
      const stop = templateEnd(text, i + 1);
      if (what.strings) hide(i + 1, stop.at);
      if (stop.substitution) templates.push(braces);
      i = stop.at + (stop.substitution ? 2 : 1);
      continue;
    }
    if (c === '"' || c === "'" || (c === "/" && startsRegex(text, i))) {
      const stop = quoteEnd(text, i, c);
      if (what.strings) hide(i + 1, stop);
      i = stop + 1;
      continue;
    }
    if (c === "{") braces++;
    if (c === "}") braces--;
    i++;
  }
  return out.join("");
}

/** Module specifiers of a file with their lines: static and dynamic imports and re-exports. */
export function importsOf(text: string): { specifier: string; line: number }[] {
  const code = blank(text, { strings: false });
  // Where the keyword itself is blank, it stands inside a string or a regular expression.
  const bare = blank(text, { strings: true });
  const pattern = /\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g;
  const found: { specifier: string; line: number }[] = [];
  for (const match of code.matchAll(pattern)) {
    if (bare[match.index] === " ") continue;
    found.push({ specifier: match[2] ?? "", line: lineAt(code, match.index) });
  }
  return found;
}

/** End of the comment (or shebang) that starts at `i`; `i` itself when none does. */
function skipped(text: string, i: number): number {
  const two = text.slice(i, i + 2);
  if (two === "//" || (i === 0 && two === "#!")) {
    const end = text.indexOf("\n", i);
    return end < 0 ? text.length : end;
  }
  if (two !== "/*") return i;
  const end = text.indexOf("*/", i + 2);
  return end < 0 ? text.length : end + 2;
}

function templateEnd(text: string, from: number): { at: number; substitution: boolean } {
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "`") return { at: i, substitution: false };
    else if (text[i] === "$" && text[i + 1] === "{") return { at: i, substitution: true };
  }
  return { at: text.length, substitution: false };
}

function quoteEnd(text: string, start: number, quote: string): number {
  let inClass = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === "\n") return i;
    else if (quote === "/" && c === "[") inClass = true;
    else if (quote === "/" && c === "]") inClass = false;
    else if (c === quote && !inClass) return i;
  }
  return text.length;
}

/** A slash starts a regular expression unless a value stands before it. */
function startsRegex(text: string, i: number): boolean {
  const before = text.slice(Math.max(0, i - 40), i).trimEnd();
  if (/\b(?:return|typeof|case|in|of)$/.test(before)) return true;
  return before === "" || !/[\w)\]}"'`$]$/.test(before);
}
