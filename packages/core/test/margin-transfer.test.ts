/** Cash into isolated margins and out of them: what is refused, what it saves, and that no money is made or lost. */
import { describe, expect, it } from "vitest";
import {
  defineAgent,
  NOTICE_LIQUIDATED,
  NOTICE_REJECTED,
  ORDER_KINDS,
  type PopulationSpec,
  simulate,
  type SimulationInputs,
  type VenueEventSpec,
} from "@undertow/core";
import { audit, buildWorld, step, type World } from "@undertow/core/testing";
import {
  cascadeMarket,
  PERP,
  population,
  type PositionRow,
  SPOT,
  START_MICROS,
  START_TICKS,
  UNIT,
} from "./support/small-market.ts";
import { PERP_B, twoVenues } from "./support/two-venues.ts";

/** Moves margin once, at its first wake. */
const defender = defineAgent({
  name: "defender",
  summary: "Moves margin once.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "until it does", default: 5e6 },
    market: { unit: "count", description: "where", default: PERP },
    quanta: { unit: "quanta", description: "how much", default: 0 },
  },
  memory: { done: 0, notices: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, orders, params, memory }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      memory.notices[agent] |= due.notice[k];
      if (memory.done[agent] === 1) continue;
      memory.done[agent] = 1;
      orders.addMargin(agent, params.market[agent], params.quanta[agent]);
    }
  },
});

const COST = 100 * START_TICKS * UNIT;
const MARGIN = COST / 20;
const CASH = 300_000;

interface Options {
  readonly row?: Partial<PositionRow>;
  readonly cross?: boolean;
  readonly held?: boolean;
  readonly params?: Record<string, number>;
}

function defenders(
  quanta: number,
  { row, cross = false, held = true, params }: Options = {},
): PopulationSpec {
  const position = {
    agent: 0,
    market: PERP,
    lots: 100,
    entryTicks: START_TICKS,
    margin: MARGIN,
    leverage: 20,
  };
  const rows = held ? [{ ...position, ...row }] : [];
  return population("defender", defender, 1, { quanta, ...params }, CASH, rows, { cross });
}

/** A market that is left in peace, or sold, with a defender whose position a further short bears. */
function inputsOf(
  spec: PopulationSpec,
  options: { sold?: number; events?: VenueEventSpec[] } = {},
): SimulationInputs {
  const inputs = cascadeMarket(options.sold ?? 0, {
    minutes: 10,
    ...(options.events === undefined ? {} : { events: options.events }),
  });
  const lots = spec.endowment.positions.lots[0] ?? 0;
  const row = { agent: 0, market: PERP, lots: -lots, entryTicks: START_TICKS, leverage: 2 };
  const short = population("other side", defender, 1, { interval: 0 }, 1e12, [row], { cross: true });
  return {
    ...inputs,
    populations: [...inputs.populations, spec, short],
    agentTypes: { ...inputs.agentTypes, defender },
  };
}

interface End {
  readonly world: World;
  readonly cash: number;
  readonly margin: number;
  readonly notices: number;
}

function runOf(inputs: SimulationInputs, minutes = 1): End {
  const world = buildWorld(inputs);
  while (world.nowMicros < START_MICROS + minutes * 60e6) step(world);
  audit(world);
  const { firstAccount, memory } = world.members.find(({ spec }) => spec.name === "defender")!;
  const slot = world.ledger.findSlot(firstAccount, PERP);
  return {
    world,
    cash: world.accounts.cash[firstAccount],
    margin: slot < 0 ? 0 : world.slots.margin[slot],
    notices: memory.notices[0],
  };
}

const refused = (end: End, margin = MARGIN, cash = CASH): void => {
  expect(end).toMatchObject({ cash, margin });
  expect(end.notices & NOTICE_REJECTED).not.toBe(0);
};

describe("a top-up", () => {
  it("moves cash into the margin once it has arrived", () => {
    expect(runOf(inputsOf(defenders(200_000)))).toMatchObject({
      cash: CASH - 200_000,
      margin: MARGIN + 200_000,
      notices: 0,
    });
    expect(runOf(inputsOf(defenders(CASH)))).toMatchObject({ cash: 0, margin: MARGIN + CASH });
  });

  it("takes the agent's latency to arrive", () => {
    const spec = defenders(200_000);
    const slow = { ...spec, params: { ...spec.params, latencyMicros: Float64Array.of(40e6) } };
    const world = buildWorld(inputsOf(slow));
    const { firstAccount } = world.members.find(({ spec: { name } }) => name === "defender")!;
    const slot = world.ledger.findSlot(firstAccount, PERP);
    while (world.slots.margin[slot] === MARGIN) step(world);
    expect(world.nowMicros - START_MICROS).toBeGreaterThan(30e6);
  });

  it("is refused beyond what is free, of nothing, and of what is no number", () => {
    for (const quanta of [CASH + 1, 0, 0.5, NaN, Infinity, -Infinity])
      refused(runOf(inputsOf(defenders(quanta))));
  });

  it("is refused without an isolated position in a perpetual", () => {
    refused(runOf(inputsOf(defenders(1000, { held: false }))), 0);
    refused(runOf(inputsOf(defenders(1000, { cross: true, row: { margin: 0 } }))), 0);
    refused(runOf(inputsOf(defenders(1000, { params: { market: SPOT } }))));
  });

  it("reaches a venue in a halt of its books, and not in an outage", () => {
    const window = { fromMicros: START_MICROS, toMicros: START_MICROS + 300e6 };
    const halt: VenueEventSpec = { kind: "halt", markets: [SPOT, PERP], cancels: false, ...window };
    const outage: VenueEventSpec = { kind: "outage", ...window };
    expect(runOf(inputsOf(defenders(1000), { events: [halt] })).margin).toBe(MARGIN + 1000);
    refused(runOf(inputsOf(defenders(1000), { events: [outage] })));
  });

  it("saves a position that is liquidated without it: the margin index looks again", () => {
    const left = runOf(inputsOf(defenders(0), { sold: 2500 }), 10);
    expect(left.notices & NOTICE_LIQUIDATED).not.toBe(0);
    const topped = runOf(inputsOf(defenders(CASH), { sold: 2500 }), 10);
    expect(topped.notices & NOTICE_LIQUIDATED).toBe(0);
    expect(topped.margin).toBe(MARGIN + CASH);
    expect(Math.max(...topped.world.accounts.liquidations)).toBeGreaterThan(0);
  });
});

describe("taking margin out", () => {
  it("leaves the initial margin at the mark, to the quantum", () => {
    const extra = { row: { margin: MARGIN + 70_000 } };
    expect(runOf(inputsOf(defenders(-70_000, extra)))).toMatchObject({
      cash: CASH + 70_000,
      margin: MARGIN,
    });
    refused(runOf(inputsOf(defenders(-70_001, extra))), MARGIN + 70_000);
    refused(runOf(inputsOf(defenders(-1))));
  });

  it("counts an open loss and no open profit", () => {
    const loss = 100 * 50 * UNIT;
    const lost = { row: { margin: MARGIN + 70_000, entryTicks: START_TICKS + 50 } };
    expect(runOf(inputsOf(defenders(-(70_000 - loss), lost))).margin).toBe(MARGIN + loss);
    refused(runOf(inputsOf(defenders(-(70_001 - loss), lost))), MARGIN + 70_000);
    const won = { row: { margin: MARGIN + 70_000, entryTicks: START_TICKS - 50 } };
    refused(runOf(inputsOf(defenders(-70_001, won))), MARGIN + 70_000);
  });
});

it("taken out brings the liquidation as near as if it had never been there", () => {
  const timeOf = (quanta: number, margin: number): number => {
    const world = buildWorld(inputsOf(defenders(quanta, { row: { margin } }), { sold: 2500 }));
    const { firstAccount } = world.members.find(({ spec }) => spec.name === "defender")!;
    for (let n = 0; n < 600; n++) {
      if (world.accounts.liquidations[firstAccount] > 0) return n;
      step(world);
    }
    return Infinity;
  };
  const plain = timeOf(0, MARGIN);
  expect(plain).toBeLessThan(Infinity);
  expect(timeOf(0, MARGIN + 170_000)).toBeGreaterThan(plain);
  expect(timeOf(-170_000, MARGIN + 170_000)).toBe(plain);
});

it("goes to the account of the market's venue", () => {
  const spec = defenders(150_000, { row: { market: PERP_B }, params: { market: PERP_B } });
  const abroad: PopulationSpec = {
    ...spec,
    venues: Int32Array.of(0, 1),
    endowment: { ...spec.endowment, cashQuanta: Float64Array.of(70, CASH) },
  };
  const short = population("other side", defender, 1, { interval: 0 }, 1e12, [
    { agent: 0, market: PERP_B, lots: -100, entryTicks: START_TICKS, margin: 1e9, leverage: 2 },
  ]);
  const inputs = twoVenues({ further: [abroad, { ...short, venues: Int32Array.of(1) }] });
  const world = buildWorld({ ...inputs, agentTypes: { ...inputs.agentTypes, defender } });
  for (let n = 0; n < 60; n++) step(world);
  audit(world);
  const { firstAccountAt } = world.members.find(({ spec: { name } }) => name === "defender")!;
  const slot = world.ledger.findSlot(firstAccountAt[1], PERP_B);
  expect([...firstAccountAt].map((account) => world.accounts.cash[account])).toEqual([70, CASH - 150_000]);
  expect(world.slots.margin[slot]).toBe(MARGIN + 150_000);
});

it("is on the tape, taken and refused, with its direction", async () => {
  const tapeOf = async (quanta: number): Promise<number[][]> => {
    const inputs = { ...inputsOf(defenders(quanta)), record: { orders: true, fills: false } };
    const { orders } = await simulate(inputs);
    const { kind, side, ticks, lots, admitted, market } = orders!;
    const rows = Array.from({ length: orders!.rows }, (_, row) => row);
    return rows
      .filter((row) => ORDER_KINDS[kind[row]] === "margin")
      .map((row) => [market[row], side[row], ticks[row], lots[row], admitted[row]]);
  };
  expect(await tapeOf(1234)).toEqual([[PERP, 0, 0, 1234, 1]]);
  expect(await tapeOf(-1234)).toEqual([[PERP, 0, 0, -1234, 0]]);
});
