/**
 * The margin check of one account: who is below maintenance, and where the marks would have to go for the
 * others. Isolated positions get the tick at which they cross maintenance, cross accounts a displacement band
 * per position; outside those nobody needs to be looked at.
 */
import { isolatedTriggerTicks, maintenanceQuanta, tierIndex } from "../accounts/tiers.ts";
import { PPM } from "../units.ts";
import type { World } from "./world.ts";

/** Positions below maintenance found by a round of checks. */
export interface Doomed {
  readonly slot: number;
  readonly account: number;
  /** Equity over maintenance margin; the lower the more urgent. */
  readonly ratio: number;
}

/** Checks an account, files its triggers, and appends what must be closed. */
export function checkAccount(world: World, account: number, doomed: Doomed[]): void {
  if (world.accounts.cross[account] === 1) checkCross(world, account, doomed);
  else checkIsolated(world, account, doomed);
}

function checkIsolated(world: World, account: number, doomed: Doomed[]): void {
  const { ledger, slots, accounts, markets, markTicks } = world;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual) continue;
    const lots = slots.lots[slot];
    if (lots === 0) {
      market.liquidationTriggers.set(slot, 0, 1);
      continue;
    }
    const mark = markTicks[market.index];
    const notional = Math.abs(ledger.valueQuanta(slot, mark));
    const equity = ledger.isolatedEquity(slot, mark);
    const maintenance = maintenanceQuanta(market.tiers, notional, accounts.weight[account]);
    const ticks = isolatedTriggerTicks(
      market.tiers,
      lots,
      slots.cost[slot],
      slots.margin[slot],
      market.quantaPerTickLot,
      accounts.weight[account],
    );
    const filed = ticks === 0 ? 0 : Math.min(ticks, market.maxTicks - 1);
    market.liquidationTriggers.set(slot, filed, lots > 0 ? 1 : -1);
    if (maintenance > 0 && equity < maintenance) doomed.push({ slot, account, ratio: equity / maintenance });
  }
}

function checkCross(world: World, account: number, doomed: Doomed[]): void {
  const { ledger, slots, accounts, markets, markTicks } = world;
  const equity = ledger.crossEquity(account, markTicks);
  const weight = accounts.weight[account];
  let maintenance = 0;
  let sensitivity = 0;
  let worst = -1;
  let worstMaintenance = -1;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual || slots.lots[slot] === 0) continue;
    const notional = Math.abs(ledger.valueQuanta(slot, markTicks[market.index]));
    const needed = maintenanceQuanta(market.tiers, notional, weight);
    maintenance += needed;
    // Slope of equity - maintenance per unit of relative move; the bracket of twice the notional bounds it.
    const tier = tierIndex(market.tiers, (2 * notional) / weight);
    sensitivity += notional * (1 + market.tiers.maintenancePpm[tier] / PPM);
    if (needed > worstMaintenance) {
      worstMaintenance = needed;
      worst = slot;
    }
  }
  const slack = equity - maintenance;
  if (worst >= 0 && maintenance > 0 && slack < 0) {
    doomed.push({ slot: worst, account, ratio: equity / maintenance });
  }
  fileBands(world, account, slack, sensitivity);
}

/** No move of all marks by less than slack / sensitivity, each in its adverse direction, uses up the slack. */
function fileBands(world: World, account: number, slack: number, sensitivity: number): void {
  const { slots, accounts, markets, markTicks } = world;
  const band = sensitivity > 0 ? Math.max(0, Math.min(1, slack / sensitivity)) : 0;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual) continue;
    const lots = slots.lots[slot];
    if (lots === 0) {
      market.liquidationTriggers.set(slot, 0, 1);
      continue;
    }
    const mark = markTicks[market.index];
    const room = Math.max(0, Math.floor(mark * band) - 1);
    const ticks = lots > 0 ? mark - room : mark + room;
    const filed = Math.max(1, Math.min(market.maxTicks - 1, ticks));
    market.liquidationTriggers.set(slot, lots > 0 && room >= mark - 1 ? 0 : filed, lots > 0 ? 1 : -1);
  }
}
