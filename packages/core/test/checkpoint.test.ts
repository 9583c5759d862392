/** Checkpoints: a run that is written down between two steps goes on as if nothing had happened. */
import { describe, expect, it } from "vitest";
import {
  CHECKPOINT_FORMAT,
  decodeCheckpoint,
  encodeCheckpoint,
  LASTING_TABLES,
  MemorySink,
  type RunData,
  simulate,
  type SimulationInputs,
  UserError,
  type VenueEventSpec,
  type VenueSpec,
} from "@undertow/core";
import { buildWorld, captureState, placesOf, Recorder, restoreState, step } from "@undertow/core/testing";
import { cleared } from "./support/linear-impact-market.ts";
import { differences, graphOf } from "./support/object-graph.ts";
import {
  cascadeMarket,
  crowd,
  fundVenue,
  PERP,
  population,
  START_MICROS,
  START_TICKS,
} from "./support/small-market.ts";
import { A, B, PERP_B, sender, twoVenues } from "./support/two-venues.ts";

interface Taken {
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** A run with all its checkpoints. */
async function runWith(inputs: SimulationInputs, every: number): Promise<{ run: RunData; taken: Taken[] }> {
  const taken: Taken[] = [];
  const run = await simulate(inputs, {
    checkpointEverySteps: every,
    onCheckpoint: (bytes, at) => void taken.push({ bytes, step: at }),
  });
  return { run, taken };
}

/** A single value of a checkpoint. */
function valueOf({ bytes }: Taken, name: string): unknown {
  return decodeCheckpoint(bytes).state.values.get(name);
}

/** Every checkpoint leads to the same record, and writes the same checkpoints on its way. */
async function expectSameFrom(inputs: SimulationInputs, every: number): Promise<Taken[]> {
  const alone = await simulate(inputs);
  const { run, taken } = await runWith(inputs, every);
  expect(run).toEqual(alone);
  expect(taken.length).toBeGreaterThan(2);
  for (const from of taken) {
    const again: Taken[] = [];
    const resumed = await simulate(inputs, {
      resumeFrom: from.bytes,
      checkpointEverySteps: every,
      onCheckpoint: (bytes, at) => void again.push({ bytes, step: at }),
    });
    expect(resumed).toEqual(alone);
    const later = taken.filter((other) => other.step > from.step);
    expect(again.map((other) => other.step)).toEqual(later.map((other) => other.step));
    again.forEach((other, k) => expect(Buffer.compare(other.bytes, later[k].bytes)).toBe(0));
  }
  return taken;
}

const halt: VenueEventSpec = {
  kind: "halt",
  fromMicros: START_MICROS + 70e6,
  toMicros: START_MICROS + 100e6,
  markets: [PERP],
  cancels: true,
};
const lag: VenueEventSpec = {
  kind: "oracle-lag",
  fromMicros: START_MICROS + 30e6,
  toMicros: START_MICROS + 150e6,
  markets: [PERP],
  lagMicros: 20e6,
};

/** A crowd of which every second has a stop, before the liquidation price of most; slow arbitrage. */
function stopped(sold: number, options: Parameters<typeof cascadeMarket>[1] = {}): SimulationInputs {
  const inputs = cascadeMarket(sold, options);
  return {
    ...inputs,
    populations: inputs.populations.map((spec) => {
      const latencyMicros = Float64Array.of(2.5e6);
      if (spec.name === "arbitrageurs") return { ...spec, params: { ...spec.params, latencyMicros } };
      if (spec.name !== "longs") return spec;
      const { positions } = spec.endowment;
      const stopTicks = positions.stopTicks.map((_, k) => (k % 2 === 0 ? START_TICKS - 40 - k : 0));
      return {
        ...spec,
        tracked: true,
        endowment: { ...spec.endowment, positions: { ...positions, stopTicks } },
      };
    }),
  };
}

describe("a run from a checkpoint", () => {
  it("is the same run: in calm, within the cascade, with orders on their way", async () => {
    const taken = await expectSameFrom(stopped(2500, { minutes: 4 }), 13);
    const events = taken.map((at) => {
      const { state } = decodeCheckpoint(at.bytes);
      return {
        rows: Number(state.values.get("recorder.liquidationTable.table.rows")),
        travelling: ["heapSize", "nearCount"].reduce((sum, name) => sum + Number(state.values.get(`world.queue.${name}`)), 0),
        due: Number(state.values.get("world.margin.count")),
      };
    });
    const last = events.at(-1)?.rows ?? 0;
    expect(last).toBeGreaterThan(10);
    expect(events.some(({ rows }) => rows === 0)).toBe(true);
    expect(events.filter(({ rows }) => rows > 0 && rows < last).length).toBeGreaterThan(1);
    expect(events.some(({ travelling }) => travelling > 0)).toBe(true);
  });

  it("is the same before, at and after the end of the warm-up", async () => {
    const taken = await expectSameFrom(stopped(2500, { minutes: 2, warmUpMinutes: 1 }), 20);
    expect(taken.map((at) => [at.step, valueOf(at, "world.counters.steps")])).toEqual([
      [20, 20],
      [40, 40],
      [60, 60],
      [80, 20],
      [100, 40],
      [120, 60],
      [140, 80],
      [160, 100],
    ]);
  });

  it("is the same after every single step of the onset", async () => {
    const inputs = stopped(2500, { minutes: 2 });
    const alone = await simulate(inputs);
    const { taken } = await runWith(inputs, 1);
    for (const { bytes, step: at } of taken) {
      if (at < 55 || at > 80) continue;
      expect(await simulate(inputs, { resumeFrom: bytes }), `from step ${at}`).toEqual(alone);
    }
  });

  const share = { kind: "share", share: 0.2, aboveNotional: 60, cooldownSeconds: 30 } as const;
  const forms: readonly [string, Partial<VenueSpec>, readonly VenueEventSpec[]][] = [
    [
      "averages of an oracle-median mark",
      { mark: { kind: "oracle-median", updateSeconds: 0, basisTauSeconds: 150, bookTauSeconds: 30 } },
      [],
    ],
    ["a halt and a late oracle", {}, [halt, lag]],
    ["cooldowns of partial closes", { liquidation: { ...fundVenue.liquidation, partial: share } }, []],
    [
      "funding every minute",
      { funding: { ...fundVenue.funding, intervalSeconds: 60, periodSeconds: 60, averaging: "mean" } },
      [],
    ],
    ["a fund that is spent", { backstop: { kind: "fund", capRatio: 1, unwindSeconds: 60 } }, []],
  ];
  it.each(forms)("is the same with %s", async (name, venue, events) => {
    const fund = name.startsWith("a fund") ? { fund: 1e5 } : {};
    await expectSameFrom(stopped(2500, { minutes: 4, venue, events, ...fund }), 37);
  });

  it("is the same on markets with linear impact: the price and the net flow behind it are there again", async () => {
    const taken = await expectSameFrom(cleared(stopped(2500, { minutes: 4 }), 1, 4), 37);
    const flows = taken.map((at) => valueOf(at, `world.venues.0.markets.${PERP}.book.netLots`));
    expect(new Set(flows).size).toBeGreaterThan(3);
    const rows = taken.map((at) => Number(valueOf(at, "recorder.liquidationTable.table.rows")));
    expect(rows[0]).toBeGreaterThan(0);
    expect(rows.at(-1)).toBeGreaterThan(rows[0]);
  });

  it("is the same with transfers under way between two venues", async () => {
    const spec = population("traveller", sender, 1, { quanta: 400_000 }, 0);
    const traveller = {
      ...spec,
      venues: Int32Array.of(B, A),
      endowment: { ...spec.endowment, cashQuanta: Float64Array.of(1e6, 0) },
    };
    const transfers = { withdrawalMicros: 20e6, depositMicros: 10e6, feeQuanta: 500 };
    const inputs = twoVenues({
      sold: [2500, 1500],
      minutes: 4,
      transfers,
      weights: [1, 1],
      further: [traveller],
    });
    const taken = await expectSameFrom(inputs, 25);
    expect(taken.some((at) => valueOf(at, "world.transfers.count") === 1)).toBe(true);
    const rows = (await simulate(inputs)).liquidations;
    expect(new Set(rows.market)).toEqual(new Set([PERP, PERP_B]));
  });

  it("has the rows that were handed over before it and those that wait in a block", async () => {
    const inputs = { ...stopped(2500, { minutes: 80 }), sampleMicros: 1e6 };
    const taken = await expectSameFrom(inputs, 1500);
    const rows = taken.map(({ bytes }) => {
      const { columns, values } = decodeCheckpoint(bytes).state;
      const lengths = columns.filter(({ name }) => name.startsWith("rows.series.")).map((c) => c.length);
      expect(new Set(lengths).size).toBe(1);
      return [lengths[0], values.get("recorder.series.rows")];
    });
    expect(rows).toEqual([
      [0, 1500],
      [0, 3000],
      [4096, 404],
    ]);
  });

  it("is taken decoded as well as in bytes", async () => {
    const inputs = stopped(2500, { minutes: 5 });
    const { run, taken } = await runWith(inputs, 120);
    const { bytes } = taken[0];
    expect(await simulate(inputs, { resumeFrom: decodeCheckpoint(bytes) })).toEqual(run);
    const other = simulate({ ...inputs, seed: "other" }, { resumeFrom: decodeCheckpoint(bytes) });
    await expect(other).rejects.toMatchObject({ code: "checkpoint-foreign" });
  });

  it("fills a sink of the caller's, whatever else that does with the rows", async () => {
    const inputs = { ...stopped(2500, { minutes: 80 }), sampleMicros: 1e6 };
    const { run, taken } = await runWith(inputs, 4500);
    const kept = new MemorySink(LASTING_TABLES);
    const blocks: string[] = [];
    const rest = await simulate(inputs, {
      resumeFrom: taken[0].bytes,
      sink: {
        write(table, columns, rows) {
          if (table === "series") blocks.push(`${rows} from ${columns.timeMicros.at(0)}`);
          kept.write(table, columns, rows);
        },
        rowsOf: (table) => kept.rowsOf(table),
      },
    });
    expect(rest).toEqual(run);
    const first = inputs.startMicros + 1e6;
    expect(blocks).toEqual([`4096 from ${first}`, `704 from ${first + 4096e6}`]);
  });

  it.each([
    ["with books", (inputs: SimulationInputs) => inputs],
    ["with linear impact", (inputs: SimulationInputs) => cleared(inputs, 1, 4)],
  ])(
    "forgets nothing: every array and number of the restored parts %s is that of the running ones",
    (_, as) => {
      const inputs = as(stopped(2500, { minutes: 5, events: [lag] }));
      const fresh = () => {
        const world = buildWorld(inputs);
        const recorder = new Recorder(world, new MemorySink());
        world.observer = recorder;
        return { world, recorder };
      };
      const running = fresh();
      for (let k = 0; k < 75; k++) step(running.world);
      const restored = fresh();
      const apart = differences(graphOf(running), graphOf(restored));
      expect(apart.length).toBeGreaterThan(100);
      restoreState(captureState({ ...running }, [inputs]), { ...restored }, [inputs]);
      expect(differences(graphOf(running), graphOf(restored))).toEqual([]);
      for (let k = 0; k < 75; k++) for (const { world } of [running, restored]) step(world);
      expect(differences(graphOf(running), graphOf(restored))).toEqual([]);
      // Fields that no walk sees: sums and the store are saved by name, the draws of a wake keep no state.
      expect(graphOf(running).sealed).toEqual(new Set(["TwoLimbSum", "ColumnStore", "WakeRandom"]));
    },
  );
});

describe("what the walk cannot name", () => {
  it.each([
    ["a map", new Map()],
    ["a set", new Set()],
    ["words of 64 bits", new BigInt64Array(1)],
  ])("is refused: %s", (_name, field) => {
    expect(() => placesOf({ part: { field } }, [])).toThrow(
      /part\.field is of a kind that no checkpoint holds/,
    );
  });

  it("is nothing of what a part holds beside the inputs", () => {
    const inputs = { table: new Float64Array(3) };
    const part = { inputs, own: new Int8Array(2), again: undefined as unknown, list: [1, 2], flag: true };
    part.again = part.own;
    expect(placesOf({ part }, [inputs]).map(({ form, name }) => `${form} ${name}`)).toEqual([
      "column part.own",
      "list part.list",
      "value part.flag",
    ]);
  });
});

describe("columns", () => {
  it("keep every bit, whatever stands where", () => {
    const long = new Int32Array(5000).fill(-1);
    long[0] = 7;
    long[3000] = 0;
    const part = {
      floats: Float64Array.of(NaN, -0, Infinity, -Infinity, Number.MIN_VALUE, 0),
      empty: new Float64Array(0),
      long,
      tail: new Float64Array(2000),
      odd: new Uint8Array(new ArrayBuffer(4099), 1, 4097),
      list: [NaN, -0, 1 / 3],
      values: { a: -0, b: NaN, c: -Infinity, d: undefined, e: null, f: "text", g: false, h: 0.1 },
    };
    part.tail[1999] = -1;
    part.odd[4096] = 255;
    const run = decodedRun();
    const { state } = decodeCheckpoint(encodeCheckpoint({ run, state: captureState({ part }, []) }));
    const blank = {
      floats: new Float64Array(6).fill(5),
      empty: new Float64Array(0),
      long: new Int32Array(5000).fill(5),
      tail: new Float64Array(2000).fill(5),
      odd: new Uint8Array(new ArrayBuffer(4099), 1, 4097).fill(5),
      list: [5],
      values: { a: 5, b: 5, c: 5, d: 5, e: 5, f: 5, g: 5, h: 5 },
    };
    restoreState(state, { part: blank }, []);
    expect(differences(graphOf(blank), graphOf(part))).toEqual([]);
    const saved = new Map(state.columns.map(({ name, bytes }) => [name, bytes.length]));
    expect(saved.get("part.long")).toBe(2 * 4096);
    expect(saved.get("part.tail")).toBe(16_000 - 3 * 4096);
  });

  it("of another length, type or name are refused with what was expected", () => {
    const state = captureState({ part: { a: new Int32Array(3), b: 1, c: new Int8Array(1) } }, []);
    const into = (part: object) => () => restoreState(state, { part }, []);
    expect(into({ a: new Int32Array(4), b: 1, c: new Int8Array(1) })).toThrow(
      /part\.a: .*expected 4 of i32.*found 3 of i32/,
    );
    expect(into({ a: new Float64Array(3), b: 1, c: new Int8Array(1) })).toThrow(/expected 3 of f64/);
    expect(into({ a: new Int32Array(3), b: 1 })).toThrow(/found part\.c/);
    expect(into({ a: new Int32Array(3), b: 1, c: new Int8Array(1), d: 2 })).toThrow(/expected part\.d/);
  });
});

function decodedRun() {
  return {
    engineVersion: "0",
    scenarioHash: "s",
    seed: "a",
    startMicros: 0,
    endMicros: 10,
    warmUpMicros: 0,
    stepMicros: 1,
    step: 3,
    nowMicros: 3,
    events: 0,
  };
}

describe("a checkpoint that is none of this run", () => {
  const inputs = cascadeMarket(2500, { minutes: 1 });
  const refused = async (bytes: Uint8Array, of: SimulationInputs = inputs): Promise<UserError> => {
    const error: unknown = await simulate(of, { resumeFrom: bytes }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  };
  const one = async (): Promise<Uint8Array> => (await runWith(inputs, 25)).taken[0].bytes;

  it("is refused when it is of another seed, scenario or length, with everything that differs", async () => {
    const bytes = await one();
    const other = { ...inputs, seed: "b", scenarioHash: "other", endMicros: inputs.endMicros + 60e6 };
    const error = await refused(bytes, other);
    expect(error.code).toBe("checkpoint-foreign");
    expect(error.problems.map(({ path, expected, found }) => [path, expected, found])).toEqual([
      ["scenarioHash", "other", "test"],
      ["seed", "b", "a"],
      ["endMicros", String(other.endMicros), String(inputs.endMicros)],
    ]);
  });

  it("is refused when it is of another version of the engine", async () => {
    const { run, state } = decodeCheckpoint(await one());
    const error = await refused(encodeCheckpoint({ run: { ...run, engineVersion: "0.0.1" }, state }));
    expect(error.problems).toMatchObject([{ path: "engineVersion", found: "0.0.1" }]);
  });

  it("is refused when the people are others under the same names", async () => {
    const others = { ...inputs, populations: [...inputs.populations, ...crowd(3).slice(0, 1)] };
    others.populations[others.populations.length - 1] = {
      ...others.populations[0],
      name: "more",
      count: 100,
    };
    expect((await refused(await one(), others)).code).toBe("checkpoint-foreign");
  });

  it("is refused when it is cut off, too long, changed in one bit, or no checkpoint", async () => {
    const bytes = await one();
    expect((await refused(bytes.slice(0, bytes.length - 8))).problems).toMatchObject([
      { path: "length", expected: `${bytes.length} bytes`, found: `${bytes.length - 8} bytes` },
    ]);
    expect((await refused(Uint8Array.of(...bytes.slice(0, 40)))).code).toBe("checkpoint-damaged");
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect((await refused(longer)).message).toMatch(/too long/);
    for (const at of [20, 3000, Math.floor(bytes.length / 2), bytes.length - 40, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at] ^= 4;
      const error = await refused(changed);
      expect(error.code, `byte ${at}`).toBe("checkpoint-damaged");
    }
    expect((await refused(new TextEncoder().encode("schema: 1, a scenario"))).message).toMatch(
      /no checkpoint/,
    );
    expect((await refused(new Uint8Array(0))).message).toMatch(/no checkpoint/);
  });

  it("is refused when its format is a later one", async () => {
    const bytes = (await one()).slice();
    bytes[8] = CHECKPOINT_FORMAT + 1;
    expect((await refused(bytes)).problems).toMatchObject([
      { path: "format", expected: String(CHECKPOINT_FORMAT), found: String(CHECKPOINT_FORMAT + 1) },
    ]);
  });

  it("is refused when its table of columns does not fit its bytes, even with the right digest", async () => {
    const { run, state } = decodeCheckpoint(await one());
    const wrong = state.columns.map((column) => ({ ...column, runs: [0, 1000] }));
    const error = await refused(encodeCheckpoint({ run, state: { ...state, columns: wrong } }));
    expect(error.problems).toMatchObject([{ path: "header" }]);
  });

  it("is refused when rows are missing or of another length than their table", async () => {
    const { run, state } = decodeCheckpoint(await one());
    const name = "rows.series.spot";
    const without = state.columns.filter((column) => column.name !== name);
    expect(
      (await refused(encodeCheckpoint({ run, state: { ...state, columns: without } }))).problems,
    ).toEqual([
      expect.objectContaining({ path: name, expected: "0 of f64", found: "none in the checkpoint" }),
    ]);
    const longer = state.columns.map((column) => (column.name === name ? { ...column, length: 3 } : column));
    expect((await refused(encodeCheckpoint({ run, state: { ...state, columns: longer } }))).problems).toEqual(
      [expect.objectContaining({ path: name, expected: "0 of f64", found: "3 of f64" })],
    );
  });

  it("is neither taken nor gone on from with a tape, or with a sink that does not keep the rows", async () => {
    const bytes = await one();
    const tape = { orders: true, fills: false, books: { everyMicros: 60e6, levels: 5 } };
    const silent = { write: () => {} };
    const some = new MemorySink(["series", "holders", "levels", "venues"]);
    const refusals = [
      [{ ...inputs, record: tape }, {}, "record", "orders, books"],
      [
        inputs,
        { sink: silent },
        "sink",
        "one that does not keep series, liquidations, holders, levels, venues",
      ],
      [inputs, { sink: some }, "sink", "one that does not keep liquidations"],
    ] as const;
    for (const [of, options, path, found] of refusals) {
      for (const how of [{ resumeFrom: bytes }, { checkpointEverySteps: 10 }]) {
        const error: unknown = await simulate(of, { ...options, ...how }).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).problems).toMatchObject([{ path, found }]);
      }
    }
    const untaped = { ...inputs, record: { orders: false, fills: false } };
    expect((await simulate(untaped, { resumeFrom: bytes })).stateHash).toBe(
      (await simulate(inputs)).stateHash,
    );
  });

  it("wants whole numbers of steps", async () => {
    for (const checkpointEverySteps of [0, -1, 1.5, NaN]) {
      await expect(simulate(inputs, { checkpointEverySteps, onCheckpoint: () => {} })).rejects.toThrow(
        /checkpointEverySteps/,
      );
    }
  });
});
