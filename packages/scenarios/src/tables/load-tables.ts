/**
 * Loads the tables that populations give to their agents: `tables: { flow: ./flow.csv }`, relative to the file that says
 * so. CSV or Parquet by the ending.
 *
 * Every flaw is a problem: a table that the type does not read or needs, a missing column, a cell with its line. Columns
 * come back over shared memory, so that the threads of a run read one copy.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  type AgentTable,
  type AgentType,
  type Problem,
  sharedFloat64,
  type TableColumnSpec,
  type TableSpec,
} from "@undertow/core";
import { type LocatedMap, nodeAt, type Path, valuePositionAt } from "../loading/located.ts";
import { problemAt, type ProblemParts, unknownOfMany } from "../loading/problems.ts";
import { showFound } from "../values/quantity.ts";
import type { Cell, RawTable } from "./raw-table.ts";
import { type CellContext, readCell } from "./read-cell.ts";
import { readCsv } from "./read-csv.ts";
import { readParquet } from "./read-parquet.ts";

/** Problems of one table that are told of; a wrong column has one in every row. */
const MOST_PROBLEMS = 20;
/** Begin of the place of a value that was given on the command line. */
const BY_HAND = "--set ";
const EXPECTED_FILE = "the path of a .csv or .parquet file relative to the scenario, such as ./flow.csv";

/** A table of a resolved scenario. */
export interface ListedTable {
  readonly population: string;
  readonly table: string;
  /** As the scenario names it. */
  readonly file: string;
  /** SHA-256 of the file, hexadecimal; part of the scenario's hash. */
  readonly contentHash: string;
  readonly rows: number;
}

/** The tables of a scenario's populations. */
export interface LoadedTables {
  readonly listed: readonly ListedTable[];
  /** By population and name. */
  readonly byPopulation: Readonly<Record<string, Readonly<Record<string, AgentTable>>>>;
}

/** A population as far as its tables go. */
export interface TablePopulation {
  readonly type: string;
  readonly tables?: Readonly<Record<string, string>> | undefined;
}

/** Loads every table; flaws go to `problems`. */
export async function loadTables(
  root: LocatedMap,
  populations: Readonly<Record<string, TablePopulation>>,
  types: Readonly<Record<string, AgentType>>,
  context: CellContext,
  problems: Problem[],
): Promise<LoadedTables> {
  const listed: ListedTable[] = [];
  const byPopulation: Record<string, Record<string, AgentTable>> = {};
  for (const [population, { type, tables = {} }] of Object.entries(populations)) {
    const specs = types[type].tables ?? {};
    checkNames(root, population, types[type], tables, problems);
    for (const [table, file] of Object.entries(tables)) {
      if (!Object.hasOwn(specs, table)) continue;
      const path = ["populations", population, "tables", table];
      const loaded = await loadOne(root, path, file, { spec: specs[table], context, problems });
      if (loaded === undefined) continue;
      listed.push({ population, table, file, contentHash: loaded.contentHash, rows: loaded.table.rows });
      (byPopulation[population] ??= {})[table] = loaded.table;
    }
  }
  return { listed, byPopulation };
}

/** Tables that the type does not read, and those that it needs and does not get. */
function checkNames(
  root: LocatedMap,
  population: string,
  { name, tables: specs = {} }: AgentType,
  given: Readonly<Record<string, string>>,
  problems: Problem[],
): void {
  const path = ["populations", population, "tables"];
  const known = Object.keys(specs);
  for (const table of Object.keys(given)) {
    if (known.includes(table)) continue;
    const message = `${name} reads no table "${table}"`;
    const parts =
      known.length === 0 ? { message, expected: "no tables" } : unknownOfMany(message, table, known);
    problems.push(problemAt(valuePositionAt(root, [...path, table]), [...path, table], parts));
  }
  for (const table of known) {
    if (Object.hasOwn(given, table)) continue;
    const at = nodeAt(root, path) === undefined ? ["populations", population] : path;
    const parts = {
      message: `${name} needs the table "${table}"`,
      expected: `tables: { ${table}: ./FILE.csv }`,
    };
    problems.push(problemAt(valuePositionAt(root, at), path, parts));
  }
}

interface Wanted {
  readonly spec: TableSpec;
  readonly context: CellContext;
  readonly problems: Problem[];
}

async function loadOne(
  root: LocatedMap,
  path: Path,
  file: string,
  { spec, context, problems }: Wanted,
): Promise<{ readonly table: AgentTable; readonly contentHash: string } | undefined> {
  const position = valuePositionAt(root, path);
  const fail = (parts: ProblemParts): undefined => void problems.push(problemAt(position, path, parts));
  const found = `"${file}"`;
  const isParquet = file.endsWith(".parquet");
  if (/^(\/|\\|[A-Za-z]:)/.test(file) || !(isParquet || file.endsWith(".csv"))) {
    return fail({ message: "not the file of a table", expected: EXPECTED_FILE, found });
  }
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(folderOf(position.file), file));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = missing ? "there is no such table" : `cannot read the table: ${(error as Error).message}`;
    return fail({ message, expected: EXPECTED_FILE, found });
  }
  // As seen from where the user stands.
  const shown = position.file.startsWith(BY_HAND) ? file : join(dirname(position.file), file);
  const flaws: Problem[] = [];
  const raw = isParquet
    ? await readParquet(bytes, shown, flaws)
    : readCsv(bytes.toString("utf8"), shown, flaws);
  const table = raw === undefined ? undefined : readTable(raw, shown, spec, context, flaws);
  problems.push(...flaws.slice(0, MOST_PROBLEMS));
  if (flaws.length > MOST_PROBLEMS) {
    problems.push({ message: `${flaws.length - MOST_PROBLEMS} more problems in this table`, file: shown });
  }
  if (table === undefined || flaws.length > 0) return undefined;
  return { table, contentHash: createHash("sha256").update(bytes).digest("hex") };
}

/** The folder against which a file's paths count; values given by hand count against the working folder. */
function folderOf(file: string): string {
  return file.startsWith(BY_HAND) ? resolve(".") : dirname(resolve(file));
}

/** The table in numbers. Columns of the file that the type does not know are passed over, so that tapes fit as they are. */
function readTable(
  raw: RawTable,
  file: string,
  spec: TableSpec,
  context: CellContext,
  flaws: Problem[],
): AgentTable {
  const columns: Record<string, Float64Array> = {};
  for (const [name, columnSpec] of Object.entries(spec.columns)) {
    const column = (columns[name] = sharedFloat64(raw.rows));
    column.fill(columnSpec.default ?? NaN);
    const k = raw.names.indexOf(name);
    if (k >= 0) readColumn(raw, k, columnSpec, context, column, flaws);
    else if (columnSpec.default === undefined) {
      const parts = unknownOfMany(`the table has no column "${name}"`, name, raw.names);
      flaws.push({ ...parts, expected: columnSpec.description, file });
    }
  }
  if (flaws.length === 0) checkRows(raw, spec, columns, flaws);
  return { rows: raw.rows, columns };
}

/** Column `k` of the file in numbers; empty cells keep the default that is there. */
function readColumn(
  raw: RawTable,
  k: number,
  spec: TableColumnSpec,
  context: CellContext,
  column: Float64Array,
  flaws: Problem[],
): void {
  for (let row = 0; row < raw.rows; row++) {
    const cell = raw.cell(row, k);
    if (isNone(cell) && spec.default !== undefined) continue;
    const read = isNone(cell) ? { expected: spec.description } : readCell(cell!, spec, context);
    if ("value" in read) column[row] = read.value;
    else {
      const parts = { message: "wrong value", found: showFound(cell), ...read };
      flaws.push(rowProblem(raw, row, raw.names[k], parts));
    }
  }
}

/** Empty, or what a record writes for none. */
function isNone(cell: Cell): boolean {
  return (
    cell === undefined || (typeof cell === "number" && Number.isNaN(cell)) || cell === "NaN" || cell === ""
  );
}

function checkRows(raw: RawTable, spec: TableSpec, columns: AgentTable["columns"], flaws: Problem[]): void {
  const { sortedBy, check } = spec;
  const sorted = sortedBy === undefined ? undefined : columns[sortedBy];
  for (let row = 0; row < raw.rows; row++) {
    if (sorted !== undefined && row > 0 && sorted[row] < sorted[row - 1]) {
      const message = `rows must be in the order of ${sortedBy}`;
      flaws.push(rowProblem(raw, row, sortedBy, { message, expected: "no less than in the row before" }));
    }
    const message = check?.(columns, row);
    if (message !== undefined) flaws.push(rowProblem(raw, row, undefined, { message }));
  }
}

function rowProblem(raw: RawTable, row: number, column: string | undefined, parts: ProblemParts): Problem {
  const path = [raw.rowName(row), column].filter((part) => part !== undefined && part !== "").join(" ");
  const { message, expected, found, nearest } = parts;
  return {
    ...raw.place(row),
    message,
    ...(path === "" ? {} : { path }),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}
