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
