/**
 * The two kinds of errors: the user's mistakes (UserError) and ours (InvariantError).
 *
 * A UserError carries every problem found at once, each with place, expectation, finding and remedy. An
 * InvariantError says that the program is wrong and names what is needed to repeat it. A rejected order is
 * neither: it is data with a reason code.
 */

/** One mistake in the input. Only `message` is required; the rest is filled in by whoever knows it. */
export interface Problem {
  /** What is wrong, without the place and without a full stop. */
  readonly message: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** Dotted path of the value, for example `markets.BTC-PERP.tickSize`. */
  readonly path?: string;
  readonly expected?: string;
  readonly found?: string;
  /** The valid name that is nearest to what was written. */
  readonly nearest?: string;
  /** What to do about it, as a sentence. */
  readonly remedy?: string;
}

/** The user's mistake; the command line prints its problems and exits with code 2. */
export class UserError extends Error {
  readonly code: string;
  readonly problems: Problem[];

  /**
   * @param code kebab-case kind of mistake, for example `unknown-key`
   * @param problems one problem or all that were found
   */
  constructor(code: string, problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = isList(problems) ? [...problems] : [problems];
    super(list.map(formatProblem).join("\n"), options);
    this.name = "UserError";
    this.code = code;
    this.problems = list;
  }
}

function isList(problems: Problem | readonly Problem[]): problems is readonly Problem[] {
  return Array.isArray(problems);
}

/** What is needed to repeat a run that failed. */
export interface RunContext {
  readonly seed?: string | undefined;
  readonly step?: number | undefined;
  readonly scenarioHash?: string | undefined;
}

/** The program's mistake: something that must always hold does not. */
export class InvariantError extends Error {
  readonly code: string;
  readonly seed?: string;
  readonly step?: number;
  readonly scenarioHash?: string;

  /**
   * @param code kebab-case name of the invariant, for example `money-conservation`
   * @param detail what was found, without a full stop
   */
  constructor(code: string, detail: string, context: RunContext = {}, options?: ErrorOptions) {
    super(formatInvariant(code, detail, context), options);
    this.name = "InvariantError";
    this.code = code;
    if (context.seed !== undefined) this.seed = context.seed;
    if (context.step !== undefined) this.step = context.step;
    if (context.scenarioHash !== undefined) this.scenarioHash = context.scenarioHash;
  }
}

/** An agent type threw while its agents decided: a mistake in the type, which ends the run. */
export class AgentError extends Error {
  readonly agentType: string;
  readonly population: string;
  readonly step: number;
  /** What the type threw. */
  readonly reason: string;

  constructor(
    parts: {
      readonly agentType: string;
      readonly population: string;
      readonly step: number;
      readonly reason: string;
    },
    options?: ErrorOptions,
  ) {
    const { agentType, population, step, reason } = parts;
    super(
      `agent type "${agentType}" of population "${population}" failed in step ${step}: ${reason}`,
      options,
    );
    this.name = "AgentError";
    this.agentType = agentType;
    this.population = population;
    this.step = step;
    this.reason = reason;
  }
}

/**
 * Throws an InvariantError unless the condition holds. In hot loops accumulate a flag and assert after the loop.
 *
 * @param detail text, or a function that makes it (called only on failure)
 */
export function invariant(
  condition: boolean,
  code: string,
  detail: string | (() => string),
  context: RunContext = {},
): asserts condition {
  if (condition) return;
  throw new InvariantError(code, typeof detail === "string" ? detail : detail(), context);
}

/**
 * One line for one problem.
 *
 * @example
 * formatProblem({ message: "unknown key", file: "a.yaml", line: 3, column: 5, found: "sed", nearest: "seed" });
 * // a.yaml:3:5: unknown key (found sed; did you mean seed?)
 */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const where = [place, problem.path].filter((part) => part !== undefined && part !== "").join(" ");
  const head = where === "" ? problem.message : `${where}: ${problem.message}`;
  const findings: string[] = [];
  if (problem.expected !== undefined) findings.push(`expected ${problem.expected}`);
  if (problem.found !== undefined) findings.push(`found ${problem.found}`);
  const detail = [
    findings.join(", "),
    problem.nearest === undefined ? "" : `did you mean ${problem.nearest}?`,
  ]
    .filter((part) => part !== "")
    .join("; ");
  const remedy = problem.remedy === undefined ? "" : `. ${problem.remedy}`;
  return `${head}${detail === "" ? "" : ` (${detail})`}${remedy}`;
}

function formatInvariant(code: string, detail: string, context: RunContext): string {
  const facts: string[] = [];
  if (context.seed !== undefined) facts.push(`seed ${JSON.stringify(context.seed)}`);
  if (context.step !== undefined) facts.push(`step ${context.step}`);
  if (context.scenarioHash !== undefined) facts.push(`scenario ${context.scenarioHash}`);
  const where = facts.length === 0 ? "" : ` [${facts.join(", ")}]`;
  return `${code}: ${detail}${where}. This is a fault of the program, please report it with this message.`;
}

/**
 * The candidate nearest to a misspelt name by edit distance (insert, delete, replace or swap of neighbours,
 * case ignored), or undefined when none is within a third of the name's length (at least 1). Ties go to
 * the earlier candidate.
 *
 * @example
 * nearestName("levrage", ["leverage", "lookback"]); // "leverage"
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let limit = Math.max(1, Math.floor(name.length / 3)) + 1;
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < limit) {
      limit = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Optimal string alignment distance, three rows at a time. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let distance = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) distance = Math.min(distance, beforeLast[column - 2] + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length];
}
