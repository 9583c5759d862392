/**
 * The state hash of a run: what of its state counts, in a fixed order. Two runs with one hash ended in the same state.
 */
import { StateHash } from "../numeric/state-hash.ts";
import type { World } from "../simulation/world.ts";

/**
 * Hash of accounts, positions, books, agents' memory (shared memory too), triggered wakes to come, and the fill log.
 *
 * Memory that no agent has used yet adds nothing: a type may get further columns without another hash of runs in which
 * they stay as they began.
 */
export function stateHash(world: World): string {
  const hash = new StateHash();
  hash.updateText(world.store.hash());
  for (const market of world.markets) hash.updateText(market.book.hash());
  for (const member of world.members) {
    hashMemory(hash, member.memory, member.type.memory);
    hashMemory(hash, member.shared, member.type.sharedMemory ?? {});
    hash.updateFloat64(member.ordinal);
  }
  world.triggers?.addTo(hash);
  hash.updateText(`${world.step} ${world.fillHash}`);
  return hash.digest();
}

function hashMemory(
  hash: StateHash,
  columns: Readonly<Record<string, Float64Array>>,
  initial: Readonly<Record<string, number>>,
): void {
  for (const name of Object.keys(columns)) {
    const column = columns[name];
    if (column.every((value) => value === initial[name])) continue;
    hash.updateText(name);
    hash.updateFloat64(column);
  }
}
