/**
 * Refuses venue rules in a form that the step loop does not run, and venues that do not fit together, before a run begins.
 *
 * The forms of an `Exchange` are more than those of the step loop; nothing is run as something that it is not.
 */
import { UserError, type Problem } from "../errors.ts";
import { proveFundBounds } from "../limits.ts";
import { checkClearing } from "../market/clearing.ts";
import type { SimulationInputs, VenueSpec } from "./inputs.ts";

/** Venue ids are bytes. */
const MOST_VENUES = 255;

/**
 * Throws if a rule of a venue is in a form that the step loop does not run, or the venues do not fit together.
 *
 * @throws UserError `unsupported-rule` with every such rule; `invalid-argument` with the field of a clearing; `venues`
 *   with every misfit; `money-bound` with every insurance fund that is not an exact amount
 */
export function checkVenues(inputs: SimulationInputs): void {
  const unsupported = inputs.venues.flatMap((venue, k) =>
    unsupportedRules(venue, inputs.venues.length === 1 ? "venue" : `venues.${k}`),
  );
  if (unsupported.length > 0) throw new UserError("unsupported-rule", unsupported);
  for (const { name, clearing } of inputs.markets) {
    if (clearing !== undefined) checkClearing(`markets.${name}.clearing`, clearing);
  }
  const misfits = [...venueMisfits(inputs), ...indexMisfits(inputs), ...populationMisfits(inputs)];
  if (misfits.length > 0) throw new UserError("venues", misfits);
  proveFundBounds(
    inputs.venues.map(({ insuranceFundQuanta, backstop }, k) => ({
      path: `venues.${k}.insuranceFundQuanta`,
      fundQuanta: insuranceFundQuanta,
      ...(backstop.kind === "fund"
        ? { cap: { path: `venues.${k}.backstop.capRatio`, ratio: backstop.capRatio } }
        : {}),
    })),
  );
}

/** Words and switches of rules with those that the step loop runs. Types leave some out; a plain object can have them. */
function formsOf({
  mark,
  funding,
  liquidation,
}: VenueSpec): readonly (readonly [string, string | number | boolean, string[]])[] {
  const { partial, maintenance } = liquidation;
  const cap = funding.cap.kind === "margin-gap" ? funding.cap : undefined;
  const portion = partial.kind === "portion" ? partial : undefined;
  const marks = ["median-of-three", "oracle-median", "mean-basis", "funding-basis", "oracle"];
  return [
    ["mark.kind", mark.kind, marks],
    ["funding.averaging", funding.averaging, ["mean", "linear-weights"]],
    ["funding.premium", funding.premium ?? "impact", ["impact"]],
    ["funding.rate.kind", funding.rate.kind, ["clamped-interest", "premium-plus-interest"]],
    ["funding.publishedDecimals", funding.publishedDecimals ?? "none", ["none"]],
    ["funding.cap.limitToMaintenance", cap?.limitToMaintenance ?? false, ["false"]],
    ["liquidation.partial.maxFundLossPerBlock", portion?.maxFundLossPerBlock ?? "none", ["none"]],
    ["liquidation.price.kind", liquidation.price.kind, ["bankruptcy", "fillable", "market"]],
    ["liquidation.maintenance.valuedAt", maintenance?.valuedAt ?? "mark", ["mark"]],
    ["liquidation.maintenance.closingFee", maintenance?.closingFee ?? false, ["false"]],
    ["liquidation.maintenance.trigger", maintenance?.trigger ?? "below", ["below"]],
  ];
}

function unsupportedRules(spec: VenueSpec, venue: string): Problem[] {
  const { funding, liquidation, backstop, adl } = spec;
  const { partial } = liquidation;
  const problems: Problem[] = [];
  const refuse = (path: string, expected: string, found: string): void => {
    problems.push({ message: "the step loop does not run this rule", path, expected, found });
  };
  for (const [path, found, run] of formsOf(spec))
    if (!run.includes(String(found))) refuse(`${venue}.${path}`, run.join(", "), String(found));
  if (funding.cap.kind === "margin-gap" && funding.cap.changeShare !== undefined)
    refuse(`${venue}.funding.cap.changeShare`, "none", String(funding.cap.changeShare));
  if (partial.kind === "two-tiers" || partial.kind === "shortage")
    refuse(`${venue}.liquidation.partial.kind`, "all, tier-step, share or portion", partial.kind);
  if (partial.kind === "tier-step" && partial.order !== "immediate")
    refuse(`${venue}.liquidation.partial.order`, "immediate", partial.order);
  if (liquidation.pick !== "largest-maintenance")
    refuse(`${venue}.liquidation.pick`, "largest-maintenance", liquidation.pick);
  if (backstop.kind === "fund-pays" || backstop.kind === "fund-drawdown")
    refuse(`${venue}.backstop.kind`, "fund, vault or none", backstop.kind);
  if (adl.cancelOrders) refuse(`${venue}.adl.cancelOrders`, "false", "true");
  return problems;
}

function venueMisfits({ venues, markets, coins }: SimulationInputs): Problem[] {
  const problems: Problem[] = [];
  if (venues.length < 1 || venues.length > MOST_VENUES)
    problems.push(misfit("venues", `1 to ${MOST_VENUES} venues`, String(venues.length)));
  const names = venues.map(({ name }) => name);
  names.forEach((name, k) => {
    if (names.indexOf(name) !== k)
      problems.push(misfit(`venues.${k}.name`, "a name that no other venue has", name));
  });
  markets.forEach(({ name, venue, coin, kind }, k) => {
    if (venues[venue] === undefined)
      problems.push(misfit(`markets.${k}.venue`, `0 to ${venues.length - 1}`, String(venue)));
    const pair = markets.filter((other) => other.venue === venue && other.coin === coin);
    if (coins[coin] === undefined || pair.length !== 2 || pair[0].kind === pair[1].kind) {
      const expected = "one spot market and one perpetual of each coin that a venue lists";
      problems.push(misfit(`markets.${k}`, expected, `${name}, ${kind}, ${pair.length} of its coin`));
    }
  });
  return problems;
}

function indexMisfits({ venues, markets }: SimulationInputs): Problem[] {
  const problems: Problem[] = [];
  venues.forEach(({ index }, venue) => {
    index.sources.forEach(({ market, weight }, k) => {
      const path = `venues.${venue}.index.sources.${k}`;
      if (markets[market]?.kind !== "spot")
        problems.push(misfit(`${path}.market`, "a spot market", String(market)));
      if (!(weight > 0 && weight < Infinity))
        problems.push(misfit(`${path}.weight`, "a number above 0", String(weight)));
    });
    markets.forEach((spec) => {
      if (spec.venue !== venue || spec.kind === "spot") return;
      if (!index.sources.some(({ market }) => markets[market]?.coin === spec.coin))
        problems.push(misfit(`venues.${venue}.index.sources`, `a spot market for ${spec.name}`, "none"));
    });
  });
  return problems;
}

function populationMisfits({ populations, venues, markets }: SimulationInputs): Problem[] {
  const problems: Problem[] = [];
  populations.forEach(({ name, venues: own, count, endowment }, k) => {
    const path = `populations.${k}`;
    const isList = own.length > 0 && own.every((venue) => venues[venue] !== undefined);
    if (!isList || new Set(own).size !== own.length)
      problems.push(
        misfit(`${path}.venues`, `different venues from 0 to ${venues.length - 1}`, own.join(", ")),
      );
    if (endowment.cashQuanta.length !== count * own.length)
      problems.push(
        misfit(
          `${path}.endowment.cashQuanta`,
          `${count * own.length} entries`,
          `${endowment.cashQuanta.length}`,
        ),
      );
    for (const market of new Set(endowment.positions.market)) {
      if (own.includes(markets[market]?.venue ?? -1)) continue;
      const found = markets[market]?.name ?? String(market);
      problems.push(misfit(`${path}.endowment.positions`, `markets of the venues of ${name}`, found));
    }
  });
  return problems;
}

function misfit(path: string, expected: string, found: string): Problem {
  return { message: "venues, markets and populations do not fit together", path, expected, found };
}
