/**
 * Scripted trader: plays up to eight orders at given times, for tests and examples.
 *
 * Entry n = 0 ... 7 is told by numbered parameters: `at0` after the start of the run (the warm-up is over), `kind0`
 * (0 none, 1 market, 2 limit, 3 immediate, 4 reduce, 5 cancel all), `side0`, `notional0` at the mid of that moment,
 * `offset0` of a limit from the mid, `coin0` (place among the population's coins), `spot0`. Each entry is played once,
 * in the step that holds its time. A reduce takes its side from the position (`side0` without one), and closes all of it at
 * notional 0. Nothing is limited by depth.
 * In a crash: whatever the script says. Source: own.
 */
import { MICROS_PER_HOUR, SELL, BUY, defineAgent } from "@undertow/core";
import type { AgentType, DecideContext, ParamSpec } from "@undertow/core";
import { collect, numberedMemory, numberedParams } from "./coin-columns.ts";
import { KIND_CANCEL, KIND_REDUCE, type PlayedOrder, playOrder } from "./order-kinds.ts";
import { lotsForNotional } from "./order-size.ts";

/** Most orders of a script. */
export const SCRIPT_ENTRIES = 8;

const entry = (prefix: string, spec: ParamSpec): Record<string, ParamSpec> =>
  numberedParams(prefix, SCRIPT_ENTRIES, spec);

const paramSpecs: Record<string, ParamSpec> = {
  interval: {
    unit: "duration",
    description: "time between looks at the script; orders wait for the next look",
    default: 1e6,
    min: 1e6,
  },
  leverage: { unit: "ratio", description: "leverage of perpetual positions", default: 1, min: 1, max: 125 },
  ...entry("at", {
    unit: "duration",
    description: "time of order {n} after the start of the run",
    default: MICROS_PER_HOUR,
    min: 0,
  }),
  ...entry("kind", {
    unit: "count",
    description: "order {n}: 0 none, 1 market, 2 limit, 3 immediate, 4 reduce, 5 cancel all",
    default: 0,
    min: 0,
    max: KIND_CANCEL,
  }),
  ...entry("side", {
    unit: "ratio",
    description: "order {n}: 1 buys, -1 sells; a reduce closes what is held",
    default: 1,
    min: -1,
    max: 1,
  }),
  ...entry("notional", {
    unit: "quanta",
    description: "order {n}: size at the mid, total for the weight",
    default: 0,
    min: 0,
  }),
  ...entry("offset", {
    unit: "ratio",
    description: "order {n}: limit price over the mid, less 1",
    default: 0,
    min: -0.99,
    max: 1,
  }),
  ...entry("coin", {
    unit: "count",
    description: "order {n}: place of its coin among the population's coins, from 0",
    default: 0,
    min: 0,
  }),
  ...entry("spot", {
    unit: "flag",
    description: "order {n}: in the spot market instead of the perpetual",
    default: 0,
  }),
};

const initialMemory: Record<string, number> = {
  /** 1 once leverage is set. */
  started: 0,
  /** Per entry: 1 once it was played. */
  ...numberedMemory("played", SCRIPT_ENTRIES),
};

type Context = DecideContext;

const at: Float64Array[] = [];
const kinds: Float64Array[] = [];
const sides: Float64Array[] = [];
const notionals: Float64Array[] = [];
const offsets: Float64Array[] = [];
const coinPlaces: Float64Array[] = [];
const spots: Float64Array[] = [];
const played: Float64Array[] = [];
const order: PlayedOrder = { kind: 0, side: 0, ticks: 0, lots: 0 };

/** The scripted trader type. */
export const scriptedTrader = defineAgent({
  name: "scripted-trader",
  summary: "Plays a fixed script of up to eight orders.",
  source: "own, for tests and examples",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  decide(context: Context) {
    const { due, params, memory, coins, view, orders } = context;
    collect(params, "at", SCRIPT_ENTRIES, at);
    collect(params, "kind", SCRIPT_ENTRIES, kinds);
    collect(params, "side", SCRIPT_ENTRIES, sides);
    collect(params, "notional", SCRIPT_ENTRIES, notionals);
    collect(params, "offset", SCRIPT_ENTRIES, offsets);
    collect(params, "coin", SCRIPT_ENTRIES, coinPlaces);
    collect(params, "spot", SCRIPT_ENTRIES, spots);
    collect(memory, "played", SCRIPT_ENTRIES, played);
    const until = view.nowMicros + view.stepMicros - view.startMicros;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.started[agent] === 0) {
        memory.started[agent] = 1;
        for (let c = 0; c < coins.length; c++) {
          orders.setLeverage(agent, view.perpMarket[coins[c]], params.leverage[agent]);
        }
      }
      for (let n = 0; n < SCRIPT_ENTRIES; n++) {
        if (kinds[n][agent] !== 0 && played[n][agent] === 0 && at[n][agent] < until) play(context, agent, n);
      }
    }
  },
});

/** Plays entry n; one whose price is unknown waits. */
function play(context: Context, agent: number, n: number): void {
  const { coins, view, account, orders } = context;
  const coin = coins[Math.min(coinPlaces[n][agent], coins.length - 1)];
  const market = spots[n][agent] === 0 ? view.perpMarket[coin] : view.spotMarket[coin];
  const mid = view.midTicks[market];
  if (!(mid > 0)) return;
  played[n][agent] = 1;
  order.kind = kinds[n][agent];
  order.side = sides[n][agent] < 0 ? SELL : BUY;
  order.ticks = Math.max(1, Math.round(mid * (1 + offsets[n][agent])));
  order.lots = lotsForNotional(notionals[n][agent], mid, view.quantaPerTickLot[market]);
  if (order.kind === KIND_REDUCE) {
    const held = account.lots(agent, market);
    // What opens the position may still be on its way; then the script's side has to do.
    if (held !== 0) order.side = held > 0 ? SELL : BUY;
    if (notionals[n][agent] === 0) order.lots = Math.abs(held);
  }
  if (order.lots >= 1 || order.kind === KIND_CANCEL) playOrder(orders, agent, market, order);
}

/** One order of a script in words; times in microseconds, money in quanta. */
export interface ScriptEntry {
  /** After the start of the run. */
  readonly at: number;
  /** Default `market`. */
  readonly kind?: "market" | "limit" | "immediate" | "reduce" | "cancel";
  /** 1 buys (default), -1 sells; a reduce closes what is held, whatever the side. */
  readonly side?: 1 | -1;
  readonly notional?: number;
  readonly offset?: number;
  readonly coin?: number;
  readonly spot?: boolean;
}

const KIND_NUMBERS = { market: 1, limit: 2, immediate: 3, reduce: 4, cancel: 5 } as const;

/**
 * The numbered parameters that say a script.
 *
 * @param entries at most eight
 * @throws RangeError for more
 * @example
 * const params = scriptParams([{ at: 60e6, side: -1, notional: 1e11 }, { at: 120e6, kind: "reduce" }]);
 */
export function scriptParams(entries: readonly ScriptEntry[]): Record<string, number> {
  if (entries.length > SCRIPT_ENTRIES) {
    throw new RangeError(`a script has at most ${SCRIPT_ENTRIES} orders, found ${entries.length}`);
  }
  const params: Record<string, number> = {};
  for (const [n, { kind = "market", spot = false, ...numbers }] of entries.entries()) {
    params[`kind${n}`] = KIND_NUMBERS[kind];
    params[`spot${n}`] = spot ? 1 : 0;
    for (const [name, value] of Object.entries(numbers)) params[`${name}${n}`] = value;
  }
  return params;
}

/**
 * An agent type that plays a script of its own: the scripted trader with the script as its defaults. Export it from a
 * module, so that worker threads can load it.
 *
 * @example
 * export const seller = scriptedAs("seller", [{ at: 60e6, side: -1, notional: 1e11 }]);
 */
export function scriptedAs(name: string, entries: readonly ScriptEntry[]): AgentType {
  const params: Record<string, ParamSpec> = { ...scriptedTrader.params };
  for (const [param, value] of Object.entries(scriptParams(entries))) {
    params[param] = { ...params[param], default: value };
  }
  return { ...scriptedTrader, name, params };
}
