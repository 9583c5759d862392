/**
 * Progress: speeds and time left over a known clock, a line every 10 %, seeds of replicates.
 */
import { describe, expect, test } from "vitest";
import type { Progress } from "@undertow/core";
import { createPace, createProgress, statusText } from "../src/command/progress.ts";
import { seedsOf } from "../src/command/run-options.ts";

const START = 1_770_249_600e6;

/** A report after `step` of 1,000 steps of 60 simulated seconds and 500 events each. */
function report(step: number): Progress {
  return {
    step,
    steps: 1000,
    timeMicros: START + step * 60e6,
    startMicros: START,
    endMicros: START + 60_000e6,
    events: step * 500,
    warmUp: step > 0 && step < 50,
  };
}

describe("pace", () => {
  test("counts events anew from the end of the warm-up", () => {
    let clock = 0;
    const pace = createPace(() => clock);
    pace(report(40));
    clock = 1000;
    pace({ ...report(60), events: 0 });
    clock = 2000;
    expect(pace({ ...report(80), events: 700 }).eventsPerSecond).toBe(700);
  });

  test("measures speed and time left over the last seconds, not since the start", () => {
    let clock = 0;
    const pace = createPace(() => clock);
    expect(pace(report(0)).secondsLeft).toBeNaN();
    clock = 1000;
    expect(pace(report(100))).toEqual({ simulatedPerSecond: 6000, eventsPerSecond: 50_000, secondsLeft: 9 });
    // Ten times slower from here on: after the window of 5 s nothing of the fast start is left.
    for (let second = 2; second <= 12; second++) {
      clock = second * 1000;
      pace(report(100 + 10 * (second - 1)));
    }
    clock = 13_000;
    expect(pace(report(220))).toEqual({ simulatedPerSecond: 600, eventsPerSecond: 5000, secondsLeft: 78 });
  });

  test("reads as date, speeds and time left, and marks the warm-up", () => {
    const pace = { simulatedPerSecond: 6000, eventsPerSecond: 50_000, secondsLeft: 9 };
    const expected = "2026-02-05 08:20 UTC  ETA 9 s  6.00k sim s/s  50.0k events/s";
    expect(statusText(report(500), pace)).toBe(expected);
    expect(statusText(report(10), pace)).toContain("(warm-up)");
  });
});

describe("without a terminal", () => {
  async function linesOf(quiet: boolean, steps: readonly number[]): Promise<string[]> {
    const lines: string[] = [];
    const stream = {
      isTTY: false,
      write: (line: string) => lines.push(line),
    } as unknown as NodeJS.WriteStream;
    const display = await createProgress({ quiet, stream, label: "quickstart" });
    for (const step of steps) display.update(report(step));
    display.stop();
    return lines;
  }

  test("there is one line every 10 %, however often progress is reported", async () => {
    const every = Array.from({ length: 1001 }, (_, step) => step);
    const lines = await linesOf(false, every);
    expect(lines.map((line) => line.split("  ")[1])).toEqual(
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `${percent}%`),
    );
    expect(await linesOf(false, [0, 350, 390, 1000])).toHaveLength(2);
  });

  test("quiet prints nothing", async () => {
    expect(await linesOf(true, [0, 500, 1000])).toEqual([]);
  });
});

describe("seeds of replicates", () => {
  test.each<[string | undefined, number | undefined, string[]]>([
    [undefined, undefined, ["1"]],
    ["a", undefined, ["a"]],
    [undefined, 3, ["1", "2", "3"]],
    ["a", 2, ["a-1", "a-2"]],
  ])("seed %s, seeds %s", (seed, count, expected) => expect(seedsOf(seed, count)).toEqual(expected));
});
