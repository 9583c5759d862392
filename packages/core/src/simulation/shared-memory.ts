/**
 * Shared memory of populations: columns that agents of one population show each other (networks, herding). An agent
 * writes its own entry in `publish`; all read `shared`, which changes between two steps, so that who decides first, or
 * on which thread, changes nothing.
 */
import type { Member } from "./population.ts";

/** A population with shared memory, its columns in pairs. */
export interface Sharer {
  readonly member: Member;
  readonly shown: readonly Float64Array[];
  readonly written: readonly Float64Array[];
}

/** The populations that have shared memory. */
export function findSharers(members: readonly Member[]): Sharer[] {
  return members
    .map((member): Sharer => {
      // order-free: columns are copied each for itself
      const names = Object.keys(member.shared);
      const columnsOf = (columns: Member["shared"]): Float64Array[] => names.map((name) => columns[name]);
      return { member, shown: columnsOf(member.shared), written: columnsOf(member.publish) };
    })
    .filter(({ shown }) => shown.length > 0);
}

/** Shows what the agents have written who decided: those of the population among the first `count` of `due`, ascending. */
export function showPublished({ member, shown, written }: Sharer, due: Int32Array, count: number): void {
  const { firstAccount, spec } = member;
  const from = firstAtLeast(due, count, firstAccount);
  const to = firstAtLeast(due, count, firstAccount + spec.count);
  for (let column = 0; column < shown.length; column++) {
    const target = shown[column];
    const source = written[column];
    for (let k = from; k < to; k++) {
      const agent = due[k] - firstAccount;
      target[agent] = source[agent];
    }
  }
}

/** Index of the first of `count` ascending numbers that is at least `bound`. */
function firstAtLeast(numbers: Int32Array, count: number, bound: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
