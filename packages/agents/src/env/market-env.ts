/**
 * A market as an environment for a learning agent: `reset(seed)` and `step(action)`, after the conventions of
 * reinforcement-learning environments. The rest of the market is the scenario's population; the seed is its randomness.
 */
import { MarketSession, UserError } from "@undertow/core";
import type { SimulationInputs } from "@undertow/core";
import { Seat } from "./seat.ts";

/** The strategy's index in its population. */
const AGENT = 0;

/** What an environment is made of. */
export interface MarketEnvOptions<Action, Observation> {
  /** Inputs of an episode, such as `(seed) => compileScenario(scenario, { seed })`. */
  readonly inputs: (seed: string) => SimulationInputs;
  /** Population whose first agent is the strategy's; default: the only one of type `strategy-under-test`. */
  readonly population?: string;
  /** Turns an action into orders, such as `(exposure, seat) => seat.moveToExposure(0, exposure)`. */
  readonly act: (action: Action, seat: Seat) => void;
  /** What the strategy is shown. */
  readonly observe: (seat: Seat) => Observation;
  /** Reward of a step; default: the change of equity over equity before, at least -1. */
  readonly reward?: (seat: Seat) => number;
}

/** What `reset` gives. */
export interface ResetResult<Observation> {
  readonly observation: Observation;
  readonly info: StepInfo;
}

/** What `step` gives. */
export interface StepResult<Observation> extends ResetResult<Observation> {
  readonly reward: number;
  /** The strategy was liquidated, or nothing of its equity is left. */
  readonly terminated: boolean;
  /** The scenario's time is over. */
  readonly truncated: boolean;
}

/** Figures beside the observation. */
export interface StepInfo {
  readonly nowMicros: number;
  /** Quanta. */
  readonly equity: number;
  /** Equity over that at the first decision. */
  readonly equityRatio: number;
}

/** Where an episode stands; after `terminated` or `truncated` only `reset` goes on. */
type State = "new" | "running" | "over";

/**
 * One environment. An episode is a run of the scenario: the warm-up passes in `reset`, then each `step` takes effect at
 * the strategy's wake and goes on to the next one (parameter `interval` of `strategy-under-test`).
 *
 * Episodes are functions of seed and actions alone. Not thread-safe, and needs no threads; for several at once see `EnvPool`.
 *
 * @throws UserError `market-env` when no population, or more than one, could be meant; when the strategy has no equity at
 *   its first decision; when `step` is called before `reset` or after the end of an episode
 * @example
 * const env = new MarketEnv({
 *   inputs: (seed) => compileScenario(scenario, { seed }),
 *   act: (exposure: number, seat) => seat.moveToExposure(0, exposure),
 *   observe: (seat) => [seat.context.view.return5m[0], seat.exposure(0)],
 * });
 * let { observation } = env.reset("a");
 * for (let over = false; !over;) {
 *   const result = env.step(observation[0] < 0 ? -1 : 1);
 *   over = result.terminated || result.truncated;
 *   observation = result.observation;
 * }
 */
export class MarketEnv<Action, Observation> {
  private readonly options: MarketEnvOptions<Action, Observation>;
  private session: MarketSession | undefined;
  private seat: Seat | undefined;
  private state: State = "new";

  constructor(options: MarketEnvOptions<Action, Observation>) {
    this.options = options;
  }

  /** Begins an episode: builds the market, lets the warm-up pass, and stops at the strategy's first decision. */
  reset(seed: string): ResetResult<Observation> {
    // What fails on the way leaves no episode behind that could be stepped.
    this.state = "new";
    this.session = undefined;
    const inputs = this.options.inputs(seed);
    const session = new MarketSession(inputs, this.options.population ?? onlySeat(inputs));
    if (!toWakeOf(AGENT, session))
      throw flaw("the scenario ends before the strategy's first decision", "at least one wake");
    const seat = new Seat(session, AGENT);
    if (!(seat.startEquity > 0)) throw noEquity(seat.startEquity);
    this.session = session;
    this.seat = seat;
    this.state = "running";
    return { observation: this.options.observe(seat), info: this.info(seat) };
  }

  /** Acts at the decision at hand and goes on to the next one, or to the end. */
  step(action: Action): StepResult<Observation> {
    const { session, seat, options } = this;
    if (session === undefined || seat === undefined || this.state !== "running")
      throw flaw(
        `step was called ${this.state === "new" ? "before reset" : "after the episode had ended"}`,
        "reset",
      );
    options.act(action, seat);
    seat.equityBefore = seat.equity;
    const goesOn = toWakeOf(AGENT, session);
    const terminated = seat.wasLiquidated || seat.equity <= 0;
    if (terminated || !goesOn) this.state = "over";
    const reward = (options.reward ?? changeOfEquity)(seat);
    return {
      observation: options.observe(seat),
      reward,
      terminated,
      truncated: !goesOn && !terminated,
      info: this.info(seat),
    };
  }

  /** State hash of the market where the episode stands. */
  stateHash(): string {
    if (this.session === undefined) throw flaw("no episode has begun", "reset");
    return this.session.stateHash();
  }

  private info(seat: Seat): StepInfo {
    return { nowMicros: seat.nowMicros, equity: seat.equity, equityRatio: seat.equity / seat.startEquity };
  }
}

/** Goes on to the agent's next wake; false when the run has ended before. Others of its population wake in between. */
function toWakeOf(agent: number, session: MarketSession): boolean {
  const { due } = session.context;
  while (session.toNextWake()) for (let k = 0; k < due.count; k++) if (due.agents[k] === agent) return true;
  return false;
}

function changeOfEquity({ equity, equityBefore }: Seat): number {
  return equityBefore > 0 ? Math.max(-1, equity / equityBefore - 1) : 0;
}

/** Name of the only population of type `strategy-under-test`. */
function onlySeat({ populations }: SimulationInputs): string {
  const seats = populations.filter(({ type }) => type === "strategy-under-test");
  if (seats.length === 1) return seats[0].name;
  throw new UserError("market-env", [
    {
      message: "it is not clear for whom the strategy decides",
      path: "population",
      expected: "one population of type strategy-under-test, or its name",
      found: seats.length === 0 ? "none" : seats.map(({ name }) => name).join(", "),
    },
  ]);
}

/** Without equity there is neither a return nor an exposure. */
function noEquity(found: number): UserError {
  return new UserError("market-env", [
    {
      message: "the strategy has no equity at its first decision",
      path: "MarketEnv",
      expected: "equity above 0",
      found: `${found} quanta`,
      remedy: "Give its population an endowment, such as `endowment: { cash: $100k }`.",
    },
  ]);
}

function flaw(message: string, expected: string): UserError {
  return new UserError("market-env", [{ message, path: "MarketEnv", expected }]);
}
