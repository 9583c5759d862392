/**
 * Benchmark: blocks of random numbers and exponential gaps a second, drawn for 32 agents together, in the plain form and
 * in 128-bit lanes of WebAssembly. Both must draw the same numbers. The gate of the lanes: should they once be no faster
 * than the plain form, they are not worth their code.
 */
import { PhiloxLanes, LANES } from "@undertow/core/testing";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

const CALLS = { small: 100_000, full: 1_000_000 };

export function run(size) {
  const calls = CALLS[size === "full" ? size : "small"];
  const plain = measure(new PhiloxLanes({ plain: true }), calls);
  const lanes = measure(new PhiloxLanes(), calls);
  if (plain.hash !== lanes.hash) throw new Error("lanes draw other numbers than the plain form");
  return {
    blocksPerSecond: lanes.blocks,
    plainBlocksPerSecond: plain.blocks,
    gapsPerSecond: lanes.gaps,
    plainGapsPerSecond: plain.gaps,
    calls,
    resultHash: lanes.hash,
  };
}

function measure(lanes, calls) {
  const hash = createHash("sha256");
  for (let lane = 0; lane < LANES; lane++) lanes.means[lane] = 3600e6;
  const rate = (draw, column) => {
    const timed = (turns) => {
      const started = performance.now();
      for (let call = 0; call < turns; call++) {
        for (let lane = 0; lane < LANES; lane++) {
          lanes.counter0[lane] = lane;
          lanes.counter1[lane] = call;
        }
        draw();
      }
      return (performance.now() - started) / 1000;
    };
    timed(calls / 10);
    const seconds = timed(calls);
    hash.update(new Uint8Array(column.buffer, column.byteOffset, 8 * LANES));
    return (calls * LANES) / seconds;
  };
  return {
    blocks: rate(() => lanes.draw(LANES, 3, 5, 7, 0), lanes.uniforms),
    gaps: rate(() => lanes.drawGaps(LANES, 3, 5, 7), lanes.gaps),
    hash: hash.digest("hex").slice(0, 32),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(JSON.stringify(run(process.argv.includes("--full") ? "full" : "small"), null, 2));
