/** Draws of many agents together: bit by bit those of the plain forms, whatever is drawn and by how many. */
import { describe, expect, it } from "vitest";
import { PURPOSE_DECIDE, WakeRandom, createKeys, hash32, ln, philox4x32 } from "@undertow/core";
import { LANES, PAIRS, PhiloxLanes } from "@undertow/core/testing";

const ROUNDS = 3000;
const MEANS = [1.5, 1e6, 3600e6, 1e13, 0.25];

/** Any words, from a plain generator. */
function words(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    return mixed ^ (mixed >>> 13);
  };
}

function fillLanes(lanes: PhiloxLanes, word: () => number): void {
  for (let lane = 0; lane < LANES; lane++) {
    lanes.counter0[lane] = word();
    lanes.counter1[lane] = word();
    lanes.counter2[lane] = word();
    lanes.means[lane] = MEANS[(word() >>> 0) % MEANS.length];
  }
}

const uniformOf = (high: number, low: number): number => ((high >>> 5) * 67_108_864 + (low >>> 6)) * 2 ** -53;

describe("lanes", () => {
  it("has 128-bit lanes on this engine", () => {
    const kernelOf = (lanes: PhiloxLanes): string => String((lanes as unknown as Kernel).kernel.blocks);
    expect(kernelOf(new PhiloxLanes())).toContain("[native code]");
    expect(kernelOf(new PhiloxLanes({ plain: true }))).not.toContain("[native code]");
  });

  it.each([false, true])("draws the blocks of philox4x32, plain: %s", (plain) => {
    const lanes = new PhiloxLanes({ plain });
    const word = words(7);
    const block = new Uint32Array(4);
    for (let round = 0; round < ROUNDS; round++) {
      fillLanes(lanes, word);
      const count = 1 + (round % LANES);
      const pair = round % PAIRS;
      const [c3, k0, k1] = [word(), word(), word()];
      lanes.draw(count, c3, k0, k1, pair);
      for (let lane = 0; lane < count; lane++) {
        philox4x32(lanes.counter0[lane], lanes.counter1[lane], lanes.counter2[lane], c3, k0, k1, block);
        const first = lanes.uniforms[2 * pair * LANES + lane];
        const second = lanes.uniforms[(2 * pair + 1) * LANES + lane];
        if (first !== uniformOf(block[0], block[1]) || second !== uniformOf(block[2], block[3]))
          throw new Error(`round ${round}, lane ${lane}: another block`);
      }
    }
  });

  it.each([false, true])("draws the gaps of ln, whole and at least 1, plain: %s", (plain) => {
    const lanes = new PhiloxLanes({ plain });
    const word = words(11);
    for (let round = 0; round < ROUNDS; round++) {
      fillLanes(lanes, word);
      lanes.drawGaps(LANES, word(), word(), word());
      for (let lane = 0; lane < LANES; lane++) {
        const expected = Math.max(1, Math.round(-ln(1 - lanes.uniforms[lane]) * lanes.means[lane]));
        if (!Object.is(lanes.gaps[lane], expected))
          throw new Error(`round ${round}, lane ${lane}: ${lanes.gaps[lane]}, not ${expected}`);
      }
    }
  });

  it("draws the gaps of the ends of the range and of the seam of the reduction", () => {
    const lanes = new PhiloxLanes();
    const seam = 1 - Math.SQRT1_2;
    for (const base of [0, 2 ** -53, 0.5, seam, seam / 2 + 0.5, 1 - 2 ** -53]) {
      for (let ulps = -40; ulps <= 40; ulps++) {
        const uniform = Math.min(1 - 2 ** -53, Math.max(0, base + ulps * 2 ** -53));
        lanes.uniforms[0] = uniform;
        lanes.means[0] = 2 ** 44;
        (lanes as unknown as Kernel).kernel.gaps(1);
        expect(lanes.gaps[0]).toBe(Math.max(1, Math.round(-ln(1 - uniform) * 2 ** 44)));
      }
    }
  });
});

interface Kernel {
  readonly kernel: { readonly blocks: () => void; gaps(lanes: number): void };
}

describe("an agent's draws", () => {
  const AGENTS = 200;
  const ordinals = Float64Array.from({ length: AGENTS }, (_, agent) => agent * 37 + (agent % 3) * 2 ** 33);
  const make = (): WakeRandom => {
    const random = new WakeRandom(createKeys("lanes"));
    random.begin(hash32("crowd"), ordinals, PURPOSE_DECIDE);
    return random;
  };

  it("are the same when they were foreseen, in any order, of any kind, and of those not told of", () => {
    const together = make();
    const alone = make();
    const word = words(3);
    const agents = new Int32Array(LANES);
    let drawn = 0;
    for (let round = 0; round < 400; round++) {
      const count = 1 + (round % LANES);
      const first = (word() >>> 0) % (AGENTS - LANES - 1);
      for (let lane = 0; lane < LANES; lane++) agents[lane] = first + lane;
      together.foresee(agents, count);
      const kinds = [
        [0, 1, 3],
        [2, 3],
        [4, 6, 7],
        [0, 9],
      ][Math.floor(round / 100)];
      for (let turn = 0; turn < count + 1; turn++) {
        // Now and then out of order, and one agent beyond those told of.
        const agent = first + (round % 5 === 0 ? count - turn : turn);
        for (const k of kinds) {
          expect(together.uniform(agent, k)).toBe(alone.uniform(agent, k));
          drawn++;
        }
      }
      together.forget();
    }
    expect(drawn).toBeGreaterThan(10_000);
  });

  it("are those of the new ordinal after `forget`", () => {
    const random = make();
    const agents = Int32Array.from({ length: LANES }, (_, lane) => lane);
    for (let round = 0; round < 2; round++) {
      random.foresee(agents, LANES);
      for (const agent of agents) random.uniform(agent, 0);
      random.forget();
    }
    const before = random.uniform(5, 0);
    ordinals[5]++;
    expect(random.uniform(5, 0)).not.toBe(before);
    expect(random.uniform(5, 0)).toBe(make().uniform(5, 0));
    ordinals[5]--;
    expect(random.uniform(5, 0)).toBe(before);
  });
});
