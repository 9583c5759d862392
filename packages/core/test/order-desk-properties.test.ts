/**
 * Properties of the order desk on random streams of calls, shrunk to a readable case when one fails.
 *
 * Reduce-only never increases the size of a position, post-only never takes, fill-or-kill is all or nothing,
 * self-trade prevention never prints a self-trade (mechanics, property 9); replaying a stream gives a log that is
 * the same byte for byte (property 8). 10,000 cases each, fixed seed.
 */
import * as core from "@undertow/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const OWNERS = 3;
const RULES = core.orderRules({
  tickSize: 1,
  lotSize: 1,
  maxPrice: 200,
  limitBandUp: 0.5,
  limitBandDown: 0.5,
  marketBand: 0.05,
});

type Call =
  | ({ do: "submit" } & core.OrderRequest)
  | { do: "amend"; nth: number; limitTicks: number; lots: number }
  | { do: "cancel"; nth: number }
  | { do: "mark"; ticks: number }
  | { do: "position"; owner: number; lots: number };

const owner = fc.integer({ min: 0, max: OWNERS - 1 });
const ticks = fc.integer({ min: 97, max: 103 });
const lots = fc.integer({ min: 1, max: 9 });
const flags = fc
  .tuple(
    fc.constantFrom(0, 0, core.IMMEDIATE, core.POST_ONLY, core.FILL_OR_KILL),
    fc.constantFrom(0, core.REDUCE_ONLY),
    fc.constantFrom(0, core.STP_EXPIRE_TAKER, core.STP_EXPIRE_BOTH),
  )
  .map(([time, reduce, mode]) => time | reduce | mode);

const submit: fc.Arbitrary<Call> = fc.record({
  do: fc.constant("submit" as const),
  owner,
  side: fc.constantFrom(core.BUY, core.SELL),
  type: fc.constantFrom(core.ORDER_LIMIT, core.ORDER_LIMIT, core.ORDER_MARKET),
  lots,
  limitTicks: ticks,
  flags,
  trigger: fc.constantFrom(
    0,
    0,
    0,
    0,
    0,
    0,
    core.TRIGGER_STOP,
    core.TRIGGER_TAKE_PROFIT,
    core.TRIGGER_TRAILING,
  ),
  triggerOn: fc.constantFrom(core.ON_MARK, core.ON_LAST),
  triggerTicks: ticks,
  callbackPpm: fc.constantFrom(10_000, 30_000),
});
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 8, arbitrary: submit },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("amend" as const), nth: fc.nat(20), limitTicks: ticks, lots }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("mark" as const), ticks }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("position" as const),
      owner,
      lots: fc.integer({ min: -9, max: 9 }),
    }),
  },
);
const stream = fc.array(call, { minLength: 1, maxLength: 60, size: "max" });

/** Plays a stream; `changed` hears of positions that another hand sets, at the event before which it happens. */
function play(calls: readonly Call[], changed: (event: number, owner: number, lots: number) => void) {
  const accounts = new core.PositionTally(OWNERS);
  const desk = new core.OrderDesk({
    rules: RULES,
    owners: OWNERS,
    orderCapacity: 50,
    accounts,
    eventCapacity: 4096,
  });
  desk.setMark(100);
  const handles: { owner: number; handle: number; flags: number }[] = [];
  for (const one of calls) {
    if (one.do === "submit") {
      const handle = desk.submit(one);
      if (handle > 0) handles.push({ owner: one.owner, handle, flags: one.flags ?? 0 });
    } else if (one.do === "mark") {
      desk.setMark(one.ticks);
    } else if (one.do === "position") {
      changed(desk.events.end, one.owner, one.lots);
      accounts.lots[one.owner] = one.lots;
      desk.positionChanged(one.owner);
    } else if (handles.length > 0) {
      const { owner: holder, handle } = handles[one.nth % handles.length];
      if (one.do === "cancel") desk.cancel(holder, handle);
      else desk.amend(holder, handle, one.limitTicks, one.lots);
    }
  }
  return { desk, flagsOf: new Map(handles.map((order) => [order.handle, order.flags])) };
}

/** What all streams together have met, so that none of the properties holds for want of cases. */
const met = { reducing: 0, postOnly: 0, killed: 0, filledWhole: 0, selfTrades: 0, triggered: 0, trimmed: 0 };

function check(calls: readonly Call[]): void {
  const set: { event: number; owner: number; lots: number }[] = [];
  const { desk, flagsOf } = play(calls, (event, who, size) => set.push({ event, owner: who, lots: size }));
  const { events } = desk;
  const positions = Array.from({ length: OWNERS }, () => 0);
  const taken = new Map<number, number>();
  const asked = new Map<number, number>();
  for (let event = 0; event < events.end; event++) {
    while (set.length > 0 && set[0].event === event) {
      const { owner: who, lots: size } = set.shift() as { owner: number; lots: number };
      positions[who] = size;
    }
    const row = events.row(event);
    const kind = events.kind[row];
    const order = events.order[row];
    const orderFlags = flagsOf.get(order) ?? 0;
    if (kind === core.EVENT_TRIGGERED) met.triggered++;
    if (kind === core.EVENT_TRIMMED) met.trimmed++;
    if (events.reason[row] === core.RESULT_SELF_TRADE) met.selfTrades++;
    if (kind === core.EVENT_REJECTED && events.reason[row] === core.RESULT_FOK_UNFILLED) met.killed++;
    if (kind === core.EVENT_ACCEPTED || kind === core.EVENT_TRIMMED) asked.set(order, events.left[row]);
    if (kind !== core.EVENT_FILLED) continue;
    const who = events.owner[row];
    const before = positions[who];
    positions[who] += events.side[row] * events.lots[row];
    if ((orderFlags & core.REDUCE_ONLY) !== 0) {
      met.reducing++;
      const shrinks = Math.abs(positions[who]) < Math.abs(before) && positions[who] * before >= 0;
      expect(shrinks, `reduce-only ${order} moves ${before} to ${positions[who]}`).toBe(true);
    }
    if ((orderFlags & core.POST_ONLY) !== 0) {
      met.postOnly++;
      expect(events.isTaker[row], `post-only ${order} takes`).toBe(0);
    }
    if (events.isTaker[row] === 1) {
      taken.set(order, (taken.get(order) ?? 0) + events.lots[row]);
      const maker = events.row(event + 1);
      expect(events.other[row]).toBe(events.order[maker]);
      expect(events.owner[maker], `self-trade of ${who}`).not.toBe(who);
    }
  }
  for (const [order, orderFlags] of flagsOf) {
    if ((orderFlags & core.FILL_OR_KILL) === 0 || !taken.has(order)) continue;
    met.filledWhole++;
    expect(taken.get(order), `fill-or-kill ${order} in part`).toBe(asked.get(order));
  }
  expect(Array.from((desk.accounts as core.PositionTally).lots)).toEqual(
    set.reduce((ends, late) => ends.with(late.owner, late.lots), positions),
  );
}

test("reduce-only, post-only, fill-or-kill and self-trade prevention keep their promises", () => {
  fc.assert(fc.property(stream, check), { numRuns: 10_000, seed: 9 });
  expect(Math.min(...Object.values(met))).toBeGreaterThan(1000);
});

test("replaying a stream gives a byte-identical log", () => {
  let bytes = 0;
  const replay = fc.property(stream, (calls) => {
    const first = play(calls, () => {}).desk.events.toBytes();
    const second = play(structuredClone(calls), () => {}).desk.events.toBytes();
    bytes += first.length;
    expect(Buffer.compare(first, second)).toBe(0);
  });
  fc.assert(replay, { numRuns: 10_000, seed: 8 });
  expect(bytes).toBeGreaterThan(1_000_000);
});
