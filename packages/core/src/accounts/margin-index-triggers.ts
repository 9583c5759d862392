/**
 * The ladders of a margin index: one per mark, per funding index and per collateral price, with bucket counts
 * and widths that suit the columns. Built once; which rows are filed where is up to the checks.
 */
import { PPM } from "../units.ts";
import type { MarginColumns } from "./margin-index-columns.ts";
import { BandLadder, type LadderColumns, ladderColumns } from "./margin-index-ladder.ts";

/**
 * Room for funding in a cross account's band, and in an isolated position's trigger, as a share of the room for
 * prices: the index moves by a few hundredths of a per cent a payment where prices move by per cents.
 */
export const FUNDING_SHARE = 1 / 128;

export interface MarginTriggers {
  /** Per market, over slots. */
  readonly mark: readonly BandLadder[];
  /** Per market, over slots; empty when funding does not accrue in an index. */
  readonly funding: readonly BandLadder[];
  /** Per asset, over holdings. */
  readonly collateral: readonly BandLadder[];
}

/**
 * Empty ladders; buckets cover twice the value as it stands, wider moves reuse them.
 *
 * @param bucketedSlots slots by which the number of buckets is chosen
 */
export function marginTriggers(columns: MarginColumns, bucketedSlots: number): MarginTriggers {
  const { slots, markets, funding, collateral } = columns;
  const buckets = bucketsFor(bucketedSlots / Math.max(1, markets.tiers.length));
  const ladders = (rows: LadderColumns, values: readonly number[], perLadder: number): BandLadder[] =>
    values.map(
      (value) =>
        new BandLadder(rows, { buckets: perLadder, width: Math.max(1, Math.ceil((2 * value) / perLadder)) }),
    );
  const marks = [...markets.markTicks];
  const lotValues = marks.map((ticks, market) => ticks * markets.quantaPerTickLot[market] * PPM);
  const fundingRanges = lotValues.map((value) => value * FUNDING_SHARE);
  const none = ladderColumns(0);
  return {
    mark: ladders(ladderColumns(slots.account.length), marks, buckets),
    funding:
      funding === undefined ? [] : ladders(ladderColumns(slots.account.length), fundingRanges, buckets),
    collateral:
      collateral === undefined
        ? ladders(none, [], 1)
        : ladders(
            ladderColumns(collateral.account.length),
            Array.from(collateral.priceTicks, (ticks) => ticks * PPM),
            bucketsFor(collateral.account.length / Math.max(1, collateral.priceTicks.length)),
          ),
  };
}

/** A power of two with about sixteen rows a bucket, within bounds that stay in cache. */
export function bucketsFor(rows: number): number {
  let buckets = 64;
  while (buckets < 65_536 && buckets * 16 < rows) buckets *= 2;
  return buckets;
}
