/**
 * Finds a live order by its owner's own number for it: an open-addressing table of rows.
 *
 * The keys stay in the order columns, the table holds row numbers only. At most half full, so that a search ends
 * after a few places; removing moves later entries up, so there are no tombstones. Never allocates after
 * construction.
 */
import { mix32 } from "../numeric/text-hash.ts";
import { NO_ROW, type OrderRows } from "./order-rows.ts";

/** Client ids are whole numbers from 1 to 2^53 - 1, unique among an owner's live orders; 0 means none. */
export class ClientIds {
  /** Row + 1, 0 for an empty place. */
  private readonly table: Int32Array;
  private readonly mask: number;
  private readonly rows: OrderRows;

  constructor(rows: OrderRows) {
    let size = 16;
    while (size < 2 * rows.capacity) size *= 2;
    this.table = new Int32Array(size);
    this.mask = size - 1;
    this.rows = rows;
  }

  /** Row of the owner's live order with this id, NO_ROW when there is none. */
  find(owner: number, clientId: number): number {
    const { table, mask, rows } = this;
    for (let at = this.home(owner, clientId); table[at] !== 0; at = (at + 1) & mask) {
      const row = table[at] - 1;
      if (rows.clientId[row] === clientId && rows.owner[row] === owner) return row;
    }
    return NO_ROW;
  }

  /** Enters a row whose owner and id are in its columns and are not entered yet. */
  add(row: number): void {
    const { table, mask, rows } = this;
    let at = this.home(rows.owner[row], rows.clientId[row]);
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = row + 1;
  }

  /** Takes a row out that was entered, while its columns still hold the key. */
  remove(row: number): void {
    const { table, mask, rows } = this;
    let hole = this.home(rows.owner[row], rows.clientId[row]);
    while (table[hole] !== row + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const other = table[at] - 1;
      const home = this.home(rows.owner[other], rows.clientId[other]);
      // An entry may fill the hole when its home is not in the cyclic interval (hole, at].
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = other + 1;
      hole = at;
    }
    table[hole] = 0;
  }

  private home(owner: number, clientId: number): number {
    const high = Math.floor(clientId / 0x100000000);
    return mix32(mix32(owner ^ Math.imul(high, 0x9e3779b1)) ^ (clientId | 0)) & this.mask;
  }
}
