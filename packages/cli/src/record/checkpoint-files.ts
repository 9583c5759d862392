/**
 * Checkpoint files in the folder of a record: written while the run goes on, read to go on with it.
 *
 * A file is written under a temporary name, brought to the disk and renamed, so that a killed run leaves whole ones
 * alone. The last two are kept; both lie in `checkpoints` of the run's folder, which the record joins at the end.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Checkpoint, type CheckpointRun, decodeCheckpoint, UserError } from "@undertow/core";

/** Name of the folder inside a record. */
const CHECKPOINTS = "checkpoints";
/** The older one is of use when the machine failed while the newer one was on its way to the disk. */
const KEPT = 2;

/** Writes the checkpoints of one run. */
export class CheckpointFolder {
  /** Folder of the run's record, once there is a checkpoint in it. */
  record: string | undefined;
  private readonly choose: () => string;
  private readonly written: string[] = [];

  /** @param choose names a folder that does not exist; asked at the first checkpoint, again when another run took it */
  constructor(choose: () => string) {
    this.choose = choose;
  }

  /**
   * Writes a checkpoint and removes those that are no longer kept.
   *
   * @throws the file system's error; earlier checkpoints stay
   */
  write(bytes: Uint8Array, step: number): void {
    this.record ??= makeFolder(this.choose);
    const folder = join(this.record, CHECKPOINTS);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `step-${String(step).padStart(9, "0")}.checkpoint`);
    const temporary = `${file}.writing`;
    try {
      writeWhole(temporary, bytes);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    this.written.push(file);
    while (this.written.length > KEPT) rmSync(this.written.shift() ?? "", { force: true });
  }
}

/** A checkpoint file as read: which run it is of, and what it holds until that is taken. */
export class CheckpointFile {
  readonly file: string;
  readonly run: CheckpointRun;
  private checkpoint: Checkpoint | undefined;

  constructor(file: string, checkpoint: Checkpoint) {
    this.file = file;
    this.run = checkpoint.run;
    this.checkpoint = checkpoint;
  }

  /** Gives the checkpoint away, once: as large as the run's state, it is not to stay in memory beside it. */
  take(): Checkpoint {
    const { checkpoint } = this;
    if (checkpoint === undefined) throw new Error(`the checkpoint ${this.file} was taken before`);
    this.checkpoint = undefined;
    return checkpoint;
  }
}

/**
 * Reads a checkpoint file.
 *
 * @throws UserError that names the file and what is wrong with it
 */
export function readCheckpoint(file: string): CheckpointFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError("checkpoint-file", {
      message: `cannot read the checkpoint ${file}`,
      path: "--resume",
      expected: "a file that undertow run --checkpoint-every has written",
      found: code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : String(code),
    });
  }
  try {
    return new CheckpointFile(file, decodeCheckpoint(bytes));
  } catch (error) {
    throw inFile(error, file);
  }
}

/** Names the file in what core says of a checkpoint; other errors stay as they are. */
export function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof UserError && error.code.startsWith("checkpoint-"))) return error;
  return new UserError(
    error.code,
    error.problems.map((problem) => ({ ...problem, file })),
    { cause: error },
  );
}

/** Makes a folder that nobody else has made. */
function makeFolder(choose: () => string): string {
  for (;;) {
    const folder = choose();
    mkdirSync(dirname(folder), { recursive: true });
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function writeWhole(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, "w");
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
