/** Arrival order: the queue and its sort against a plain sort by time, tie, agent's key and order of writing. */
import { describe, expect, it } from "vitest";
import { ArrivalSort, OrderQueue } from "@undertow/core/testing";

const START = 1_770_000_000_000_000;

interface Row {
  readonly micros: number;
  readonly tie: number;
  readonly key: number;
}

const mixed = (k: number): number => Math.imul(k ^ (k >>> 15), 0x9e3779b1) >>> 0;

/** The message numbers in order of arrival, by the sort and by a plain one. */
function bothOrders(rows: readonly Row[]): { readonly sorted: number[]; readonly expected: number[] } {
  const columns = {
    arrivalMicros: Float64Array.from(rows, ({ micros }) => micros),
    tie: Uint32Array.from(rows, ({ tie }) => tie),
    agentKey: Uint32Array.from(rows, ({ key }) => key),
    sequence: Float64Array.from(rows, (_, k) => k),
  };
  const messages = Int32Array.from(rows, (_, k) => (k * 7919) % rows.length);
  expect(new Set(messages).size).toBe(rows.length);
  new ArrivalSort(columns).sort(messages, rows.length, START);
  const expected = rows
    .map((row, number) => ({ ...row, number }))
    .sort((a, b) => a.micros - b.micros || a.tie - b.tie || a.key - b.key || a.number - b.number);
  return { sorted: [...messages], expected: expected.map(({ number }) => number) };
}

function rowsOf(count: number, microsOf: (k: number) => number): Row[] {
  return Array.from({ length: count }, (_, k) => ({
    micros: START + microsOf(k),
    tie: mixed(k + 3) % 4 === 0 ? 5 : mixed(k) >>> 1,
    key: mixed(k + 9) % 7,
  }));
}

describe("the sort of arrivals", () => {
  it.each([
    ["none", 0, (): number => 0],
    ["few", 31, (k: number): number => mixed(k) % 50],
    ["some in a second", 701, (k: number): number => mixed(k) % 1_000_000],
    ["many in a second", 5_003, (k: number): number => mixed(k) % 1_000_000],
    ["many in two milliseconds", 5_003, (k: number): number => mixed(k) % 2_000],
    ["many in an hour", 3_001, (k: number): number => mixed(k) % 2_147_483_647],
    ["many in one microsecond", 1_009, (): number => 17],
    ["many at the start", 1_009, (): number => 0],
    ["some before the start", 1_009, (k: number): number => (mixed(k) % 1_000) - 3],
    ["some beyond the range", 1_009, (k: number): number => (mixed(k) % 5) * 2 ** 31],
  ] as const)("is the total order: %s", (_, count, microsOf) => {
    const { sorted, expected } = bothOrders(rowsOf(count, microsOf));
    expect(sorted).toEqual(expected);
  });
});

describe("the queue", () => {
  it("gives every message in the step of its arrival and in order, however long it travels", () => {
    const queue = new OrderQueue(1);
    const STEP = 1_000;
    const sent: { readonly micros: number; readonly number: number; readonly account: number }[] = [];
    let taken = 0;
    for (let step = 0; step < 300; step++) {
      const now = START + step * STEP;
      const sentNow = step < 290 ? 60 : 0;
      for (let k = 0; k < sentNow; k++) {
        const word = mixed(step * 64 + k);
        const micros = now + (word % 10 === 0 ? word % 20_000 : word % 1_500);
        const message = queue.write(0, sent.length, 0, word % 5, micros, word % 3);
        queue.send(message);
        sent.push({ micros, number: sent.length, account: sent.length });
      }
      const size = queue.size;
      const count = queue.gather(now, now + STEP);
      expect(queue.size).toBe(size - count);
      let previous = -Infinity;
      for (let k = 0; k < count; k++) {
        const message = queue.arrivals[k];
        const micros = queue.arrivalMicros[message];
        expect(micros).toBe(sent[queue.account[message]].micros);
        expect(micros >= now && micros < now + STEP && micros >= previous).toBe(true);
        previous = micros;
        queue.discard(message);
      }
      taken += count;
    }
    expect(taken + queue.size).toBe(sent.length);
    expect(taken).toBeGreaterThan(17_000);
    const due = sent.filter(({ micros }) => micros < START + 300 * STEP);
    expect(taken).toBe(due.length);
  });
});
