/**
 * An agent type under watch: every call of its order writer is kept with its agent and moment, and passed on or not.
 *
 * The type cannot tell: it is handed the same view, accounts and draws.
 */
import type { AgentType, DecideContext, DueAgents } from "@undertow/core";

/** One call of the order writer. */
export interface Call {
  readonly nowMicros: number;
  readonly agent: number;
  readonly method: string;
  readonly args: readonly number[];
}

/** How a type is watched. */
export interface WatchOptions {
  /** Keep the calls and pass none on, so that the type moves no market. */
  readonly mute?: boolean;
  /** Let the due agents decide one at a time, the last one first. */
  readonly oneByOne?: boolean;
  /** Called for each decision with what the type is to be given; must call `decide`. */
  readonly around?: (context: DecideContext, decide: (context: DecideContext) => void) => void;
}

/** A type that behaves as `type` and keeps what it writes in `calls`. */
export function watched(type: AgentType, calls: Call[], options: WatchOptions = {}): AgentType {
  const decide = (context: DecideContext): void => {
    const orders = watchedOrders(context, calls, options.mute ?? false);
    const given: DecideContext = { ...context, orders };
    if (options.around === undefined) type.decide(given);
    else options.around(given, (changed) => type.decide(changed));
  };
  if (options.oneByOne !== true) return { ...type, decide };
  return {
    ...type,
    decide(context) {
      for (let k = context.due.count - 1; k >= 0; k--) decide({ ...context, due: single(context.due, k) });
    },
  };
}

function single({ agents, notice, trigger, wakeMicros }: DueAgents, k: number): DueAgents {
  return {
    count: 1,
    agents: agents.slice(k, k + 1),
    notice: notice.slice(k, k + 1),
    trigger: trigger.slice(k, k + 1),
    wakeMicros: wakeMicros.slice(k, k + 1),
  };
}

/** Every method of the writer takes the agent first, but for `level`, whose agent is that of the ladder. */
function watchedOrders(
  { orders, view }: DecideContext,
  calls: Call[],
  mute: boolean,
): DecideContext["orders"] {
  let ladder = -1;
  return new Proxy(orders, {
    get(target, property): unknown {
      const own: unknown = Reflect.get(target, property, target);
      if (typeof own !== "function" || typeof property !== "string") return own;
      return (...args: number[]): unknown => {
        if (property === "beginLadder") ladder = args[0];
        const agent = property === "level" ? ladder : args[0];
        calls.push({ nowMicros: view.nowMicros, agent, method: property, args });
        return mute ? undefined : (own as (...args: number[]) => unknown).apply(target, args);
      };
    },
  });
}

/** A call as one line, for comparison and messages. */
export function showCall({ method, args }: Call): string {
  return `${method}(${args.map(String).join(", ")})`;
}
