/**
 * Checks of what a population is asked for: a ratio of traders needs two sides, a median position one coin, and figures of
 * the start are of coins that there are and lie in their own ranges.
 *
 * Part of the cross-checks; runs on whatever the schema accepted. Never changes a value.
 */
import type { Check } from "./cross-checks.ts";
import { coinsOfPopulation } from "./scenario-venues.ts";
import { unknownCoin } from "./venue-checks.ts";

/** Every flaw of the inputs of populations. */
export function checkPopulationInputs(check: Check): void {
  checkLongAccounts(check);
  checkMedianPositions(check);
  checkStartFigures(check);
}

function checkLongAccounts({ sections: { populations }, value }: Check): void {
  for (const [name, { endowment, count }] of Object.entries(populations ?? {})) {
    const { longAccounts, perpLongShare = 0, perpShortShare = 0 } = endowment;
    if (longAccounts === undefined) continue;
    const path = ["populations", name, "endowment", "longAccounts"];
    if (perpLongShare === 0 || perpShortShare === 0 || count < 2) {
      value(path, {
        message: "a share of long traders needs a population that holds both sides",
        expected: "perpLongShare and perpShortShare above 0, and two agents or more",
        found: `${perpLongShare} and ${perpShortShare}, ${count} agents`,
      });
    } else if (longAccounts === 0 || longAccounts === 1) {
      value(path, {
        message: "somebody has to hold each side",
        expected: "above 0 and below 1",
        found: String(longAccounts),
      });
    }
  }
}

function checkMedianPositions({ sections: { populations }, venues, value }: Check): void {
  for (const [name, population] of Object.entries(populations ?? {})) {
    const { medianPosition, perpLongShare = 0, perpShortShare = 0 } = population.endowment;
    if (medianPosition === undefined) continue;
    const path = ["populations", name, "endowment", "medianPosition"];
    const coins = coinsOfPopulation(venues, population);
    if (coins.length > 1)
      value(path, {
        message: "a median position is of one coin",
        expected: "a population that trades one coin",
        found: coins.join(", "),
      });
    if (perpLongShare + perpShortShare === 0)
      value(path, {
        message: "a median position needs positions",
        expected: "perpLongShare or perpShortShare above 0",
        found: "neither",
      });
  }
}

function checkStartFigures({ sections: { startFigures, coins }, value }: Check): void {
  const names = Object.keys(coins ?? {});
  startFigures?.forEach(({ coin, value: published, low, high }, k) => {
    const path = ["startFigures", k];
    if (coins !== undefined && !names.includes(coin)) value([...path, "coin"], unknownCoin(coin, names));
    if (low !== undefined && low > published)
      value([...path, "low"], {
        message: "the range does not hold the value",
        expected: `at most ${published}`,
        found: String(low),
      });
    if (high !== undefined && high < published)
      value([...path, "high"], {
        message: "the range does not hold the value",
        expected: `at least ${published}`,
        found: String(high),
      });
  });
}
