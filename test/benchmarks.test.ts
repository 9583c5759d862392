/**
 * The benchmarks' own parts that are not timings: the comparison with the baseline, and the page made from a run.
 *
 * Nothing here measures time. The committed baseline and page must know every benchmark of the folder.
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface Entry {
  benchmark: string;
  name?: string;
  referenceSeconds: number;
  limits?: Record<string, number>;
  [figure: string]: unknown;
}
interface Baseline {
  tolerance: number;
  multiples: Record<string, Record<string, number>>;
}
interface BaselineModule {
  TOLERANCE: number;
  readonly baselineOf: (run: { entries: readonly Entry[] }) => Baseline;
  readonly slowerThan: (baseline: Baseline, entries: readonly Entry[]) => string[];
  readonly beyondLimits: (entries: readonly Entry[]) => string[];
}
interface CrashDayModule {
  readonly conclude: (entries: readonly object[]) => { speedUp: number }[];
}
interface RepetitionsModule {
  readonly mergeRepetitions: (repetitions: readonly (readonly Entry[])[]) => Entry[];
}
interface ProfileModule {
  readonly sharesOf: (profile: object) => { samples: number; shares: Record<string, number> };
}
interface PageModule {
  SECTIONS: Record<string, string>;
  readonly pageOf: (run: object) => string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const load = (name: string): Promise<unknown> =>
  import(new URL(`../benchmarks/${name}.js`, import.meta.url).href);
const { TOLERANCE, baselineOf, slowerThan, beyondLimits } = (await load(
  "support/baseline",
)) as BaselineModule;
const { SECTIONS, pageOf } = (await load("support/page")) as PageModule;
const benchmarks = readdirSync(`${root}benchmarks`)
  .filter((file) => file.endsWith(".js") && file !== "run.js")
  .map((file) => file.slice(0, -3));

const entry: Entry = {
  benchmark: "x",
  name: "x of a kind",
  referenceSeconds: 0.2,
  medianSeconds: 0.4,
  opsPerSecond: 1000,
  slowStepSeconds: 1,
  count: 7,
};

describe("the comparison with the baseline", () => {
  const baseline = baselineOf({ entries: [entry] });

  test("holds times over the reference loop and rates per loop, without worst cases and counts", () => {
    expect(baseline.multiples).toEqual({ "x of a kind": { medianSeconds: 2, opsPerSecond: 200 } });
  });

  test("says nothing of the same figures, of a slower machine, or of what is within the tolerance", () => {
    expect(slowerThan(baseline, [entry])).toEqual([]);
    const slowMachine = { ...entry, referenceSeconds: 2, medianSeconds: 4, opsPerSecond: 100 };
    expect(slowerThan(baseline, [slowMachine])).toEqual([]);
    const within = 0.99 * TOLERANCE;
    const slower = {
      ...entry,
      medianSeconds: 0.4 * within,
      opsPerSecond: 1000 / within,
      slowStepSeconds: 99,
    };
    expect(slowerThan(baseline, [slower])).toEqual([]);
  });

  test("names what is slower by more than the tolerance, and what it does not know", () => {
    const beyond = 1.01 * TOLERANCE;
    const slower = { ...entry, medianSeconds: 0.4 * beyond, opsPerSecond: 1000 / beyond };
    const lines = slowerThan(baseline, [slower]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("x of a kind: medianSeconds is 2.5 times slower");
    expect(slowerThan(baseline, [{ ...entry, name: "y" }])).toEqual([
      "y: medianSeconds is not in the baseline",
      "y: opsPerSecond is not in the baseline",
    ]);
  });

  test("names a figure above the limit that its benchmark states", () => {
    expect(beyondLimits([{ ...entry, ratio: 2, limits: { ratio: 2 } }])).toEqual([]);
    expect(beyondLimits([{ ...entry, ratio: 2.5, limits: { ratio: 2 } }])).toEqual([
      "x of a kind: ratio is 2.50, above 2",
    ]);
  });
});

describe("the crash day on several threads", () => {
  const part = { agents: 1000, steps: 5, spinning: "no", threads: 1, loopSeconds: 3, resultHash: "a" };
  const two = { ...part, threads: 2, loopSeconds: 2 };

  test("is compared with the same on one thread, and an error when it ends in another state", async () => {
    const { conclude } = (await load("crash-day")) as CrashDayModule;
    const small = { ...part, agents: 10, resultHash: "c" };
    const [slow, slowTwo] = [part, two].map((timed) => ({ ...timed, spinning: "yes", loopSeconds: 4 }));
    const ratios = conclude([small, part, two, slow, slowTwo]).map(({ speedUp }) => speedUp);
    expect(ratios).toEqual([1.5, 1]);
    expect(() => conclude([small, part, { ...two, resultHash: "b" }])).toThrow(
      "2 threads end in another state than 1",
    );
  });
});

describe("repetitions", () => {
  const times = (seconds: number, referenceSeconds: number, resultHash = "a"): Entry => ({
    benchmark: "x",
    name: "x",
    loopSeconds: seconds,
    opsPerSecond: 1 / seconds,
    count: 7,
    referenceSeconds,
    resultHash,
  });

  test("give the median of a figure, and of its multiples beside its own reference loop", async () => {
    const { mergeRepetitions } = (await load("support/repetitions")) as RepetitionsModule;
    // The third ran while everything took three times as long: its multiple is the middle one all the same.
    const [merged] = mergeRepetitions([[times(1, 0.1)], [times(1.2, 0.1)], [times(3.3, 0.3)]]);
    expect(merged).toMatchObject({
      loopSeconds: 1.2,
      count: 7,
      repetitions: 3,
      spread: { loopSeconds: [1, 3.3] },
    });
    expect(merged.multiples).toEqual({ loopSeconds: 11, opsPerSecond: expect.closeTo(1 / 11, 5) });
  });

  test("that end with different results are refused", async () => {
    const { mergeRepetitions } = (await load("support/repetitions")) as RepetitionsModule;
    expect(() => mergeRepetitions([[times(1, 0.1)], [times(1, 0.1, "b")]])).toThrow("did not do the same");
  });
});

test("a profile's samples count for the phase that the step called, whatever that called", async () => {
  const { sharesOf } = (await load("support/phase-profile")) as ProfileModule;
  const node = (id: number, functionName: string, file: string, children: number[] = []): object => ({
    id,
    callFrame: { functionName, url: `file:///dist/${file}` },
    children,
  });
  const nodes = [
    node(1, "(root)", "", [2, 9]),
    node(2, "step", "simulation/step.js", [3, 5]),
    node(3, "decide", "simulation/phases/decide.js", [4]),
    node(4, "mark", "agents/mark.js"),
    node(5, "afterDecisions", "simulation/step.js", [6, 7, 8]),
    node(6, "mark", "simulation/phases/mark.js"),
    node(7, "audit", "simulation/step.js"),
    node(8, "afterStep", "recorder/recorder.js"),
    node(9, "decide", "simulation/phases/decide.js"),
  ];
  const { samples, shares } = sharesOf({ nodes, samples: [1, 2, 3, 4, 4, 6, 7, 8, 5, 9] });
  expect(samples).toBe(8);
  expect(shares).toMatchObject({
    decide: 3 / 8,
    mark: 1 / 8,
    audit: 1 / 8,
    record: 1 / 8,
    other: 2 / 8,
    match: 0,
  });
});

describe("what is committed", () => {
  test("the baseline knows every benchmark, with positive multiples", () => {
    const baseline = JSON.parse(readFileSync(`${root}benchmarks/baseline.json`, "utf8")) as Baseline;
    expect(baseline.tolerance).toBe(TOLERANCE);
    const names = Object.keys(baseline.multiples);
    const unknown = benchmarks.filter((file) => !names.some((name) => name.startsWith(file)));
    // It measures memory, which has no multiples.
    expect(unknown).toEqual(["flat-memory"]);
    for (const figures of Object.values(baseline.multiples))
      for (const multiple of Object.values(figures)) expect(multiple).toBeGreaterThan(0);
  });

  test("the page has a section for every benchmark, and says under what load it was made", () => {
    expect(Object.keys(SECTIONS).sort()).toEqual([...benchmarks].sort());
    const page = readFileSync(`${root}docs/benchmarks.md`, "utf8");
    for (const name of benchmarks) expect(page).toContain(`\n## ${name}\n`);
    expect(page).toContain("| load (processes that want to run");
    expect(page).toContain("## Other systems, not run here");
  });

  test("a busy machine is called busy, an idle one is not", () => {
    const run = {
      node: "v0",
      platform: "p",
      processor: "c",
      cores: 2,
      memoryGB: 1,
      seconds: 1,
      size: "small",
      repetitions: 3,
    };
    const measured = [{ ...entry, benchmark: "wakes", multiples: {} }];
    expect(pageOf({ ...run, load: [9, 8], entries: measured })).toContain("9 processes wanted 2 cores");
    expect(pageOf({ ...run, load: [0.5, 1.5], entries: measured })).toContain("had cores to spare");
    expect(() => pageOf({ ...run, load: [0, 0], entries: [entry] })).toThrow(
      "no section for the benchmark x",
    );
  });
});
