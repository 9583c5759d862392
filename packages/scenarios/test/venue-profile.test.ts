/** The bundled venue profile: tier tables continuous and as published, flaws refused with their place. */
import { readFileSync } from "node:fs";
import { UserError } from "@undertow/core";
import { loadVenueProfile, parseVenueProfile } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";

const yaml = readFileSync(new URL("../venues/binance-like.yaml", import.meta.url), "utf8");

describe("binance-like", () => {
  it("has the published brackets", async () => {
    const { tiers, fees, funding, mark } = await loadVenueProfile("binance-like");
    expect(Object.fromEntries(Object.entries(tiers).map(([coin, table]) => [coin, table.length]))).toEqual({
      BTC: 12,
      ETH: 12,
      SOL: 10,
      XRP: 10,
      DOGE: 10,
    });
    expect(tiers["BTC"][4]).toEqual({ floor: 12e6, maxLeverage: 25, maintenance: 0.02, amount: 131_450 });
    expect(tiers["DOGE"].at(-1)).toEqual({
      floor: 40e6,
      maxLeverage: 1,
      maintenance: 0.5,
      amount: 13_351_670,
    });
    expect(fees.perpetual).toEqual({ maker: 0.0002, taker: 0.0005 });
    expect(funding).toEqual({
      interval: 8 * 3600e6,
      sample: 5e6,
      interest: 0.0001,
      clamp: 0.0005,
      capOfMaintenance: 0.75,
    });
    expect(mark).toEqual({ basisSample: 5e6, basisSamples: 30 });
  });

  it.each([
    [
      "a maintenance amount",
      "amount: 11450 }",
      "amount: 11451 }",
      "venues/test.yaml:LINE tiers.BTC.3.amount: tier table is inconsistent (expected 11450 for continuous margin, found 11451)",
    ],
    [
      "the order of brackets",
      "{ floor: 3000000, maxLeverage: 50x",
      "{ floor: 500000, maxLeverage: 50x",
      "tiers.BTC.3.floor: tier table is inconsistent (expected more than 600000, found 500000)",
    ],
    [
      "a first bracket",
      "{ floor: 0, maxLeverage: 125x",
      "{ floor: 1, maxLeverage: 125x",
      "tiers.BTC.0.floor: tier table is inconsistent (expected 0 in the first bracket, found 1)",
    ],
    [
      "a rising leverage",
      "maxLeverage: 100x, maintenance: 0.5%, amount: 50",
      "maxLeverage: 130x, maintenance: 0.5%, amount: 50",
      "tiers.BTC.1.maxLeverage: tier table is inconsistent (expected less than 125, found 130)",
    ],
  ])("refuses a flaw in %s", (_name, from, to, message) => {
    expect(yaml).toContain(from);
    try {
      parseVenueProfile(yaml.replace(from, to), "test", "venues/test.yaml");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message.replace(/yaml:\d+:\d+/g, "yaml:LINE")).toContain(message);
    }
  });
});
