/**
 * The conformance kit: what every agent type has to keep to, as named checks on small real runs.
 *
 * For vitest, node:test or a script. Nothing is mocked: each check runs `simulate` with a few agents of the type among
 * quoters and takers, for half an hour in steps of 5 s, through a fall of a fifth. All draws follow from the seed.
 */
import type { AgentModule, AgentTable, AgentType } from "@undertow/core";
import {
  acts,
  agentOrder,
  checkpoint,
  declaration,
  determinism,
  future,
  otherAccounts,
  ownReads,
} from "./conformance/behaviour-checks.ts";
import { type Bench, ConformanceError } from "./conformance/bench.ts";
import type { CheckParams } from "./conformance/check-params.ts";
import {
  emptyBook,
  extremePrices,
  fuzzedParameters,
  halt,
  limits,
  noMoney,
  oneAgent,
} from "./conformance/limit-checks.ts";

/** How a type is checked. */
export interface CheckOptions {
  /** Any string; default `kit`. */
  readonly seed?: string;
  /**
   * Parameters in place of the type's defaults, in its units: a number, or a distribution as text. The wake interval is
   * 20 s unless given, as far as its bounds allow.
   */
  readonly params?: CheckParams;
  /** Agents of the type in each world; default 6. */
  readonly count?: number;
  /** Simulated time of a world in minutes; default 30. */
  readonly minutes?: number;
  /** Parameter sets that `fuzzed-parameters` tries; default 6. */
  readonly fuzzCases?: number;
  /** Tables of a type that declares some, by name; default ones without rows. The run starts at `KIT_START_MICROS`. */
  readonly tables?: Readonly<Record<string, AgentTable>>;
  /** Where a worker thread finds the type; with it, `determinism` compares 1 and 2 threads as well. */
  readonly module?: AgentModule;
}

/** One check of a type. */
export interface AgentTypeCheck {
  readonly name: string;
  /** What the type has to do, in a sentence. */
  readonly summary: string;
  /** @throws ConformanceError that names type, check, seed, agent and what happened */
  run(): Promise<void>;
}

interface CheckSpec {
  readonly name: string;
  readonly summary: string;
  readonly run: (bench: Bench, options: CheckOptions) => Promise<void>;
}

const CHECKS: readonly CheckSpec[] = [
  { name: "declaration", summary: "Texts, units, bounds, defaults and wake are sound.", run: declaration },
  { name: "acts", summary: "In a market that moves, agents write orders.", run: acts },
  {
    name: "determinism",
    summary: "The same inputs give the same run.",
    run: (bench, { module }) => determinism(bench, module),
  },
  {
    name: "agent-order",
    summary: "Which agents decide together, and in which order, changes nothing.",
    run: agentOrder,
  },
  {
    name: "other-accounts",
    summary: "Accounts and parameters of other agents change nothing.",
    run: otherAccounts,
  },
  { name: "future", summary: "What comes later changes nothing before.", run: future },
  { name: "checkpoint", summary: "A run from a checkpoint ends as the whole run.", run: checkpoint },
  {
    name: "own-reads",
    summary: "Agents read the port and write their own memory, nothing else.",
    run: ownReads,
  },
  {
    name: "limits",
    summary: "Whole lots, prices inside the book, own markets, causes of agents.",
    run: limits,
  },
  { name: "no-money", summary: "Agents without money come to nothing.", run: noMoney },
  { name: "empty-book", summary: "Books without orders are no problem.", run: emptyBook },
  { name: "one-agent", summary: "A population of one is no problem.", run: oneAgent },
  { name: "halt", summary: "Halted markets are no problem.", run: halt },
  { name: "extreme-prices", summary: "Tiny and huge prices are no problem.", run: extremePrices },
  {
    name: "fuzzed-parameters",
    summary: "Any parameters inside their bounds are no problem.",
    run: (bench, { fuzzCases = 6 }) => fuzzedParameters(bench, fuzzCases),
  },
];

/**
 * The checks of a type one by one, for a test each.
 *
 * @example
 * for (const check of agentTypeChecks(myType)) test(check.name, () => check.run());
 */
export function agentTypeChecks(type: AgentType, options: CheckOptions = {}): AgentTypeCheck[] {
  const { seed = "kit", count = 6, minutes = 30, params = {}, tables = {} } = options;
  const bench: Bench = { type, seed, count, minutes, params, tables };
  return CHECKS.map(({ name, summary, run }) => ({ name, summary, run: () => run(bench, options) }));
}

/**
 * Runs all checks of a type.
 *
 * @throws ConformanceError of the one check that failed, or AggregateError with those of several
 * @example
 * await checkAgentType(myType, { params: { appetite: 0.5 } });
 */
export async function checkAgentType(type: AgentType, options: CheckOptions = {}): Promise<void> {
  const failures: ConformanceError[] = [];
  for (const check of agentTypeChecks(type, options)) {
    try {
      await check.run();
    } catch (error) {
      if (!(error instanceof ConformanceError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }
}
