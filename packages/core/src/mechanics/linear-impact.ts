/**
 * Linear-impact clearing: a market without a book, whose price moves by a fixed amount per unit of net size.
 *
 * A pure model for analytic checks of cascades (`kind: linear-impact`): every order fills at once, up to its
 * limit, against a desk. The price is a function of the sum of all signed sizes, so it does not drift with the number
 * of orders; the form in ticks is exact in integers. It knows no accounts: what a fall does to whom is the ladder's.
 */
import { FLOOR, CEIL, mulDiv } from "../numeric/mul-div.ts";
import { exactInteger, fail, nonNegative, positive, side as checkedSide } from "./checked.ts";

/**
 * What an order does to a linear-impact market:
 *
 *     price after = price + side x impact per unit x size,   average price = (price + price after) / 2
 *
 * Kyle's linear price schedule (Kyle 1985) read as a market order that walks a flat density of 1 / impact.
 *
 * @returns prices in quote units; `quote` = average price x size
 * @throws UserError `invalid-argument` for a price or size not above 0, a negative impact, a sale that would take the
 *   price to 0 or below
 * @example
 * linearImpactFill({ price: 100, side: -1, size: 2, impactPerUnit: 0.8 });
 * // { priceAfter: 98.4, averagePrice: 99.2, quote: 198.4 }
 */
export function linearImpactFill(order: {
  readonly price: number;
  /** 1 buys, -1 sells. */
  readonly side: number;
  readonly size: number;
  readonly impactPerUnit: number;
}): { priceAfter: number; averagePrice: number; quote: number } {
  const price = positive("price", order.price);
  const size = positive("size", order.size);
  const move = checkedSide("side", order.side) * nonNegative("impactPerUnit", order.impactPerUnit) * size;
  const priceAfter = price + move;
  if (!(priceAfter > 0)) fail("size", "a size that leaves the price above 0", size);
  const averagePrice = (price + priceAfter) / 2;
  return { priceAfter, averagePrice, quote: averagePrice * size };
}

/**
 * Price of a linear-impact market in whole ticks after a net flow of lots: start + floor(flow x impact / per), at
 * least 1 tick.
 *
 * A function of the total flow alone, so any split of the same orders ends at the same tick.
 *
 * @param market `impactTicks` ticks per `perLots` lots, whole numbers; `netLots` bought less sold since the start
 * @throws UserError `invalid-argument` for values that are not whole numbers, a start or `perLots` below 1, a
 *   negative impact
 * @example
 * linearImpactTicks({ startTicks: 1_000, netLots: -20, impactTicks: 8, perLots: 10 }); // 984
 */
export function linearImpactTicks(market: {
  readonly startTicks: number;
  readonly netLots: number;
  readonly impactTicks: number;
  readonly perLots: number;
}): number {
  const start = positive("startTicks", exactInteger("startTicks", market.startTicks));
  const impact = nonNegative("impactTicks", exactInteger("impactTicks", market.impactTicks));
  const per = positive("perLots", exactInteger("perLots", market.perLots));
  return Math.max(1, start + mulDiv(exactInteger("netLots", market.netLots), impact, per, FLOOR));
}

/**
 * Ticks x lots that a linear-impact order pays (side 1) or receives (side -1) when it moves the price between two
 * ticks: lots x the mean of both, rounded against the order.
 *
 * @throws UserError `invalid-argument` for values that are not whole numbers or prices below 1
 * @example
 * linearImpactTickLots({ side: 1, lots: 3, ticksBefore: 100, ticksAfter: 101 }); // 302
 */
export function linearImpactTickLots(order: {
  readonly side: number;
  readonly lots: number;
  readonly ticksBefore: number;
  readonly ticksAfter: number;
}): number {
  const before = positive("ticksBefore", exactInteger("ticksBefore", order.ticksBefore));
  const after = positive("ticksAfter", exactInteger("ticksAfter", order.ticksAfter));
  const lots = nonNegative("lots", exactInteger("lots", order.lots));
  return mulDiv(lots, before + after, 2, checkedSide("side", order.side) === 1 ? CEIL : FLOOR);
}

/** A rung of the ladder: a position that is closed in full once the price reaches its liquidation price. */
export interface LadderRung {
  /** Price at which it is liquidated, above 0. */
  readonly liquidationPrice: number;
  /** Size without sign, above 0. */
  readonly size: number;
}

/** What a ladder's cascade came to. */
export interface LadderCascade {
  readonly finalPrice: number;
  /** Indices of the rungs that went, in the order in which they went: by generation, within one by index. */
  readonly liquidated: number[];
  /** Number of rungs in each generation. */
  readonly generations: number[];
  /** Size closed in each generation. */
  readonly sizes: number[];
  /** (start - final) / shock; 1 when nobody was liquidated. */
  readonly amplification: number;
  /** Rungs of generation g + 1 per rung of generation g; empty below two generations. */
  readonly reproduction: number[];
}

/**
 * Runs a ladder of liquidation prices against a linear-impact market until nobody is left to be liquidated.
 *
 * A shock moves the price down (longs) or up (shorts). Generation 1 is every rung that the price has then reached;
 * all of it is closed, the price moves by the impact of its size; generation 2 is every other rung reached
 * then, and so on. A rung is reached when the price is at or beyond its liquidation price; a gap of less than 1e-12 of
 * the starting price counts as reached, so that decimal inputs that meet it exactly do trigger.
 *
 * Source: definition; the total size of a Poisson ladder is a generalised Poisson variable (Consul & Jain 1973).
 *
 * @param market start price, shock as a distance above 0, impact per unit, side of the positions (1, longs, unless
 *   told)
 * @param rungs positions in any order
 * @throws UserError `invalid-argument` for a price, shock or size not above 0, a negative impact, a price that
 *   would fall to 0 or below
 * @example
 * runLadder({ startPrice: 100, shock: 3.5, impactPerUnit: 0.8 }, [
 *   { liquidationPrice: 97, size: 2 },
 *   { liquidationPrice: 95.5, size: 3 },
 *   { liquidationPrice: 93, size: 1 },
 *   { liquidationPrice: 92.5, size: 4 },
 *   { liquidationPrice: 85, size: 5 },
 * ]); // finalPrice 88.5, generations [1, 1, 2], amplification 3.285714
 */
export function runLadder(
  market: {
    readonly startPrice: number;
    readonly shock: number;
    readonly impactPerUnit: number;
    readonly side?: number;
  },
  rungs: readonly LadderRung[],
): LadderCascade {
  const start = positive("startPrice", market.startPrice);
  const shock = positive("shock", market.shock);
  const impact = nonNegative("impactPerUnit", market.impactPerUnit);
  const side = checkedSide("side", market.side ?? 1);
  rungs.forEach((rung, k) => {
    positive(`rungs[${k}].liquidationPrice`, rung.liquidationPrice);
    positive(`rungs[${k}].size`, rung.size);
  });
  const slack = 1e-12 * start;
  const priceAfter = (closed: number): number => start - side * (shock + impact * closed);
  const gone = rungs.map(() => false);
  const cascade = { liquidated: [] as number[], generations: [] as number[], sizes: [] as number[] };
  let closed = 0;
  for (;;) {
    const price = priceAfter(closed);
    if (!(price > 0)) fail("shock", "a shock and impact that leave the price above 0", shock);
    const reached: number[] = [];
    for (let k = 0; k < rungs.length; k++) {
      if (!gone[k] && side * (rungs[k].liquidationPrice - price) >= -slack) reached.push(k);
    }
    if (reached.length === 0) break;
    let size = 0;
    for (const k of reached) {
      gone[k] = true;
      size += rungs[k].size;
    }
    cascade.liquidated.push(...reached);
    cascade.generations.push(reached.length);
    cascade.sizes.push(size);
    closed += size;
  }
  const { generations } = cascade;
  return {
    ...cascade,
    finalPrice: priceAfter(closed),
    amplification: (shock + impact * closed) / shock,
    reproduction: generations.slice(1).map((count, g) => count / generations[g]),
  };
}
