/**
 * Which account belongs to whom: agents' home accounts, their accounts on further venues, and those of venues.
 *
 * Ids are dense and mapped both ways. An agent's id is that of its home account, so a run in which every population
 * has one venue has as many traders' accounts as agents.
 */
import type { SimulationInputs } from "./inputs.ts";
import type { Member } from "./population.ts";

export interface AccountMap {
  readonly agentCount: number;
  /** Accounts of agents; insurance funds and fee desks come after them. */
  readonly traderCount: number;
  /** All accounts. */
  readonly count: number;
  /** The cash in transit between venues; -1 with one venue. */
  readonly transitAccount: number;
  /** Per population and venue: account of its first agent there, -1 where it has none. */
  readonly firstOf: readonly Int32Array[];
}

/** Lays out the accounts of a run. */
export function accountMap({ populations, venues }: SimulationInputs): AccountMap {
  const firstOf = populations.map(() => new Int32Array(venues.length).fill(-1));
  let next = 0;
  populations.forEach(({ count, venues: own }, k) => {
    firstOf[k][own[0]] = next;
    next += count;
  });
  const agentCount = next;
  populations.forEach(({ count, venues: own }, k) => {
    for (const venue of own.subarray(1)) {
      firstOf[k][venue] = next;
      next += count;
    }
  });
  const traderCount = next;
  const several = venues.length > 1;
  const count = traderCount + 2 * venues.length + (several ? 1 : 0);
  return { agentCount, traderCount, count, transitAccount: several ? count - 1 : -1, firstOf };
}

/** Venue of every account (the cash in transit: 0), and the agent behind it or -1. */
export function accountOwners(
  { traderCount, count }: AccountMap,
  members: readonly Member[],
  venueCount: number,
): { readonly venueOfAccount: Uint8Array; readonly agentOfAccount: Int32Array } {
  const venueOfAccount = new Uint8Array(count);
  const agentOfAccount = new Int32Array(count).fill(-1);
  for (const { firstAccountAt, firstAccount, spec } of members) {
    for (const venue of spec.venues) {
      for (let agent = 0; agent < spec.count; agent++) {
        venueOfAccount[firstAccountAt[venue] + agent] = venue;
        agentOfAccount[firstAccountAt[venue] + agent] = firstAccount + agent;
      }
    }
  }
  for (let venue = 0; venue < venueCount; venue++) {
    venueOfAccount.fill(venue, traderCount + 2 * venue, traderCount + 2 * venue + 2);
  }
  return { venueOfAccount, agentOfAccount };
}
