/**
 * From the compiled inputs of a run to what `undertow describe` prints: who holds what before the first step, and the
 * liquidation ladder. Metrics phase.
 *
 * Everything is counted from the accounts that the builder made, never from what it was asked for. Runs nothing.
 */
import {
  type BelowMaintenance,
  emptyBelowMaintenance,
  recheckAll,
} from "../accounts/margin-index-recheck.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { liquidationLadder } from "./liquidation-ladder.ts";
import { type OpeningAccounts, openingAccounts } from "./opening-accounts.ts";
import { type HeldPositions, coinPositions, positionsOf } from "./opening-positions.ts";
import type { PopulationRow, PopulationSummary, VenuePositions } from "./population-summary.ts";
import { ratio } from "./quantile.ts";
import { quantilesOf, weightedSample } from "./weighted-sample.ts";

/**
 * Who holds what before the first step.
 *
 * Money in units of the settlement currency at start prices. For a population of a million in ten coins it takes seconds.
 *
 * @example
 *     const inputs = compileScenario(await loadScenario("quickstart"), { seed: "1" });
 *     summarisePopulation(inputs).coins[0].leverage?.p50; // half of the notional has this leverage or less
 */
export function summarisePopulation(inputs: SimulationInputs): PopulationSummary {
  const opening = openingAccounts(inputs);
  const held = positionsOf(inputs, opening);
  const populations = populationRows(inputs, opening, held);
  return {
    format: 1,
    agents: sum(populations, (row) => row.agents),
    traders: sum(populations, (row) => row.traders),
    accounts: opening.accountCount,
    capitalUsd: sum(populations, (row) => row.capitalUsd),
    belowMaintenance: countBelow(opening),
    populations,
    coins: inputs.coins.map((_, coin) => coinPositions(inputs, held, coin)),
    venues: venueRows(inputs, opening, held),
    ladder: liquidationLadder(inputs, opening),
  };
}

function countBelow(opening: OpeningAccounts): number {
  const below: BelowMaintenance = emptyBelowMaintenance(opening.slotCount);
  recheckAll(opening.columns, opening.accountCount, below);
  return below.count;
}

function populationRows(
  inputs: SimulationInputs,
  opening: OpeningAccounts,
  held: HeldPositions,
): PopulationRow[] {
  const { quantaPerUnit } = inputs.currencies[0];
  const cash = cashByPopulation(inputs, opening);
  const money = inputs.populations.map(() => ({ margin: 0, result: 0, spot: 0 }));
  const { slots, markets } = opening.columns;
  for (let slot = 0; slot < opening.slotCount; slot++) {
    const market = slots.market[slot];
    const row = money[opening.population[slots.account[slot]]];
    const value = slots.lots[slot] * markets.markTicks[market] * markets.quantaPerTickLot[market];
    if (markets.perpetual[market] === 0) row.spot += value / quantaPerUnit;
    else {
      row.margin += slots.margin[slot] / quantaPerUnit;
      row.result += (value - slots.cost[slot]) / quantaPerUnit;
    }
  }
  return inputs.populations.map(({ name, type, count, weight, venues }, k): PopulationRow => {
    const own = held.ofPopulation[k];
    const usd = own.map((position) => held.usd[position]);
    const onSide = (side: number): number => sum(own, (n) => (held.side[n] === side ? held.usd[n] : 0));
    const { margin, result, spot } = money[k];
    return {
      population: name,
      type,
      venues: Array.from(venues, (venue) => inputs.venues[venue].name),
      agents: count,
      traders: weight.reduce((total, traders) => total + traders, 0),
      capitalUsd: cash[k] + margin + result + spot,
      cashUsd: cash[k],
      spotUsd: spot,
      longUsd: onSide(1),
      shortUsd: onSide(-1),
      leverage: quantilesOf(
        weightedSample(
          own.map((n) => held.leverage[n]),
          usd,
        ),
      ),
      crossShare: ratio(
        sum(own, (n) => (held.cross[n] === 1 ? held.usd[n] : 0)),
        sum(usd, (value) => value),
      ),
    };
  });
}

function cashByPopulation(inputs: SimulationInputs, opening: OpeningAccounts): number[] {
  const { quantaPerUnit } = inputs.currencies[0];
  const cash = inputs.populations.map(() => 0);
  for (let account = 0; account < opening.accountCount; account++) {
    cash[opening.population[account]] += opening.columns.accounts.cash[account] / quantaPerUnit;
  }
  return cash;
}

function venueRows(
  inputs: SimulationInputs,
  opening: OpeningAccounts,
  held: HeldPositions,
): VenuePositions[] {
  return inputs.venues.map(({ name, coverage, liquidation }, venue) => {
    const perpetuals = inputs.markets.flatMap((spec, index) =>
      spec.venue === venue && spec.kind === "perpetual" ? [{ spec, index }] : [],
    );
    return {
      venue: name,
      coverage,
      liquidates: liquidation.enabled,
      accounts: opening.venue.reduce((count, of) => count + (of === venue ? 1 : 0), 0),
      coins: perpetuals.map(({ spec, index }) => {
        const [longs, shorts] = held.lotsOfMarket[index];
        const price = inputs.coins[spec.coin].startPrice;
        return {
          coin: inputs.coins[spec.coin].name,
          longCoins: longs * spec.lotSize,
          shortCoins: shorts * spec.lotSize,
          openInterestUsd: longs * spec.lotSize * price,
        };
      }),
    };
  });
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
