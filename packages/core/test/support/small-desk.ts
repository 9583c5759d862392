/**
 * An order desk for tests: four named owners, prices 1 to 1000, room for 16 orders, the events told in words.
 *
 * Orders are named by their number (1, 2, ...) in place of their handles.
 */
import * as core from "@undertow/core";

/** Owners 0 to 3. */
const NAMES = ["ann", "ben", "cat", "dan"];
export const [ANN, BEN, CAT, DAN] = [0, 1, 2, 3];
const CAPACITY = 16;

export function openDesk(
  rules: Partial<core.OrderRulesSpec> = {},
  markTicks = 0,
  options: Partial<core.OrderDeskOptions> = {},
) {
  const tally = new core.PositionTally(NAMES.length);
  const desk = new core.OrderDesk({
    rules: core.orderRules({ tickSize: 1, lotSize: 1, maxPrice: 1000, ...rules }),
    owners: NAMES.length,
    orderCapacity: CAPACITY,
    eventCapacity: 128,
    accounts: tally,
    ...options,
  });
  let cursor = 0;
  if (markTicks > 0) desk.setMark(markTicks);

  function submit(owner: number, side: number, lots: number, terms: Partial<core.OrderRequest>): number {
    return desk.submit({ owner, side, lots, type: core.ORDER_LIMIT, ...terms });
  }

  /** What has happened since the last call. */
  function news(): string[] {
    const lines: string[] = [];
    for (; cursor < desk.events.end; cursor++) {
      const row = desk.events.row(cursor);
      const number = Math.floor(desk.events.order[row] / CAPACITY);
      const text = desk.events.describe(cursor);
      const named = text.replace(/ of (\d)/, (_, owner: string) => ` of ${NAMES[Number(owner)]}`);
      lines.push(named.replace(/order \d+ of/, `${number} of`).replace(/^rejected order of/, "rejected of"));
    }
    return lines;
  }

  return {
    desk,
    tally,
    news,
    limit: (owner: number, side: number, lots: number, limitTicks: number, terms = {}) =>
      submit(owner, side, lots, { limitTicks, ...terms }),
    market: (owner: number, side: number, lots: number, terms = {}) =>
      submit(owner, side, lots, { type: core.ORDER_MARKET, ...terms }),
    /** A market order that a stop on the mark triggers, unless the terms say otherwise. */
    stop: (
      owner: number,
      side: number,
      lots: number,
      triggerTicks: number,
      terms: Partial<core.OrderRequest> = {},
    ) =>
      submit(owner, side, lots, {
        type: core.ORDER_MARKET,
        trigger: core.TRIGGER_STOP,
        triggerTicks,
        ...terms,
      }),
    trail: (
      owner: number,
      side: number,
      lots: number,
      callbackPpm: number,
      terms: Partial<core.OrderRequest> = {},
    ) =>
      submit(owner, side, lots, {
        type: core.ORDER_MARKET,
        trigger: core.TRIGGER_TRAILING,
        callbackPpm,
        ...terms,
      }),
    reason: () => core.resultName(desk.reason),
  };
}
