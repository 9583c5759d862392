/**
 * The files that `undertow new-agent` writes: a working agent type, its test, a scenario that uses it, and a page.
 *
 * Text only, with the name put in. They run as they stand; a test runs them through the real command.
 */

/** The files of a new agent type by name. */
export function agentFiles(name: string): Readonly<Record<string, string>> {
  const fill = (text: string): string =>
    text.replaceAll("AGENT_NAME", name).replaceAll("AGENT_EXPORT", exportName(name));
  return {
    [`${name}.mjs`]: fill(MODULE),
    [`${name}.test.mjs`]: fill(TEST),
    [`${name}.yaml`]: fill(SCENARIO),
    "README.md": fill(PAGE),
  };
}

/** `dip-buyer` becomes `dipBuyer`; one word gets an ending, as it may be a word of the language. */
export function exportName(name: string): string {
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return camel === name ? `${name}Agent` : camel;
}

const MODULE = `/**
 * AGENT_NAME: buys after a fall of half an hour, holds for a while, then sells.
 */
import { BUY, CAUSE_DISCRETIONARY, SELL, defineAgent } from "@undertow/core";

export const AGENT_EXPORT = defineAgent({
  name: "AGENT_NAME",
  summary: "Buys after a fall of half an hour, holds for a while, then sells.",
  source: "own, an example to start from",
  params: {
    interval: { unit: "duration", description: "mean time between looks", default: 300e6, min: 1e6 },
    fall: { unit: "ratio", description: "fall in 30 min that it buys", default: 0.01, min: 0, max: 1 },
    share: { unit: "ratio", description: "share of free cash in an order", default: 0.2, min: 0, max: 1 },
    holding: { unit: "duration", description: "time until it sells", default: 7200e6, min: 0 },
  },
  memory: { boughtAt: 0 }, // microseconds; 0 while it holds nothing
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide({ due, coins, params, memory, view, account, orders }) {
    const market = view.perpMarket[coins[0]];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const held = account.lots(agent, market);
      if (held > 0) {
        if (view.nowMicros - memory.boughtAt[agent] < params.holding[agent]) continue;
        orders.reduce(agent, market, SELL, held, CAUSE_DISCRETIONARY);
      } else if (view.return30m[market] < -params.fall[agent] && view.midTicks[market] > 0) {
        const lotQuanta = view.midTicks[market] * view.quantaPerTickLot[market];
        const lots = Math.floor((account.freeQuanta(agent) * params.share[agent]) / lotQuanta);
        if (lots < 1) continue;
        orders.market(agent, market, BUY, lots, CAUSE_DISCRETIONARY);
        memory.boughtAt[agent] = view.nowMicros;
      }
    }
  },
});
`;

const TEST = `/**
 * Tests of AGENT_NAME: what it does on a hand-made view, and the conformance kit. Run them with \`node --test\`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BTC_PERP, Stage, UNIT, agentTypeChecks } from "@undertow/agents/testing";
import { AGENT_EXPORT } from "./AGENT_NAME.mjs";

test("AGENT_NAME buys a fall, waits and sells", () => {
  const stage = new Stage(AGENT_EXPORT, { params: { fall: 0.02, share: 0.5, holding: 600e6 } });
  stage.cash[0] = 10_000 * UNIT;
  assert.deepEqual(stage.wake(), [], "nothing in a calm market");

  stage.view.return30m[BTC_PERP] = -0.03;
  const [bought] = stage.wake();
  assert.equal(bought.kind, "market");
  assert.equal(bought.lots, stage.lotsOf(BTC_PERP, 5_000), "half of its cash");
  stage.fill([bought]);

  assert.deepEqual(stage.wake(300e6), [], "it holds");
  const [sold] = stage.wake(300e6);
  assert.deepEqual([sold.kind, sold.lots], ["reduce", bought.lots]);
});

for (const check of agentTypeChecks(AGENT_EXPORT)) {
  test(\`AGENT_NAME: \${check.summary}\`, () => check.run());
}
`;

const SCENARIO = `# The quickstart with a hundred agents of your own type. Run it with: undertow run AGENT_NAME.yaml
title: Quickstart with AGENT_NAME
extends: quickstart
agents: ./AGENT_NAME.mjs
populations:
  AGENT_NAME:
    type: AGENT_NAME
    count: 100
    endowment: { cash: "lognormal(median=$20k, sigma=1)" }
    params:
      fall: uniform(0.5%, 3%) # a number, or a distribution that is drawn once per agent
`;

const PAGE = `# AGENT_NAME

An agent type for Undertow.

| file                  | holds                                                        |
| --------------------- | ------------------------------------------------------------ |
| \`AGENT_NAME.mjs\`      | the type: parameters, memory, when it wakes, what it decides |
| \`AGENT_NAME.test.mjs\` | its tests, with the conformance kit                          |
| \`AGENT_NAME.yaml\`     | a scenario that adds a population of it to the quickstart    |

    node --test                          # in this folder
    undertow validate AGENT_NAME.yaml
    undertow run AGENT_NAME.yaml

The module needs \`@undertow/core\`, the test \`@undertow/agents\`. Where they could not be imported from this folder when it
was made, \`node_modules\` holds links to those of the command that made it.
`;
