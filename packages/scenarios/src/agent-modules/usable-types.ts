/**
 * The agent types among the exports of a module: exports that are one, and exported tables of them by name.
 *
 * A type is checked before it may be used: its declaration, and one decision on a hand-made stage, which must return
 * nothing. What throws there is left to the run, where agents decide on a real view.
 */
import { declarationFlaws, looksLikeAgentType, type DeclarationFlaw } from "@undertow/agents";
import { Stage } from "@undertow/agents/testing";
import type { AgentType } from "@undertow/core";

/** An agent type of a module. */
export interface ExportedType {
  readonly type: AgentType;
  /** Name of the export that is the type, or the table that holds it. */
  readonly export: string;
  /** None for a type that can be used. */
  readonly flaws: readonly DeclarationFlaw[];
}

/** Every agent type that a module exports, in the order of its exports' names. */
export function exportedTypes(exports: Readonly<Record<string, unknown>>): ExportedType[] {
  const found = new Map<unknown, ExportedType>();
  const add = (value: unknown, name: string): void => {
    if (!found.has(value)) found.set(value, { ...checked(value as AgentType), export: name });
  };
  for (const [name, value] of Object.entries(exports)) {
    if (looksLikeAgentType(value)) add(value, name);
  }
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value !== "object" || value === null) continue;
    for (const entry of Object.values(value)) if (looksLikeAgentType(entry)) add(entry, name);
  }
  return [...found.values()];
}

/** What a module exports, in the words of a message. */
export function showExports(exports: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(exports).map(
    ([name, value]) => `${name} (${value === null ? "null" : typeof value})`,
  );
  return words.length === 0 ? "no exports" : words.join(", ");
}

function checked(type: AgentType): Pick<ExportedType, "type" | "flaws"> {
  const flaws = declarationFlaws(type);
  return { type, flaws: flaws.length > 0 ? flaws : returnFlaws(type) };
}

/** The flaw of a `decide` that returns something. */
function returnFlaws(type: AgentType): DeclarationFlaw[] {
  let returned: unknown;
  const stage = new Stage(
    { ...type, decide: (context) => void (returned = type.decide(context) as unknown) },
    { venues: Math.max(1, type.minVenues ?? 1) },
  );
  stage.cash[0] = 1e10;
  try {
    stage.wake();
  } catch {
    return [];
  }
  if (returned === undefined) return [];
  if (returned instanceof Promise) returned.catch(() => {});
  const found = returned instanceof Promise ? "a promise" : typeof returned;
  return [
    { path: "decide", message: "decide must return nothing", expected: "orders written to `orders`", found },
  ];
}
