/**
 * Cash on its way between venues: what an agent sends leaves its account at once, lies in the transit account, and is
 * credited after the delays of both venues, later when the receiving venue has halted transfers.
 *
 * Columns of fixed room; a request beyond the room, beyond the free cash or in a halt is a reject. Money in transit is
 * an account like any other, so every audit counts it.
 */
import { sharedFloat64 } from "../columns/shared.ts";
import { NOTICE_REJECTED, NOTICE_TRANSFERRED } from "./agent-port.ts";
import { markForCheck, type World, notify } from "./world.ts";

export class Transfers {
  /** The account that holds what is on its way; -1 in a run of one venue. */
  readonly account: number;
  /** Transfers on their way, in the order sent: rows 0 to `count`. */
  count = 0;
  readonly toAccount: Int32Array;
  readonly quanta: Float64Array;
  readonly dueMicros: Float64Array;
  /** Per trader's account: cash on its way to it. */
  readonly inbound: Float64Array;
  /** Earliest moment at which one may be credited; Infinity without any. */
  private nextMicros = Infinity;

  constructor(account: number, capacity: number, traders: number) {
    this.account = account;
    this.toAccount = new Int32Array(capacity);
    this.quanta = new Float64Array(capacity);
    this.dueMicros = new Float64Array(capacity);
    this.inbound = sharedFloat64(account < 0 ? 0 : traders);
  }

  get isFull(): boolean {
    return this.count === this.toAccount.length;
  }

  /** Whether one on its way may be credited before a moment. */
  isDueBefore(micros: number): boolean {
    return this.nextMicros < micros;
  }

  /** Notes a transfer; the caller has moved the money. */
  add(toAccount: number, quanta: number, dueMicros: number): void {
    const row = this.count++;
    this.toAccount[row] = toAccount;
    this.quanta[row] = quanta;
    this.dueMicros[row] = dueMicros;
    this.inbound[toAccount] += quanta;
    this.nextMicros = Math.min(this.nextMicros, dueMicros);
  }

  /**
   * Takes out the transfers that `credit` accepts among those due before a moment; the others keep their order.
   *
   * @param credit true when the transfer has been credited
   */
  settle(beforeMicros: number, credit: (toAccount: number, quanta: number) => boolean): void {
    if (!this.isDueBefore(beforeMicros)) return;
    const { toAccount, quanta, dueMicros } = this;
    let kept = 0;
    this.nextMicros = Infinity;
    for (let row = 0; row < this.count; row++) {
      if (dueMicros[row] < beforeMicros && credit(toAccount[row], quanta[row])) {
        this.inbound[toAccount[row]] -= quanta[row];
        continue;
      }
      toAccount[kept] = toAccount[row];
      quanta[kept] = quanta[row];
      dueMicros[kept] = dueMicros[row];
      this.nextMicros = Math.min(this.nextMicros, dueMicros[row]);
      kept++;
    }
    this.count = kept;
  }
}

/**
 * Sends cash from one of an agent's accounts to another: at most what no order, position or open loss needs. The fee
 * goes to the sending venue.
 *
 * @returns whether it was sent
 */
export function sendTransfer(
  world: World,
  from: number,
  to: number,
  quanta: number,
  sentMicros: number,
): boolean {
  const { accounts, ledger, transfers, venues, venueOfAccount } = world;
  const source = venues[venueOfAccount[from]];
  const target = venues[venueOfAccount[to]];
  const fee = source.spec.transfers?.feeQuanta ?? 0;
  const spare = accounts.cash[from] - accounts.reserved[from];
  const most = Math.min(spare, ledger.freeQuanta(from, world.markTicks));
  const refused = source.transfersHalted || target.transfersHalted || transfers.isFull;
  if (refused || !(quanta >= 1) || quanta + fee > most) {
    world.counters.rejects++;
    notify(world, from, NOTICE_REJECTED);
    return false;
  }
  const withdrawal = source.spec.transfers?.withdrawalMicros ?? 0;
  const deposit = target.spec.transfers?.depositMicros ?? 0;
  ledger.transfer(from, transfers.account, quanta);
  ledger.transfer(from, source.feeAccount, fee);
  source.totals.fees += fee;
  source.totals.transfersOut += quanta;
  transfers.add(to, quanta, sentMicros + withdrawal + deposit);
  markForCheck(world, from);
  return true;
}

/** Credits what arrives before `endMicros`, except at a venue that has halted transfers. */
export function creditTransfers(world: World, endMicros: number): void {
  const { transfers, ledger, venues, venueOfAccount } = world;
  if (!transfers.isDueBefore(endMicros)) return;
  transfers.settle(endMicros, (to, quanta) => {
    const venue = venues[venueOfAccount[to]];
    if (venue.transfersHalted) return false;
    ledger.transfer(transfers.account, to, quanta);
    venue.totals.transfersIn += quanta;
    notify(world, to, NOTICE_TRANSFERRED);
    markForCheck(world, to);
    return true;
  });
}
