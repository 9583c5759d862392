/**
 * The stage of `@undertow/agents/testing` with its options by position, as the tests of this package call it.
 */
import type { AgentType } from "@undertow/core";
import { Stage as PublicStage } from "@undertow/agents/testing";

export {
  BTC_PERP,
  BTC_SPOT,
  MARKETS,
  SOL_PERP,
  SOL_SPOT,
  START_MICROS,
  UNIT,
  calmView,
  only,
  totalLots,
} from "@undertow/agents/testing";
export type { SentOrder, WritableView } from "@undertow/agents/testing";

export class Stage extends PublicStage {
  constructor(
    type: AgentType,
    params: Record<string, number>,
    count = 1,
    coins = [0, 1],
    seed = "stage",
    venueCount = 1,
  ) {
    super(type, { params, count, coins, seed, venues: venueCount });
  }
}
