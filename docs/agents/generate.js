/**
 * Writes the page of each agent type from its declaration, the comment that opens its file, and its example scenario.
 *
 *     node docs/agents/generate.js
 *
 * A test compares the pages with what this prints, so run it after a change of a type.
 */
import { agentTypes } from "@undertow/agents";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Types whose example is another one: it takes two venues, or somebody who decides from outside. */
const OTHER_EXAMPLES = {
  "cross-venue-arbitrageur": "examples/03-two-venues/scenario.yaml",
  "strategy-under-test": "examples/05-learning-strategy/scenario.yaml",
};
const UNITS = {
  ratio: "number or share",
  duration: "time",
  quanta: "money",
  count: "whole number",
  flag: "0 or 1",
};
const MICROS = [
  [86_400e6, "d"],
  [3600e6, "h"],
  [60e6, "m"],
  [1e6, "s"],
  [1e3, "ms"],
];
const QUANTA_PER_UNIT = 100_000;

/** Path of a type's example scenario, from the root. */
export function exampleOf(name) {
  return OTHER_EXAMPLES[name] ?? `examples/agents/${name}.yaml`;
}

/** Every page as a map from its path to its text: the overview and one for each type. */
export async function agentPages() {
  const names = Object.keys(agentTypes).toSorted();
  const pages = new Map([["docs/agents/README.md", overview(names)]]);
  for (const name of names) pages.set(`docs/agents/${name}.md`, page(name));
  const options = await resolveConfig(`${root}docs/agents/README.md`);
  for (const [path, text] of pages) pages.set(path, await format(text, { ...options, parser: "markdown" }));
  return pages;
}

function overview(names) {
  const rows = names.map((name) => `| [${name}](${name}.md) | ${agentTypes[name].summary} |`);
  return `# Agent types

The bundled behaviours. A population in a scenario names one as its \`type\`; every parameter may be a constant or a
distribution, drawn once per agent. In code they are exports of \`@undertow/agents\`. How to write one of your own, step one
without the engine and check it: [agents.md](../agents.md).

| type | what it does |
| --- | --- |
${rows.join("\n")}

These pages are generated: \`node docs/agents/generate.js\`.
`;
}

function page(name) {
  const type = agentTypes[name];
  const example = exampleOf(name);
  const text = readFileSync(`${root}${example}`, "utf8").trim();
  return `# ${name}

${type.summary}

${behaviour(name)}

- Source: ${type.source}.
- Wakes ${type.wake.kind === "fixed" ? `every \`${type.wake.interval}\`` : `at random, every \`${type.wake.interval}\` on average`}${type.wake.on === undefined ? "" : `, and on ${type.wake.on.join(", ")}`}.
- Trades ${markets(type)}${type.minVenues > 1 ? `, on at least ${type.minVenues} venues` : ""}.
- In code: \`import { ${camelCase(name)} } from "@undertow/agents"\`.

## Parameters

| name | kind | default | range | what it is |
| --- | --- | --- | --- | --- |
${parameterRows(type).join("\n")}

${tablesText(type)}## Example

    npx undertow run ${example}

\`${example}\`${example.startsWith("examples/agents/") ? " ([the market](../../examples/agents/market.yaml) in which it trades)" : ""}:

\`\`\`yml
${text.split("\n").length > 40 ? populationOf(text, name) : text}
\`\`\`
`;
}

/** The comment that opens the type's file, as paragraphs. */
function behaviour(name) {
  const source = readFileSync(`${root}packages/agents/src/types/${name}.ts`, "utf8");
  const lines = source.slice(source.indexOf("/**") + 3, source.indexOf("*/")).split("\n");
  const text = lines
    .map((line) => line.replace(/^ \* ?/, "").trimEnd())
    .join("\n")
    .trim();
  return text
    .replace(/^(In a crash:)/m, "\n$1")
    .replace(/^Sources?:[\s\S]*$/m, "")
    .trim()
    .replaceAll("*", "\\*");
}

function markets({ trades = "both" }) {
  return trades === "both" ? "spot and perpetuals" : trades === "spot" ? "spot" : "perpetuals";
}

/** One row per parameter; of numbered ones one for all. */
function parameterRows({ params }) {
  const rows = [];
  for (const [name, spec] of Object.entries(params)) {
    if (/[1-9]$/.test(name) && `${name.slice(0, -1)}0` in params) continue;
    const isNumbered = name.endsWith("0") && `${name.slice(0, -1)}1` in params;
    const shown = isNumbered ? `${name.slice(0, -1)}0, ...` : name;
    const description = isNumbered ? spec.description.replace(/\b0\b/, "n") : spec.description;
    rows.push(
      `| \`${shown}\` | ${UNITS[spec.unit]} | ${valueText(spec, spec.default)} | ${range(spec)} | ${description} |`,
    );
  }
  return rows;
}

function tablesText({ tables = {} }) {
  const names = Object.keys(tables).map((name) => `\`${name}\``);
  if (names.length === 0) return "";
  return `It needs a table: ${names.join(", ")} ([tables](../scenario-format.md#tables)).\n\n`;
}

function range(spec) {
  const low = spec.min === undefined ? undefined : valueText(spec, spec.min);
  const high = spec.max === undefined || spec.max === Infinity ? undefined : valueText(spec, spec.max);
  if (low === undefined && high === undefined) return "any";
  if (high === undefined) return `from ${low}`;
  return low === undefined ? `up to ${high}` : `${low} to ${high}`;
}

function valueText({ unit }, value) {
  if (typeof value === "string") return `\`${value}\``;
  if (unit === "duration") return durationText(value);
  if (unit === "quanta") return `$${(value / QUANTA_PER_UNIT).toLocaleString("en-US")}`;
  return String(value);
}

function durationText(micros) {
  if (micros === 0) return "0";
  for (const [size, suffix] of MICROS) if (micros % size === 0) return `${micros / size}${suffix}`;
  return `${micros}us`;
}

/** The block of the first population of a type in a long scenario file. */
function populationOf(text, type) {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.trim() === `type: ${type}`);
  let from = at;
  while (!/^ {2}\S/.test(lines[from])) from--;
  let to = at;
  while (to < lines.length && !/^ {0,2}\S/.test(lines[to])) to++;
  return ["populations:", ...lines.slice(from, to)].join("\n").trimEnd();
}

function camelCase(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, text] of await agentPages()) writeFileSync(`${root}${path}`, text);
}
