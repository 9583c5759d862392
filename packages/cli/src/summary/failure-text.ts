/**
 * Why a run failed, in one line: for the message on the terminal, the summary and the report.
 */
import type { RunFailure } from "@undertow/core";

/** What happened and in which step, without a full stop; an agent type's own message may be anything. */
export function failureText({ message, step, agentType }: RunFailure): string {
  const line = message.replace(/\s+/g, " ").trim();
  // The message of a failed agent type names type, population and step.
  return agentType === undefined ? `${line} (step ${step})` : line;
}
