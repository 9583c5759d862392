/**
 * What agents decide in a step, by agent: every message and setting as text, named by population and index, never by
 * account id, so that runs with other accounts or another order can be compared.
 */
import type { AgentSettings } from "../../src/simulation/decider.ts";
import type { World } from "@undertow/core/testing";

const LADDER = 5;
const LADDER_LEVELS = 64;

/** Decisions by agent ("population index"), each agent's in the order in which it wrote them. */
export type Decisions = Map<string, string[]>;

/** Lets `decide` run and returns what the agents wrote meanwhile; settings are applied as usual. */
export function decisionsOf(world: World, decide: () => void): Decisions {
  const log: Decisions = new Map();
  const { settings, queue } = world;
  const note = (account: number, text: string): void => {
    const name = nameOf(world, account);
    const lines = log.get(name) ?? [];
    lines.push(text);
    log.set(name, lines);
  };
  const noting: AgentSettings = {
    setLeverage(account, market, leverage) {
      note(account, `leverage ${market} ${leverage}`);
      settings.setLeverage(account, market, leverage);
    },
    setStop(account, market, ticks) {
      note(account, `stop ${market} ${ticks}`);
      settings.setStop(account, market, ticks);
    },
    setWakeLevel(row, market, ticks) {
      note(accountOfRow(world, row), `wake level ${market} ${ticks}`);
      settings.setWakeLevel(row, market, ticks);
    },
  };
  const counting = queue as unknown as { readonly written: number };
  const before = counting.written;
  world.settings = noting;
  decide();
  world.settings = settings;
  const written: number[] = [];
  for (let row = 0; counting.written > before && row < queue.sequence.length; row++) {
    // Rows that were never used have number 0 as well, and no account.
    if (queue.sequence[row] >= before && queue.arrivalMicros[row] > 0) written.push(row);
  }
  written.sort((a, b) => queue.sequence[a] - queue.sequence[b]);
  for (const row of written) note(queue.account[row], messageText(world, row));
  return log;
}

/** Population and index of an account's agent. */
export function nameOf(world: World, account: number): string {
  const agent = world.agentOfAccount[account];
  const member = world.members.find((one) => agent < one.firstAccount + one.spec.count)!;
  return `${member.spec.name} ${agent - member.firstAccount}`;
}

function accountOfRow({ members }: World, row: number): number {
  const member = members.findLast(({ levelRows }) => levelRows !== undefined && levelRows.first <= row)!;
  const { first, perAgent } = member.levelRows!;
  return member.firstAccount + Math.floor((row - first) / perAgent);
}

function messageText({ queue }: World, row: number): string {
  const { kind, market, side, ticks, lots, tag, arrivalMicros, ladder, levelCount } = queue;
  const parts = [kind, market, lots, tag, arrivalMicros].map((column) => column[row]);
  // Whatever a message does not say stays as its row had it.
  if (kind[row] < 4) parts.push(side[row], ticks[row]);
  if (kind[row] === LADDER) {
    const first = ladder[row] * LADDER_LEVELS;
    for (let level = first; level < first + levelCount[row]; level++) {
      parts.push(queue.levelSide[level], queue.levelTicks[level], queue.levelLots[level]);
    }
  }
  return parts.join(" ");
}
