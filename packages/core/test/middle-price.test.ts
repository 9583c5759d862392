/** The middle price, also when a side of the book has gone. */
import { expect, it } from "vitest";
import { middlePrice } from "@undertow/core";

it.each([
  ["usual spread", 10_000, 10_003, 9_000, 10_001.5],
  ["far ask, trades at the bid", 72_000, 130_000, 72_000, 72_000],
  ["far bid, trades at the ask", 50_000, 99_000, 99_000, 99_000],
  ["far ask, last trade below the bid", 72_000, 130_000, 70_000, 72_000],
  ["far ask, nothing traded yet", 72_000, 130_000, 0, 101_000],
  ["no ask", 72_000, 0, 71_000, 71_000],
  ["nothing at all", 0, 0, 0, 5],
])("%s", (_, bid, ask, last, middle) => {
  expect(middlePrice(bid, ask, last, 5)).toBe(middle);
});
