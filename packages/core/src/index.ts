export {};
export { type AllocateColumn, allocatePlain } from "./market/allocate.ts";
export type { OrderBookOptions } from "./market/book-ladder.ts";
export {
  FILL_OR_KILL,
  IMMEDIATE,
  POST_ONLY,
  RESULT_BAD_SIZE,
  RESULT_BOOK_FULL,
  RESULT_FOK_UNFILLED,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
  RESULT_PRICE_OUT_OF_RANGE,
  resultName,
} from "./market/codes.ts";
export { FillBuffer } from "./market/fill-buffer.ts";
export { OrderBook } from "./market/order-book.ts";
export {
  CAUSE_ADL,
  CAUSE_CAPITULATION,
  CAUSE_COUNT,
  CAUSE_DISCRETIONARY,
  CAUSE_EXOGENOUS,
  CAUSE_FUND_UNWIND,
  CAUSE_HEDGE,
  CAUSE_LIQUIDATION,
  CAUSE_RISK_LIMIT,
  CAUSE_STOP,
  NOTICE_ADL,
  NOTICE_FILLED,
  NOTICE_LIQUIDATED,
  NOTICE_REJECTED,
  NOTICE_STOPPED,
  defineAgent,
} from "./simulation/agent-port.ts";
export type {
  AccountReader,
  AgentType,
  Cause,
  DecideContext,
  DueAgents,
  MarketView,
  OrderWriter,
  ParamSpec,
  ViewColumn,
  WakeSpec,
} from "./simulation/agent-port.ts";
