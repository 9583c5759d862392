/** Columns: one shared buffer, aligned, typed, and hashed without its scratch. */
import { expect, expectTypeOf, test } from "vitest";
import { ColumnPlan, InvariantError } from "@undertow/core";

function makeStore(length = 5) {
  const plan = new ColumnPlan();
  const accounts = plan.declare("accounts", { cashQuanta: "f64", owner: "i32", flags: "u8" }, length);
  const scratch = plan.declare("scratch", { due: "u32" }, 100, { state: false });
  const books = plan.declare("books", { side: "i8", level: "i16" }, 3);
  return { plan, accounts, scratch, books, store: plan.allocate() };
}

test("columns are typed by their kinds, over one shared buffer, from zero", () => {
  const { store, accounts, books } = makeStore();
  const { cashQuanta, owner, flags } = store.columns(accounts);
  expectTypeOf(cashQuanta).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
  expectTypeOf(flags).toEqualTypeOf<Uint8Array<SharedArrayBuffer>>();
  expect([cashQuanta, owner, flags].map((column) => column.constructor)).toEqual([
    Float64Array,
    Int32Array,
    Uint8Array,
  ]);
  expect(store.columns(books).level).toBeInstanceOf(Int16Array);
  expect(store.columns("books").side).toBeInstanceOf(Int8Array);
  expect(store.buffer).toBeInstanceOf(SharedArrayBuffer);
  for (const column of [cashQuanta, owner, flags]) {
    expect(column.buffer).toBe(store.buffer);
    expect(column).toHaveLength(5);
    expect(Array.from(column)).toEqual([0, 0, 0, 0, 0]);
  }
  expect(store.columns("accounts").cashQuanta).toBe(cashQuanta);
});

test("every column starts on a cache line and none overlap", () => {
  const { plan, store } = makeStore(13);
  let end = 0;
  for (const column of store.describe()) {
    expect(column.byteOffset % 64).toBe(0);
    expect(column.byteOffset).toBeGreaterThanOrEqual(end);
    end = column.byteOffset + column.bytes;
  }
  expect(store.bytes).toBe(Math.ceil(end / 64) * 64);
  expect(plan.bytes).toBe(store.bytes);
  expect(store.describe()[0]).toEqual({
    group: "accounts",
    name: "cashQuanta",
    kind: "f64",
    length: 13,
    byteOffset: 0,
    bytes: 104,
    state: true,
  });
  expect(store.describe().map(({ name }) => name)).toEqual([
    "cashQuanta",
    "owner",
    "flags",
    "due",
    "side",
    "level",
  ]);
});

test("writing one column changes no other", () => {
  const { store, accounts } = makeStore();
  store.columns(accounts).owner.fill(-1);
  for (const { group, name } of store.describe()) {
    const sum = Array.from(store.columns(group)[name]).reduce((total, value) => total + value, 0);
    expect(sum).toBe(name === "owner" ? -5 : 0);
  }
});

test("the hash counts every state value and no scratch", () => {
  const { store, scratch } = makeStore();
  const empty = store.hash();
  expect(makeStore().store.hash()).toBe(empty);
  expect(makeStore(6).store.hash()).not.toBe(empty);
  store.columns(scratch).due.fill(7);
  expect(store.hash()).toBe(empty);
  const seen = new Set([empty]);
  for (const { group, name, length, state } of store.describe()) {
    if (!state) continue;
    for (const at of [0, length - 1]) {
      const column = store.columns(group)[name];
      column[at] = 1;
      seen.add(store.hash());
      column[at] = 0;
    }
  }
  expect(seen.size).toBe(1 + 2 * 5);
  expect(store.hash()).toBe(empty);
});

test("names and order are part of the hash", () => {
  const hashOf = (kinds: Record<string, "i32" | "u32">): string => {
    const plan = new ColumnPlan();
    plan.declare("group", kinds, 4);
    return plan.allocate().hash();
  };
  const hashes = [
    { a: "i32", b: "i32" },
    { b: "i32", a: "i32" },
    { a: "i32", c: "i32" },
    { a: "i32", b: "u32" },
  ];
  expect(new Set(hashes.map((kinds) => hashOf(kinds as Record<string, "i32">))).size).toBe(4);
});

test("a worker's store over the same buffer sees the same values", () => {
  const { store, accounts } = makeStore();
  const plan = new ColumnPlan();
  const same = plan.declare("accounts", accounts.kinds, 5);
  plan.declare("scratch", { due: "u32" }, 100, { state: false });
  plan.declare("books", { side: "i8", level: "i16" }, 3);
  const attached = plan.allocate(store.buffer);
  attached.columns(same).cashQuanta[2] = 9;
  expect(store.columns(accounts).cashQuanta[2]).toBe(9);
  expect(attached.hash()).toBe(store.hash());
  const other = new ColumnPlan();
  other.declare("accounts", { cashQuanta: "f64" }, 5);
  expect(() => other.allocate(store.buffer)).toThrow(/does not fit/);
});

test("columns made smaller hash as those of full size in which nothing was written beyond", () => {
  const kinds = { cash: "f64", head: "i32", flag: "u8" } as const;
  const make = (length: number, hashedLength: number) => {
    const plan = new ColumnPlan();
    const group = plan.declare("slots", kinds, length, { hashedLength, begin: { head: -1 } });
    const store = plan.allocate();
    const { cash, head, flag } = store.columns(group);
    head.fill(-1);
    cash.set([1.5, -2]);
    head[1] = 7;
    flag[1] = 1;
    return { store, cash };
  };
  const [small, whole] = [make(2, 7), make(7, 7)];
  expect(small.store.hash()).toBe(whole.store.hash());
  expect(small.store.bytes).toBeLessThan(whole.store.bytes + 1);
  whole.cash[6] = 1;
  expect(small.store.hash()).not.toBe(whole.store.hash());
  expect(make(2, 2).store.hash()).not.toBe(small.store.hash());
  expect(() => new ColumnPlan().declare("a", kinds, 2, { hashedLength: 1 })).toThrow(/hashed length/);
});

test("a plan refuses what it cannot place", () => {
  const plan = new ColumnPlan();
  plan.declare("accounts", { cash: "f64" }, 1);
  expect(() => plan.declare("accounts", { cash: "f64" }, 1)).toThrow(/declared twice/);
  expect(() => plan.declare("a", { "1": "f64" }, 1)).toThrow(InvariantError);
  expect(() => plan.declare("b", { x: "f32" as "f64" }, 1)).toThrow(InvariantError);
  for (const length of [-1, 1.5, NaN])
    expect(() => plan.declare("c", { x: "f64" }, length)).toThrow(/length/);
  const store = plan.allocate();
  expect(() => plan.declare("late", { x: "f64" }, 1)).toThrow(/after the allocation/);
  expect(() => store.columns("nobody")).toThrow(/there is no group nobody/);
});

test("empty groups and empty plans are fine", () => {
  const plan = new ColumnPlan();
  const none = plan.declare("none", { x: "f64" }, 0);
  expect(plan.allocate().columns(none).x).toHaveLength(0);
  expect(new ColumnPlan().allocate().bytes).toBe(0);
});
