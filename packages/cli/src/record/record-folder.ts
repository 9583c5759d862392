/**
 * A run record while it is being written: a temporary folder whose Parquet files grow as the run goes on.
 *
 * The folder gets its name at the end, so that half a record is never taken for a whole one. A process that ends
 * before, other than by being killed, takes the temporary folder with it; one that is whole is never removed.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import {
  MemorySink,
  type ColumnsOfTable,
  type RecordSink,
  type RecordTable,
  type RecordTables,
  type TapeTable,
  UserError,
} from "@undertow/core";
import { ParquetFile, type TableColumn, type TableOrigin } from "./parquet.ts";
import { booksTable, fillsTable, ordersTable } from "./tape-tables.ts";
import {
  agentsTable,
  cascadeTable,
  liquidationsTable,
  seriesTable,
  type TableContext,
  venuesTable,
} from "./tables.ts";

/** How a run's record begins. */
export interface RecordStart {
  readonly context: TableContext;
  /** Which tables of the tape it has. */
  readonly tape: readonly TapeTable[];
  /** Program and version, as the Parquet files name them. */
  readonly createdBy: string;
}

/** Takes the blocks of a run and appends them to Parquet files; nothing of them is kept in memory. */
export class RecordFolder implements RecordSink {
  /** Where the files are until `place`. */
  readonly temporary: string;
  /** Topmost folder that was made for it, if any. */
  private readonly made: string | undefined;
  private readonly context: TableContext;
  private readonly files = new Map<string, ParquetFile>();
  private readonly createdBy: string;
  private liquidations = 0;
  private whole = false;
  private readonly onExit = (): void => this.discard();

  /** @param folder path that the record is likely to get: the temporary folder is beside it */
  constructor(folder: string, { context, tape, createdBy }: RecordStart) {
    this.context = context;
    this.createdBy = createdBy;
    this.made = mkdirSync(dirname(folder), { recursive: true });
    this.temporary = makeTemporary(folder);
    process.once("exit", this.onExit);
    try {
      const tables: RecordTable[] = ["series", "liquidations", "venues", ...tape];
      for (const table of tables) {
        for (const [name, columns] of this.columnsOf(table, emptyColumns(table))) this.open(name, columns);
      }
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  write<Table extends RecordTable>(table: Table, columns: ColumnsOfTable<Table>, rows: number): void {
    const block = { ...columns, rows } as unknown as RecordTables[Table];
    for (const [name, data] of this.columnsOf(table, block)) this.files.get(name)?.append(data);
    if (table === "liquidations") this.liquidations += rows;
  }

  /** Adds a table that is whole. */
  add(name: string, columns: readonly TableColumn[]): void {
    this.open(name, columns).append(columns);
  }

  /** Adds the agents, which are known at the end only, and closes the Parquet files. */
  close(agents: Parameters<typeof agentsTable>[1], origin: TableOrigin): void {
    this.add("agents.parquet", agentsTable(this.context, agents));
    for (const file of this.files.values()) file.finish(origin);
  }

  /**
   * Gives the files, which are whole, their last place, and returns it; nothing that exists there is touched.
   *
   * @param choose names a folder that does not exist; asked again when another run took the name
   * @param own folder that the run has made already (for its checkpoints), if any: the files join what is there,
   *   unless a file with one of their names is there too
   * @throws UserError `record-left` that says where the files are; they stay there
   */
  place(choose: () => string, own?: string): string {
    process.off("exit", this.onExit);
    this.whole = true;
    let folder = own;
    try {
      if (own !== undefined && this.join(own)) return own;
      for (;;) {
        const chosen = choose();
        if (chosen !== folder && tryRename(this.temporary, chosen)) return chosen;
        if (chosen === folder) throw new Error(`${chosen} is taken`);
        folder = chosen;
      }
    } catch (error) {
      throw new UserError(
        "record-left",
        {
          message: "the record is finished, but could not be given its name",
          path: folder ?? "",
          expected: "a folder that can be made and written to",
          found: error instanceof Error ? error.message : String(error),
          remedy: `What was not moved is whole in ${this.temporary}.`,
        },
        { cause: error },
      );
    }
  }

  /** Moves the files into a folder, the manifest last; false when the folder is gone or holds one of their names. */
  private join(folder: string): boolean {
    const manifest = "manifest.json";
    const files = readdirSync(this.temporary).filter((name) => name !== manifest);
    const names = [...files, manifest];
    if (!existsSync(folder) || names.some((name) => existsSync(join(folder, name)))) return false;
    for (const name of names) renameSync(join(this.temporary, name), join(folder, name));
    rmdirSync(this.temporary);
    return true;
  }

  /** Removes everything that was made, unless the record is whole. */
  discard(): void {
    if (this.whole) return;
    process.off("exit", this.onExit);
    rmSync(this.temporary, { recursive: true, force: true });
    if (this.made === undefined) return;
    const top = resolve(this.made);
    for (let above = dirname(resolve(this.temporary)); above.length >= top.length; above = dirname(above)) {
      try {
        rmdirSync(above);
      } catch {
        // Somebody else has put something there.
        return;
      }
    }
  }

  private open(name: string, columns: readonly TableColumn[]): ParquetFile {
    const file = new ParquetFile(join(this.temporary, name), columns, this.createdBy);
    this.files.set(name, file);
    return file;
  }

  /** Files to which a table goes, with the columns of a block. */
  private columnsOf<Table extends RecordTable>(
    table: Table,
    block: RecordTables[Table],
  ): [string, TableColumn[]][] {
    const { context } = this;
    const columns: unknown = block;
    switch (table) {
      case "series":
        return [["series.parquet", seriesTable(context, columns as RecordTables["series"])]];
      case "liquidations": {
        const liquidations = columns as RecordTables["liquidations"];
        return [
          ["liquidations.parquet", liquidationsTable(context, liquidations)],
          ["cascade.parquet", cascadeTable(context, liquidations, this.liquidations)],
        ];
      }
      case "venues":
        // A run of one venue has no rows of its own for it.
        if (context.venues.length === 1) return [];
        return [["venues.parquet", venuesTable(context, columns as RecordTables["venues"])]];
      case "orders":
        return [["orders.parquet", ordersTable(context, columns as RecordTables["orders"])]];
      case "fills":
        return [["fills.parquet", fillsTable(context, columns as RecordTables["fills"])]];
      case "books":
        return [["books.parquet", booksTable(context, columns as RecordTables["books"])]];
      default:
        // Holders and levels are in summary and report only.
        return [];
    }
  }
}

/** A folder beside `folder` that nobody else has, readable for all who may read its neighbours (unlike `mkdtemp`). */
function makeTemporary(folder: string): string {
  for (;;) {
    const suffix = randomBytes(4).toString("hex");
    const temporary = join(dirname(folder), `.${basename(folder)}.writing-${suffix}`);
    try {
      mkdirSync(temporary);
      return temporary;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Renames a folder; false when another one has the name, even an empty one. */
function tryRename(from: string, to: string): boolean {
  if (existsSync(to)) return false;
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    // Not every system says that the name is taken in the same way.
    if (existsSync(to)) return false;
    throw error;
  }
}

/** A block of no rows. */
function emptyColumns<Table extends RecordTable>(table: Table): RecordTables[Table] {
  return new MemorySink([]).table(table);
}
