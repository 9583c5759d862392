/**
 * The exchange under a workload of 200,000 requests on four venues, followed by the independent auditor.
 *
 * Deposits, orders of all types, a fifth of them bad, shocks, halts and time. Each request whose outcome can be known is
 * forecast; after each event money and contracts are conserved in the auditor's books, and every 500 requests all
 * views agree with them. validation/workload.js runs the same at nightly size.
 */
import { runWorkload } from "@undertow/core/testing";
import { describe, expect, test } from "vitest";

describe("an exchange under load", () => {
  test("200,000 requests without a difference to forecast or auditor", () => {
    const summary = runWorkload({ requests: 200_000, seed: 20_260_205 });
    expect(summary.requests).toBe(200_000);
    expect(summary.events).toBeGreaterThan(200_000);
    expect(summary.comparisons).toBe(400);
    const { done, rejected, refused } = summary.forecasts;
    expect({ done: done > 80_000, rejected: rejected > 20_000, refused: refused > 10_000 }).toEqual({
      done: true,
      rejected: true,
      refused: true,
    });
    const everywhere = ["fill", "funding", "deposit", "withdrawal", "transfer", "halt", "liquidation book"];
    const wanted = [
      ...["binance-like", "hyperliquid-like", "dydx-like", "bitmex-like"].flatMap((venue) =>
        [...everywhere, "liquidation adl"].map((kind) => `${venue} ${kind}`),
      ),
      "binance-like liquidation fund",
      "binance-like margin-change",
      "binance-like auto-exchange",
      "hyperliquid-like liquidation vault",
      "hyperliquid-like debt-covered",
      "bitmex-like liquidation fund",
      "bitmex-like debt-covered",
    ];
    expect(wanted.filter((key) => !summary.seen.has(key))).toEqual([]);
  });

  test("one seed is one workload, another seed another", () => {
    const hashOf = (seed: number): string =>
      runWorkload({ requests: 1_000, seed, episodeRequests: 250, compareEvery: 50 }).hash;
    expect(hashOf(1)).toBe(hashOf(1));
    expect(hashOf(2)).not.toBe(hashOf(1));
  });
});
