/**
 * Help, made from the table of commands: what a command does, its options with their values, examples.
 */
import { layoutTable, wrapText, type Column } from "../summary/table.ts";
import { commands, type CommandSpec } from "./commands.ts";

const style = { header: (line: string) => line };
const columns: readonly Column[] = [
  { header: "", align: "left" },
  { header: "", align: "left", wrap: true },
];

/** `undertow --help`. */
export function programHelp(width: number): string {
  const rows = commands.map((command) => [usageOf(command), command.summary]);
  const examples = commands.flatMap((command) => command.examples.slice(0, 1));
  return [
    "Undertow replays crypto crashes with leveraged trader agents.",
    "",
    "Usage: undertow COMMAND [options]",
    ...part("Commands", rows, width),
    ...part(
      "Options",
      [
        ["--help", "show this help"],
        ["--version", "show the version"],
      ],
      width,
    ),
    ...part("Examples", examples, width),
    "",
    "`undertow COMMAND --help` shows the options of a command.",
  ].join("\n");
}

/** `undertow COMMAND --help`. */
export function commandHelp(command: CommandSpec, width: number): string {
  const options = command.options.map((option) => [
    option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`,
    option.summary,
  ]);
  const { positional } = command;
  const where =
    positional === undefined
      ? []
      : ["", ...wrapText(`${positional.name.toUpperCase()}: ${positional.summary}.`, width)];
  return [
    `${command.summary}.`,
    "",
    `Usage: undertow ${usageOf(command)} [options]`,
    ...where,
    ...part("Options", [...options, ["--help", "show this help"]], width),
    ...part("Examples", command.examples, width),
  ].join("\n");
}

/** A command with its argument, for example `run SCENARIO`; one that may be left out stands in brackets. */
export function usageOf({ name, positional }: CommandSpec): string {
  if (positional === undefined) return name;
  const argument = positional.name.toUpperCase();
  return `${name} ${positional.isOptional === true ? `[${argument}]` : argument}`;
}

function part(title: string, rows: readonly (readonly string[])[], width: number): string[] {
  // The table's heads are empty; its first line would be blank.
  return ["", `${title}:`, ...layoutTable(columns, rows, width, style).slice(1)];
}
