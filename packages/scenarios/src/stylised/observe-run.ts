/**
 * One run for stylised facts: prices, volume, funding, signs of orders and the average book of some coins.
 *
 * Fills and books go through a sink that keeps one byte per order and a few sums, so that a month fits where its tape
 * (about 15 million fills) would not.
 */
import { LASTING_TABLES, MemorySink, simulate, type Progress, type RecordSink } from "@undertow/core";
import { AverageBook, observeMarket, OrderSigns, type MarketObservation } from "@undertow/core/metrics";
import { compileScenario } from "../compile/compile-scenario.ts";
import { loadScenario } from "../loading/load-scenario.ts";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";

export interface ObserveOptions {
  readonly scenario: string;
  readonly set: readonly string[];
  readonly patch: readonly string[];
  readonly seed: string;
  /** Names of the coins to be observed. */
  readonly coins: readonly string[];
  /** Signs and books too; without them prices, volume and funding alone. */
  readonly withTape: boolean;
  readonly onProgress?: (progress: Progress) => boolean | void | Promise<boolean | void>;
}

/** What a run was and showed. */
export interface ObservedRun {
  readonly scenario: ResolvedScenario;
  readonly seed: string;
  readonly stateHash: string;
  /** In the order of `coins`. */
  readonly markets: readonly MarketObservation[];
}

/** Settings that a run needs to be observed, after those of the user. */
const SAMPLING = ["time.sample=60s"];
const TAPE = ["record.tape=fills", "record.books.every=10m", "record.books.levels=100"];

/** Runs a scenario and keeps what stylised facts are measured on; undefined when the user stopped it. */
export async function observeRun(options: ObserveOptions): Promise<ObservedRun | undefined> {
  const set = [...options.set, ...SAMPLING, ...(options.withTape ? TAPE : [])];
  const scenario = await loadScenario(options.scenario, { set, patch: options.patch });
  const inputs = compileScenario(scenario, { seed: options.seed });
  const indices = options.coins.map((name) => inputs.coins.findIndex((coin) => coin.name === name));
  const perpetuals = indices.map((coin) =>
    inputs.markets.findIndex((market) => market.coin === coin && market.kind === "perpetual"),
  );
  const signs = perpetuals.map((market) => new OrderSigns(market));
  const books = perpetuals.map((market) => new AverageBook(market));
  const run = await simulate(inputs, {
    sink: tapeSink(signs, books),
    progressEverySteps: 200,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  if (run.partial) return undefined;
  const tapeOf = (k: number) => (options.withTape ? { signs: signs[k].signs, book: books[k].profile() } : {});
  const markets = indices.map((coin, k) => observeMarket(run, coin, tapeOf(k)));
  return { scenario, seed: options.seed, stateHash: run.stateHash, markets };
}

/** Keeps the tables of the summary in memory and hands the tape's rows to those that count them. */
function tapeSink(signs: readonly OrderSigns[], books: readonly AverageBook[]): RecordSink {
  const kept = new MemorySink(LASTING_TABLES);
  return {
    write(table, columns, rows) {
      if (table === "fills") for (const one of signs) one.add(columns as never, rows);
      else if (table === "books") for (const one of books) one.add(columns as never, rows);
      else kept.write(table, columns, rows);
    },
    rowsOf: (table) => kept.rowsOf(table),
  };
}
