/**
 * The tables of a run record, made from blocks of the run's columns: series, liquidations, cascade, agents, and with more
 * than one venue the series of each. Those of the tape are in tape-tables.ts.
 *
 * Money leaves its integer quanta here: every `_usd` column is in units of the settlement currency. Columns may
 * be longer than `rows` (capacity); only the first `rows` entries are written.
 */
import type {
  AgentColumns,
  LiquidationColumns,
  RunData,
  SeriesColumns,
  SimulationInputs,
  VenueSeriesColumns,
} from "@undertow/core";
import type { TableColumn } from "./parquet.ts";

/** What the numbers in a run's columns stand for; run data is one. */
export interface TableContext {
  readonly startMicros: number;
  readonly quantaPerUnit: number;
  readonly coins: readonly { readonly name: string }[];
  readonly venues: readonly { readonly name: string }[];
  readonly markets: RunData["markets"];
  readonly populations: readonly { readonly name: string; readonly type: string }[];
}

/** The same for a run that is still to come. */
export function contextOf(inputs: SimulationInputs): TableContext {
  const { startMicros, currencies, coins, venues, markets } = inputs;
  // Without what agents start with, which the engine lets go of.
  const populations = inputs.populations.map(({ name, type, count, tracked }) => ({
    name,
    type,
    count,
    tracked,
  }));
  return { startMicros, quantaPerUnit: currencies[0].quantaPerUnit, coins, venues, markets, populations };
}

/** One row per sample and coin; warm-up samples are marked. */
export function seriesTable(run: TableContext, series: SeriesColumns): TableColumn[] {
  const { rows } = series;
  const usd = moneyColumn(run, rows);
  const warmUp = Array.from({ length: rows }, (_, row) => series.timeMicros[row] < run.startMicros);
  return [
    { name: "time", kind: "time", data: series.timeMicros.subarray(0, rows) },
    { name: "coin", kind: "text", data: names(series.coin, rows, run.coins) },
    { name: "warm_up", kind: "flag", data: warmUp },
    doubles("spot_usd", series.spot, rows),
    doubles("spot_low_usd", series.spotLow, rows),
    doubles("spot_high_usd", series.spotHigh, rows),
    doubles("perp_usd", series.perp, rows),
    doubles("mark_usd", series.mark, rows),
    doubles("index_usd", series.index, rows),
    doubles("fundamental_usd", series.fundamental, rows),
    doubles("sentiment", series.sentiment, rows),
    doubles("funding_per_interval", series.funding, rows),
    doubles("open_interest_coins", series.openInterest, rows),
    doubles("spread_bp", series.spreadBp, rows),
    usd("bid_depth_1pct_usd", series.bidDepth),
    usd("ask_depth_1pct_usd", series.askDepth),
    usd("taker_sell_usd", series.takerSell),
    usd("taker_buy_usd", series.takerBuy),
    usd("forced_sell_usd", series.forcedSell),
    usd("stop_sell_usd", series.stopSell),
    usd("risk_limit_sell_usd", series.riskLimitSell),
    usd("capitulation_sell_usd", series.capitulationSell),
    usd("liquidated_long_usd", series.liquidatedLong),
    usd("liquidated_short_usd", series.liquidatedShort),
  ];
}

/** One row per liquidation order, with how it was closed and who paid. */
export function liquidationsTable(run: TableContext, liquidations: LiquidationColumns): TableColumn[] {
  const { rows } = liquidations;
  const usd = moneyColumn(run, rows);
  return [
    { name: "time", kind: "time", data: liquidations.timeMicros.subarray(0, rows) },
    { name: "market", kind: "text", data: names(liquidations.market, rows, run.markets) },
    { name: "coin", kind: "text", data: coinNames(run, liquidations.market, rows) },
    { name: "side", kind: "text", data: sides(liquidations) },
    { name: "population", kind: "text", data: names(liquidations.population, rows, run.populations) },
    { name: "agent", kind: "integer", data: liquidations.agent.subarray(0, rows) },
    doubles("traders", liquidations.traders, rows),
    usd("notional_usd", liquidations.notional),
    doubles("book_coins", liquidations.bookSize, rows),
    doubles("fund_coins", liquidations.fundSize, rows),
    doubles("adl_coins", liquidations.adlSize, rows),
    doubles("bankruptcy_price_usd", liquidations.bankruptcyPrice, rows),
    doubles("fill_price_usd", liquidations.fillPrice, rows),
    usd("fund_change_usd", liquidations.fundDelta),
    flags("cross_margin", liquidations.cross, rows),
    flags("closed", liquidations.closed, rows),
  ];
}

/**
 * The same rows as a cascade: which generation each liquidation belongs to and what set it off.
 *
 * @param before liquidations in the rows before these
 */
export function cascadeTable(
  run: TableContext,
  liquidations: LiquidationColumns,
  before: number,
): TableColumn[] {
  const { rows } = liquidations;
  return [
    {
      name: "liquidation",
      kind: "integer",
      data: Int32Array.from({ length: rows }, (_, row) => before + row),
    },
    { name: "time", kind: "time", data: liquidations.timeMicros.subarray(0, rows) },
    { name: "market", kind: "text", data: names(liquidations.market, rows, run.markets) },
    { name: "side", kind: "text", data: sides(liquidations) },
    { name: "generation", kind: "integer", data: liquidations.generation.subarray(0, rows) },
    doubles("forced_share", liquidations.forcedShare, rows),
    moneyColumn(run, rows)("notional_usd", liquidations.notional),
  ];
}

/** One row per agent: its equity at the start and at the end, and how often it was liquidated. */
export function agentsTable(run: TableContext, agents: AgentColumns): TableColumn[] {
  const { rows } = agents;
  const usd = moneyColumn(run, rows);
  const types = run.populations.map((population) => ({ name: population.type }));
  return [
    { name: "population", kind: "text", data: names(agents.population, rows, run.populations) },
    { name: "type", kind: "text", data: names(agents.population, rows, types) },
    { name: "agent", kind: "integer", data: agents.agent.subarray(0, rows) },
    doubles("traders", agents.weight, rows),
    usd("start_equity_usd", agents.startEquity),
    usd("end_equity_usd", agents.endEquity),
    { name: "liquidations", kind: "integer", data: agents.liquidations.subarray(0, rows) },
  ];
}

/** One row per sample, venue and coin that the venue lists; a run of one venue has none. */
export function venuesTable(run: TableContext, venueSeries: VenueSeriesColumns): TableColumn[] {
  const { rows } = venueSeries;
  const usd = moneyColumn(run, rows);
  const warmUp = Array.from({ length: rows }, (_, row) => venueSeries.timeMicros[row] < run.startMicros);
  return [
    { name: "time", kind: "time", data: venueSeries.timeMicros.subarray(0, rows) },
    { name: "venue", kind: "text", data: names(venueSeries.venue, rows, run.venues) },
    { name: "coin", kind: "text", data: names(venueSeries.coin, rows, run.coins) },
    { name: "warm_up", kind: "flag", data: warmUp },
    doubles("spot_usd", venueSeries.spot, rows),
    doubles("perp_usd", venueSeries.perp, rows),
    doubles("mark_usd", venueSeries.mark, rows),
    doubles("index_usd", venueSeries.index, rows),
    doubles("funding_per_interval", venueSeries.funding, rows),
    doubles("open_interest_coins", venueSeries.openInterest, rows),
    doubles("spread_bp", venueSeries.spreadBp, rows),
    usd("bid_depth_1pct_usd", venueSeries.bidDepth),
    usd("ask_depth_1pct_usd", venueSeries.askDepth),
    flags("halted", venueSeries.halted, rows),
    usd("fund_usd", venueSeries.fund),
  ];
}

export function doubles(name: string, data: Float64Array, rows: number): TableColumn {
  return { name, kind: "double", data: data.subarray(0, rows) };
}

/** Quanta to units of the settlement currency. */
function moneyColumn(run: TableContext, rows: number): (name: string, quanta: Float64Array) => TableColumn {
  return (name, quanta) => ({
    name,
    kind: "double",
    data: Float64Array.from(quanta.subarray(0, rows), (value) => value / run.quantaPerUnit),
  });
}

export function flags(name: string, data: Uint8Array, rows: number): TableColumn {
  return { name, kind: "flag", data: Array.from({ length: rows }, (_, row) => data[row] === 1) };
}

export function names(
  index: Int32Array,
  rows: number,
  named: readonly { readonly name: string }[],
): string[] {
  return Array.from({ length: rows }, (_, row) => named[index[row]]?.name ?? "");
}

function coinNames(run: TableContext, market: Int32Array, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => run.coins[run.markets[market[row]].coin].name);
}

function sides({ rows, side }: LiquidationColumns): string[] {
  return Array.from({ length: rows }, (_, row) => (side[row] === 1 ? "long" : "short"));
}
