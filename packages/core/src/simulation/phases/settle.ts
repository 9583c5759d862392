/**
 * Phase 6, settle: fills move into accounts. A fill moves one and the same integer of quanta between maker and
 * taker; fees go to the fee desk. Touched accounts are marked for a margin check.
 */
import { causeOfTag } from "../flow.ts";
import { feeQuanta } from "../bankruptcy.ts";
import { CAUSE_LIQUIDATION, NOTICE_FILLED } from "../agent-port.ts";
import { BUY } from "../../units.ts";
import { markForCheck, type Market, type World, notify } from "../world.ts";

/** Settles all fills written since the last call. */
export function settle(world: World): void {
  const { fills } = world;
  for (let fill = world.settledFills; fill < fills.count; fill++) settleFill(world, fill);
  world.settledFills = fills.count;
}

function settleFill(world: World, fill: number): void {
  const { fills, ledger, markets } = world;
  const market = markets[fills.market[fill]];
  const side = fills.takerSide[fill];
  const maker = fills.makerOwner[fill];
  const taker = fills.takerOwner[fill];
  // The clearing account holds nothing for the coins that it sells.
  const makerSellsSpot =
    !market.perpetual && side === BUY && world.slots.account[maker] !== world.clearingAccount;
  const lots = fills.lots[fill];
  if (lots === 0) {
    ledger.release(maker, fills.makerRelease[fill], makerSellsSpot ? fills.cancelledLots[fill] : 0);
    world.counters.cancels++;
    return;
  }
  const quote = lots * fills.ticks[fill] * market.quantaPerTickLot;
  ledger.release(maker, fills.makerRelease[fill], makerSellsSpot ? lots : 0);
  ledger.release(taker, fills.takerRelease[fill], !market.perpetual && side !== BUY ? lots : 0);
  const forced = causeOfTag(fills.takerTag[fill]) === CAUSE_LIQUIDATION;
  const free = forced && !market.venue.spec.liquidation.takerFee;
  settleSide(world, market, maker, -side * lots, quote, market.makerFeePpm, fills.makerRelease[fill]);
  settleSide(
    world,
    market,
    taker,
    side * lots,
    quote,
    free ? 0 : market.takerFeePpm,
    fills.takerRelease[fill],
  );
  world.counters.fills++;
  hashFill(world, market.index, fills.ticks[fill], lots, maker, taker);
}

function settleSide(
  world: World,
  market: Market,
  slot: number,
  signedLots: number,
  quote: number,
  feePpm: number,
  released: number,
): void {
  const { ledger, slots, accounts } = world;
  const account = slots.account[slot];
  const before = slots.lots[slot];
  const { venue } = market;
  const free = account === venue.fundAccount || account === world.clearingAccount;
  const fee = free ? 0 : feeQuanta(quote, feePpm);
  ledger.settle(slot, signedLots, quote, fee, released);
  accounts.cash[venue.feeAccount] += fee;
  venue.totals.fees += fee;
  slots.pending[slot] = 0;
  const after = slots.lots[slot];
  if (market.perpetual) {
    market.openInterestLots += Math.max(0, after) - Math.max(0, before);
    if (before !== 0 && (after === 0 || after > 0 !== before > 0)) market.stopTriggers.set(slot, 0, 1);
  }
  notify(world, account, NOTICE_FILLED);
  markForCheck(world, account);
}

/** Folds a fill into the running hash of the event log. */
function hashFill(
  world: World,
  market: number,
  ticks: number,
  lots: number,
  maker: number,
  taker: number,
): void {
  let hash = world.fillHash ^ market;
  hash = Math.imul(hash ^ ticks, 0x01000193);
  hash = Math.imul(hash ^ (lots | 0), 0x01000193);
  hash = Math.imul(hash ^ maker, 0x01000193);
  hash = Math.imul(hash ^ taker, 0x01000193);
  world.fillHash = hash ^ (hash >>> 15);
}
