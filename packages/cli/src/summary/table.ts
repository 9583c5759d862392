/**
 * A small table printer for the terminal: aligned columns, no frames, aware of the width.
 *
 * A table that is too wide first wraps its `wrap` columns, then stands closer together, then is split into
 * blocks of columns, each block repeating the first column. It never cuts a number.
 */

/** One column. */
export interface Column {
  /** May hold line feeds; heads of several lines stand on a common last line. */
  readonly header: string;
  /** Numbers to the right (default), text to the left. */
  readonly align?: "left" | "right";
  /** Text that may be broken at spaces when the table is too wide. */
  readonly wrap?: boolean;
}

/** Paint applied after layout, so that colour codes never disturb the widths. */
export interface TableStyle {
  readonly header: (text: string) => string;
  /** Called with the row index and the laid-out line. */
  readonly row?: (index: number, line: string) => string;
}

const GAP = 2;
const NARROW_GAP = 1;
const INDENT = "  ";
const NARROWEST_WRAP = 14;

/**
 * Lay out a table.
 *
 * @param columns column heads and alignment
 * @param rows cells as text, one array per row, as long as `columns`
 * @param width characters available, for example 80
 * @param style paint for the head and for rows
 * @returns lines without a final line feed
 */
export function layoutTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  style: TableStyle,
): string[] {
  const natural = columns.map((column, c) =>
    Math.max(...headLines(column).map(textWidth), ...rows.map((row) => textWidth(row[c] ?? ""))),
  );
  const wide = shrinkWrapped(columns, natural, width, GAP);
  if (totalWidth(wide, GAP) <= width) return block({ columns, rows, widths: wide, gap: GAP, style });
  const widths = shrinkWrapped(columns, natural, width, NARROW_GAP);
  if (totalWidth(widths, NARROW_GAP) <= width)
    return block({ columns, rows, widths, gap: NARROW_GAP, style });
  const lines: string[] = [];
  for (const group of splitColumns(widths, width)) {
    if (lines.length > 0) lines.push("");
    const part = rows.map((row) => group.map((c) => row[c] ?? ""));
    const layout = { columns: group.map((c) => columns[c]), rows: part, widths: group.map((c) => widths[c]) };
    lines.push(...block({ ...layout, gap: GAP, style }));
  }
  return lines;
}

/**
 * Break text at spaces so that no line is longer than `width`. A longer word is broken after a slash, hyphen or
 * dot before a letter where it has one; else it stays whole, so that no number is ever cut.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const pieces = textWidth(word) > width ? word.split(BREAK) : [word];
    pieces.forEach((piece, k) => {
      const gap = k > 0 || line === "" ? "" : " ";
      if (line !== "" && textWidth(line) + gap.length + textWidth(piece) > width) {
        lines.push(line);
        line = piece;
      } else line += gap + piece;
    });
  }
  lines.push(line);
  return lines;
}

/** Where a word that is too long may be broken. */
const BREAK = /(?<=[/\-.])(?=[A-Za-z])/;

/** Characters on screen; the text printed here holds no wide or combining characters. */
function textWidth(text: string): number {
  return [...text].length;
}

interface Layout {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
  readonly gap: number;
  readonly style: TableStyle;
}

function headLines(column: Column): string[] {
  return column.header.split("\n");
}

function totalWidth(widths: readonly number[], gap: number): number {
  return INDENT.length + widths.reduce((sum, w) => sum + w, 0) + gap * (widths.length - 1);
}

function shrinkWrapped(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
  gap: number,
): number[] {
  const fitted = [...natural];
  const wrapped = columns.flatMap((column, c) => (column.wrap === true ? [c] : []));
  let excess = totalWidth(fitted, gap) - width;
  while (excess > 0) {
    // The widest wrapping column gives way first, so that text columns end up of similar width.
    const widest = wrapped.reduce((best, c) => (best < 0 || fitted[c] > fitted[best] ? c : best), -1);
    if (widest < 0 || fitted[widest] <= NARROWEST_WRAP) break;
    fitted[widest] -= 1;
    excess -= 1;
  }
  return fitted;
}

function splitColumns(widths: readonly number[], width: number): number[][] {
  const groups: number[][] = [];
  let group = [0];
  for (let c = 1; c < widths.length; c++) {
    const next = [...group, c];
    const used = totalWidth(
      next.map((i) => widths[i]),
      GAP,
    );
    if (group.length > 1 && used > width) {
      groups.push(group);
      group = [0, c];
    } else {
      group = next;
    }
  }
  groups.push(group);
  return groups;
}

function block(layout: Layout): string[] {
  const lines = headRows(layout.columns).map((row) => layout.style.header(lineOf(row, layout)));
  layout.rows.forEach((row, index) => {
    for (const line of rowLines(row, layout)) {
      lines.push(layout.style.row ? layout.style.row(index, line) : line);
    }
  });
  return lines;
}

function headRows(columns: readonly Column[]): string[][] {
  const heads = columns.map(headLines);
  const height = Math.max(...heads.map((head) => head.length));
  return Array.from({ length: height }, (_, l) => heads.map((head) => head[l - height + head.length] ?? ""));
}

function rowLines(cells: readonly string[], layout: Layout): string[] {
  const parts = cells.map((cell, c) =>
    layout.columns[c].wrap === true ? wrapText(cell, layout.widths[c]) : [cell],
  );
  const height = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: height }, (_, l) =>
    lineOf(
      parts.map((part) => part[l] ?? ""),
      layout,
    ),
  );
}

function lineOf(cells: readonly string[], layout: Layout): string {
  const padded = cells.map((cell, c) => pad(cell, layout.widths[c], layout.columns[c].align ?? "right"));
  return (INDENT + padded.join(" ".repeat(layout.gap))).trimEnd();
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + space : space + text;
}
