/**
 * `undertow facts`: the stylised facts of a calm market, as a table and as a page with pictures.
 *
 * A month at steps of 5 s takes about a minute a seed, a pair of runs for impact about a second.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError, type Problem } from "@undertow/core";
import { loadScenario, measureStylisedFacts, type StylisedReport } from "@undertow/scenarios";
import { outputProblem, recordFolder } from "../record/folder.ts";
import { countGates, renderStylised } from "../summary/render-stylised.ts";
import type { ParsedOptions } from "./commands.ts";
import { listenForInterrupt, yieldToEvents } from "./interrupt.ts";
import { outputWidth, paintFor, printNotice, printResult } from "./output.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, packageVersion } from "./program.ts";
import { createProgress, type ProgressDisplay } from "./progress.ts";
import { seedsOf } from "./run-options.ts";

const DEFAULT_CRASH = "quickstart";
const DEFAULT_IMPACT_SEEDS = 4;
const MOST_SEEDS = 1000;

interface FactsOptions {
  readonly scenario: string;
  readonly set: readonly string[];
  readonly patch: readonly string[];
  readonly seeds: readonly string[];
  readonly coins: readonly [string, string];
  readonly crash: string | undefined;
  readonly impactSeeds: readonly string[];
  readonly out: string;
}

/** Handler of `undertow facts`. */
export async function factsCommand(parsed: ParsedOptions): Promise<number> {
  const options = await readOptions(parsed);
  const interrupt = listenForInterrupt();
  const show = progressShower(parsed.flags.has("quiet"));
  interrupt.beforeNotice = () => show.stop();
  let report: StylisedReport | undefined;
  try {
    const { crash, ...rest } = options;
    report = await measureStylisedFacts({
      ...rest,
      ...(crash === undefined ? {} : { crash }),
      onProgress: async (label, progress) => {
        if (!interrupt.requested) await show.update(label, progress);
        await yieldToEvents();
        return !interrupt.requested;
      },
    });
  } finally {
    show.stop();
    interrupt.release();
  }
  if (report === undefined) {
    printNotice("Stopped: nothing was measured.");
    return EXIT_INTERRUPTED;
  }
  const folder = parsed.flags.has("no-report") ? undefined : await writeReport(report, options);
  const { observed: _, ...figures } = report;
  if (parsed.flags.has("json")) {
    printResult(JSON.stringify({ ...figures, ...(folder === undefined ? {} : { folder }) }, null, 2));
  } else {
    printResult(renderStylised(report, { width: outputWidth(), paint: paintFor(process.stdout) }));
    if (folder !== undefined) printResult(`Pictures: ${join(folder, "facts.html")}`);
  }
  const { passed, gates } = countGates(report.rows);
  return parsed.flags.has("strict") && passed < gates ? EXIT_FAILED : EXIT_DONE;
}

/** Tables as JSON and the page, in a folder that appears when it is whole. */
async function writeReport(report: StylisedReport, { out, scenario, seeds }: FactsOptions): Promise<string> {
  const { renderStylisedPage } = await import("../report/stylised-page.ts");
  const folder = recordFolder(out, `${(await loadScenario(scenario)).name}-facts`, seeds[0]);
  const open = `${folder}.partial`;
  mkdirSync(open, { recursive: true });
  const { observed: _, ...figures } = report;
  writeFileSync(join(open, "facts.json"), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(open, "facts.html"), renderStylisedPage(report, packageVersion()));
  renameSync(open, folder);
  return folder;
}

/** @throws UserError with every problem of the options */
async function readOptions(parsed: ParsedOptions): Promise<FactsOptions> {
  const { texts, lists } = parsed;
  const problems: Problem[] = [];
  const out = texts.get("out") ?? "runs";
  const unwritable = parsed.flags.has("no-report") ? undefined : outputProblem(out);
  if (unwritable !== undefined) problems.push(unwritable);
  const count = wholeOf(texts.get("seeds"), "--seeds", 1, problems);
  const impact = wholeOf(texts.get("impact-seeds"), "--impact-seeds", 0, problems) ?? DEFAULT_IMPACT_SEEDS;
  const [set, patch] = ["set", "patch"].map((name) => lists.get(name) ?? []);
  const scenario = parsed.scenario ?? "";
  const names = Object.keys((await loadScenario(scenario, { set, patch })).coins);
  const coin = texts.get("coin") ?? names.find((name) => name === "SOL") ?? names[1];
  if (coin === undefined || coin === names[0] || !names.includes(coin)) {
    problems.push({
      path: "--coin",
      message: "not an altcoin of the scenario",
      expected: `one of ${names.slice(1).join(", ") || "its further coins, of which it has none"}`,
      found: coin ?? "nothing",
    });
  }
  if (problems.length > 0) throw new UserError("wrong-option", problems);
  const crash = texts.get("crash") ?? DEFAULT_CRASH;
  return {
    scenario,
    set,
    patch,
    seeds: seedsOf(texts.get("seed"), count),
    coins: [names[0], coin],
    crash: crash === "none" ? undefined : crash,
    impactSeeds: Array.from({ length: impact }, (_, k) => `${texts.get("seed") ?? "1"}-impact-${k + 1}`),
    out,
  };
}

function wholeOf(
  text: string | undefined,
  path: string,
  least: number,
  problems: Problem[],
): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && count <= MOST_SEEDS) return count;
  problems.push({
    path,
    message: "not a number of seeds",
    expected: `a whole number from ${least} to ${MOST_SEEDS}`,
    found: text,
  });
  return undefined;
}

type Report = Parameters<ProgressDisplay["update"]>[0];

/** Shows the run that is going on; between runs of impact a line now and then. */
function progressShower(quiet: boolean) {
  let display: ProgressDisplay | undefined;
  let shown = "";
  return {
    async update(label: string, progress: Report | undefined): Promise<void> {
      if (progress === undefined) {
        this.stop();
        if (!quiet && /^impact, \d*0 of /.test(label)) printNotice(label);
        return;
      }
      if (label !== shown) {
        this.stop();
        display = await createProgress({ quiet, stream: process.stderr, label });
        shown = label;
      }
      display?.update(progress);
    },
    stop(): void {
      display?.stop();
      display = undefined;
      shown = "";
    },
  };
}
