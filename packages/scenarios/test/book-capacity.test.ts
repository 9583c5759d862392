/** Books have room for what a type says its agents rest, however many there are of them. */
import { expect, it } from "vitest";
import { agentTypes } from "@undertow/agents";
import { compileScenario, loadScenario } from "@undertow/scenarios";

/** Orders that the first perpetual holds of quickstart with so many agents of a type in place of the momentum traders. */
async function capacity(type: string, count: number): Promise<number> {
  const scenario = await loadScenario("quickstart", {
    set: [`populations.momentum-traders.type=${type}`, `populations.momentum-traders.count=${count}`],
  });
  const { markets } = compileScenario(scenario, { seed: "a" });
  return markets.find(({ name }) => name === "BTC-PERP")!.orderCapacity;
}

it.each(["zi-c-trader", "fcn-trader", "level-trader"])("%s: each of 30,000 agents", async (type) => {
  const { restingOrders = 0 } = agentTypes[type];
  expect(restingOrders).toBeGreaterThan(0);
  expect((await capacity(type, 30_000)) - (await capacity(type, 10_000))).toBe(20_000 * restingOrders);
});

it("a crowd that does not say is taken to rest orders from two thousand agents", async () => {
  expect(await capacity("leveraged-trader", 30_000)).toBe(await capacity("leveraged-trader", 2000));
});
