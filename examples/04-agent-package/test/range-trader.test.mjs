/**
 * Tests of the package as its users have it: on a hand-made view, and the conformance kit.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BTC_PERP, Stage, UNIT, agentTypeChecks, only } from "@undertow/agents/testing";
import { rangeTrader } from "example-range-traders";

await test("quotes both sides, and one side at its limit", () => {
  const stage = new Stage(rangeTrader, { params: { width: 2, clip: 0.2, limit: 1 } });
  stage.cash[0] = 100_000 * UNIT;
  const sides = () => only(stage.wake(), "level", BTC_PERP).map(({ side }) => side);
  assert.deepEqual(sides(), [1, -1]);
  stage.hold(BTC_PERP, stage.lotsOf(BTC_PERP, 95_000));
  assert.deepEqual(sides(), [-1]);
});

for (const check of agentTypeChecks(rangeTrader)) await test(check.name, () => check.run());
