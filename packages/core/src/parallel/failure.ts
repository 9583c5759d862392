/**
 * A failure on its way from a worker to the main thread: as text, since errors cannot be put into shared memory.
 */
import { AgentError, InvariantError } from "../errors.ts";

interface FailureParts {
  readonly kind: "agent" | "invariant" | "other";
  readonly message: string;
  readonly agentType?: string;
  readonly population?: string;
}

/** An error as text. */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const parts: FailureParts =
    error instanceof AgentError
      ? { kind: "agent", message: error.reason, agentType: error.agentType, population: error.population }
      : { kind: error instanceof InvariantError ? "invariant" : "other", message };
  return JSON.stringify(parts);
}

/** The error that a text stands for; a text that was cut off is an error of its own. */
export function errorOfText(text: string, step: number): Error {
  let parts: FailureParts;
  try {
    parts = JSON.parse(text) as FailureParts;
  } catch {
    return new Error(`a worker failed: ${text}`);
  }
  const { kind, message, agentType = "", population = "" } = parts;
  if (kind === "agent") return new AgentError({ agentType, population, step, reason: message });
  return new Error(message);
}
