/**
 * One toy model in four frameworks: traders who mark a position to a common random-walk price at each step and change it
 * with a chance of 2 %. The engine, the npm packages flocc (ISC) and js-simulator (MIT), and a plain loop over columns.
 *
 * The price is a function of the step; each trader draws from a generator of its own, held in its own state. So nothing
 * depends on the order in which traders are called, and all four must end with the same positions and equities.
 * It measures what a framework adds to a step that does nearly nothing; the engine's traders send no orders.
 */
import { StateHash, defineAgent } from "@undertow/core";
import { buildWorld, step } from "@undertow/core/testing";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { Agent, Environment } from "flocc";
import simulator from "js-simulator";
import { crashScenario } from "./crash-scenario.js";
import { mulberry32 } from "./random.js";

const CASH = 10_000;
const CHANGE_SHARE = 0.02;
const TWO_TO_32 = 2 ** 32;
const START = { cash: CASH, position: 0, equity: CASH };

/** Prices of a random walk, one for each step. */
export function walk(steps) {
  const draw = mulberry32(11);
  const prices = new Float64Array(steps);
  let price = 100;
  for (let k = 0; k < steps; k++) {
    price *= 1 + 0.002 * (draw() - 0.5);
    prices[k] = price;
  }
  return prices;
}

function seedOf(trader) {
  return (Math.imul(trader + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
}

/** The next state of a trader's generator (a linear congruential one; good enough to choose positions). */
function nextState(state) {
  return (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
}

/** The position for a draw below `CHANGE_SHARE`: -5 to 5. */
function newPosition(share) {
  return Math.floor((share / CHANGE_SHARE) * 11) - 5;
}

function hashOf(position, equity) {
  const hash = new StateHash();
  hash.updateFloat64(position);
  hash.updateFloat64(equity);
  return hash.digest();
}

/** Columns and one loop: what no framework costs. */
export function playPlain(traders, prices) {
  const cash = new Float64Array(traders).fill(CASH);
  const position = new Float64Array(traders);
  const equity = new Float64Array(traders).fill(CASH);
  const state = Float64Array.from({ length: traders }, (_, k) => seedOf(k));
  const started = performance.now();
  for (const price of prices) {
    for (let k = 0; k < traders; k++) {
      equity[k] = cash[k] + position[k] * price;
      state[k] = nextState(state[k]);
      const share = state[k] / TWO_TO_32;
      if (share >= CHANGE_SHARE) continue;
      const wanted = newPosition(share);
      cash[k] -= (wanted - position[k]) * price;
      position[k] = wanted;
    }
  }
  return { seconds: (performance.now() - started) / 1000, hash: hashOf(position, equity) };
}

/** An agent type whose memory is the trader's state; it reads the price by the step of the view's clock, from the second. */
function toyTrader(prices, startMicros) {
  return defineAgent({
    name: "toy-trader",
    summary: "Marks a position to a price and changes it now and then.",
    source: "own, for the benchmark",
    params: { interval: { unit: "duration", description: "time between looks", default: 1e6 } },
    memory: { ...START, state: 0 },
    wake: { interval: "interval", kind: "fixed" },
    decide({ due, memory, view }) {
      const { cash, position, equity, state } = memory;
      const turn = Math.round((view.nowMicros - startMicros) / view.stepMicros) - 1;
      if (turn < 0) return;
      const price = prices[turn];
      for (let k = 0; k < due.count; k++) {
        const trader = due.agents[k];
        if (state[trader] === 0) state[trader] = seedOf(trader);
        equity[trader] = cash[trader] + position[trader] * price;
        state[trader] = nextState(state[trader]);
        const share = state[trader] / TWO_TO_32;
        if (share >= CHANGE_SHARE) continue;
        const wanted = newPosition(share);
        cash[trader] -= (wanted - position[trader]) * price;
        position[trader] = wanted;
      }
    },
  });
}

/** The engine's step loop; the market around the traders is there and still. */
export async function playEngine(traders, prices) {
  const scenario = await resolveScenario(crashScenario({ agents: 1000, hours: 1 }), "toy-traders");
  const inputs = compileScenario(scenario, { seed: "benchmark" });
  const type = toyTrader(prices, inputs.startMicros);
  const world = buildWorld({
    ...inputs,
    populations: [toyPopulation(type, traders)],
    agentTypes: { [type.name]: type },
  });
  // First wakes have a phase of their own; from the second step on everybody is due in every step.
  step(world);
  const { decisions } = world.counters;
  const started = performance.now();
  for (let k = 0; k < prices.length; k++) step(world);
  const seconds = (performance.now() - started) / 1000;
  if (world.counters.decisions - decisions !== traders * prices.length)
    throw new Error("some trader was not called");
  const { position, equity } = world.members[0].memory;
  return { seconds, hash: hashOf(position, equity) };
}

function toyPopulation(type, count) {
  const none = () => new Float64Array(0);
  return {
    name: "toy-traders",
    type: type.name,
    count,
    weight: new Float64Array(count).fill(1),
    coins: Int32Array.of(0),
    venues: Int32Array.of(0),
    params: { interval: new Float64Array(count).fill(1e6) },
    endowment: {
      cashQuanta: new Float64Array(count),
      crossMargin: new Uint8Array(count),
      positions: {
        agent: new Int32Array(0),
        market: new Int32Array(0),
        lots: none(),
        costQuanta: none(),
        marginQuanta: none(),
        leverage: none(),
        stopTicks: none(),
      },
    },
    tracked: false,
  };
}

/** flocc: an Agent with a `tick` function for each trader, all of them called at each `tick` of the Environment. */
export function playFlocc(traders, prices) {
  const environment = new Environment();
  let price = 0;
  function tick(agent) {
    const cash = agent.get("cash");
    const position = agent.get("position");
    agent.set("equity", cash + position * price);
    const state = nextState(agent.get("state"));
    agent.set("state", state);
    const share = state / TWO_TO_32;
    if (share >= CHANGE_SHARE) return;
    const wanted = newPosition(share);
    agent.set("cash", cash - (wanted - position) * price);
    agent.set("position", wanted);
  }
  for (let k = 0; k < traders; k++) {
    const agent = new Agent({ ...START, state: seedOf(k) });
    agent.set("tick", tick);
    environment.addAgent(agent);
  }
  const agents = [...environment.getAgents()];
  const started = performance.now();
  for (let k = 0; k < prices.length; k++) {
    price = prices[k];
    environment.tick();
  }
  const seconds = (performance.now() - started) / 1000;
  const column = (name) => Float64Array.from(agents, (agent) => agent.get(name));
  return { seconds, hash: hashOf(column("position"), column("equity")) };
}

/** js-simulator: a repeating SimEvent for each trader. */
export function playJsSimulator(traders, prices) {
  const { Scheduler, SimEvent } = simulator;
  let price = 0;
  class Trader extends SimEvent {
    constructor(k) {
      super(1);
      Object.assign(this, START, { state: seedOf(k) });
    }
    update() {
      this.equity = this.cash + this.position * price;
      this.state = nextState(this.state);
      const share = this.state / TWO_TO_32;
      if (share >= CHANGE_SHARE) return;
      const wanted = newPosition(share);
      this.cash -= (wanted - this.position) * price;
      this.position = wanted;
    }
  }
  const scheduler = new Scheduler();
  const all = Array.from({ length: traders }, (_, k) => new Trader(k));
  for (const trader of all) scheduler.scheduleRepeatingIn(trader, 1);
  const started = performance.now();
  for (let k = 0; k < prices.length; k++) {
    price = prices[k];
    scheduler.update();
  }
  const seconds = (performance.now() - started) / 1000;
  const column = (name) => Float64Array.from(all, (trader) => trader[name]);
  return { seconds, hash: hashOf(column("position"), column("equity")) };
}
