/** Price triggers: never a missed crossing against a plain scan of all slots. */
import { describe, expect, it } from "vitest";
import { createKeys, randomSource } from "@undertow/core";
import { TRIGGER_BUCKETS, TriggerLadder } from "@undertow/core/testing";

const SLOTS = 500;

describe("trigger ladder", () => {
  it("reports what a full scan reports on random paths", () => {
    const columns = {
      ticks: new Int32Array(SLOTS),
      direction: new Int8Array(SLOTS),
      next: new Int32Array(SLOTS),
      previous: new Int32Array(SLOTS),
    };
    const heads = (): Int32Array => new Int32Array(TRIGGER_BUCKETS);
    const ladder = new TriggerLadder(300_000, columns, heads(), heads());
    const random = randomSource(createKeys("ladder"));
    const out = new Int32Array(SLOTS);
    let mark = 100_000;
    let fired = 0;
    for (let k = 0; k < 3000; k++) {
      for (let j = 0; j < 5; j++) {
        const slot = Math.floor(random.uniform(1, j, k) * SLOTS);
        const below = random.uniform(2, j, k) < 0.5;
        const distance = 1 + Math.floor(random.uniform(3, j, k) * 4000);
        const removed = random.uniform(5, j, k) < 0.1;
        ladder.set(slot, removed ? 0 : below ? mark - distance : mark + distance, below ? 1 : -1);
      }
      const from = mark;
      mark += Math.floor((random.uniform(4, 0, k) - 0.5) * 2000);
      const count = ladder.collect(from, mark, out, 0);
      const found = [...out.subarray(0, count)].sort((a, b) => a - b);
      const expected = [...columns.ticks.keys()].filter((slot) => {
        const ticks = columns.ticks[slot];
        return ticks !== 0 && (columns.direction[slot] > 0 ? ticks >= mark : ticks <= mark);
      });
      expect(found).toEqual(expected);
      for (const slot of found) ladder.set(slot, 0, 1);
      fired += found.length;
    }
    expect(fired).toBeGreaterThan(500);
  });
});
