/**
 * Progress of a run on standard error: a bar for people, a line every 10 % for logs, nothing when quiet.
 *
 * Shows the simulated date, simulated seconds per second of wall time, events per second and the time left.
 */
import type { Progress } from "@undertow/core";
import { formatCoins, formatDuration, formatTime, isoTime } from "../summary/format.ts";

/** Receives every progress report of one run. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Removes the bar; must be called before anything else is printed. */
  stop(): void;
}

/** Where and how progress is shown. */
export interface ProgressOptions {
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
  /** Text before every line, for example `quickstart, seed a (2/8)`. */
  readonly label: string;
}

/** Older samples say nothing about the speed now: a crash is slower than a calm day. */
const SPEED_WINDOW_MS = 5000;
const LINE_EVERY_PERCENT = 10;

/** A display that fits the stream: none, a bar, or lines. */
export async function createProgress(options: ProgressOptions): Promise<ProgressDisplay> {
  if (options.quiet) return { update: () => {}, stop: () => {} };
  return options.stream.isTTY ? await createBar(options) : createLines(options);
}

async function createBar({ stream, label }: ProgressOptions): Promise<ProgressDisplay> {
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    stream,
    format: `${label}  {bar} {percentage}%  {status}`,
    barCompleteChar: "\u2588",
    barIncompleteChar: "\u2591",
    // What does not fit is cut off at the right, where the least needed figure stands.
    barsize: Math.max(6, Math.min(24, (stream.columns ?? 80) - label.length - 68)),
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is handled by the command, which still has a record to write.
    gracefulExit: false,
  });
  const pace = createPace();
  let started = false;
  return {
    update(progress) {
      const status = statusText(progress, pace(progress));
      if (started) bar.update(progress.step, { status });
      else bar.start(progress.steps, progress.step, { status });
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function createLines({ stream, label }: ProgressOptions): ProgressDisplay {
  const pace = createPace();
  let next = LINE_EVERY_PERCENT;
  return {
    update(progress) {
      const speed = pace(progress);
      const percent = (100 * progress.step) / Math.max(1, progress.steps);
      if (percent < next) return;
      const reached = Math.floor(percent / LINE_EVERY_PERCENT) * LINE_EVERY_PERCENT;
      stream.write(`${label}  ${reached}%  ${statusText(progress, speed)}\n`);
      next = reached + LINE_EVERY_PERCENT;
    },
    stop() {},
  };
}

/** Speeds over the last few seconds of wall time. */
export interface Pace {
  readonly simulatedPerSecond: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number;
}

/** `2026-02-05 14:03 UTC  ETA 45 s  2.10k sim s/s  350k events/s`. */
export function statusText(progress: Progress, pace: Pace): string {
  const time = `${formatTime(isoTime(progress.timeMicros))} UTC`;
  const date = progress.warmUp ? `${time} (warm-up)` : time;
  const speed = `${formatCoins(pace.simulatedPerSecond)} sim s/s  ${formatCoins(pace.eventsPerSecond)} events/s`;
  return `${date}  ETA ${formatDuration(Math.round(pace.secondsLeft))}  ${speed}`;
}

/**
 * Measures the pace of a run from its progress reports.
 *
 * @param now wall clock in milliseconds; replaced in tests
 */
export function createPace(now: () => number = () => performance.now()): (progress: Progress) => Pace {
  const samples: { at: number; progress: Progress }[] = [];
  return (progress) => {
    const at = now();
    // Events are counted anew from the start of the measured part.
    if (samples[0]?.progress.warmUp === true && !progress.warmUp) samples.length = 0;
    samples.push({ at, progress });
    while (samples.length > 2 && at - samples[0].at > SPEED_WINDOW_MS) samples.shift();
    const first = samples[0];
    const seconds = (at - first.at) / 1000;
    if (seconds <= 0) return { simulatedPerSecond: NaN, eventsPerSecond: NaN, secondsLeft: NaN };
    const steps = progress.step - first.progress.step;
    return {
      simulatedPerSecond: (progress.timeMicros - first.progress.timeMicros) / 1e6 / seconds,
      eventsPerSecond: (progress.events - first.progress.events) / seconds,
      secondsLeft: steps > 0 ? ((progress.steps - progress.step) * seconds) / steps : NaN,
    };
  };
}
