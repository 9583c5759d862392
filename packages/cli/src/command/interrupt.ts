/**
 * Ctrl-C: the first one asks the command to stop at its next chance, the second one ends the process.
 */
import { printNotice } from "./output.ts";
import { EXIT_INTERRUPTED } from "./program.ts";

/** Whether the user has asked to stop. */
export interface Interrupt {
  readonly requested: boolean;
  /** Called before the notice is printed; set while a progress bar is on the screen. */
  beforeNotice: () => void;
  /** Stop listening; signals act as usual again. */
  release(): void;
}

/** Listen for SIGINT and SIGTERM until released. */
export function listenForInterrupt(): Interrupt {
  let requested = false;
  const onSignal = () => {
    if (requested) process.exit(EXIT_INTERRUPTED);
    requested = true;
    interrupt.beforeNotice();
    printNotice("Stopping: what was recorded is written as a partial record. Ctrl-C again quits at once.");
  };
  const interrupt: Interrupt = {
    get requested() {
      return requested;
    },
    beforeNotice: () => {},
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return interrupt;
}

/** Let pending signals and timers run; a loop that never yields would not see Ctrl-C. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
