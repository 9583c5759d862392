/**
 * What `--checkpoint-every` and `--resume` ask of a run, as options of `simulate`.
 */
import { type SimulateOptions, type SimulationInputs, type TapeTable, UserError } from "@undertow/core";
import type { CheckpointFolder } from "../record/checkpoint-files.ts";
import { printNotice } from "./output.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Checks that a run with checkpoints has no tape, which no checkpoint holds.
 *
 * @throws UserError that names the option and the tables
 */
export function refuseTape(
  { checkpointMicros, resume }: Pick<RunOptions, "checkpointMicros" | "resume">,
  tape: readonly TapeTable[],
): void {
  if (tape.length === 0) return;
  const options = [
    ...(checkpointMicros === undefined ? [] : ["--checkpoint-every"]),
    ...(resume === undefined ? [] : ["--resume"]),
  ];
  if (options.length === 0) return;
  throw new UserError(
    "wrong-option",
    options.map((path) => ({
      path,
      message: "a run with a tape has no checkpoints",
      expected: "a scenario with record.tape none and without record.books",
      found: tape.join(", "),
    })),
  );
}

/**
 * Options of `simulate` for the checkpoints of one run.
 *
 * To be called once: it takes the checkpoint of `--resume`. A checkpoint that cannot be written (a full disk) is told of
 * once, and the run goes on without.
 *
 * @param folder where checkpoints go
 */
export function checkpointing(
  options: Pick<RunOptions, "checkpointMicros" | "resume">,
  { stepMicros }: Pick<SimulationInputs, "stepMicros">,
  folder: CheckpointFolder,
): Pick<SimulateOptions, "checkpointEverySteps" | "onCheckpoint" | "resumeFrom"> {
  const { checkpointMicros, resume } = options;
  const from = resume === undefined ? {} : { resumeFrom: resume.take() };
  if (checkpointMicros === undefined) return from;
  let told = false;
  return {
    ...from,
    checkpointEverySteps: Math.max(1, Math.round(checkpointMicros / stepMicros)),
    onCheckpoint(bytes, step) {
      try {
        folder.write(bytes, step);
      } catch (error) {
        if (told) return;
        told = true;
        printNotice(`A checkpoint could not be written: ${String(error)}. The run goes on.`);
      }
    },
  };
}
