/** Every agent type of the registry passes the conformance kit; a new one is covered by being listed. */
import { agentTypes, agentTypesModule } from "@undertow/agents";
import { agentTypeChecks, type CheckOptions } from "@undertow/agents/testing";
import { describe, test } from "vitest";

const MONEY = 100_000;
/** Parameters under which a type trades in worlds of this size; its defaults are for a market of billions. */
const DEPTH = 50_000 * MONEY;
const PARAMS: Readonly<Record<string, CheckOptions["params"]>> = {
  "market-maker": { perpDepth0: DEPTH, perpDepth1: DEPTH, spotDepth0: DEPTH, spotDepth1: DEPTH },
  "cross-venue-arbitrageur": { threshold: 0 },
  "large-holder": { capitulationLoss: 0.05 },
};

describe.each(Object.entries(agentTypes))("%s", (name, type) => {
  const params = PARAMS[name] ?? {};
  const checks = agentTypeChecks(type, { params, module: agentTypesModule });
  test.each(checks.map((check) => [check.name, check] as const))("%s", (_, check) => check.run());
});
