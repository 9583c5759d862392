/**
 * Phase 3, decide: agents that wake in this step write orders, all on the same frozen view.
 *
 * One batch call per population. Scheduled wake times never depend on the market.
 */
import type { Member } from "../population.ts";
import { nextWakeMicros } from "../population.ts";
import type { World } from "../world.ts";

/** Lets every due agent decide and files its next wake. */
export function decide(world: World): void {
  const { due, members } = world;
  const count = world.wheel.take(world.step, due);
  let at = 0;
  for (const member of members) {
    const end = member.firstAccount + member.spec.count;
    const from = at;
    while (at < count && due[at] < end) at++;
    if (at > from) decideMember(world, member, from, at);
  }
  world.counters.decisions += count;
}

function decideMember(world: World, member: Member, from: number, to: number): void {
  const { due, wheel, accounts, random } = world;
  const { firstAccount, ordinal } = member;
  const columns = member.due;
  for (let k = from; k < to; k++) {
    const account = due[k];
    columns.agents[k - from] = account - firstAccount;
    columns.notice[k - from] = accounts.notice[account];
    columns.wakeMicros[k - from] = wheel.wakeMicros[account];
    accounts.notice[account] = 0;
  }
  if (member.spec.venues.length > 1) addNoticesFromElsewhere(world, member, to - from);
  columns.count = to - from;
  member.type.decide(world.contexts[member.index]);
  for (let k = from; k < to; k++) {
    const account = due[k];
    const agent = account - firstAccount;
    ordinal[agent]++;
    wheel.schedule(account, nextWakeMicros(member, random, agent, wheel.wakeMicros[account]));
  }
}

/** What happened in the agents' accounts on their further venues. */
function addNoticesFromElsewhere(
  { accounts }: World,
  { spec, firstAccountAt, due }: Member,
  count: number,
): void {
  for (const venue of spec.venues.subarray(1)) {
    for (let k = 0; k < count; k++) {
      const account = firstAccountAt[venue] + due.agents[k];
      due.notice[k] |= accounts.notice[account];
      accounts.notice[account] = 0;
    }
  }
}
