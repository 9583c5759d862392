/**
 * The one table of commands, their options and examples, from which parsing and help are made.
 *
 * Data only: it must load fast (help answers within 0.4 s), so handlers are named by a function that imports
 * them when the command really runs. Nothing heavy may be imported here.
 */

/** One option of a command. */
export interface OptionSpec {
  readonly name: string;
  /** A flag takes no value; text takes one; a list may be given several times. */
  readonly kind: "flag" | "text" | "list";
  /** Shown in help after the name, for example `DIR`. */
  readonly value?: string;
  /** One sentence for help, with the default when there is one. */
  readonly summary: string;
}

/** A parsed command line of one command. */
export interface ParsedOptions {
  /** The positional argument, or undefined for commands without one. */
  readonly scenario?: string;
  readonly venue?: string;
  readonly name?: string;
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Runs a command; resolves to its exit code (0 done, 1 failed, 2 wrong input, 130 interrupted). */
export type Handler = (options: ParsedOptions) => Promise<number>;

/** One command. */
export interface CommandSpec {
  /** One word or two, for example `run` or `describe venue`. */
  readonly name: string;
  /** Name of the positional argument, if any. */
  readonly positional?: {
    readonly name: "scenario" | "venue" | "name";
    readonly isOptional?: boolean;
    readonly summary: string;
  };
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly load: () => Promise<Handler>;
}

const scenarioArgument = {
  name: "scenario",
  summary: "name of a bundled scenario (see `undertow list`) or path of a YAML file",
} as const;

const setOption: OptionSpec = {
  name: "set",
  kind: "list",
  value: "PATH=VALUE",
  summary: "change a value of the scenario, e.g. --set driver.shockScale=0; may be repeated",
};

const patchOption: OptionSpec = {
  name: "patch",
  kind: "list",
  value: "NAME",
  summary:
    "apply a patch or ablation of the scenario, before --set, e.g. --patch liquidations-off; may be repeated",
};

/** Every command of `undertow`. */
export const commands: readonly CommandSpec[] = [
  {
    name: "run",
    positional: scenarioArgument,
    summary: "Run a scenario, print its summary and write a run record",
    options: [
      {
        name: "seed",
        kind: "text",
        value: "TEXT",
        summary: "seed of all random draws, any text (default 1)",
      },
      {
        name: "seeds",
        kind: "text",
        value: "N",
        summary: "run N replicates with seeds SEED-1 ... SEED-N (1 ... N without --seed)",
      },
      {
        name: "threads",
        kind: "text",
        value: "N",
        summary:
          "threads on which agents decide: 1 to 256, or auto, the free processors up to 8 (default auto); changes no result",
      },
      setOption,
      patchOption,
      {
        name: "out",
        kind: "text",
        value: "DIR",
        summary: "folder that receives one record folder per run (default runs)",
      },
      {
        name: "json",
        kind: "flag",
        summary: "print the summary as JSON and nothing else on standard output",
      },
      { name: "quiet", kind: "flag", summary: "no progress on standard error" },
      { name: "no-report", kind: "flag", summary: "do not write report.html" },
      {
        name: "checkpoint-every",
        kind: "text",
        value: "TIME",
        summary:
          "write a checkpoint whenever so much simulated time has passed, e.g. 6h, into checkpoints of the record folder; the last two are kept",
      },
      {
        name: "resume",
        kind: "text",
        value: "FILE",
        summary:
          "go on from a checkpoint of the same scenario, with its seed; --set and --patch have to be given as they were. The record is the same as without the break",
      },
    ],
    examples: [
      ["undertow run quickstart", "36 hours around the wave of 5-6 February 2026"],
      ["undertow run 2026-02-deleveraging --seed a", "33 days; the same seed gives the same run"],
      ["undertow run quickstart --seeds 8 --quiet", "8 replicates: medians and 10-90% ranges"],
      ["undertow run quickstart --set driver.shockScale=0", "the same people without the bad news"],
      ["undertow run quickstart --patch liquidations-off", "the same market without forced liquidation"],
      ["undertow run quickstart --json > summary.json", "every number, for scripts"],
      ["undertow run 2026-02-deleveraging --checkpoint-every 1d", "can be resumed when it is cut off"],
    ],
    load: async () => (await import("./run.ts")).runCommand,
  },
  {
    name: "list",
    summary: "List the bundled scenarios",
    options: [{ name: "json", kind: "flag", summary: "print the list as JSON" }],
    examples: [["undertow list", "name, dates, agents, coins and facts of each scenario"]],
    load: async () => (await import("./list.ts")).listCommand,
  },
  {
    name: "validate",
    positional: scenarioArgument,
    summary: "Check a scenario without running it",
    options: [
      setOption,
      patchOption,
      { name: "json", kind: "flag", summary: "print what was found as JSON" },
    ],
    examples: [
      ["undertow validate quickstart", "agents, markets, steps, memory, assumed values"],
      [
        "undertow validate my-crash.yaml --set time.step=1s",
        "every problem of the file at once, with its line",
      ],
    ],
    load: async () => (await import("./validate.ts")).validateCommand,
  },
  {
    name: "facts",
    positional: scenarioArgument,
    summary: "Measure the stylised facts of a calm scenario, each with its band",
    options: [
      { name: "seed", kind: "text", value: "TEXT", summary: "seed of the run, any text (default 1)" },
      {
        name: "seeds",
        kind: "text",
        value: "N",
        summary: "N runs with seeds SEED-1 ... SEED-N (1 ... N without --seed): means and standard errors",
      },
      {
        name: "coin",
        kind: "text",
        value: "NAME",
        summary: "altcoin to measure beside the first coin (default SOL)",
      },
      {
        name: "crash",
        kind: "text",
        value: "SCENARIO",
        summary: "scenario with a crash to compare spread and correlation with, or none (default quickstart)",
      },
      {
        name: "impact-seeds",
        kind: "text",
        value: "N",
        summary: "seeds of paired runs for the impact of metaorders, 21 runs each, or 0 (default 4)",
      },
      setOption,
      patchOption,
      {
        name: "out",
        kind: "text",
        value: "DIR",
        summary: "folder that receives the folder with facts.html and facts.json (default runs)",
      },
      { name: "no-report", kind: "flag", summary: "write no files" },
      {
        name: "json",
        kind: "flag",
        summary: "print all figures as JSON and nothing else on standard output",
      },
      { name: "strict", kind: "flag", summary: "end with 1 when a gate fails" },
      { name: "quiet", kind: "flag", summary: "no progress on standard error" },
    ],
    examples: [
      ["undertow facts calm-month", "thirty days; a minute for the run and a minute for impact"],
      ["undertow facts calm-month --seeds 4 --impact-seeds 8", "with standard errors over seeds"],
      [
        "undertow facts calm-month --set time.end=2026-01-08 --impact-seeds 0 --crash none",
        "three days, in seconds; they say little about tails",
      ],
    ],
    load: async () => (await import("./facts.ts")).factsCommand,
  },
  {
    name: "describe venue",
    positional: {
      name: "venue",
      isOptional: true,
      summary: "name of a venue profile; without it the profiles are listed",
    },
    summary: "Show a venue's rules with units, sources and dates",
    options: [
      {
        name: "date",
        kind: "text",
        value: "DATE",
        summary: "show the margin tables that held on a day, e.g. 2021-03-20 (default the latest)",
      },
      { name: "json", kind: "flag", summary: "print everything as JSON" },
    ],
    examples: [
      ["undertow describe venue", "the bundled profiles"],
      ["undertow describe venue hyperliquid-like", "margin, mark, funding, liquidation, fees, tiers"],
      ["undertow describe venue binance-like --date 2021-03-20", "with the brackets of that day"],
    ],
    load: async () => (await import("./describe-venue.ts")).describeVenueCommand,
  },
  {
    // After `describe venue`: the first command whose words all match is taken.
    name: "describe",
    positional: scenarioArgument,
    summary: "Show who holds what at the start, and what a fall or rise would liquidate",
    options: [
      {
        name: "seed",
        kind: "text",
        value: "TEXT",
        summary: "seed for which the population is built, any text (default 1)",
      },
      setOption,
      patchOption,
      { name: "json", kind: "flag", summary: "print every figure as JSON" },
    ],
    examples: [
      ["undertow describe quickstart", "populations, positions, liquidation ladder, inputs met"],
      ["undertow describe quickstart --seed a --json", "the same for another seed, for scripts"],
    ],
    load: async () => (await import("./describe.ts")).describeCommand,
  },
  {
    name: "new-agent",
    positional: { name: "name", summary: "name of the agent type, lower-case words joined by hyphens" },
    summary: "Write a new agent type with its test and a scenario that uses it",
    options: [
      {
        name: "out",
        kind: "text",
        value: "DIR",
        summary: "folder that receives the new folder (default the present one)",
      },
    ],
    examples: [["undertow new-agent patient-buyer", "a working type to change, in the folder patient-buyer"]],
    load: async () => (await import("./new-agent.ts")).newAgentCommand,
  },
];
