/**
 * Ctrl-C: the first one asks the run to stop at its next progress report, the second one ends the process.
 */
import { printNotice } from "./output.ts";

/** Whether the user has asked to stop. */
export interface Interrupt {
  readonly requested: boolean;
  /** Stop listening; signals act as usual again. */
  release(): void;
}

const EXIT_INTERRUPTED = 130;

/**
 * Listen for SIGINT and SIGTERM until released.
 *
 * @param onFirst called once, before the notice is printed (to clear a progress bar)
 */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  let requested = false;
  const onSignal = () => {
    if (requested) process.exit(EXIT_INTERRUPTED);
    requested = true;
    onFirst();
    printNotice(
      "Stopping: writing what was recorded as a partial record. Press Ctrl-C again to quit at once.",
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    get requested() {
      return requested;
    },
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** Let pending signals and timers run; a loop that never yields would not see Ctrl-C. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
