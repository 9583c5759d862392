/**
 * `undertow validate`: resolve and compile a scenario, say what it holds, run nothing.
 */
import { memoryPlan, type MemoryPlan, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario, type ResolvedScenario, venuesOf } from "@undertow/scenarios";
import { runCommand } from "../summary/run-command.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatTime,
  formatUsd,
  isoTime,
} from "../summary/format.ts";
import { layoutTable } from "../summary/table.ts";
import type { ParsedOptions } from "./commands.ts";
import { outputWidth, paintFor, printResult } from "./output.ts";
import { EXIT_DONE } from "./program.ts";

/** Compiling draws every agent; which seed does not matter here. */
const SEED = "1";

/** What `validate` finds; printed as a table or, with --json, as it is. */
export interface ScenarioCheck {
  readonly name: string;
  readonly title: string;
  readonly scenarioHash: string;
  readonly start: string;
  readonly end: string;
  readonly stepSeconds: number;
  /** Steps of the measured part and of the warm-up. */
  readonly steps: number;
  readonly warmUpSteps: number;
  readonly agents: number;
  /** Traders the agents stand for. */
  readonly traders: number;
  /** The reference first. */
  readonly venues: readonly {
    readonly name: string;
    readonly profile: string;
    /** Share of the whole market, as a fraction. */
    readonly coverage: number;
    readonly coins: readonly string[];
    readonly insuranceFund: number;
    /** Number of scheduled events. */
    readonly events: number;
  }[];
  readonly populations: readonly {
    readonly name: string;
    readonly type: string;
    /** Names of the venues on which its agents have accounts, home first. */
    readonly venues: readonly string[];
    readonly agents: number;
    readonly traders: number;
    readonly positions: number;
  }[];
  readonly markets: readonly string[];
  /** What a run on one thread will need: agents, accounts, books, and bytes by part, largest first. */
  readonly memory: MemoryPlan;
  readonly facts: number;
  readonly assumed: number;
  readonly sourced: number;
}

/** Handler of `undertow validate`. */
export async function validateCommand(parsed: ParsedOptions): Promise<number> {
  const scenario = parsed.scenario ?? "";
  const [set, patch] = ["set", "patch"].map((option) => parsed.lists.get(option) ?? []);
  const resolved = await loadScenario(scenario, { set, patch });
  const inputs = compileScenario(resolved, { seed: SEED });
  const check = checkOf(resolved, inputs);
  const run = runCommand({ scenarioArgument: scenario, patch, set }, []);
  printResult(
    parsed.flags.has("json")
      ? JSON.stringify(check, null, 2)
      : `${checkText(check)}\nRun it with \`${run}\`.`,
  );
  return EXIT_DONE;
}

function checkOf(resolved: ResolvedScenario, inputs: SimulationInputs): ScenarioCheck {
  const populations = inputs.populations.map((population) => ({
    name: population.name,
    type: population.type,
    venues: Array.from(population.venues, (venue) => inputs.venues[venue].name),
    agents: population.count,
    traders: population.weight.reduce((sum, weight) => sum + weight, 0),
    positions: population.endowment.positions.agent.length,
  }));
  return {
    name: resolved.name,
    title: inputs.title,
    scenarioHash: inputs.scenarioHash,
    start: isoTime(inputs.startMicros),
    end: isoTime(inputs.endMicros),
    stepSeconds: inputs.stepMicros / 1e6,
    steps: Math.ceil((inputs.endMicros - inputs.startMicros) / inputs.stepMicros),
    warmUpSteps: Math.ceil(inputs.warmUpMicros / inputs.stepMicros),
    agents: populations.reduce((sum, population) => sum + population.agents, 0),
    traders: populations.reduce((sum, population) => sum + population.traders, 0),
    venues: venuesOf(resolved).map(({ name, settings, coins }) => ({
      name,
      profile: settings.profile,
      coverage: settings.coverage,
      coins,
      insuranceFund: settings.insuranceFund,
      events: settings.events?.length ?? 0,
    })),
    populations,
    markets: inputs.markets.map((market) => market.name),
    memory: memoryPlan(inputs),
    facts: resolved.facts.length,
    assumed: resolved.assumed.length,
    sourced: Object.keys(resolved.sources).length,
  };
}

function checkText(check: ScenarioCheck): string {
  const paint = paintFor(process.stdout);
  const several = check.venues.length > 1;
  const span = (Date.parse(check.end) - Date.parse(check.start)) / 1000;
  const about = [
    ["window", `${formatTime(check.start)} to ${formatTime(check.end)} UTC (${formatDuration(span)})`],
    [
      "steps",
      `${formatNumber(check.steps)} of ${formatDuration(check.stepSeconds)}, after ${formatNumber(check.warmUpSteps)} of warm-up`,
    ],
    ...(several ? [] : [["venue", venueLine(check.venues[0])]]),
    ["markets", check.markets.join(", ")],
    ["agents", `${formatNumber(check.agents)}, standing for ${formatCount(check.traders, "trader")}`],
    ["memory", memoryLine(check.memory)],
    ["facts", formatNumber(check.facts)],
    ["values", `${formatNumber(check.assumed)} assumed, ${formatNumber(check.sourced)} sourced`],
    ["hash", check.scenarioHash],
  ];
  const left = { header: "", align: "left" as const };
  const wrapped = { ...left, wrap: true };
  const style = { header: (line: string) => paint.dim(line) };
  const populationColumns = [
    { header: "population", align: "left" as const },
    { header: "type", align: "left" as const },
    ...(several ? [{ header: "venues", align: "left" as const }] : []),
    { header: "agents" },
    { header: "traders" },
    { header: "positions and holdings" },
  ];
  const rows = check.populations.map((p) => [
    p.name,
    p.type,
    ...(several ? [p.venues.join(", ")] : []),
    formatNumber(p.agents),
    formatNumber(p.traders),
    formatNumber(p.positions),
  ]);
  const venueColumns = [
    { header: "venue", align: "left" as const },
    { header: "profile", align: "left" as const },
    { header: "coverage" },
    { header: "insurance fund" },
    { header: "events" },
    { header: "coins", align: "left" as const, wrap: true },
  ];
  const venues = check.venues.map((venue) => [
    venue.name,
    venue.profile,
    formatPercent(venue.coverage),
    formatUsd(venue.insuranceFund),
    formatNumber(venue.events),
    venue.coins.join(", "),
  ]);
  return [
    `${paint.green("ok")}  ${paint.bold(check.name)}: ${check.title}`,
    ...layoutTable([left, wrapped], about, outputWidth(), style),
    "",
    ...(several ? [...layoutTable(venueColumns, venues, outputWidth(), style), ""] : []),
    ...layoutTable(populationColumns, rows, outputWidth(), style),
    "",
  ].join("\n");
}

function memoryLine({ bytes, books, accounts, parts }: MemoryPlan): string {
  const list = parts.map((part) => `${part.name} ${formatBytes(part.bytes)}`).join(", ");
  return `${formatBytes(bytes)} for ${formatCount(accounts, "account")} and ${formatCount(books, "book")}: ${list}`;
}

function venueLine({ name, coverage, insuranceFund, events }: ScenarioCheck["venues"][number]): string {
  const scheduled = events === 0 ? "" : `, ${formatCount(events, "event")}`;
  return `${name}, ${formatPercent(coverage)} of the market, insurance fund ${formatUsd(insuranceFund)}${scheduled}`;
}
