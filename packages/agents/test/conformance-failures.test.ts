/** Each check of the conformance kit fails a type that is bad in its way, and says which agent did what. */
import { BUY, SELL, defineAgent, type AgentType, type DecideContext, type ParamSpec } from "@undertow/core";
import { agentTypeChecks, checkAgentType, ConformanceError } from "@undertow/agents/testing";
import { expect, test } from "vitest";

const interval: ParamSpec = { unit: "duration", description: "time between looks", default: 20e6, min: 1e6 };
const size: ParamSpec = { unit: "count", description: "lots of an order", default: 10, min: 0, max: 1000 };

/** A type whose due agents each do `act`. */
function typeThat(act: (context: DecideContext, agent: number, market: number) => void): AgentType {
  return defineAgent({
    name: "bad",
    summary: "Does one thing wrong.",
    source: "own, for tests",
    params: { interval, size },
    memory: { wakes: 0 },
    wake: { interval: "interval", kind: "fixed" },
    decide(context) {
      const { due, view, coins, memory } = context;
      for (let k = 0; k < due.count; k++) {
        memory.wakes[due.agents[k]]++;
        act(context, due.agents[k], view.perpMarket[coins[0]]);
      }
    },
  });
}

const good = typeThat(({ orders, memory }, agent, market) => {
  orders.market(agent, market, memory["wakes"][agent] % 2 === 0 ? BUY : SELL, 3, 0);
});

/** Counts over runs. */
let count = 0;
/** Counts within a run: a run that begins earlier than the last one ended is another one. */
let lastMicros = 0;
let inRun = 0;
/** Mids of the last run and of this one, by time. */
let known = new Map<number, number>();
let seen = new Map<number, number>();

const BAD: readonly [check: string, what: string, type: AgentType, message: RegExp][] = [
  [
    "declaration",
    "wakes by a parameter that it does not have",
    { ...good, wake: { interval: "intervall", kind: "fixed" } },
    /wake\.interval: no such parameter/,
  ],
  ["acts", "does nothing", typeThat(() => {}), /no agent wrote an order in \d+ decisions/],
  [
    "determinism",
    "counts in a variable of its module",
    typeThat(({ orders }, agent, market) => orders.market(agent, market, BUY, 1 + (count++ % 977), 0)),
    /agent 0\): in a second run of the same inputs: market\(0, 1, 1, \d+, 0\) in step \d+ became market/,
  ],
  [
    "agent-order",
    "trades as much as there are agents deciding",
    typeThat(({ orders, due }, agent, market) => orders.market(agent, market, BUY, due.count, 0)),
    /decided one at a time, the last first: market\(\d, 1, 1, [2-6], 0\) in step \d+ became market\(\d, 1, 1, 1, 0\)/,
  ],
  [
    "other-accounts",
    "looks at another agent's cash",
    typeThat(({ orders, account, count: all }, agent, market) => {
      const rich = account.cashQuanta(all - 1) > 200_000 * 100_000;
      orders.market(agent, market, rich ? BUY : SELL, 3, 0);
    }),
    /with other accounts changed: market\(0, 1, -1, 3, 0\) in step \d+ became market\(0, 1, 1, 3, 0\)/,
  ],
  [
    "other-accounts",
    "looks at another agent's memory",
    typeThat(({ orders, memory, count: all }, agent, market) => {
      orders.market(agent, market, BUY, 1 + memory["wakes"][all - 1], 0);
    }),
    /with other accounts changed/,
  ],
  [
    "future",
    "has kept the prices of an earlier run",
    typeThat(({ orders, view }, agent, market) => {
      if (view.nowMicros < lastMicros) [known, seen] = [seen, new Map()];
      lastMicros = view.nowMicros;
      seen.set(view.nowMicros, view.midTicks[market]);
      const later = known.get(view.nowMicros + 60e6) ?? 0;
      orders.market(agent, market, later > view.midTicks[market] ? BUY : SELL, 3, 0);
    }),
    /with another future: market/,
  ],
  [
    "checkpoint",
    "keeps a count outside its memory columns",
    typeThat(({ orders, view }, agent, market) => {
      if (view.nowMicros < lastMicros) inRun = 0;
      lastMicros = view.nowMicros;
      orders.market(agent, market, BUY, 1 + (inRun++ % 977), 0);
    }),
    /goes on from a checkpoint \(is there state outside memory columns\?\): market/,
  ],
  [
    "own-reads",
    "draws from the machine",
    typeThat(({ orders }, agent, market) =>
      orders.market(agent, market, Math.random() < 0.5 ? BUY : SELL, 3, 0),
    ),
    /it calls Math\.random/,
  ],
  [
    "own-reads",
    "reads the clock",
    typeThat(({ orders }, agent, market) =>
      orders.market(agent, market, new Date().getTime() > 0 ? BUY : SELL, 3, 0),
    ),
    /it makes a new Date/,
  ],
  [
    "own-reads",
    "reads what lies behind the account reader",
    typeThat(({ account }) => void (account as unknown as { world: object }).world),
    /it reads account\.world, which the port does not have/,
  ],
  [
    "own-reads",
    "reads another agent's account",
    typeThat(({ account, count: all }, agent) => void account.cashQuanta((agent + 1) % all)),
    /agent \d\): it calls account\.cashQuanta for agent \d, which is not deciding/,
  ],
  [
    "own-reads",
    "writes into the view",
    typeThat(({ view }, _agent, market) => void (view.return1m[market] = 1)),
    /it writes to view\.return1m/,
  ],
  [
    "own-reads",
    "writes into another agent's memory",
    typeThat(({ memory, due, count: all }, agent) => {
      if (due.count === 1) memory["wakes"][(agent + 1) % all] = 0;
    }),
    /it writes to memory\.wakes of an agent that is not deciding/,
  ],
  [
    "limits",
    "sends half a lot",
    typeThat(({ orders }, agent, market) => orders.market(agent, market, BUY, 1.5, 0)),
    /agent \d\): market\(\d, 1, 1, 1\.5, 0\) in step \d+: sizes are whole lots from 1/,
  ],
  [
    "limits",
    "sends orders to a kind of market that it does not trade",
    { ...typeThat(({ orders }, agent, market) => orders.market(agent, market, BUY, 1, 0)), trades: "spot" },
    /BTC-PERP is no market of a type that trades "spot"/,
  ],
  [
    "limits",
    "trades for the venue's causes",
    typeThat(({ orders }, agent, market) => orders.market(agent, market, BUY, 1, 3)),
    /the cause is none that agents have/,
  ],
  [
    "limits",
    "quotes no number",
    typeThat(({ orders, view }, agent, market) => orders.limit(agent, market, BUY, view.midTicks[99], 1)),
    /an argument is no number/,
  ],
  [
    "no-money",
    "sends an order of nothing",
    typeThat(({ orders, account, view }, agent, market) => {
      const unit = view.midTicks[market] * view.quantaPerTickLot[market];
      orders.market(agent, market, BUY, Math.floor((0.01 * account.freeQuanta(agent)) / unit), 0);
    }),
    /market\(\d, 1, 1, 0, 0\) in step \d+ without money: sizes are whole lots from 1/,
  ],
  [
    "empty-book",
    "quotes beside a bid that is not there",
    typeThat(({ orders, view }, agent, market) =>
      orders.limit(agent, market, BUY, view.bidTicks[market] - 1, 1),
    ),
    /limit\(\d, 1, 1, -1, 1\) in step \d+ with empty books: prices are whole ticks/,
  ],
  [
    "one-agent",
    "trades for a second agent",
    typeThat(({ orders }, _agent, market) => orders.market(1, market, BUY, 1, 0)),
    /agent 1\): market\(1, 1, 1, 1, 0\) in step \d+ as the only agent: no agent of the population/,
  ],
  [
    "halt",
    "trades nothing while there is a halt",
    typeThat(({ orders, view }, agent, market) =>
      orders.market(agent, market, BUY, 1 - view.halted[market], 0),
    ),
    /market\(\d, 1, 1, 0, 0\) in step \d+ round a halt: sizes are whole lots/,
  ],
  [
    "extreme-prices",
    "quotes ten ticks away",
    typeThat(({ orders, view }, agent, market) =>
      orders.limit(agent, market, BUY, Math.floor(view.midTicks[market]) - 10, 1),
    ),
    /at a price of 0\.00000001: prices are whole ticks/,
  ],
  [
    "fuzzed-parameters",
    "sends what its parameter says",
    typeThat(({ orders, params }, agent, market) =>
      orders.market(agent, market, BUY, params["size"][agent], 0),
    ),
    /market\(\d, 1, 1, 0, 0\) in step \d+ with fuzzed parameters of case \d \(by agent: interval .*; size .*\): sizes/,
  ],
  [
    "fuzzed-parameters",
    "throws at some parameters",
    typeThat(({ params }, agent) => {
      if (params["size"][agent] > 900) throw new Error("too large");
    }),
    /failed in step \d+: too large .* with fuzzed parameters of case \d/,
  ],
];

test.each(BAD)("%s fails a type that %s", async (name, _, type, message) => {
  const check = agentTypeChecks(type).find((candidate) => candidate.name === name);
  const error: unknown = await check!.run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConformanceError);
  const { message: text, seed, agentType, check: failed } = error as ConformanceError;
  expect(text).toMatch(message);
  expect({ seed, agentType, failed }).toEqual({ seed: "kit", agentType: "bad", failed: name });
  expect(text.startsWith(`agent type "bad" fails the check "${name}" (seed "kit"`)).toBe(true);
});

test("every check has a bad type here", () => {
  expect([...new Set(BAD.map(([name]) => name))]).toEqual(agentTypeChecks(good).map(({ name }) => name));
});

test("a good type passes them all", async () => {
  await checkAgentType(good, { seed: "another" });
});

test("all failures are told at once", async () => {
  const idle = { ...typeThat(() => {}), summary: "" };
  await expect(checkAgentType(idle)).rejects.toThrow(/check "declaration"[^]*check "acts"/);
});
