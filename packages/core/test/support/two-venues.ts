/**
 * The small market on two venues, a and b: the same coin, books, rules and people on each, indices as a test asks.
 * Markets 0 and 1 are spot and perpetual on a, 2 and 3 on b.
 */
import { defineAgent, type PopulationSpec, type SimulationInputs, type VenueSpec } from "@undertow/core";
import { cascadeMarket, type SmallMarketOptions } from "./small-market.ts";

export const A = 0;
export const B = 1;
export const SPOT_B = 2;
export const PERP_B = 3;

export interface TwoVenuesOptions extends Partial<SmallMarketOptions> {
  /** Lots sold on each venue. */
  readonly sold?: readonly [number, number];
  /** Weights of a's and b's spot market in both indices; left out: each venue's own alone. */
  readonly weights?: readonly [number, number];
  readonly rules?: VenueSpec["index"]["rules"];
  readonly transfers?: VenueSpec["transfers"];
  readonly eventsOf?: readonly [VenueSpec["events"], VenueSpec["events"]];
  /** Populations beside those of each venue. */
  readonly further?: readonly PopulationSpec[];
}

/** Inputs of a run on two venues. */
export function twoVenues(options: TwoVenuesOptions = {}): SimulationInputs {
  const [soldA, soldB] = options.sold ?? [0, 0];
  const base = cascadeMarket(soldA, options);
  const other = cascadeMarket(soldB, options);
  const rules = options.rules ?? { kind: "weighted-mean" };
  const sourcesOf = (own: number) =>
    options.weights === undefined
      ? [{ market: own, weight: 1 }]
      : options.weights.map((weight, venue) => ({ market: 2 * venue, weight }));
  const venue = (name: string, index: number): VenueSpec => ({
    ...base.venues[0],
    name,
    coverage: 0.5,
    index: { rules, sources: sourcesOf(2 * index) },
    ...(options.transfers === undefined ? {} : { transfers: options.transfers }),
    ...(options.eventsOf?.[index] === undefined ? {} : { events: options.eventsOf[index] }),
  });
  return {
    ...base,
    venues: [venue("a", A), venue("b", B)],
    markets: [0, 1].flatMap((k) =>
      base.markets.map((market) => ({ ...market, venue: k, name: `${market.name}@${"ab"[k]}` })),
    ),
    populations: [
      ...base.populations,
      ...other.populations.map((population) => onB(population)),
      ...(options.further ?? []),
    ],
    agentTypes: { ...base.agentTypes, sender, watcher },
  };
}

/** A population of the small market moved to venue b. */
export function onB(population: PopulationSpec): PopulationSpec {
  const { positions } = population.endowment;
  return {
    ...population,
    name: `${population.name} b`,
    venues: Int32Array.of(B),
    endowment: {
      ...population.endowment,
      positions: { ...positions, market: positions.market.map((market) => market + 2) },
    },
  };
}

/** What `sender` and `watcher` saw, by wake: for assertions, never read by an agent. */
export interface Sighting {
  readonly notice: number;
  readonly cash: readonly number[];
  readonly inTransit: readonly number[];
}
export const sightings: Sighting[] = [];

/** Sends `quanta` from its home to its other venue at its first wake, and looks at its accounts every second. */
export const sender = defineAgent({
  name: "sender",
  summary: "Sends cash once.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "between looks", default: 1e6 },
    quanta: { unit: "quanta", description: "sent", default: 0 },
  },
  memory: { sent: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, orders, params, memory, account, venues }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      sightings.push({
        notice: due.notice[k],
        cash: [account.cashQuanta(agent), account.cashQuanta(agent, venues[1])],
        inTransit: [account.inTransitQuanta(agent), account.inTransitQuanta(agent, venues[1])],
      });
      if (memory.sent[agent] === 1) continue;
      memory.sent[agent] = 1;
      orders.transfer(agent, venues[0], venues[1], params.quanta[agent]);
    }
  },
});

/** Tries to trade one lot everywhere, whether it has an account there or not. */
export const watcher = defineAgent({
  name: "watcher",
  summary: "Sends an order to every market.",
  source: "own, for tests",
  params: { interval: { unit: "duration", description: "between orders", default: 10e6 } },
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, orders, view }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      for (let market = 0; market < view.marketCount; market++) {
        orders.setLeverage(agent, market, 2);
        orders.setStop(agent, market, 1);
        orders.beginLadder(agent, market);
        orders.level(1, 1, 1);
        orders.market(agent, market, 1, 1, 0);
        orders.cancelAll(agent, market);
      }
    }
  },
});
