/**
 * What happens to a desk's conditional orders when a price moves: who becomes active, who fires, and that those who
 * fire are placed one after the other.
 *
 * An order is triggered at the price that reaches it, even if the price is back before its turn comes. Placing one
 * may trade, move the last price and trigger more; they queue behind. Ends because an order fires once.
 */
import * as codes from "./codes.ts";
import { ON_LAST, triggerDirection } from "./conditional-orders.ts";
import type { OrderAdmission } from "./order-admission.ts";
import { EVENT_ACCEPTED, EVENT_ACTIVATED, EVENT_TRIGGERED, EVENT_TRIMMED } from "./order-events.ts";
import type { OrderExecution } from "./order-execution.ts";
import { NO_ROW, STATE_ACTIVE, STATE_WAITING } from "./order-rows.ts";

const { RESULT_OK } = codes;

export class OrderTriggers {
  private readonly execution: OrderExecution;
  private readonly admission: OrderAdmission;
  /** Rows that were triggered and wait to be placed, first in, first out. */
  private readonly queue: Int32Array;
  private queueHead = 0;
  private queueSize = 0;
  /** The last trade's price that triggers have seen. */
  private followedTicks = 0;

  constructor(execution: OrderExecution, admission: OrderAdmission) {
    this.execution = execution;
    this.admission = admission;
    this.queue = new Int32Array(execution.rows.capacity);
  }

  /** Lets a conditional order wait; a trailing stop whose activation price is reached follows at once. */
  wait(row: number): void {
    const { rows, conditionals } = this.execution;
    rows.state[row] = STATE_WAITING;
    this.execution.tell(EVENT_ACCEPTED, RESULT_OK, row, rows.lots[row], rows.lots[row]);
    const sourceTicks = this.admission.sourceTicks(rows.triggerOn[row]);
    const direction = triggerDirection(rows.trigger[row], rows.side[row]);
    const isActive = sourceTicks !== 0 && (sourceTicks - rows.triggerTicks[row]) * direction >= 0;
    if (isActive) this.activate(row, sourceTicks);
    else conditionals.add(row);
  }

  private activate(row: number, sourceTicks: number): void {
    const { rows, conditionals } = this.execution;
    conditionals.activate(row, sourceTicks);
    this.execution.tell(EVENT_ACTIVATED, RESULT_OK, row, rows.lots[row], rows.lots[row]);
  }

  /** Takes in a price of one source and queues what it triggers, in the order in which it passed the triggers. */
  move(source: number, ticks: number): void {
    const { rows, conditionals } = this.execution;
    if (!conditionals.move(source, ticks)) return;
    for (let row = conditionals.pop(source, ticks); row !== NO_ROW; row = conditionals.pop(source, ticks)) {
      if (conditionals.wantsToFollow(row)) {
        this.activate(row, ticks);
        continue;
      }
      rows.state[row] = STATE_ACTIVE;
      this.execution.tell(EVENT_TRIGGERED, RESULT_OK, row, rows.lots[row], rows.lots[row]);
      this.queue[(this.queueHead + this.queueSize++) % this.queue.length] = row;
    }
  }

  /** Places queued orders one by one; each may trade, move the last price and queue more. */
  run(): void {
    this.followLast();
    while (this.queueSize > 0) {
      const row = this.queue[this.queueHead];
      this.queueHead = (this.queueHead + 1) % this.queue.length;
      this.queueSize--;
      this.fire(row);
      this.followLast();
    }
  }

  private followLast(): void {
    const ticks = this.execution.lastTicks;
    if (ticks === this.followedTicks) return;
    this.followedTicks = ticks;
    this.move(ON_LAST, ticks);
  }

  /** Makes an ordinary order of a triggered one; what would be a reject is a cancel here. */
  private fire(row: number): void {
    const { execution } = this;
    const { owner, side, type, limitTicks, lots, flags } = execution.rows;
    const openLots = lots[row];
    let reason = this.admission.admit(
      owner[row],
      side[row],
      type[row],
      limitTicks[row],
      openLots,
      flags[row],
      true,
    );
    if (reason !== RESULT_OK) {
      execution.close(row, reason, openLots);
      return;
    }
    const { lots: admittedLots, quanta: admittedQuanta } = this.admission;
    reason = execution.place(row, this.admission.ticks, admittedLots, admittedQuanta);
    if (reason !== RESULT_OK) {
      execution.release(owner[row], admittedQuanta);
      execution.close(row, reason, openLots);
      return;
    }
    if (admittedLots < openLots) {
      execution.tell(EVENT_TRIMMED, codes.REASON_REDUCE_ONLY, row, openLots - admittedLots, admittedLots);
    }
    execution.complete(row);
  }
}
