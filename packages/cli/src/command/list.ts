/**
 * `undertow list`: the bundled scenarios and what is in them.
 */
import { listScenarios, loadScenario } from "@undertow/scenarios";
import { formatNumber } from "../summary/format.ts";
import { layoutTable, wrapText } from "../summary/table.ts";
import type { ParsedOptions } from "./commands.ts";
import { outputWidth, paintFor, printResult } from "./output.ts";
import { EXIT_DONE } from "./program.ts";

/** Handler of `undertow list`. */
export async function listCommand(parsed: ParsedOptions): Promise<number> {
  const entries = await Promise.all(
    (await listScenarios()).map(async (listing) => {
      const { facts } = await loadScenario(listing.name);
      return {
        ...listing,
        facts: facts.length,
        factsOnBtc: facts.filter((fact) => fact.coin === "BTC").length,
      };
    }),
  );
  if (parsed.flags.has("json")) {
    printResult(JSON.stringify(entries, null, 2));
    return EXIT_DONE;
  }
  const paint = paintFor(process.stdout);
  const width = outputWidth();
  const columns = [
    { header: "scenario", align: "left" as const },
    { header: "dates (UTC)", align: "left" as const },
    { header: "agents" },
    { header: "coins", align: "left" as const, wrap: true },
    { header: "facts" },
    { header: "on BTC" },
  ];
  const rows = entries.map((entry) => [
    entry.name,
    `${entry.start.slice(0, 10)} to ${entry.end.slice(0, 10)}`,
    formatNumber(entry.agents),
    entry.coins.join(" "),
    formatNumber(entry.facts),
    formatNumber(entry.factsOnBtc),
  ]);
  const lines = layoutTable(columns, rows, width, { header: paint.dim });
  for (const entry of entries) {
    lines.push("", ...wrapText(`${entry.name}: ${entry.title}`, width - 2).map((line) => `  ${line}`));
  }
  lines.push("", "Run one with `undertow run NAME`; check one with `undertow validate NAME`.");
  printResult(lines.join("\n"));
  return EXIT_DONE;
}
