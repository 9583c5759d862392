/**
 * Read access of a population's agents to their own accounts, one on each of its venues; of no other account. Works on
 * the part of the world that every thread sees and changes nothing.
 */
import type { AccountReader } from "./agent-port.ts";
import type { DeskWorld } from "./decider.ts";
import type { Member } from "./population.ts";

/** The reader of one population. */
export class PopulationAccounts implements AccountReader {
  readonly weight: Float64Array;
  private readonly world: DeskWorld;
  private readonly home: number;
  private readonly firstAt: Int32Array;
  private readonly venueOfMarket: Uint8Array;

  constructor(world: DeskWorld, { spec, firstAccountAt }: Member) {
    this.world = world;
    this.home = spec.venues[0];
    this.firstAt = firstAccountAt;
    this.venueOfMarket = world.view.venueOfMarket;
    this.weight = spec.weight;
  }

  cashQuanta(agent: number, venue: number = this.home): number {
    const account = this.accountAt(agent, venue);
    return account < 0 ? 0 : this.world.accounts.cash[account];
  }

  equityQuanta(agent: number, venue: number = this.home): number {
    const account = this.accountAt(agent, venue);
    return account < 0 ? 0 : this.world.ledger.totalEquity(account, this.world.markTicks);
  }

  freeQuanta(agent: number, venue: number = this.home): number {
    const account = this.accountAt(agent, venue);
    return account < 0 ? 0 : this.world.ledger.freeQuanta(account, this.world.markTicks);
  }

  inTransitQuanta(agent: number, venue: number = this.home): number {
    const account = this.accountAt(agent, venue);
    const { inbound } = this.world.transfers;
    return account < 0 || inbound.length === 0 ? 0 : inbound[account];
  }

  lots(agent: number, market: number): number {
    const slot = this.slotOf(agent, market);
    return slot < 0 ? 0 : this.world.slots.lots[slot];
  }

  costQuanta(agent: number, market: number): number {
    const slot = this.slotOf(agent, market);
    return slot < 0 ? 0 : this.world.slots.cost[slot];
  }

  marginQuanta(agent: number, market: number): number {
    const slot = this.slotOf(agent, market);
    return slot < 0 ? 0 : this.world.slots.margin[slot];
  }

  leverage(agent: number, market: number): number {
    const slot = this.slotOf(agent, market);
    return slot < 0 ? 1 : this.world.slots.leverage[slot];
  }

  restingOrders(agent: number, market: number): number {
    const slot = this.slotOf(agent, market);
    return slot < 0 ? 0 : this.world.markets[market].book.restingOf(slot);
  }

  perpNotionalQuanta(agent: number, venue: number = this.home): number {
    const { ledger, slots, accounts, markets, markTicks } = this.world;
    const account = this.accountAt(agent, venue);
    if (account < 0) return 0;
    let sum = 0;
    for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
      const market = slots.market[slot];
      if (markets[market].perpetual) sum += Math.abs(ledger.valueQuanta(slot, markTicks[market]));
    }
    return sum;
  }

  /** The agent's account on a venue, or -1. */
  private accountAt(agent: number, venue: number): number {
    const first = this.firstAt[venue];
    return first >= 0 ? first + agent : -1;
  }

  /** The agent's slot in a market, or -1. */
  private slotOf(agent: number, market: number): number {
    const first = this.firstAt[this.venueOfMarket[market]];
    return first >= 0 ? this.world.ledger.findSlot(first + agent, market) : -1;
  }
}
