/**
 * E16: a Poisson ladder through the exchange's waterfall on linear impact; its sizes are a generalised Poisson variable.
 *
 * Liquidation prices are a Poisson process of density rho, each long of one unit moves the price by kappa, a shock of s
 * starts it: the number that goes is generalised Poisson with theta = rho s and lambda = kappa rho (Consul & Jain 1973).
 */
import { drawer } from "@undertow/core/testing";
import { expect, test } from "vitest";
import { runThrough } from "./support/exchange-ladder.ts";
import { LADDER_START_TICKS, type Ladder, type Rung } from "./support/ladder-draws.ts";

const RUNS = 4_000;
const THETA = 0.6;
const LAMBDA = 0.48;
/** Ticks below the start that hold rungs: room for more than 20 liquidations. */
const DEPTH_TICKS = 1_800;

/** P(size = s) = theta (theta + lambda s)^(s - 1) exp(-theta - lambda s) / s! */
function chance(size: number): number {
  let value = (THETA / (THETA + LAMBDA * size)) * Math.exp(-THETA - LAMBDA * size);
  for (let k = 1; k <= size; k++) value *= (THETA + LAMBDA * size) / k;
  return value;
}

test("E16: the number of liquidations on a Poisson ladder has the law of the formula", () => {
  const draw = drawer(16);
  const rungsOf = (): Rung[] => {
    const rungs: Rung[] = [];
    // Exponential gaps of 1 / rho = 100 / 0.6 ticks; a whole tick belongs to the gap that ends in it.
    for (let away = 0; ;) {
      away -= (100 / THETA) * Math.log(1 - draw.share());
      if (away >= DEPTH_TICKS) return rungs;
      rungs.push({ ticks: LADDER_START_TICKS - 1 - Math.floor(away), lots: 1_000 });
    }
  };
  const counts = new Array<number>(7).fill(0);
  let sum = 0;
  for (let run = 0; run < RUNS; run++) {
    const ladder: Ladder = { impactTicks: 80, perLots: 1_000, shockLots: 1_250, rungs: rungsOf() };
    const size = runThrough(ladder).rounds.flat().length;
    counts[Math.min(6, size)]++;
    sum += size;
  }
  const chances = [0, 1, 2, 3, 4, 5].map(chance);
  chances.push(1 - chances.reduce((total, p) => total + p, 0));
  const square = counts.reduce(
    (total, n, k) => total + (n - RUNS * chances[k]) ** 2 / (RUNS * chances[k]),
    0,
  );
  // Chi-square with 6 degrees of freedom: above 22.46 in 1 of 1,000.
  expect(square).toBeLessThan(22.46);
  // Mean theta / (1 - lambda), variance theta / (1 - lambda)^3; three standard errors.
  const mean = THETA / (1 - LAMBDA);
  const error = Math.sqrt(THETA / (1 - LAMBDA) ** 3 / RUNS);
  expect(Math.abs(sum / RUNS - mean)).toBeLessThan(3 * error);
}, 60_000);
