/**
 * A page of text: sections with tables and sentences, and its layout for a given width.
 *
 * Sections are plain data made from the summary; only this file knows about widths and colours.
 */
import type { Paint } from "../command/output.ts";
import { layoutTable, wrapText, type Column } from "./table.ts";

/** A table; `tones` colours whole rows. */
export interface TableBlock {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly tones?: readonly (Tone | undefined)[];
}

/** A sentence or two. */
export interface TextBlock {
  readonly kind: "text";
  readonly text: string;
  readonly tone?: Tone;
}

/** Good: as published. Bad: a miss or a broken promise. Faint: context. */
export type Tone = "good" | "bad" | "faint" | "strong";

export type Block = TableBlock | TextBlock;

/** A titled group of blocks. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  tones?: readonly (Tone | undefined)[],
): TableBlock {
  return { kind: "table", columns, rows, ...(tones === undefined ? {} : { tones }) };
}

export function text(content: string, tone?: Tone): TextBlock {
  return { kind: "text", text: content, ...(tone === undefined ? {} : { tone }) };
}

/** Lay out a section, title first. */
export function layoutSection(section: Section, width: number, paint: Paint): string[] {
  const lines = ["", paint.bold(section.title)];
  section.blocks.forEach((block, index) => {
    const previous = section.blocks[index - 1];
    if (previous?.kind === "table" && block.kind === "table") lines.push("");
    lines.push(
      ...(block.kind === "table" ? layoutTableBlock(block, width, paint) : layoutText(block, width, paint)),
    );
  });
  return lines;
}

/** Lay out a sentence, two columns in. */
export function layoutText(block: TextBlock, width: number, paint: Paint): string[] {
  return wrapText(block.text, width - 2).map((line) => `  ${tint(paint, block.tone, line)}`);
}

function layoutTableBlock(block: TableBlock, width: number, paint: Paint): string[] {
  return layoutTable(block.columns, block.rows, width, {
    header: (line) => paint.dim(line),
    row: (index, line) => tint(paint, block.tones?.[index], line),
  });
}

function tint(paint: Paint, tone: Tone | undefined, line: string): string {
  if (tone === "good") return paint.green(line);
  if (tone === "bad") return paint.red(line);
  if (tone === "faint") return paint.dim(line);
  if (tone === "strong") return paint.bold(line);
  return line;
}
