/**
 * Environments: an episode is a run of the scenario, a function of seed and actions; what ends it is told apart; a pool
 * gives what single environments give. The market is that of examples/05-learning-strategy.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, expectTypeOf, test } from "vitest";
import { EnvPool, EnvPoolError, MarketEnv } from "@undertow/agents";
import type { ResetResult, StepResult } from "@undertow/agents";
import { MarketSession, NOTICE_FILLED, NOTICE_REJECTED, simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const folder = new URL("../../../examples/05-learning-strategy/", import.meta.url);
const scenario = await loadScenario(fileURLToPath(new URL("scenario.yaml", folder)));
const short = await loadScenario(fileURLToPath(new URL("scenario.yaml", folder)), {
  set: ["time.end=2026-02-05T00:30Z"],
});

function makeEnv(of = short): MarketEnv<number, number[]> {
  return new MarketEnv({
    inputs: (seed) => compileScenario(of, { seed }),
    act: (exposure, seat) => seat.moveToExposure(0, exposure),
    observe: (seat) => [seat.context.view.midTicks[seat.context.view.perpMarket[0]], seat.exposure(0)],
  });
}

/** An episode of one action; all its results. */
function play(env: MarketEnv<number, number[]>, seed: string, exposure: number): StepResult<number[]>[] {
  env.reset(seed);
  const results: StepResult<number[]>[] = [];
  do results.push(env.step(exposure));
  while (!results.at(-1)!.terminated && !results.at(-1)!.truncated);
  return results;
}

describe("an environment", () => {
  test("without orders is the run of the scenario, to the bit", async () => {
    const env = makeEnv();
    const results = play(env, "a", 0);
    const run = await simulate(compileScenario(short, { seed: "a" }));
    expect(env.stateHash()).toBe(run.stateHash);
    expect(results.every(({ reward }) => reward === 0)).toBe(true);
    expect(results.at(-1)).toMatchObject({ terminated: false, truncated: true });
    // Half an hour, a decision every five minutes, the first within five minutes of the start.
    expect(results).toHaveLength(6);
  });

  test("is a function of seed and actions", () => {
    const [first, again] = [makeEnv(), makeEnv()];
    expect(play(first, "a", 1)).toEqual(play(again, "a", 1));
    expect(first.stateHash()).toBe(again.stateHash());
    expect(play(again, "a", -1).at(-1)?.info.equity).not.toBe(play(first, "a", 1).at(-1)?.info.equity);
    expect(play(again, "b", 1)).not.toEqual(play(first, "a", 1));
  });

  test("holds what it was told to, and rewards are changes of equity", () => {
    const results = play(makeEnv(), "a", 1.5);
    expect(results[2].observation[1]).toBeGreaterThan(1.4);
    expect(results[2].observation[1]).toBeLessThan(1.6);
    let ratio = 1;
    for (const { reward, info } of results) {
      ratio *= 1 + reward;
      expect(ratio).toBeCloseTo(info.equityRatio, 10);
    }
    expect(results.at(-1)?.info.equityRatio).not.toBe(1);
  });

  test("turns a position over in two decisions", () => {
    const env = makeEnv();
    env.reset("a");
    env.step(1);
    env.step(-1);
    const [flat, turned] = [env.step(-1), env.step(-1)].map(({ observation }) => observation[1]);
    expect(Math.abs(flat)).toBeLessThan(1.01);
    expect(turned).toBeCloseTo(-1, 1);
  });

  test("is terminated when the strategy is liquidated, and then goes on by reset only", () => {
    // Eighteen times its equity, and never less of it while the market falls by 6 %.
    const env = new MarketEnv({
      inputs: (seed) => compileScenario(scenario, { seed }),
      act: (exposure: number, seat) => {
        if (seat.exposure(0) === 0) seat.moveToExposure(0, exposure);
      },
      observe: (seat) => [seat.exposure(0)],
    });
    const results = play(env, "a", 18);
    expect(results.at(-1)).toMatchObject({ terminated: true, truncated: false });
    expect(() => env.step(1)).toThrow("after the episode had ended");
    expect(env.reset("a").info.equityRatio).toBe(1);
    expect(() => makeEnv().step(1)).toThrow("before reset");
  });

  test("refuses a strategy without equity, and leaves no episode behind", async () => {
    const poor = await loadScenario(fileURLToPath(new URL("scenario.yaml", folder)), {
      set: ["time.end=2026-02-05T00:30Z", "populations.learner.endowment.cash=0"],
    });
    const env = new MarketEnv<number, number>({
      inputs: (seed) => compileScenario(seed === "poor" ? poor : short, { seed }),
      act: () => {},
      observe: () => 0,
    });
    env.reset("rich");
    expect(() => env.reset("poor")).toThrow(
      /no equity at its first decision \(expected equity above 0, found 0 quanta\).*endowment/,
    );
    expect(() => env.step(0)).toThrow("before reset");
    expect(() => env.stateHash()).toThrow("no episode has begun");
  });

  test("says when it is not clear for whom it decides", () => {
    const inputs = compileScenario(short, { seed: "a" });
    const seats = (population?: string): MarketEnv<number, number> =>
      new MarketEnv({
        inputs: () => inputs,
        act: () => {},
        observe: () => 0,
        ...(population === undefined ? {} : { population }),
      });
    expect(() => seats("lerner").reset("a")).toThrow(/no such population.*did you mean learner/);
    const without = { ...inputs, populations: inputs.populations.filter(({ name }) => name !== "learner") };
    const none = new MarketEnv({ inputs: () => without, act: () => {}, observe: () => 0 });
    expect(() => none.reset("a")).toThrow("one population of type strategy-under-test");
  });
});

test("a session passes over wakes in the warm-up and ends with the run", () => {
  const inputs = compileScenario(short, { seed: "a" });
  const session = new MarketSession(inputs, "learner");
  let wakes = 0;
  while (session.toNextWake()) {
    expect(session.nowMicros).toBeGreaterThanOrEqual(inputs.startMicros);
    wakes++;
  }
  expect(wakes).toBe(6);
  expect(session.toNextWake()).toBe(false);
});

test("the leverage of an account is the one set last, and 1 before", () => {
  const session = new MarketSession(compileScenario(short, { seed: "a" }), "learner");
  session.toNextWake();
  const { account, orders, view } = session.context;
  const market = view.perpMarket[0];
  expect(account.leverage(0, market)).toBe(1);
  for (const leverage of [7, 2.5]) {
    orders.setLeverage(0, market, leverage);
    session.toNextWake();
    expect(account.leverage(0, market)).toBe(leverage);
  }
});

describe("what has happened since the wake before", () => {
  const inputs = compileScenario(short, { seed: "a" });

  test("has what the writer refused at that wake", () => {
    const session = new MarketSession(inputs, "learner");
    session.toNextWake();
    // No lots: refused where it is written.
    session.context.orders.market(0, session.context.view.perpMarket[0], 1, 0, 0);
    session.toNextWake();
    expect(session.context.due.notice[0] & NOTICE_REJECTED).toBe(NOTICE_REJECTED);
    expect(session.noticeOf(0)).toBe(session.context.due.notice[0]);
    session.toNextWake();
    expect(session.context.due.notice[0]).toBe(0);
  });

  test("is told after the last wake as well", () => {
    const session = new MarketSession(inputs, "learner");
    for (let wake = 0; wake < 6; wake++) expect(session.toNextWake()).toBe(true);
    session.context.orders.market(0, session.context.view.perpMarket[0], 1, 1, 0);
    expect(session.toNextWake()).toBe(false);
    expect(session.noticeOf(0) & NOTICE_FILLED).toBe(NOTICE_FILLED);
  });
});

test("the first agent of a population is the strategy, whoever wakes first", async () => {
  const crowded = await loadScenario(fileURLToPath(new URL("scenario.yaml", folder)), {
    set: ["time.end=2026-02-05T00:30Z", "populations.learner.count=5"],
  });
  const env = new MarketEnv<number, number>({
    inputs: (seed) => compileScenario(crowded, { seed }),
    act: () => {},
    observe: ({ agent }) => agent,
  });
  expect(["a", "b", "c"].map((seed) => env.reset(seed).observation)).toEqual([0, 0, 0]);
  for (let k = 0; k < 3; k++) expect(env.step(0).observation).toBe(0);
});

test("an exposure that is no number is refused", () => {
  const env = makeEnv();
  env.reset("a");
  expect(() => env.step(Number.NaN)).toThrow("finite number");
});

describe("a pool", () => {
  const url = new URL("env.js", folder).href;

  test.each([1, 2, 3])(
    "on %s threads gives what one environment gives",
    { timeout: 240_000 },
    async (threads) => {
      const { makeEnv: make } = (await import(url)) as { makeEnv: () => MarketEnv<number, number> };
      const seeds = ["x0", "x1", "x2"];
      const pool = await EnvPool.start<number, number>({ url, count: 3, threads });
      try {
        const begun = await pool.reset(seeds);
        const stepped = await pool.step([0, 2, null]);
        for (const [k, seed] of seeds.slice(0, 2).entries()) {
          const env = make();
          expect(begun[k]).toEqual(env.reset(seed));
          expect(stepped[k]).toEqual(env.step(2 * k));
        }
        expect(stepped[2]).toBeNull();
      } finally {
        await pool.stop();
      }
    },
  );

  test("types say that a result is null where an entry may be", () => {
    type Pool = EnvPool<number, string>;
    const reset = (pool: Pool) => [pool.reset(["a"]), pool.reset(["a", null])] as const;
    expectTypeOf(reset).returns.toEqualTypeOf<
      readonly [Promise<ResetResult<string>[]>, Promise<(ResetResult<string> | null)[]>]
    >();
    const step = (pool: Pool) => [pool.step([1]), pool.step([1, null])] as const;
    expectTypeOf(step).returns.toEqualTypeOf<
      readonly [Promise<StepResult<string>[]>, Promise<(StepResult<string> | null)[]>]
    >();
  });

  describe.each([1, 2])("on %s threads, when one of three environments throws", (threads) => {
    const brittle = new URL("brittle-env.mjs", import.meta.url).href;

    test("names it, keeps the others' results, and refuses it until it is reset", async () => {
      const pool = await EnvPool.start<string, string>({ url: brittle, count: 3, threads });
      try {
        await pool.reset(["x", "y", "z"]);
        const error = await pool.step(["go", "throw", "go"]).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(EnvPoolError);
        const { message, code, results } = error as EnvPoolError;
        expect([code, message]).toEqual(["env-pool", "EnvPool: environment 1 threw: told to throw"]);
        expect(results).toEqual([{ observation: "x1" }, null, { observation: "z1" }]);
        // Refused as a whole: the others do not step.
        await expect(pool.step(["go", "go", "go"])).rejects.toThrow(
          "actions[1]: environment 1 threw and was not reset since (expected reset, or null)",
        );
        expect(await pool.step(["go", null, "go"])).toEqual([
          { observation: "x2" },
          null,
          { observation: "z2" },
        ]);
        await expect(pool.reset([null, "throw", null])).rejects.toThrow("environment 1 threw: told to throw");
        await expect(pool.step([null, "go", null])).rejects.toThrow("not reset since");
        expect(await pool.reset([null, "w", null])).toEqual([null, { observation: "w0" }, null]);
        expect(await pool.step([null, "go", "go"])).toEqual([
          null,
          { observation: "w1" },
          { observation: "z3" },
        ]);
      } finally {
        await pool.stop();
      }
    });

    test("names all of a thread whose results cannot be copied", async () => {
      const pool = await EnvPool.start<string, string>({ url: brittle, count: 3, threads });
      try {
        await pool.reset(["x", "y", "z"]);
        await expect(pool.step(["function", null, "go"])).rejects.toThrow(
          /environment 0 threw: .*could not be cloned\.\n.*environment 2 threw/,
        );
        expect(await pool.reset(["x", null, "z"])).toHaveLength(3);
      } finally {
        await pool.stop();
      }
    });
  });

  test("tells what its module or an environment throws, and refuses wrong numbers", async () => {
    await expect(EnvPool.start({ url, export: "nothing", count: 1 })).rejects.toThrow(
      "exports no function nothing",
    );
    await expect(EnvPool.start({ url, count: 0 })).rejects.toThrow("a whole number from 1");
    const pool = await EnvPool.start<number, number>({ url, count: 1 });
    try {
      await expect(pool.step([1])).rejects.toThrow("before reset");
      await expect(pool.reset(["a", "b"])).rejects.toThrow("wrong number of seeds");
      const [thread] = Reflect.get(pool, "threads") as { terminate: () => Promise<number> }[];
      await thread.terminate();
      await expect(pool.reset(["a"])).rejects.toThrow("thread ended, with code 1");
    } finally {
      await pool.stop();
    }
    await expect(pool.step([1])).rejects.toThrow("after stop");
  });
});
