/**
 * Reads CSV: a header line, then one line a row; commas between cells, which may stand in double quotes.
 *
 * Lines that are empty or begin with `#` are passed over. A line break inside quotes is refused. Spaces around a cell do
 * not count.
 */
import type { Problem } from "@undertow/core";
import type { RawTable } from "./raw-table.ts";

/**
 * The table of a CSV text, or undefined when it has no header; flaws go to `problems`.
 *
 * @param file how messages name the file
 */
export function readCsv(text: string, file: string, problems: Problem[]): RawTable | undefined {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n/);
  let names: string[] | undefined;
  const rows: string[][] = [];
  const lineOf: number[] = [];
  for (const [k, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = cellsOf(line);
    if (cells === undefined) {
      const expected = "both quotes of a cell on one line";
      problems.push({ message: "a quote that does not end", expected, file, line: k + 1 });
    } else if (names === undefined) {
      names = cells;
    } else if (cells.length !== names.length) {
      const expected = `${names.length} cells as in the header`;
      problems.push({
        message: "a row of another length",
        expected,
        found: `${cells.length}`,
        file,
        line: k + 1,
      });
    } else {
      rows.push(cells);
      lineOf.push(k + 1);
    }
  }
  if (names === undefined) {
    problems.push({
      message: "the table has no header",
      expected: "a line with the names of columns",
      file,
      line: 1,
    });
    return undefined;
  }
  return {
    names,
    rows: rows.length,
    cell: (row, column) => (rows[row][column] === "" ? undefined : rows[row][column]),
    place: (row) => ({ file, line: lineOf[row] }),
    rowName: () => "",
  };
}

/** The cells of a line without quotes and spaces around them; undefined when a quote does not end. */
function cellsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let k = 0; k < line.length; k++) {
    const char = line[k];
    if (char === '"') {
      if (quoted && line[k + 1] === '"') cell += line[k++];
      else quoted = !quoted;
    } else if (char === "," && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  cells.push(cell.trim());
  return quoted ? undefined : cells;
}
