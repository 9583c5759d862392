/**
 * A run that is stepped from outside: it stops whenever agents of one population are due, on the frozen view, so that
 * somebody else decides for them. Everything else is the run of `simulate` on one thread; nothing is recorded.
 */
import { nearestName, UserError } from "../errors.ts";
import type { DecideContext, DueAgents } from "../simulation/agent-port.ts";
import { buildWorld } from "../simulation/build-world.ts";
import { makeContext } from "../simulation/desk.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { decide } from "../simulation/phases/decide.ts";
import type { Member } from "../simulation/population.ts";
import { afterDecisions, audit, beforeDecisions } from "../simulation/step.ts";
import type { World } from "../simulation/world.ts";
import { stateHash } from "./run-hash.ts";

type DueColumns = { -readonly [Key in keyof DueAgents]: DueAgents[Key] };

/**
 * A market with one seat: a population whose agents are decided for from outside.
 *
 * The agents' type should decide nothing itself (`strategy-under-test` of `@undertow/agents`). Between two calls of
 * `toNextWake` read `context` and write its `orders` for the agents in `context.due`: they leave at the agents' wakes and
 * arrive by their latency, like those of everybody else. Agents' wakes in the warm-up are passed over.
 *
 * @throws UserError `unknown-population` when the inputs have no such population; what `simulate` throws on bad inputs
 * @example
 * const session = new MarketSession(inputs, "seat");
 * while (session.toNextWake()) session.context.orders.market(0, session.context.view.perpMarket[0], 1, 1, 0);
 * console.log(session.context.account.equityQuanta(0), session.stateHash());
 */
export class MarketSession {
  /** What the population's agents see and may do. Valid as long as the session stands at a wake. */
  readonly context: DecideContext;
  private readonly world: World;
  private readonly member: Member;
  private readonly due: DueColumns;
  /** Account of the population's first agent on each of its venues, home first. */
  private readonly firstAccounts: readonly number[];
  private isAtWake = false;

  constructor(inputs: SimulationInputs, population: string) {
    checkPopulation(inputs, population);
    this.world = buildWorld(inputs);
    const member = this.world.members.find(({ spec }) => spec.name === population);
    if (member === undefined) throw new Error("unreachable: the population was checked");
    this.member = member;
    const { count, venues } = member.spec;
    this.firstAccounts = Array.from(venues, (venue) => member.firstAccountAt[venue]);
    this.due = {
      count: 0,
      agents: new Int32Array(count),
      notice: new Uint8Array(count),
      trigger: new Uint8Array(count),
      wakeMicros: new Float64Array(count),
    };
    this.context = makeContext(this.world, member, this.due, { triggeredMicros: -1 });
  }

  /** Start of the step at hand, microseconds. */
  get nowMicros(): number {
    return this.world.nowMicros;
  }

  /** Runs to the next wake of an agent of the population in the measured part; false when the run has ended before one. */
  toNextWake(): boolean {
    const { world } = this;
    const { startMicros, endMicros } = world.inputs;
    if (this.isAtWake) this.finishStep();
    while (world.nowMicros < endMicros) {
      beforeDecisions(world);
      if (world.nowMicros >= startMicros && this.findDue() > 0) {
        this.isAtWake = true;
        return true;
      }
      this.finishStep();
    }
    this.due.count = 0;
    audit(world);
    return false;
  }

  /** State hash as `simulate` would give it for a run that stands here: between two steps, or at the end. */
  stateHash(): string {
    return stateHash(this.world);
  }

  /**
   * What has happened to an agent since it last decided, on all of its venues: bits of `NOTICE_*`. As `context.due` tells it
   * for those who are due, and at the end of the run too.
   */
  noticeOf(agent: number): number {
    const { due } = this;
    for (let k = 0; k < due.count; k++) if (due.agents[k] === agent) return due.notice[k];
    const { notice } = this.world.accounts;
    let bits = 0;
    for (const first of this.firstAccounts) bits |= notice[first + agent];
    return bits;
  }

  private finishStep(): void {
    const { world, due, member } = this;
    const { notice } = world.accounts;
    const told = this.isAtWake ? due.count : 0;
    this.isAtWake = false;
    // What the writer refused at this wake is told at the next one; the phase takes it for told.
    for (let k = 0; k < told; k++) due.notice[k] = notice[member.firstAccount + due.agents[k]];
    decide(world);
    for (let k = 0; k < told; k++) notice[member.firstAccount + due.agents[k]] = due.notice[k];
    afterDecisions(world);
  }

  /** Gathers the agents that wake in the step at hand; their notices are taken, as when agents decide in the run. */
  private findDue(): number {
    const { world, member, due, firstAccounts } = this;
    const { notice } = world.accounts;
    const endMicros = world.nowMicros + world.inputs.stepMicros;
    due.count = 0;
    for (let agent = 0; agent < member.spec.count; agent++) {
      const account = member.firstAccount + agent;
      const wakeMicros = world.wheel.wakeMicros[account];
      if (wakeMicros >= endMicros) continue;
      due.agents[due.count] = agent;
      due.notice[due.count] = 0;
      for (const first of firstAccounts) {
        due.notice[due.count] |= notice[first + agent];
        notice[first + agent] = 0;
      }
      due.wakeMicros[due.count] = wakeMicros;
      due.count++;
    }
    return due.count;
  }
}

function checkPopulation({ populations }: SimulationInputs, population: string): void {
  const names = populations.map(({ name }) => name);
  if (names.includes(population)) return;
  const nearest = nearestName(population, names);
  throw new UserError("unknown-population", [
    {
      message: "the run has no such population",
      path: "population",
      expected: `one of ${names.join(", ")}`,
      found: population,
      ...(nearest === undefined ? {} : { nearest }),
    },
  ]);
}
