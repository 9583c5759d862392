/** Hashes: known answers, the published algorithm as a twin, and what tells states apart. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StateHash, hash32, mix32 } from "@undertow/core";

/** The readable twin: MurmurHash3_x86_128 as published, seed 0, on bytes. */
function murmur128(bytes: Uint8Array): string {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & mask;
  const c = [0x239b961bn, 0xab0e9789n, 0x38b34ae5n, 0xa1e38b93n];
  const turns = [15n, 16n, 17n, 18n];
  const steps: readonly (readonly [bigint, bigint])[] = [
    [19n, 0x561ccd1bn],
    [17n, 0x0bcaa747n],
    [15n, 0x96cd1c35n],
    [13n, 0x32ac3b17n],
  ];
  const h = [0n, 0n, 0n, 0n];
  const scramble = (k: bigint, lane: number): bigint =>
    (rotate((k * c[lane]) & mask, turns[lane]) * c[(lane + 1) % 4]) & mask;
  const wordAt = (at: number): bigint =>
    [0, 1, 2, 3].reduce((word, k) => word | (BigInt(bytes[at + k] ?? 0) << BigInt(8 * k)), 0n);
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    for (let lane = 0; lane < 4; lane++) {
      h[lane] ^= scramble(wordAt(at + 4 * lane), lane);
      h[lane] = ((rotate(h[lane], steps[lane][0]) + h[(lane + 1) % 4]) * 5n + steps[lane][1]) & mask;
    }
  }
  for (let lane = 0; lane < 4; lane++) h[lane] ^= scramble(wordAt(whole + 4 * lane), lane);
  const spread = (): void => {
    h[0] = (h[0] + h[1] + h[2] + h[3]) & mask;
    for (const lane of [1, 2, 3]) h[lane] = (h[lane] + h[0]) & mask;
  };
  for (let lane = 0; lane < 4; lane++) h[lane] ^= BigInt(bytes.length);
  spread();
  for (let lane = 0; lane < 4; lane++) h[lane] = BigInt(mix32(Number(h[lane])));
  spread();
  return h.map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** A record of a StateHash as bytes. */
function recordBytes(kind: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + Math.ceil(content.length / 16) * 16);
  new DataView(bytes.buffer).setUint32(0, content.length, true);
  bytes[8] = kind;
  bytes.set(content, 16);
  return bytes;
}

describe("hashes", () => {
  test("hash32 has its known values", () => {
    // The finaliser of FNV-1a's offset basis; then values that must never change.
    expect(hash32("")).toBe(mix32(0x811c9dc5));
    expect(["", "a", "leveraged-traders", "é", "日本"].map(hash32)).toMatchInlineSnapshot(`
      [
        2872998923,
        2448022055,
        4222710049,
        2705881783,
        3490853225,
      ]
    `);
  });

  test("the finaliser is that of MurmurHash3", () => {
    expect([0, 1, 2, 0xffffffff].map(mix32)).toEqual([0, 0x514e28b7, 0x30f4c306, 0x81f16f39]);
  });

  test("near names land far apart", () => {
    const hashes = new Set<number>();
    let flips = 0;
    for (let k = 0; k < 20_000; k++) {
      const hash = hash32(`population-${k}`);
      hashes.add(hash);
      let changed = hash ^ hash32(`population-${k + 1}`);
      for (; changed !== 0; changed &= changed - 1) flips++;
    }
    expect(hashes.size).toBeGreaterThan(19_998); // 0.05 collisions are expected
    expect(flips / 20_000).toBeCloseTo(16, 0);
  });

  test("the twin is MurmurHash3", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(murmur128(bytes(""))).toBe("00000000000000000000000000000000");
    expect(murmur128(bytes("The quick brown fox jumps over the lazy dog"))).toBe(
      "2f1583c3ecee2c675d7bf66ce5e91d2c",
    );
    expect(murmur128(bytes("I will not buy this record, it is scratched."))).toBe(
      "a0a9683b25ac5e40d9af2895890dddf5",
    );
  });

  test("a state hash is MurmurHash3 of its records, aligned or not", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(3),
        (a, b, shift) => {
          const shifted = new Uint8Array(b.length + shift);
          shifted.set(b, shift);
          const hash = new StateHash();
          hash.updateBytes(a);
          hash.updateBytes(shifted.subarray(shift));
          const records = [...recordBytes(1, a), ...recordBytes(1, b)];
          expect(hash.digest()).toBe(murmur128(Uint8Array.from(records)));
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  const digestOf = (update: (hash: StateHash) => void): string => {
    const hash = new StateHash();
    update(hash);
    return hash.digest();
  };

  test("kinds, splits, single bits and the sign of zero tell states apart", () => {
    const digests = [
      digestOf(() => {}),
      digestOf((hash) => hash.updateInt32(Int32Array.of(1, 2))),
      digestOf((hash) => hash.updateUint32(Uint32Array.of(1, 2))),
      digestOf((hash) => hash.updateBytes(new Uint8Array(Int32Array.of(1, 2).buffer))),
      digestOf((hash) => hash.updateInt16(new Int16Array(Int32Array.of(1, 2).buffer))),
      digestOf((hash) => {
        hash.updateInt32(Int32Array.of(1));
        hash.updateInt32(Int32Array.of(2));
      }),
      digestOf((hash) => hash.updateText("ab")),
      digestOf((hash) => {
        hash.updateText("a");
        hash.updateText("b");
      }),
      digestOf((hash) => hash.updateBytes(new Uint8Array(3))),
      digestOf((hash) => hash.updateBytes(new Uint8Array(4))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(0, 1))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(-0, 1))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(0, 1 + 2 ** -52))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(NaN, 1))),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });

  test("all bits of NaN are one value, and values around them still count", () => {
    const withNaN = (high: number, last: number, low = 0): Float64Array => {
      const values = new Float64Array(10_000).fill(1.5);
      new Uint32Array(values.buffer).set([low, high], 2 * 5000);
      values[9_999] = last;
      return values;
    };
    const digest = (values: Float64Array): string => digestOf((hash) => hash.updateFloat64(values));
    expect(digest(withNaN(0xfff80000, 1))).toBe(digest(withNaN(0x7ff80001, 1, 7)));
    expect(digest(withNaN(0x7ff80000, 1))).not.toBe(digest(withNaN(0x7ff80000, 2)));
  });

  test("the digest of a fixed state never changes", () => {
    expect(
      digestOf((hash) => {
        hash.updateText("undertow");
        hash.updateFloat64(Float64Array.of(1, -2.5, NaN));
        hash.updateInt32(Int32Array.of(-1));
      }),
    ).toMatchInlineSnapshot(`"0b66626d04710817cefe60ba2892efbf"`);
  });
});
