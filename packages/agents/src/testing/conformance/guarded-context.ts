/**
 * A context that notes what a type reads and writes beyond what the port allows, while it decides as it would otherwise.
 *
 * Noted: properties that the port does not have, accounts of agents that are not deciding, clocks, random numbers and
 * environment of the machine, and writes to view, parameters or the memory of others.
 */
import type { AgentType, DecideContext } from "@undertow/core";
import { Stage } from "../stage.ts";

/** What was noted: words for a message, and the agent if known. */
export type Note = (what: string, agent?: number) => void;

/** Members of the port by part, as the stage has them, which the compiler holds to the port. */
interface PortMembers {
  readonly context: ReadonlySet<string>;
  readonly view: ReadonlySet<string>;
  readonly account: ReadonlySet<string>;
  readonly orders: ReadonlySet<string>;
  readonly random: ReadonlySet<string>;
}

let members: PortMembers | undefined;

function portMembers(): PortMembers {
  members ??= readMembers();
  return members;
}

function readMembers(): PortMembers {
  let seen: DecideContext | undefined;
  const probe: AgentType = {
    name: "probe",
    summary: "",
    source: "",
    params: { interval: { unit: "duration", description: "", default: 1 } },
    memory: {},
    wake: { interval: "interval", kind: "fixed" },
    decide: (context) => void (seen = context),
  };
  new Stage(probe).wake();
  const { view, account, orders } = seen!;
  const names = (part: object): ReadonlySet<string> => new Set(Object.keys(part));
  return {
    context: names(seen!),
    view: names(view),
    account: names(account),
    orders: names(orders),
    random: new Set(["uniform", "normal", "exponential"]),
  };
}

/** Calls `decide` with a guarded copy of the context. */
export function guarded(context: DecideContext, decide: (context: DecideContext) => void, note: Note): void {
  const port = portMembers();
  const { due, view, params, memory, shared, publish } = context;
  const deciding = new Set(due.agents.subarray(0, due.count));
  const before = snapshot({ view, params, shared });
  const others = snapshot({ memory, publish });
  const release = trapMachine(note);
  try {
    decide(
      guard("context", port.context, note, {
        ...context,
        view: guard("view", port.view, note, view),
        account: guard("account", port.account, note, context.account, deciding),
        orders: guard("orders", port.orders, note, context.orders, deciding),
        random: guard("random", port.random, note, context.random, deciding),
      }),
    );
  } finally {
    release();
  }
  for (const name of changed(before)) note(`it writes to ${name}`);
  for (const name of changed(others, deciding)) note(`it writes to ${name} of an agent that is not deciding`);
}

/** A part of the context; with `deciding`, its methods take one of these agents first, but for `level`. */
function guard<Part extends object>(
  called: string,
  known: ReadonlySet<string>,
  note: Note,
  part: Part,
  deciding?: ReadonlySet<number>,
): Part {
  return new Proxy(part, {
    get(target, property): unknown {
      const own: unknown = Reflect.get(target, property, target);
      if (typeof property !== "string") return own;
      if (!known.has(property)) note(`it reads ${called}.${property}, which the port does not have`);
      if (typeof own !== "function") return own;
      return (...args: unknown[]): unknown => {
        const agent = args[0] as number;
        if (deciding !== undefined && property !== "level" && !deciding.has(agent)) {
          note(`it calls ${called}.${property} for agent ${agent}, which is not deciding`, agent);
        }
        return (own as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

type Column = Float64Array | Int32Array | Uint8Array;

interface Snapshot {
  readonly name: string;
  readonly live: Column;
  readonly copy: Column;
}

function snapshot(groups: Readonly<Record<string, object>>): Snapshot[] {
  return Object.entries(groups).flatMap(([group, columns]) =>
    Object.entries(columns).flatMap(([key, live]: [string, unknown]) =>
      live instanceof Float64Array || live instanceof Int32Array || live instanceof Uint8Array
        ? [{ name: `${group}.${key}`, live, copy: live.slice() }]
        : [],
    ),
  );
}

/** Names of columns that are not what they were; rows of `deciding` may be. */
function changed(before: readonly Snapshot[], deciding?: ReadonlySet<number>): string[] {
  return before
    .filter(({ live, copy }) =>
      copy.some((value, k) => !Object.is(value, live[k]) && deciding?.has(k) !== true),
    )
    .map(({ name }) => name);
}

/** Functions of the machine that decisions must not depend on: object and method, or a global function. */
const MACHINE: readonly (readonly [object: string, method: string])[] = [
  ["Math", "random"],
  ["Date", "now"],
  ["performance", "now"],
  ["process", "hrtime"],
  ["process", "cwd"],
  ["process", "uptime"],
  ["crypto", "getRandomValues"],
  ["crypto", "randomUUID"],
  ["globalThis", "Date"],
  ["globalThis", "setTimeout"],
  ["globalThis", "setInterval"],
  ["globalThis", "setImmediate"],
  ["globalThis", "queueMicrotask"],
  ["globalThis", "fetch"],
];

/** Puts a trap before each of these functions; returns what takes the traps away. */
function trapMachine(note: Note): () => void {
  const undo: (() => void)[] = [];
  for (const [object, method] of MACHINE) {
    const owner: unknown = object === "globalThis" ? globalThis : Reflect.get(globalThis, object);
    const own: unknown = owner === undefined ? undefined : Reflect.get(owner as object, method);
    if (typeof own !== "function") continue;
    const isOwn = Object.getOwnPropertyDescriptor(owner, method);
    const name = object === "globalThis" ? method : `${object}.${method}`;
    const trap = new Proxy(own, {
      apply(target, self, args): unknown {
        note(`it calls ${name}`);
        return Reflect.apply(target as (...args: unknown[]) => unknown, self, args);
      },
      construct(target, args): object {
        note(`it makes a new ${name}`);
        return Reflect.construct(target as new (...args: unknown[]) => object, args);
      },
    });
    Object.defineProperty(owner as object, method, { value: trap, configurable: true, writable: true });
    undo.push(() => {
      if (isOwn === undefined) Reflect.deleteProperty(owner as object, method);
      else Object.defineProperty(owner as object, method, isOwn);
    });
  }
  return () => undo.forEach((give) => give());
}
