/**
 * A worker's side of a run: the same columns as the main thread's, its own box and log to write into, and agent types
 * loaded from their modules.
 */
import { Ledger } from "../accounts/ledger.ts";
import { UserError } from "../errors.ts";
import { randomSource, WakeRandom, PURPOSE_DECIDE } from "../rng/streams.ts";
import type { AgentType } from "../simulation/agent-port.ts";
import { Decider, type DeskMarket, type DeskWorld } from "../simulation/decider.ts";
import type { WakeWorld } from "../simulation/phases/decide.ts";
import type { Member } from "../simulation/population.ts";
import { WakeWheel } from "../simulation/wake-wheel.ts";
import { Outbox, REJECTS, SETTINGS } from "./outbox.ts";
import { SettingsLog } from "./settings-log.ts";
import type { AgentModule } from "../simulation/inputs.ts";
import type { WorkerMarket, WorkerParts } from "./shared-parts.ts";

/** What a worker sees of a run. */
export interface WorkerWorld extends DeskWorld, WakeWorld {
  readonly members: readonly Member[];
  readonly due: Int32Array;
  readonly wheel: WakeWheel;
  step: number;
}

/** The world of a worker; `log.ticket` has to be set before each chunk. */
export async function workerWorld(
  parts: WorkerParts,
): Promise<{ readonly world: WorkerWorld; readonly log: SettingsLog }> {
  const { outbox, keys, accounts, slots, views, markets, wheel } = parts;
  const { counts } = outbox;
  const log = new SettingsLog(outbox.settings, counts, SETTINGS);
  const members: Member[] = [];
  for (const member of parts.members) {
    const random = new WakeRandom(keys);
    random.begin(member.nameHash, member.ordinal, PURPOSE_DECIDE);
    const type = await loadAgentType(member.spec.type, parts.agentModules[member.spec.type]);
    members.push({ ...member, spec: member.spec as Member["spec"], type, random });
  }
  const desk: Omit<WorkerWorld, "decider"> = {
    step: 0,
    accounts,
    slots,
    ledger: new Ledger(
      accounts,
      slots,
      {
        count: markets.length,
        perpetual: Uint8Array.from(markets, ({ perpetual }) => (perpetual ? 1 : 0)),
        quantaPerTickLot: Float64Array.from(markets, ({ quantaPerTickLot }) => quantaPerTickLot),
        tiers: markets.map(({ tiers }) => tiers),
      },
      { readOnly: true },
    ),
    markets: markets.map((market) => deskMarket(market, slots.orderHead)),
    markTicks: parts.markTicks,
    agentKeys: parts.agentKeys,
    members,
    random: randomSource(keys),
    views,
    view: views[0],
    transfers: { inbound: parts.inbound },
    wheel: new WakeWheel(
      wheel.columns.wakeMicros.length,
      wheel.stepMicros,
      wheel.originMicros,
      wheel.columns,
    ),
    wakeKinds: parts.wakeKinds,
    due: parts.due,
    messages: new Outbox(outbox.messages, counts),
    settings: log,
    countReject: () => counts[REJECTS]++,
  };
  return { world: Object.assign(desk, { decider: new Decider(desk) }), log };
}

/**
 * Loads an agent type from its module.
 *
 * @throws UserError `agent-module` when the module has no such export, or the export is no agent type of that name
 */
export async function loadAgentType(name: string, module: AgentModule): Promise<AgentType> {
  const loaded = (await import(module.url)) as Record<string, unknown>;
  const exported = loaded[module.export];
  const found = isAgentType(exported) ? exported : (exported as Record<string, unknown> | undefined)?.[name];
  if (isAgentType(found) && found.name === name) return found;
  throw new UserError("agent-module", {
    message: `the module has no agent type "${name}"`,
    path: module.url,
    expected: `an export ${module.export} that is the type, or a table that holds it`,
    found: Object.hasOwn(loaded, module.export)
      ? typeof exported
      : `exports ${Object.keys(loaded).join(", ")}`,
  });
}

function isAgentType(value: unknown): value is AgentType {
  return typeof value === "object" && value !== null && "decide" in value && "name" in value;
}

/** A market with the one question about its book that agents ask. */
function deskMarket({ perpetual, maxTicks, ownerNext }: WorkerMarket, orderHead: Int32Array): DeskMarket {
  const restingOf = (slot: number): number => {
    let count = 0;
    for (let order = orderHead[slot]; order !== -1; order = ownerNext[order]) count++;
    return count;
  };
  return { perpetual, maxTicks, book: { restingOf } };
}
