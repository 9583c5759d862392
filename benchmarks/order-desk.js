/**
 * Benchmark: the order desk in front of a book, with rules, positions and events, on a seeded random stream.
 *
 * The flow of the book's benchmark (45 % passive, 40 % cancels, 15 % market orders) through the desk, a tenth of the
 * orders reduce-only; then 100,000 stops and trailing stops waiting while the mark moves without reaching any. The
 * hash covers every event.
 */
import {
  BUY,
  ORDER_LIMIT,
  ORDER_MARKET,
  OrderDesk,
  POST_ONLY,
  REDUCE_ONLY,
  SELL,
  TRIGGER_STOP,
  TRIGGER_TRAILING,
  orderRules,
} from "@undertow/core";
import { pathToFileURL } from "node:url";
import { collectGarbage } from "./support/memory.js";
import { mulberry32 } from "./support/random.js";

const OPERATIONS = { small: 1_000_000, full: 5_000_000 };
const OWNERS = 5000;
const MIDDLE = 500;
const WAITING = 100_000;
const MARK_MOVES = 1_000_000;

export function run(size) {
  return [mixedFlow(OPERATIONS[size] ?? OPERATIONS.small), quietMark()];
}

function mixedFlow(operations) {
  let best = { seconds: Infinity };
  for (let attempt = 0; attempt < 3; attempt++) {
    const result = playFlow(operations);
    if (result.seconds < best.seconds) best = result;
  }
  const { seconds, ...counts } = best;
  return {
    name: "order-desk mixed flow",
    opsPerSecond: operations / seconds,
    seconds,
    operations,
    ...counts,
  };
}

function playFlow(operations) {
  const rules = orderRules({
    tickSize: 1,
    lotSize: 1,
    maxPrice: 1000,
    limitBandUp: 0.9,
    limitBandDown: 0.9,
    marketBand: 0.5,
  });
  const desk = new OrderDesk({ rules, owners: OWNERS, orderCapacity: 1 << 18, eventCapacity: 1 << 12 });
  desk.setMark(MIDDLE);
  const draw = mulberry32(2026);
  const handles = new Float64Array(operations);
  const holders = new Int32Array(operations);
  const order = { owner: 0, side: BUY, type: ORDER_LIMIT, lots: 1, limitTicks: 1, flags: 0, clientId: 0 };
  let live = 0;
  let hash = 0;
  let cursor = 0;
  let heapBefore = 0;
  let outside = 0;
  const { events } = desk;
  const started = performance.now();
  for (let n = 0; n < operations; n++) {
    if (n === operations >> 1) {
      const pause = performance.now();
      collectGarbage();
      heapBefore = process.memoryUsage().heapUsed;
      outside = performance.now() - pause;
    }
    const share = n < 20_000 ? 0 : draw();
    if (share >= 0.45 && share < 0.85 && live > 0) {
      const at = Math.floor(draw() * live);
      desk.cancel(holders[at], handles[at]);
      handles[at] = handles[--live];
      holders[at] = holders[live];
    } else {
      const isMarket = share >= 0.85;
      const side = draw() < 0.5 ? BUY : SELL;
      order.owner = Math.floor(draw() * OWNERS);
      order.side = side;
      order.type = isMarket ? ORDER_MARKET : ORDER_LIMIT;
      order.lots = 1 + Math.floor(draw() * (isMarket ? 40 : 100));
      order.limitTicks = MIDDLE - side * (1 + Math.floor(draw() * draw() * 200));
      order.flags = (draw() < 0.1 ? REDUCE_ONLY : 0) | (!isMarket && draw() < 0.2 ? POST_ONLY : 0);
      const handle = desk.submit(order);
      if (handle > 0 && !isMarket) {
        handles[live] = handle;
        holders[live++] = order.owner;
      }
    }
    for (; cursor < events.end; cursor++) {
      const row = events.row(cursor);
      hash = Math.imul(hash ^ events.kind[row], 0x01000193) ^ events.ticks[row];
      hash = Math.imul(hash ^ events.lots[row], 0x01000193) ^ events.owner[row];
    }
  }
  const seconds = (performance.now() - started - outside) / 1000;
  const heapBytes = Math.max(0, process.memoryUsage().heapUsed - heapBefore);
  return {
    seconds,
    events: events.end,
    resting: desk.orderCount,
    heapBytesPerOperation: heapBytes / (operations - (operations >> 1)),
    resultHash: `${hex(hash)}-${desk.book.hash()}`,
  };
}

/** Half stops, half trailing stops, all far away; the mark wanders near the middle, half the moves a new extreme. */
function quietMark() {
  const rules = orderRules({ tickSize: 1, lotSize: 1, maxPrice: 4_000_000 });
  const desk = new OrderDesk({ rules, owners: 10, orderCapacity: WAITING, eventCapacity: 1 << 18 });
  const draw = mulberry32(7);
  desk.setMark(1_000_000);
  for (let n = 0; n < WAITING; n++) {
    const side = n % 2 === 0 ? BUY : SELL;
    const far = 1_000_000 + side * (600_000 + Math.floor(draw() * 100_000));
    const trailing = n % 4 >= 2;
    desk.submit({
      owner: n % 10,
      side,
      type: ORDER_MARKET,
      lots: 1,
      trigger: trailing ? TRIGGER_TRAILING : TRIGGER_STOP,
      triggerTicks: far,
      callbackPpm: trailing ? 600_000 + Math.floor(draw() * 100_000) : 0,
    });
    // Trailing stops come in at many prices.
    if (n % 100 === 0) desk.setMark(1_000_000 + Math.floor(draw() * 100_000));
  }
  const before = desk.events.end;
  const moves = new Int32Array(MARK_MOVES);
  for (let n = 0; n < MARK_MOVES; n++) {
    moves[n] = 1_050_000 + (n % 2 === 0 ? Math.floor(n / 20) : -Math.floor(draw() * 50_000));
  }
  const started = performance.now();
  for (let n = 0; n < MARK_MOVES; n++) desk.setMark(moves[n]);
  const seconds = (performance.now() - started) / 1000;
  if (desk.events.end !== before) throw new Error("a quiet mark has triggered an order");
  return {
    name: "order-desk quiet mark",
    nanosPerMove: (seconds / MARK_MOVES) * 1e9,
    movesPerSecond: MARK_MOVES / seconds,
    waiting: desk.orderCount,
    resultHash: hex(desk.events.end),
  };
}

function hex(word) {
  return (word >>> 0).toString(16).padStart(8, "0");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const entry of run(process.argv.includes("--full") ? "full" : "small"))
    console.log(JSON.stringify(entry));
}
