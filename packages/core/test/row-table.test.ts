/** The recorder's tables: rows come back in order, in every column, over the blocks in which they are kept. */
import { expect, it } from "vitest";
import { RowTable } from "@undertow/core/testing";

it.each([0, 1, 4095, 4096, 4097, 10_000])("gives %i rows back as they were put", (rows) => {
  const table = new RowTable(["time", "side", "flag"]);
  for (let row = 0; row < rows; row++) {
    table.begin();
    table.put(row % 7 === 0 ? NaN : row / 3);
    table.put(row % 2 === 0 ? 1 : -1);
    table.put(row % 3 === 0 ? 1 : 0);
  }
  const all = Array.from({ length: rows }, (_, row) => row);
  expect(table.rows).toBe(rows);
  expect(Array.from(table.float64("time"))).toEqual(all.map((row) => (row % 7 === 0 ? NaN : row / 3)));
  expect(Array.from(table.int8("side"))).toEqual(all.map((row) => (row % 2 === 0 ? 1 : -1)));
  expect(Array.from(table.int32("side"))).toEqual(all.map((row) => (row % 2 === 0 ? 1 : -1)));
  expect(Array.from(table.uint8("flag"))).toEqual(all.map((row) => (row % 3 === 0 ? 1 : 0)));
});
