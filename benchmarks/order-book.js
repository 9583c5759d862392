/**
 * Benchmark: operations a second of one order book on a seeded random stream, without agents or accounts.
 *
 * 45 % passive orders, 40 % cancels, 15 % orders that trade at once. Two ladders: prices within 200 ticks of the
 * middle, and a sparse one of 60,000 ticks. The book starts with 20,000 resting orders and keeps its size. The
 * stream is drawn before the clock starts; the hash covers all fills and the final book, so two timings under
 * one hash did the same work. A shorter stream runs beside the npm package nodejs-order-book.
 */
import { BUY, FillBuffer, IMMEDIATE, OrderBook, SELL, allocatePlain } from "@undertow/core";
import { pathToFileURL } from "node:url";
import { compareBooks } from "./support/book-comparison.js";
import { collectGarbage } from "./support/memory.js";
import { mulberry32 } from "./support/random.js";

const OPERATIONS = { small: 2_000_000, full: 10_000_000 };
const PASSIVE = 0;
const CANCEL = 1;
const TRADING = 2;
const OWNERS = 5000;
const OPENING_ORDERS = 20_000;
const ORDER_CAPACITY = 1 << 18;

const DENSE = { maxTicks: 1000, spanTicks: 200 };
const SPARSE = { maxTicks: 60_000, spanTicks: 29_000 };

/** Both ladders of a size, fresh book each. Then both beside the other package. */
export function run(size) {
  const operations = OPERATIONS[size] ?? OPERATIONS.small;
  const beside = operations / 10;
  return [
    measure("order-book dense", operations, DENSE),
    measure("order-book sparse 60k ticks", operations, SPARSE),
    compareBooks("dense beside nodejs-order-book", drawStream(beside, DENSE), DENSE, OWNERS),
    compareBooks("sparse beside nodejs-order-book", drawStream(beside, SPARSE), SPARSE, OWNERS),
  ];
}

function measure(name, operations, ladder) {
  const stream = drawStream(operations, ladder);
  const { seconds, ...counts } = play(stream, ladder);
  const memory = bookBytes(ladder.maxTicks);
  return { name, opsPerSecond: operations / seconds, seconds, operations, ...counts, ...memory };
}

/** Bytes that the book's columns take for each order it can hold, and for each tick of its ladder. */
function bookBytes(maxTicks) {
  const bytesFor = (ticks, orderCapacity) => {
    let bytes = 0;
    const allocate = (kind, length) => {
      const column = allocatePlain(kind, length);
      bytes += column.byteLength;
      return column;
    };
    const ownerHead = new Int32Array(1).fill(-1);
    const fills = new FillBuffer(1);
    const book = new OrderBook({ maxTicks: ticks, orderCapacity, ownerHead, fills, allocate });
    return book.orderCount + bytes;
  };
  const base = bytesFor(maxTicks, 1);
  return {
    bytesPerRestingOrder: (bytesFor(maxTicks, 1001) - base) / 1000,
    bytesPerTick: base / maxTicks,
  };
}

/** Columns of a random stream; `pick` chooses which earlier passive order a cancel is for. */
function drawStream(operations, { maxTicks, spanTicks }) {
  const draw = mulberry32(2026);
  const kind = new Uint8Array(operations);
  const side = new Int8Array(operations);
  const ticks = new Int32Array(operations);
  const lots = new Int32Array(operations);
  const owner = new Int32Array(operations);
  const pick = new Float64Array(operations);
  const middle = maxTicks / 2;
  for (let n = 0; n < operations; n++) {
    const share = n < OPENING_ORDERS ? 0 : draw();
    kind[n] = share < 0.45 ? PASSIVE : share < 0.85 ? CANCEL : TRADING;
    side[n] = draw() < 0.5 ? BUY : SELL;
    // Passive prices crowd near the middle, as quotes do.
    const away = 1 + Math.floor(draw() * draw() * spanTicks);
    ticks[n] = kind[n] === TRADING ? middle + side[n] * spanTicks : middle - side[n] * away;
    lots[n] = 1 + Math.floor(draw() * (kind[n] === TRADING ? 40 : 100));
    owner[n] = Math.floor(draw() * OWNERS);
    pick[n] = draw();
  }
  return { operations, kind, side, ticks, lots, owner, pick };
}

/** Plays the stream into a fresh book. */
function play({ operations, kind, side, ticks, lots, owner, pick }, { maxTicks }) {
  const fills = new FillBuffer(4096);
  const ownerHead = new Int32Array(OWNERS).fill(-1);
  const book = new OrderBook({ maxTicks, orderCapacity: ORDER_CAPACITY, ownerHead, fills });
  // Slots to cancel, in no order. One whose order has traded by then is refused, or holds a later order.
  const live = new Int32Array(operations);
  let liveCount = 0;
  let fillCount = 0;
  let cancelled = 0;
  let hash = 0;
  // The first half warms the compiler up; the heap is then measured over the second.
  const half = Math.floor(operations / 2);
  let heapBefore = 0;
  const started = performance.now();
  let outside = 0;
  for (let n = 0; n < operations; n++) {
    if (n === half) {
      const pause = performance.now();
      collectGarbage();
      heapBefore = process.memoryUsage().heapUsed;
      outside = performance.now() - pause;
    }
    if (kind[n] === CANCEL) {
      if (liveCount === 0) continue;
      const at = Math.floor(pick[n] * liveCount);
      if (book.cancel(live[at])) cancelled++;
      live[at] = live[--liveCount];
      continue;
    }
    const flags = kind[n] === TRADING ? IMMEDIATE : 0;
    book.place(side[n], ticks[n], lots[n], owner[n], 0, lots[n] * 10, flags);
    if (book.restingOrder >= 0) live[liveCount++] = book.restingOrder;
    for (let row = 0; row < fills.count; row++) {
      hash = Math.imul(hash ^ fills.ticks[row], 0x01000193) ^ fills.makerOwner[row];
      hash = Math.imul(hash ^ fills.lots[row], 0x01000193) ^ fills.makerRelease[row];
    }
    fillCount += fills.count;
    fills.count = 0;
  }
  const seconds = (performance.now() - started - outside) / 1000;
  const heapBytes = process.memoryUsage().heapUsed - heapBefore;
  const fillHash = (hash >>> 0).toString(16).padStart(8, "0");
  return {
    seconds,
    fills: fillCount,
    cancelled,
    resting: book.orderCount,
    heapBytesPerOperation: Math.max(0, heapBytes) / (operations - half),
    resultHash: `${fillHash}-${book.hash()}`,
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const entry of run(process.argv.includes("--full") ? "full" : "small"))
    console.log(JSON.stringify(entry));
}
