/**
 * Public entry of the scenarios package: load, list and compile scenarios, and the schema behind them.
 */
export type { AgentsModule, LoadedAgents } from "./agent-modules/load-agents.ts";
export { listScenarios, type ScenarioListing } from "./library.ts";
export { loadScenario, resolveScenario, type LoadOptions } from "./loading/load-scenario.ts";
export type { ResolvedPopulation, ResolvedScenario, ResolvedVenue } from "./loading/resolved-scenario.ts";
export { venuesOf, type ListedVenue, type ScenarioVenue } from "./loading/scenario-venues.ts";
export type { Provenance, ValueSource } from "./loading/provenance.ts";
export type { ResolvedParams } from "./loading/agent-params.ts";
export { compileScenario, type CompileOptions } from "./compile/compile-scenario.ts";
export { describePopulation, type PopulationDescription } from "./population/describe-population.ts";
export type { CheckUnit, InputCheck, InputVerdict } from "./population/input-checks.ts";
export { factorModelDriver } from "./drivers/factor-model.ts";
export type { FactorCoin, FactorModel, FactorShock } from "./drivers/factor-model.ts";
export {
  listVenueProfiles,
  loadVenueProfile,
  parseVenueProfile,
  venueProfileNames,
  type VenueListing,
  type VenueProfile,
} from "./venues/venue-profile.ts";
export { tiersAt, type Bracket, type MarginTable, type TiersAt } from "./venues/margin-tables.ts";
export {
  describeVenueProfile,
  type VenueDescription,
  type VenueGroup,
  type VenueParameter,
  type VenueTiers,
} from "./venues/describe-profile.ts";
export { runRules, type RunRules, type RunRulesResult } from "./venues/run-rules.ts";
export type { Origin, Origins } from "./venues/origins.ts";
export { describeSchema, scenarioSchema, type ScenarioData } from "./schema/scenario-schema.ts";
export { parseQuantity, type Dimension } from "./values/quantity.ts";
export { parseDistributionText } from "./values/distribution.ts";
export {
  compileExpression,
  evaluateExpression,
  ExpressionError,
  expressionParser,
} from "./values/expression.ts";
export { IMPACT_SHARES, measureImpact, type ImpactOptions } from "./stylised/impact.ts";
export { withMetaorder, type Metaorder } from "./stylised/metaorder.ts";
export { observeRun, type ObservedRun, type ObserveOptions } from "./stylised/observe-run.ts";
export {
  measureStylisedFacts,
  type StylisedOptions,
  type StylisedReport,
} from "./stylised/stylised-facts.ts";
