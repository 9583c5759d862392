/**
 * Public entry for tests of agent types, one's own and those of this package: `@undertow/agents/testing`.
 */
export {
  BTC_PERP,
  BTC_SPOT,
  MARKETS,
  SOL_PERP,
  SOL_SPOT,
  START_MICROS,
  UNIT,
  calmView,
  type WritableView,
} from "./calm-view.ts";
export { Stage, type StageOptions } from "./stage.ts";
export { only, totalLots, type SentOrder } from "./sent-orders.ts";
