/**
 * The order book beside the npm package nodejs-order-book (MIT) on one and the same stream of operations.
 *
 * Both take limit orders and orders that take what there is, with self-trade prevention (expire maker), and cancels by
 * order id; both end with the same depth, which is checked.
 */
import { BUY, FillBuffer, IMMEDIATE, OrderBook, SELL } from "@undertow/core";
import { OrderBook as OtherBook, SelfTradePreventionMode, Side } from "nodejs-order-book";
import { collectGarbage } from "./memory.js";

const { EXPIRE_MAKER } = SelfTradePreventionMode;
const CANCEL = 1;
const TRADING = 2;

/** Plays the first operations of a stream into both books; `otherSeconds / seconds` is how much faster this one is. */
export function compareBooks(name, drawn, { maxTicks }, owners) {
  const stream = withCancelIds(drawn);
  const own = playOwn(stream, maxTicks, owners);
  const other = playOther(stream);
  if (own.depth !== other.depth) throw new Error(`${name}: the books end with different depth`);
  const { operations } = stream;
  return {
    name,
    opsPerSecond: operations / own.seconds,
    otherOpsPerSecond: operations / other.seconds,
    timesFaster: other.seconds / own.seconds,
    operations,
    resting: own.resting,
    otherHeapBytesPerRestingOrder: other.heapBytes / own.resting,
    resultHash: hashOf(own.depth),
  };
}

/** Gives every cancel the number of an earlier passive order, drawn from those not cancelled yet. */
function withCancelIds(stream) {
  const { operations, kind, pick } = stream;
  const target = new Int32Array(operations).fill(-1);
  const live = [];
  for (let n = 0; n < operations; n++) {
    if (kind[n] === CANCEL && live.length > 0) {
      const at = Math.floor(pick[n] * live.length);
      target[n] = live[at];
      live[at] = live[live.length - 1];
      live.pop();
    } else if (kind[n] !== CANCEL && kind[n] !== TRADING) {
      live.push(n);
    }
  }
  return { ...stream, target };
}

function playOwn({ operations, kind, side, ticks, lots, owner, target }, maxTicks, owners) {
  const fills = new FillBuffer(4096);
  const ownerHead = new Int32Array(owners).fill(-1);
  const book = new OrderBook({ maxTicks, orderCapacity: 1 << 18, ownerHead, fills });
  const slotOf = new Int32Array(operations).fill(-1);
  const started = performance.now();
  for (let n = 0; n < operations; n++) {
    if (kind[n] === CANCEL) {
      // The tag is the order's number: a slot whose order is gone may hold another by now.
      const slot = target[n] < 0 ? -1 : slotOf[target[n]];
      if (slot >= 0 && book.orderTag[slot] === target[n]) book.cancel(slot);
      continue;
    }
    fills.count = 0;
    book.place(side[n], ticks[n], lots[n], owner[n], n, 0, kind[n] === TRADING ? IMMEDIATE : 0);
    slotOf[n] = book.restingOrder;
  }
  const seconds = (performance.now() - started) / 1000;
  const levels = [];
  for (const of of [BUY, SELL]) book.forEachLevel(of, Infinity, (at, size) => levels.push(`${at}:${size}`));
  return { seconds, resting: book.orderCount, depth: levels.sort(byText).join() };
}

function playOther({ operations, kind, side, ticks, lots, owner, target }) {
  const ids = Array.from({ length: operations }, (_, n) => String(n));
  const accounts = Array.from({ length: owner.length }, (_, n) => `a${owner[n]}`);
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const book = new OtherBook();
  const started = performance.now();
  for (let n = 0; n < operations; n++) {
    if (kind[n] === CANCEL) {
      if (target[n] >= 0) book.cancel(ids[target[n]]);
      continue;
    }
    const ofSide = side[n] === BUY ? Side.BUY : Side.SELL;
    const size = lots[n];
    const accountId = accounts[n];
    if (kind[n] === TRADING) book.market({ side: ofSide, size, accountId, stpMode: EXPIRE_MAKER });
    else book.limit({ id: ids[n], side: ofSide, size, price: ticks[n], accountId, stpMode: EXPIRE_MAKER });
  }
  const seconds = (performance.now() - started) / 1000;
  collectGarbage();
  const heapBytes = process.memoryUsage().heapUsed - heapBefore;
  if (ids.length !== accounts.length) throw new Error("lost the names"); // keeps them on the heap until here
  const levels = book.depth().flatMap((half) => half.map(([at, size]) => `${at}:${size}`));
  return { seconds, heapBytes, depth: levels.sort(byText).join() };
}

function byText(left, right) {
  return left < right ? -1 : 1;
}

function hashOf(text) {
  let hash = 0;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
