/**
 * Reads of accounts and their first slots before they are worked on one after the other.
 *
 * With a million accounts each read is one from memory. Work on an account waits for its reads in turn; here those of
 * up to 32 accounts follow one another without waiting, and overlap in the memory system. Changes nothing.
 */
import type { AccountColumns, SlotColumns } from "./ledger.ts";
import type { MarginColumns } from "./margin-index-columns.ts";
import type { LadderColumns } from "./margin-index-ladder.ts";

/** Accounts read at a time. */
export const READ_AHEAD = 32;

const firstSlots = new Int32Array(READ_AHEAD);
/** Takes the sum of what was read, so that the reads are not left out. */
const sum = new Float64Array(1);

/** What a margin check of the accounts `from` to `to` of a list will read. */
export function readAheadOfCheck(
  { accounts, slots }: MarginColumns,
  filed: LadderColumns,
  list: Int32Array,
  from: number,
  to: number,
): void {
  const { cash, cross, weight, firstSlot } = accounts;
  const { market, nextOfAccount, lots, cost, margin } = slots;
  const { signedKey, side } = filed;
  let read = 0;
  for (let k = from; k < to; k++) {
    const account = list[k];
    read += cash[account] + cross[account] + weight[account];
    firstSlots[k - from] = firstSlot[account];
  }
  for (let k = 0; k < to - from; k++) {
    const slot = firstSlots[k];
    if (slot < 0) continue;
    read += market[slot] + nextOfAccount[slot] + lots[slot] + cost[slot] + margin[slot];
    read += signedKey[slot] + side[slot];
  }
  sum[0] = read;
}

/** What taking in, matching and settling an order of the accounts will read; their first `count` are listed. */
export function readAheadOfOrders(
  accounts: AccountColumns,
  slots: SlotColumns,
  list: Int32Array,
  count: number,
): void {
  const { cash, reserved, cross, weight, notice, firstSlot } = accounts;
  const { account: accountOf, market, lots, cost, margin, leverage, pending, orderHead } = slots;
  const { reserved: slotReserved } = slots;
  let read = 0;
  for (let k = 0; k < count; k++) {
    const account = list[k];
    read += cash[account] + reserved[account] + cross[account] + weight[account] + notice[account];
    firstSlots[k] = firstSlot[account];
  }
  for (let k = 0; k < count; k++) {
    const slot = firstSlots[k];
    if (slot < 0) continue;
    read += accountOf[slot] + market[slot] + lots[slot] + cost[slot] + margin[slot];
    read += leverage[slot] + pending[slot] + slotReserved[slot] + orderHead[slot];
  }
  sum[0] = read;
}
