/**
 * What an order desk must know of accounts, and the plainest thing that knows it: one position per owner.
 *
 * The accounts layer gives a desk its own port; the tally is for a desk used alone. It holds no money and lets
 * everything through.
 */
import type { FillBuffer } from "./fill-buffer.ts";

/** The owner of accounts, as a desk sees it. */
export interface DeskAccounts {
  /** The owner's signed position in lots, with every fill applied that `applyFill` has been given. */
  positionLots(owner: number): number;
  /**
   * Takes in one record of the fill buffer: a trade, or an order cut without one (lots 0). Called once for each, in
   * order, some of them in the middle of a match. Reserves in it are no longer held. Must not call the desk.
   */
  applyFill(fills: FillBuffer, row: number): void;
  /**
   * What must be held for an order, in quanta, or -1 when the accounts cannot cover it; 0 if absent. Not asked of
   * reduce-only orders. `limitTicks` is the worst price, for a market order its band.
   */
  reserveQuanta?(owner: number, side: number, limitTicks: number, lots: number): number;
  /** Frees what was held for lots that neither traded nor rest any more. */
  releaseQuanta?(owner: number, quanta: number): void;
}

/** Positions and nothing else. */
export class PositionTally implements DeskAccounts {
  /** Signed lots by owner. */
  readonly lots: Float64Array;

  constructor(owners: number) {
    this.lots = new Float64Array(owners);
  }

  positionLots(owner: number): number {
    return this.lots[owner];
  }

  applyFill(fills: FillBuffer, row: number): void {
    const signed = fills.takerSide[row] * fills.lots[row];
    this.lots[fills.takerOwner[row]] += signed;
    this.lots[fills.makerOwner[row]] -= signed;
  }
}
