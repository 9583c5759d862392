/**
 * The opening: what the measured part of a run begins with, once the warm-up is over. The warm-up is in no metric, so
 * counters and totals start again there.
 */
import { emptyVenueTotals } from "../simulation/venue.ts";
import type { Counters, World } from "../simulation/world.ts";

/** State at the end of the warm-up. */
export interface Opening {
  readonly equity: Float64Array;
  /** Per venue. */
  readonly funds: readonly number[];
  readonly liquidations: Int32Array;
}

/** The warm-up is in no metric: counters start again. */
export function beginMeasuring(world: World): Opening {
  const { counters, accounts, venues } = world;
  const keep = { audits: counters.audits, residual: counters.residual };
  for (const name of Object.keys(counters) as (keyof Counters)[]) counters[name] = 0;
  Object.assign(counters, keep);
  for (const venue of venues) venue.totals = emptyVenueTotals();
  return {
    equity: agentEquity(world),
    funds: venues.map(({ fundAccount }) => accounts.cash[fundAccount]),
    liquidations: agentLiquidations(world),
  };
}

/** An opening without figures, to be restored into. */
export function emptyOpening(world: World): Opening {
  return {
    equity: new Float64Array(world.agentCount),
    funds: [],
    liquidations: new Int32Array(world.agentCount),
  };
}

/** Everything that each agent owns at the marks, on all its venues and on its way between them. */
export function agentEquity(world: World): Float64Array {
  const { agentOfAccount, traderCount, transfers, ledger, markTicks } = world;
  const equity = new Float64Array(world.agentCount);
  for (let account = 0; account < traderCount; account++) {
    equity[agentOfAccount[account]] +=
      ledger.totalEquity(account, markTicks) + (transfers.inbound[account] ?? 0);
  }
  return equity;
}

/** Liquidation orders of each agent so far, on all its venues. */
export function agentLiquidations({ agentOfAccount, traderCount, agentCount, accounts }: World): Int32Array {
  const liquidations = new Int32Array(agentCount);
  for (let account = 0; account < traderCount; account++) {
    liquidations[agentOfAccount[account]] += accounts.liquidations[account];
  }
  return liquidations;
}
