/** A folder outside the repository from which `@undertow/*` can be imported, as after an installation. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));

/** An agents module with one type that opens and closes a position in turns. */
export const FLIPPER = `import { BUY, CAUSE_DISCRETIONARY, SELL, defineAgent } from "@undertow/core";
import { half } from "./lib.mjs";

export const flipper = defineAgent({
  name: "flipper",
  summary: "Buys and sells in turns.",
  source: "own",
  params: {
    interval: { unit: "duration", description: "time between orders", default: 600e6, min: 1e6 },
    share: { unit: "ratio", description: "share of free cash", default: "uniform(0.05, 0.1)", min: 0, max: 1 },
  },
  memory: { turns: 0 },
  wake: { interval: "interval", kind: "poisson" },
  decide({ due, coins, params, memory, view, account, orders }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const market = view.perpMarket[coins[0]];
      const unit = view.midTicks[market] * view.quantaPerTickLot[market];
      const lots = Math.floor((account.freeQuanta(agent) * params.share[agent]) / unit);
      const side = memory.turns[agent]++ % 2 === 0 ? BUY : SELL;
      if (lots >= half(2)) orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
    }
  },
});
`;

/** What the module imports from beside it. */
export const LIB = "export const half = (x) => x / 2;\n";

/** An hour of the quickstart with a hundred flippers, in steps of a minute. */
export const FLIPPERS = `title: Mine
extends: quickstart
agents: ./my-agents.mjs
time: { end: 2026-02-05T01:00Z, warmUp: 10m, step: 1m }
populations:
  crowd:
    type: flipper
    count: 100
    endowment: { cash: 10000 }
    params: { share: 0.2 }
`;

/** Makes such a folder with these files. */
export function agentsFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "undertow-agents-"));
  mkdirSync(join(folder, "node_modules/@undertow"), { recursive: true });
  for (const name of ["core", "agents"])
    symlinkSync(join(PACKAGES, name), join(folder, "node_modules/@undertow", name));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
