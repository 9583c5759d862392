/**
 * What a call of the order writer has to keep to: the port's contract, call by call.
 *
 * The engine turns down or rounds what breaks it, which hides a mistake in a type; the kit says it.
 */
import {
  CAUSE_CAPITULATION,
  CAUSE_DISCRETIONARY,
  CAUSE_EXOGENOUS,
  CAUSE_HEDGE,
  CAUSE_RISK_LIMIT,
} from "@undertow/core";
import type { AgentType, SimulationInputs } from "@undertow/core";
import type { Call } from "./watched-type.ts";

const CAUSES: readonly number[] = [
  CAUSE_DISCRETIONARY,
  CAUSE_RISK_LIMIT,
  CAUSE_HEDGE,
  CAUSE_EXOGENOUS,
  CAUSE_CAPITULATION,
];

/** Which argument of a method is what. */
interface Shape {
  readonly market?: number;
  readonly side?: number;
  readonly lots?: number;
  readonly ticks?: number;
  readonly cause?: number;
  readonly source?: number;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  market: { market: 1, side: 2, lots: 3, cause: 4 },
  reduce: { market: 1, side: 2, lots: 3, cause: 4 },
  hedge: { market: 1, side: 2, lots: 3, source: 4 },
  limit: { market: 1, side: 2, ticks: 3, lots: 4 },
  immediate: { market: 1, side: 2, ticks: 3, lots: 4, cause: 5 },
  cancelAll: { market: 1 },
  beginLadder: { market: 1 },
  level: { side: 0, ticks: 1, lots: 2 },
  setLeverage: { market: 1 },
  setStop: { market: 1 },
  addMargin: { market: 1 },
};

/** Breaches of the contract, call by call; `due` says who may write at a moment. */
export class CallLimits {
  private readonly inputs: SimulationInputs;
  private readonly type: AgentType;
  private readonly count: number;
  private ladder = -1;

  constructor(inputs: SimulationInputs, type: AgentType, count: number) {
    this.inputs = inputs;
    this.type = type;
    this.count = count;
  }

  /** What a call breaks, in words; undefined for nothing. */
  breachOf(call: Call): string | undefined {
    const { method, args, agent } = call;
    if (method === "level" && this.ladder < 0) return "a level before any ladder is begun";
    if (!(Number.isInteger(agent) && agent >= 0 && agent < this.count)) return "no agent of the population";
    if (args.some((value) => typeof value !== "number" || Number.isNaN(value)))
      return "an argument is no number";
    if (method === "beginLadder") this.ladder = args[1];
    if (method === "transfer") return this.transferBreach(args);
    const shape = SHAPES[method];
    if (shape === undefined) return undefined;
    const market = shape.market === undefined ? this.ladder : args[shape.market];
    return (
      this.marketBreach(market) ??
      this.settingBreach(method, args, market) ??
      this.orderBreach(shape, args, market)
    );
  }

  private marketBreach(market: number): string | undefined {
    const spec = this.inputs.markets[market];
    if (spec === undefined) return `there is no market ${market}`;
    const { trades = "both" } = this.type;
    return trades === "both" || trades === spec.kind
      ? undefined
      : `${spec.name} is no market of a type that trades "${trades}"`;
  }

  private settingBreach(method: string, args: readonly number[], market: number): string | undefined {
    if (method === "setLeverage" && !(args[2] >= 1 && args[2] < Infinity)) return "leverage is 1 or more";
    if (method === "addMargin" && !(Number.isSafeInteger(args[2]) && args[2] !== 0))
      return "margin is whole quanta";
    if (method !== "setStop" || args[2] === 0) return undefined;
    return this.priceBreach(args[2], market);
  }

  private orderBreach(shape: Shape, args: readonly number[], market: number): string | undefined {
    const { side, lots, ticks, cause, source } = shape;
    if (side !== undefined && args[side] !== 1 && args[side] !== -1) return "a side is 1 or -1";
    if (lots !== undefined && !(Number.isSafeInteger(args[lots]) && args[lots] >= 1))
      return "sizes are whole lots from 1";
    if (cause !== undefined && !CAUSES.includes(args[cause])) return "the cause is none that agents have";
    if (source !== undefined && this.inputs.markets[args[source]] === undefined)
      return "a hedge answers a market";
    return ticks === undefined ? undefined : this.priceBreach(args[ticks], market);
  }

  /** Agents do not see where a book ends; a hundred times the price at the start is taken for a mistake. */
  private priceBreach(ticks: number, market: number): string | undefined {
    const most = 100 * this.inputs.markets[market].startTicks;
    const isPrice = Number.isInteger(ticks) && ticks >= 1 && ticks <= most;
    return isPrice ? undefined : `prices are whole ticks from 1 to about ${most}`;
  }

  private transferBreach([, from, to, quanta]: readonly number[]): string | undefined {
    const known = (venue: number): boolean => this.inputs.venues[venue] !== undefined;
    if (!known(from) || !known(to) || from === to) return "a transfer goes from one venue to another";
    return Number.isSafeInteger(quanta) && quanta >= 1 ? undefined : "a transfer is of whole quanta from 1";
  }
}
