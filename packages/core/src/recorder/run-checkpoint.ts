/**
 * Checkpoints of a run in `simulate`: its parts (world, recorder, opening) to bytes between two steps, and bytes back
 * into freshly built parts.
 */
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/format.ts";
import { checkRun, runOf } from "../checkpoint/header.ts";
import type { StateRoots } from "../checkpoint/places.ts";
import { captureState, restoreState } from "../checkpoint/state.ts";
import type { World } from "../simulation/world.ts";
import { emptyOpening, type Opening } from "./opening.ts";
import type { Recorder } from "./recorder.ts";

/** Bytes from which a run of the same inputs goes on as this one does. */
export function checkpointOf(world: World, recorder: Recorder, opening: Opening | undefined): Uint8Array {
  const { inputs, step, counters } = world;
  const { orders, cancels, fills, triggers, decisions } = counters;
  const events = opening === undefined ? 0 : orders + cancels + fills + triggers + decisions;
  return encodeCheckpoint({
    run: runOf(inputs, step, events),
    state: captureState(rootsOf(world, recorder, opening), [inputs], scratchOf(world)),
  });
}

/**
 * Brings freshly built parts into the state of a checkpoint.
 *
 * @returns the opening; undefined when the checkpoint was taken before the measured part
 * @throws UserError `checkpoint-damaged`, or `checkpoint-foreign` for a checkpoint of another run
 */
export function resume(bytes: Uint8Array, world: World, recorder: Recorder): Opening | undefined {
  const { run, state } = decodeCheckpoint(bytes);
  checkRun(run, world.inputs);
  const warmUpSteps = Math.round(world.inputs.warmUpMicros / world.inputs.stepMicros);
  const opening = run.step > warmUpSteps ? emptyOpening(world) : undefined;
  restoreState(state, rootsOf(world, recorder, opening), [world.inputs], scratchOf(world));
  return opening;
}

/** The queues of counterparties are built anew in each round that deleverages. */
function scratchOf({ counterparties }: World): object[] {
  return [counterparties];
}

function rootsOf(world: World, recorder: Recorder, opening: Opening | undefined): StateRoots {
  return { world, recorder, ...(opening === undefined ? {} : { opening }) };
}
