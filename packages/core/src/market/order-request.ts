/**
 * What an owner asks of an order desk, and the test of everything in it that needs neither position nor book.
 *
 * Whole ticks and lots; order-rules.ts converts. A caller may fill one object again and again: the desk keeps none.
 */
import { MAX_EXACT } from "../limits.ts";
import { PPM, SELL } from "../units.ts";
import * as codes from "./codes.ts";
import { ON_LAST, TRIGGER_NONE, TRIGGER_TRAILING, triggerDirection } from "./conditional-orders.ts";
import type { OrderCheck } from "./order-rules.ts";

/** `type`: trades at `limitTicks` or better; rests unless a flag says otherwise. */
export const ORDER_LIMIT = 0;
/** `type`: trades at once within the market's band, the remainder expires. */
export const ORDER_MARKET = 1;

/** Where a buying trailing stop without an activation price waits: every price is at or below it. */
export const ANY_PRICE = 0x7fffffff;

/** One order as it is submitted. Absent fields are 0. */
export interface OrderRequest {
  owner: number;
  /** +1 buys, -1 sells. */
  side: number;
  /** ORDER_LIMIT or ORDER_MARKET; of a conditional order, what it becomes. */
  type: number;
  lots: number;
  /** For ORDER_LIMIT. */
  limitTicks?: number;
  /** IMMEDIATE, POST_ONLY, FILL_OR_KILL (at most one), REDUCE_ONLY, one STP_* mode. */
  flags?: number;
  /** TRIGGER_NONE, TRIGGER_STOP, TRIGGER_TAKE_PROFIT or TRIGGER_TRAILING. */
  trigger?: number;
  /** ON_MARK or ON_LAST. */
  triggerOn?: number;
  /** For TRIGGER_STOP and TRIGGER_TAKE_PROFIT. */
  triggerTicks?: number;
  /** For TRIGGER_TRAILING: distance from the extreme price, in parts per million of it. */
  callbackPpm?: number;
  /** For TRIGGER_TRAILING: it follows once the price is there (a sell at or above, a buy at or below); 0 at once. */
  activationTicks?: number;
  /** The owner's own number for the order, unique among its live orders; 0 for none. */
  clientId?: number;
  /** Told in every event of the order, a 32-bit integer; for the caller's use. */
  tag?: number;
}

const STP_FLAGS = codes.STP_EXPIRE_MAKER | codes.STP_EXPIRE_TAKER | codes.STP_EXPIRE_BOTH;
const TIME_FLAGS = codes.IMMEDIATE | codes.POST_ONLY | codes.FILL_OR_KILL;
const ALL_FLAGS = STP_FLAGS | TIME_FLAGS | codes.REDUCE_ONLY;

/** Tests the fields of a request one by one; RESULT_OK, or the reason with its details in `check`. */
export function checkRequest(request: OrderRequest, owners: number, check: OrderCheck): number {
  const { RESULT_OK } = codes;
  const { owner, side, type, lots, flags = 0 } = request;
  let reason = check.whole(codes.FIELD_OWNER, owner, 0, owners - 1);
  if (reason === RESULT_OK && side * side !== 1) {
    reason = check.refuse(codes.REASON_BAD_FIELD, codes.FIELD_SIDE, side, -1, 1);
  }
  if (reason === RESULT_OK) reason = check.whole(codes.FIELD_TYPE, type, ORDER_LIMIT, ORDER_MARKET);
  if (reason === RESULT_OK) reason = checkFlags(flags, type, check);
  if (reason === RESULT_OK) reason = check.size(lots, type === ORDER_MARKET);
  if (reason === RESULT_OK && type === ORDER_LIMIT) {
    reason = check.price(codes.FIELD_LIMIT_TICKS, request.limitTicks ?? 0);
  }
  if (reason === RESULT_OK) reason = check.whole(codes.FIELD_CLIENT_ID, request.clientId ?? 0, 0, MAX_EXACT);
  if (reason === RESULT_OK) reason = check.whole(codes.FIELD_TAG, request.tag ?? 0, -0x80000000, 0x7fffffff);
  if (reason === RESULT_OK)
    reason = check.whole(codes.FIELD_TRIGGER, request.trigger ?? 0, 0, TRIGGER_TRAILING);
  if (reason !== RESULT_OK || (request.trigger ?? TRIGGER_NONE) === TRIGGER_NONE) return reason;
  return checkTrigger(request, check);
}

/**
 * Whether the price of its source has already reached a stop's or take-profit's trigger; 0 for an unknown price.
 */
export function isTriggerReached(request: OrderRequest, sourceTicks: number): boolean {
  const { trigger = TRIGGER_NONE, triggerTicks = 0, side } = request;
  if (trigger === TRIGGER_TRAILING || sourceTicks === 0) return false;
  return (sourceTicks - triggerTicks) * triggerDirection(trigger, side) >= 0;
}

/**
 * The tick at which a conditional order waits in its heap: its trigger, or the price from which a trailing stop
 * follows. Without an activation price that is one which any price reaches. 0 for an ordinary order.
 */
export function waitingTicks(request: OrderRequest): number {
  const { trigger = TRIGGER_NONE, triggerTicks = 0 } = request;
  if (trigger !== TRIGGER_TRAILING) return trigger === TRIGGER_NONE ? 0 : triggerTicks;
  const activation = request.activationTicks ?? 0;
  if (activation !== 0) return activation;
  return request.side === SELL ? 0 : ANY_PRICE;
}

function checkTrigger(request: OrderRequest, check: OrderCheck): number {
  const reason = check.whole(codes.FIELD_TRIGGER_ON, request.triggerOn ?? 0, 0, ON_LAST);
  if (reason !== codes.RESULT_OK) return reason;
  if (request.trigger !== TRIGGER_TRAILING) {
    return check.price(codes.FIELD_TRIGGER_TICKS, request.triggerTicks ?? 0);
  }
  const callback = check.whole(codes.FIELD_CALLBACK_PPM, request.callbackPpm ?? 0, 1, PPM - 1);
  if (callback !== codes.RESULT_OK || (request.activationTicks ?? 0) === 0) return callback;
  return check.price(codes.FIELD_ACTIVATION_TICKS, request.activationTicks ?? 0);
}

/** At most one time in force, at most one mode of self-trade prevention; a market order never rests. */
function checkFlags(flags: number, type: number, check: OrderCheck): number {
  const time = flags & TIME_FLAGS;
  const modes = flags & STP_FLAGS;
  const isKnown = Math.floor(flags) === flags && flags >= 0 && flags <= ALL_FLAGS;
  const contradicts = (time & (time - 1)) !== 0 || (modes & (modes - 1)) !== 0;
  const rests = type === ORDER_MARKET && (flags & codes.POST_ONLY) !== 0;
  if (isKnown && !contradicts && !rests) return codes.RESULT_OK;
  return check.refuse(codes.REASON_BAD_FIELD, codes.FIELD_FLAGS, flags, 0, ALL_FLAGS);
}
