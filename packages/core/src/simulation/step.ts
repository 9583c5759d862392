/**
 * One step of the market. Start reading here: the phases in order, one file each.
 *
 * A step covers [now, now + step). Agents that wake inside it decide on the view frozen at its start; their
 * orders arrive by latency; marks, liquidations and the record are of its end. The length is fixed and the
 * same for all markets, whatever happens.
 *
 *   1 drive      exogenous processes move                       functions of time, never of steps
 *   2 observe    the market view is frozen                      tops, depth, returns, funding, liquidations
 *   3 decide     due agents write orders                        batch calls for up to 32 of a population
 *   4 arrive     latency orders them, pre-trade risk holds      time, hash of (agent, time), agent
 *   5 match      books run their arrivals                       fills carry their cause
 *   6 settle     fills move money                               one integer between two accounts
 *   7 mark       index, mark, premium, funding, triggers        venue clocks
 *   8 liquidate  one round: book, fund, deleveraging            moves the next step's marks
 *   9 record     the observer samples                           changes nothing
 */
import { InvariantError } from "../errors.ts";
import { auditHolds } from "../accounts/audit.ts";
import { arrive } from "./phases/arrive.ts";
import { decide } from "./phases/decide.ts";
import { drive } from "./phases/drive.ts";
import { liquidate } from "./phases/liquidate.ts";
import { mark } from "./phases/mark.ts";
import { match } from "./phases/match.ts";
import { observe } from "./phases/observe.ts";
import { settle } from "./phases/settle.ts";
import { followEvents } from "./venue-events.ts";
import { residualOf, type World } from "./world.ts";

/** Advances the world by one step. */
export function step(world: World): void {
  beforeDecisions(world);
  decide(world);
  afterDecisions(world);
}

/** The phases before agents decide. */
export function beforeDecisions(world: World): void {
  world.fills.count = 0;
  world.settledFills = 0;
  world.flow.forget();

  followEvents(world);
  drive(world);
  observe(world);
}

/** The phases after agents have decided, here or on worker threads (parallel/workers.ts). */
export function afterDecisions(world: World): void {
  arrive(world);
  match(world);
  settle(world);
  mark(world);
  liquidate(world);

  world.nowMicros += world.inputs.stepMicros;
  world.step++;
  world.counters.steps++;
  if (world.step % world.inputs.auditEverySteps === 0) audit(world);
  world.observer?.afterStep(world);
}

/** Checks that money, coins and contracts are what was declared; ends the run if not. */
export function audit(world: World): void {
  const residual = residualOf(world);
  world.counters.audits++;
  world.counters.residual = Math.max(world.counters.residual, residual);
  if (residual !== 0) {
    throw new InvariantError("conservation", `the ledger differs from what was declared by ${residual}`, {
      seed: world.inputs.seed,
      step: world.step,
      scenarioHash: world.inputs.scenarioHash,
    });
  }
  auditHolds(world.ledger);
}
