/**
 * From the words of a command line to a command with its options, or to the list of everything wrong with it.
 *
 * yargs splits the words and prints help; what is allowed comes from the table in commands.ts. All problems
 * are collected, so that one try shows every mistake. Runs nothing and imports nothing of the simulator.
 */
import yargs from "yargs";
import type { Problem, nearestName } from "@undertow/core";
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
  if (words.length === 0) return { kind: "text", text: await helpText([], columns) };
  const raw = await baseParser(words, columns).parseAsync();
  const name = raw._[0] === undefined ? undefined : String(raw._[0]);
  const command = commands.find((candidate) => candidate.name === name);
  if (raw["help"] === true || name === "help")
    return { kind: "text", text: await helpText(helpWords(words, command), columns) };
  if (raw["version"] === true) return { kind: "text", text: version };
  // Imported here and not above: help must not wait for the simulator to load.
  const suggest = (await import("@undertow/core")).nearestName;
  if (command === undefined) return { kind: "problems", problems: unknownCommand(name, words, suggest) };
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
  const words = raw._.slice(1).map(String);
  problems.push(...checkPositionals(command, words));
  if (problems.length > 0) return { kind: "problems", problems, command };
  const scenario = words[0];
  return {
    kind: "command",
    command,
    options: { flags, texts, lists, ...(scenario === undefined ? {} : { scenario }) },
  };
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
  if (words.length < allowed) {
    return [
      {
        message: `\`undertow ${command.name}\` needs a ${command.positional?.name}`,
        expected: `undertow ${command.name} SCENARIO`,
        remedy: "`undertow list` shows the bundled ones",
      },
    ];
  }
  return words.slice(allowed).map((word) => ({
    message: `unexpected argument "${word}"`,
    remedy: `see \`undertow ${command.name} --help\``,
  }));
}

function unknownOption(command: CommandSpec, name: string, suggest: Suggest): Problem {
  const dashes = name.length === 1 ? "-" : "--";
  const known = [...command.options.map((option) => option.name), "help", "version"];
  const near = suggest(name, known);
  return {
    message: `unknown option ${dashes}${name}`,
    ...(near === undefined
      ? { remedy: `see \`undertow ${command.name} --help\`` }
      : { nearest: `--${near}` }),
  };
}

function unknownCommand(name: string | undefined, words: readonly string[], suggest: Suggest): Problem[] {
  if (name === undefined) {
    const option = words.find((word) => word.startsWith("-")) ?? "";
    return [
      { message: `no command before "${option}"`, expected: `undertow ${commandNames().join("|")} ...` },
    ];
  }
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
function baseParser(words: readonly string[], columns: number) {
  const parser = yargs([...words])
    .parserConfiguration(parserConfiguration)
    .scriptName("undertow")
    .locale("en")
    .help(false)
    .version(false)
    .exitProcess(false)
    .wrap(columns)
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

/** `undertow help run` and `undertow run --help` are the same. */
function helpWords(words: readonly string[], command: CommandSpec | undefined): string[] {
  if (command !== undefined) return [command.name];
  return commandNames().filter((name) => words.includes(name));
}

async function helpText(words: readonly string[], columns: number): Promise<string> {
  const command = commands.find((candidate) => candidate.name === words[0]);
  const parser = yargs([])
    .parserConfiguration(parserConfiguration)
    .scriptName("undertow")
    .locale("en")
    .exitProcess(false)
    .wrap(columns)
    .version(false)
    .help(false);
  if (command === undefined) describeProgram(parser);
  else describeCommand(parser, command);
  parser.option("help", { type: "boolean", describe: "show this help" });
  if (command === undefined) parser.option("version", { type: "boolean", describe: "show the version" });
  // Type hints such as [boolean] repeat what the value's name says.
  return (await parser.getHelp()).replace(/ +\[(boolean|string|array)\]$/gm, "");
}

function describeProgram(parser: ReturnType<typeof yargs>): void {
  parser.usage(
    "Undertow replays crypto crashes with leveraged trader agents.\n\nUsage: undertow COMMAND [options]",
  );
  for (const command of commands) {
    const usage = command.positional ? `${command.name} SCENARIO` : command.name;
    parser.command(usage.replace("SCENARIO", "[SCENARIO]"), command.summary);
  }
  const first = commands.flatMap((command) => command.examples.slice(0, 1));
  for (const [line, meaning] of first) parser.example(line, meaning);
  parser.epilogue("`undertow COMMAND --help` shows a command's options.");
}

function describeCommand(parser: ReturnType<typeof yargs>, command: CommandSpec): void {
  const usage = command.positional ? `${command.name} SCENARIO` : command.name;
  parser.usage(`${command.summary}.\n\nUsage: undertow ${usage} [options]`);
  for (const option of command.options) {
    parser.option(option.name, {
      type: option.kind === "flag" ? "boolean" : "string",
      describe: option.summary,
    });
  }
  if (command.positional) parser.epilogue(`SCENARIO: ${command.positional.summary}.`);
  for (const [line, meaning] of command.examples) parser.example(line, meaning);
}
