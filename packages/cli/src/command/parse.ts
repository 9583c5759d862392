/**
 * From the words of a command line to a command with its options, or to the list of everything wrong with it.
 *
 * yargs splits the words; what is allowed, and help, come from the table in commands.ts. All problems are
 * collected, so that one try shows every mistake. Runs nothing and imports nothing of the simulator.
 */
import yargs from "yargs";
import type { Problem, nearestName } from "@undertow/core";
import { commandHelp, programHelp, usageOf } from "./help.ts";
import { commands, type CommandSpec, type OptionSpec, type ParsedOptions } from "./commands.ts";

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly command: CommandSpec; readonly options: ParsedOptions }
  | { readonly kind: "problems"; readonly problems: readonly Problem[]; readonly command?: CommandSpec };

/** Finds the known name nearest to a mistyped one; passed in, because core is imported only when needed. */
type Suggest = typeof nearestName;

/** Parser settings: values stay text, negative numbers and dots are plain values, one list item per option. */
const parserConfiguration = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "greedy-arrays": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
} as const;

/**
 * Parse the arguments after the program's name.
 *
 * @param words for example `["run", "quickstart", "--seed", "a"]`
 * @param version printed for `--version`
 * @param columns width for help
 */
export async function parseCommandLine(
  words: readonly string[],
  version: string,
  columns: number,
): Promise<Parsed> {
  const raw = await splitter(words).parseAsync();
  const command = commandOf(raw._.map(String));
  if (words.length === 0 || raw["help"] === true || raw._[0] === "help") {
    return { kind: "text", text: helpFor(raw._.map(String), columns) };
  }
  if (raw["version"] === true) return { kind: "text", text: version };
  // Imported here and not above: help must not wait for the simulator to load.
  const suggest = (await import("@undertow/core")).nearestName;
  if (command === undefined)
    return { kind: "problems", problems: unknownCommand(raw._.map(String), words, suggest) };
  return readCommand(command, raw, suggest);
}

function readCommand(
  command: CommandSpec,
  raw: Record<string, unknown> & { _: (string | number)[] },
  suggest: Suggest,
): Parsed {
  const problems: Problem[] = [];
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(raw)) {
    if (name === "_" || name === "$0" || name === "help" || name === "version" || name === "h") continue;
    const option = command.options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      problems.push(unknownOption(command, name, suggest));
    } else if (option.kind === "flag") {
      if (value === true) flags.add(name);
    } else {
      const values = (Array.isArray(value) ? value : [value]).map(String);
      const problem = checkValues(option, values);
      if (problem) problems.push(problem);
      else if (option.kind === "list") lists.set(name, values);
      else texts.set(name, values[0] ?? "");
    }
  }
  const words = raw._.slice(wordsOf(command).length).map(String);
  problems.push(...checkPositionals(command, words));
  if (problems.length > 0) return { kind: "problems", problems, command };
  const [argument] = words;
  const positional =
    argument === undefined || command.positional === undefined ? {} : { [command.positional.name]: argument };
  return { kind: "command", command, options: { flags, texts, lists, ...positional } };
}

function checkValues(option: OptionSpec, values: readonly string[]): Problem | undefined {
  if (values.some((value) => value === "")) {
    return {
      message: `option --${option.name} needs a value`,
      expected: `--${option.name} ${option.value ?? "VALUE"}`,
    };
  }
  if (option.kind === "text" && values.length > 1) {
    return {
      message: `option --${option.name} is given ${values.length} times`,
      expected: "one value",
      found: values.join(", "),
    };
  }
  return undefined;
}

function checkPositionals(command: CommandSpec, words: readonly string[]): Problem[] {
  const allowed = command.positional ? 1 : 0;
  if (words.length < allowed && command.positional?.isOptional !== true) {
    return [
      {
        message: `\`undertow ${command.name}\` needs a ${command.positional?.name}`,
        expected: `undertow ${usageOf(command)}`,
        remedy:
          command.positional?.name === "name"
            ? "For example patient-buyer"
            : "The command `undertow list` shows the bundled ones",
      },
    ];
  }
  return words.slice(allowed).map((word) => ({
    message: `unexpected argument "${word}"`,
    remedy: `See \`undertow ${command.name} --help\``,
  }));
}

function unknownOption(command: CommandSpec, name: string, suggest: Suggest): Problem {
  const dashes = name.length === 1 ? "-" : "--";
  const known = [...command.options.map((option) => option.name), "help", "version"];
  const near = suggest(name, known);
  return {
    message: `unknown option ${dashes}${name}`,
    ...(near === undefined
      ? { remedy: `See \`undertow ${command.name} --help\`` }
      : { nearest: `--${near}` }),
  };
}

function unknownCommand(given: readonly string[], words: readonly string[], suggest: Suggest): Problem[] {
  if (given.length === 0) {
    const option = words.find((word) => word.startsWith("-")) ?? "";
    return [
      { message: `no command before "${option}"`, expected: `undertow ${commandNames().join("|")} ...` },
    ];
  }
  const isBegun = commands.some((command) => wordsOf(command).length > 1 && wordsOf(command)[0] === given[0]);
  const name = given.slice(0, isBegun ? 2 : 1).join(" ");
  const near = suggest(name, commandNames());
  const known = `one of ${commandNames().join(", ")}`;
  return [
    {
      message: `unknown command "${name}"`,
      expected: known,
      ...(near === undefined ? {} : { nearest: near }),
    },
  ];
}

function commandNames(): string[] {
  return commands.map((command) => command.name);
}

/** Every option of every command is known to the splitter, so that values are not taken for positionals. */
function splitter(words: readonly string[]) {
  const parser = yargs([...words])
    .parserConfiguration(parserConfiguration)
    .scriptName("undertow")
    .help(false)
    .version(false)
    .exitProcess(false)
    .boolean(["help", "version"])
    .alias("h", "help");
  for (const command of commands) for (const option of command.options) declare(parser, option);
  return parser;
}

function declare(parser: ReturnType<typeof yargs>, option: OptionSpec): void {
  parser.option(option.name, {
    type: option.kind === "flag" ? "boolean" : "string",
    ...(option.kind === "list" ? { array: true } : {}),
  });
}

/** The command whose name the words begin with. */
function commandOf(words: readonly string[]): CommandSpec | undefined {
  return commands.find((command) => wordsOf(command).every((word, k) => word === words[k]));
}

function wordsOf(command: CommandSpec): string[] {
  return command.name.split(" ");
}

/** `undertow help run` and `undertow run --help` are the same. */
function helpFor(words: readonly string[], columns: number): string {
  const command = commandOf(words[0] === "help" ? words.slice(1) : words);
  return command === undefined ? programHelp(columns) : commandHelp(command, columns);
}
