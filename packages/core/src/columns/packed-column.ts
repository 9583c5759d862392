/**
 * Columns over a population that take one number only when all agents have the same.
 *
 * A parameter that is constant in the scenario then stays in the cache, where its column would be read at another
 * place of the memory for each agent. That is most of the time of a decision when very many agents sleep most of the
 * time.
 */

/** The value of an agent is `values[agent & mask]`; `valueOf` reads it. */
export interface PackedColumn {
  /** One number, or one for each agent. */
  readonly values: Float64Array;
  /** 0 when all agents have the same value, else -1, which keeps the agent's index. */
  readonly mask: number;
}

/** An agent's value in a packed column. */
export function valueOf(column: PackedColumn, agent: number): number {
  return column.values[agent & column.mask];
}

/** Each column packed: where all its values are the same, a copy of the first stands for all. */
export function packColumns<Name extends string>(
  columns: Readonly<Record<Name, Float64Array>>,
): Record<Name, PackedColumn> {
  const packed: Partial<Record<Name, PackedColumn>> = {};
  // order-free: each column is looked at on its own
  for (const name of Object.keys(columns) as Name[]) {
    const values = columns[name];
    let same = 0;
    while (same < values.length && Object.is(values[same], values[0])) same++;
    const isConstant = same > 0 && same === values.length;
    packed[name] = isConstant ? { values: values.slice(0, 1), mask: 0 } : { values, mask: -1 };
  }
  return packed as Record<Name, PackedColumn>;
}

/**
 * A copy of a record that was filled name by name. Engines keep such a record as a hash table once it has more than a dozen
 * entries, and look each access up in it; a copy made at once has its entries at fixed places.
 */
export function named<Columns extends object>(columns: Columns): Columns {
  return { ...columns };
}
