/**
 * Phase 9, record: samples series on its own clock and appends liquidations, levels, holders and, when asked for, the
 * tape. Rows go to the sink in blocks of fixed size; a run is never held here.
 *
 * It reads the world and changes nothing; a run with and without it has the same hash.
 */
import { BUY, MICROS_PER_HOUR, SELL } from "../units.ts";
import {
  CAUSE_CAPITULATION,
  CAUSE_LIQUIDATION,
  CAUSE_RISK_LIMIT,
  CAUSE_STOP,
} from "../simulation/agent-port.ts";
import { clockTicks } from "../simulation/clock.ts";
import { causeOfTag } from "../simulation/flow.ts";
import { middleTicks } from "../simulation/mark-rules.ts";
import type { LiquidationEvent, OrderTape, RunObserver } from "../simulation/observer.ts";
import type { Market, World } from "../simulation/world.ts";
import { BlockTable, type RecordSink } from "./record-sink.ts";
import { LiquidationTable } from "./tables.ts";
import { Tape } from "./tape.ts";
import { depthQuanta, samplePrices } from "./price-sample.ts";
import { VenueTable } from "./venue-table.ts";

/** Rows of a block of everything but the tape. */
export const BLOCK_ROWS = 4096;

export class Recorder implements RunObserver {
  /** Set when the run's orders are to be on tape. */
  readonly orderTape: OrderTape | undefined;
  private readonly series: BlockTable<"series">;
  private readonly liquidationTable: LiquidationTable;
  private readonly holders: BlockTable<"holders">;
  private readonly levels: BlockTable<"levels">;
  private readonly venueTable: VenueTable;
  private readonly tape: Tape;
  /** Lowest cash of all insurance funds together, and of each. */
  fundLow = Infinity;
  readonly venueFundLow: Float64Array;
  /** Time during which a market of the venue was halted. */
  readonly haltedMicros: Float64Array;
  private readonly coins: number;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly sums: Record<FlowName, Float64Array>;

  /** @param sink takes full blocks, and at `flush` what is left */
  constructor(world: World, sink: RecordSink) {
    this.coins = world.inputs.coins.length;
    this.series = new BlockTable("series", sink, BLOCK_ROWS);
    this.liquidationTable = new LiquidationTable(sink, BLOCK_ROWS);
    this.holders = new BlockTable("holders", sink, BLOCK_ROWS);
    this.levels = new BlockTable("levels", sink, BLOCK_ROWS);
    this.venueTable = new VenueTable(sink, BLOCK_ROWS);
    this.tape = new Tape(world, sink);
    this.orderTape = this.tape.orders;
    this.low = new Float64Array(this.coins).fill(Infinity);
    this.high = new Float64Array(this.coins);
    this.sums = flowSums(this.coins);
    this.venueFundLow = new Float64Array(world.venues.length).fill(Infinity);
    this.haltedMicros = new Float64Array(world.venues.length);
  }

  /** Bytes that wait for the sink at most; the same from the first step to the last. */
  get bytes(): number {
    return this.tables().reduce((sum, table) => sum + table.bytes, 0);
  }

  /** Hands over what is left, at the end of the run. */
  flush(): void {
    for (const table of this.tables()) table.flush();
  }

  takerFlow(market: Market, side: number, tag: number, notional: number): void {
    const { sums } = this;
    const { coin } = market;
    const cause = causeOfTag(tag);
    if (side === BUY) {
      sums.takerBuy[coin] += notional;
      if (cause === CAUSE_LIQUIDATION) sums.liquidatedShort[coin] += notional;
      return;
    }
    sums.takerSell[coin] += notional;
    if (cause === CAUSE_LIQUIDATION) {
      sums.forcedSell[coin] += notional;
      sums.liquidatedLong[coin] += notional;
    } else if (cause === CAUSE_STOP) sums.stopSell[coin] += notional;
    else if (cause === CAUSE_RISK_LIMIT) sums.riskLimitSell[coin] += notional;
    else if (cause === CAUSE_CAPITULATION) sums.capitulationSell[coin] += notional;
  }

  liquidations(world: World, events: readonly LiquidationEvent[]): void {
    const timeMicros = world.nowMicros + world.inputs.stepMicros;
    if (timeMicros < world.inputs.startMicros) return;
    for (const event of events) this.liquidationTable.add(world, event, timeMicros);
  }

  afterStep(world: World): void {
    const { inputs, nowMicros } = world;
    this.tape.afterStep(world);
    for (let coin = 0; coin < this.coins; coin++) {
      const mid = middleTicks(world, world.markets[world.view.spotMarket[coin]]);
      if (mid < this.low[coin]) this.low[coin] = mid;
      if (mid > this.high[coin]) this.high[coin] = mid;
    }
    const before = nowMicros - inputs.stepMicros;
    if (nowMicros > inputs.startMicros) {
      this.followVenues(world);
    }
    if (!clockTicks(before, nowMicros, inputs.sampleMicros)) return;
    for (let coin = 0; coin < this.coins; coin++) this.sampleCoin(world, coin);
    if (world.venues.length > 1) this.venueTable.sample(world);
    if (nowMicros < inputs.startMicros) return;
    this.sampleLevels(world);
    if (clockTicks(before, nowMicros, MICROS_PER_HOUR)) this.sampleHolders(world);
  }

  private tables(): { readonly bytes: number; flush(): void }[] {
    const { series, liquidationTable, holders, levels, venueTable, tape } = this;
    return [series, liquidationTable.table, holders, levels, venueTable.table, ...tape.tables()];
  }

  private followVenues({ venues, accounts, inputs }: World): void {
    let funds = 0;
    for (const { index, fundAccount, markets } of venues) {
      const fund = accounts.cash[fundAccount];
      funds += fund;
      this.venueFundLow[index] = Math.min(this.venueFundLow[index], fund);
      if (markets.some(({ halted }) => halted)) this.haltedMicros[index] += inputs.stepMicros;
    }
    this.fundLow = Math.min(this.fundLow, funds);
  }

  private sampleCoin(world: World, coin: number): void {
    const { sums } = this;
    const series = this.series.columns;
    const row = this.series.next();
    const { view } = world;
    const spot = world.markets[view.spotMarket[coin]];
    const perp = world.markets[view.perpMarket[coin]];
    const { spotMid } = samplePrices(series, row, world, spot, perp);
    series.fundamental[row] = view.fundamental[coin];
    series.spotLow[row] = this.low[coin] * spot.tickSize;
    series.spotHigh[row] = this.high[coin] * spot.tickSize;
    series.openInterest[row] = openInterestOf(world, coin);
    series.bidDepth[row] = depthOf(world, coin, BUY);
    series.askDepth[row] = depthOf(world, coin, SELL);
    series.sentiment[row] = view.sentiment[0];
    for (const name of FLOW_NAMES) {
      series[name][row] = sums[name][coin];
      sums[name][coin] = 0;
    }
    this.low[coin] = spotMid;
    this.high[coin] = spotMid;
  }

  private sampleLevels(world: World): void {
    const { columns } = this.levels;
    world.inputs.levels.forEach((level, index) => {
      let bids = 0;
      for (const { coin, book, tickSize, quantaPerTickLot } of world.markets) {
        if (coin !== level.coin) continue;
        const low = Math.floor((level.price * 0.995) / tickSize);
        const high = Math.ceil((level.price * 1.005) / tickSize);
        bids += book.notionalBetween(BUY, low, high) * quantaPerTickLot;
      }
      const row = this.levels.next();
      columns.timeMicros[row] = world.nowMicros;
      columns.level[row] = index;
      columns.bids[row] = bids;
    });
  }

  private sampleHolders(world: World): void {
    const { slots, ledger, markets } = world;
    const { columns } = this.holders;
    for (const member of world.members) {
      if (!member.spec.tracked) continue;
      const { spotMarket } = world.views[member.spec.venues[0]];
      for (let agent = 0; agent < member.spec.count; agent++) {
        for (const coin of member.spec.coins) {
          const spot = markets[spotMarket[coin]];
          const slot = ledger.findSlot(member.firstAccount + agent, spot.index);
          if (slot < 0) continue;
          const value = ledger.valueQuanta(slot, middleTicks(world, spot));
          const row = this.holders.next();
          columns.timeMicros[row] = world.nowMicros;
          columns.population[row] = member.index;
          columns.agent[row] = agent;
          columns.coin[row] = coin;
          columns.holding[row] = slots.lots[slot] * spot.lotSize;
          columns.unrealised[row] = value - slots.cost[slot];
        }
      }
    }
  }
}

const FLOW_NAMES = [
  "takerSell",
  "takerBuy",
  "forcedSell",
  "stopSell",
  "riskLimitSell",
  "capitulationSell",
  "liquidatedLong",
  "liquidatedShort",
] as const;
type FlowName = (typeof FLOW_NAMES)[number];

function flowSums(coins: number): Record<FlowName, Float64Array> {
  const sums: Partial<Record<FlowName, Float64Array>> = {};
  for (const name of FLOW_NAMES) sums[name] = new Float64Array(coins);
  return sums as Record<FlowName, Float64Array>;
}

/** Open interest of a coin on all venues, in coins. */
function openInterestOf({ markets }: World, coin: number): number {
  let sum = 0;
  for (const market of markets) {
    if (market.perpetual && market.coin === coin) sum += market.openInterestLots * market.lotSize;
  }
  return sum;
}

/** Resting notional of a coin within 1 % of each market's mid, quanta. */
function depthOf(world: World, coin: number, side: number): number {
  let sum = 0;
  for (const market of world.markets) {
    if (market.coin === coin) sum += depthQuanta(market, middleTicks(world, market), side);
  }
  return sum;
}
