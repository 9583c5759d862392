/**
 * Public entry of the agents package: the agent types, their registry, and the rules of population synthesis.
 *
 * Imports core's public entry only; a third party's package of agents looks the same.
 */
export { EnvPool, EnvPoolError } from "./env/env-pool.ts";
export type { EnvPoolOptions } from "./env/env-pool.ts";
export { MarketEnv } from "./env/market-env.ts";
export type { MarketEnvOptions, ResetResult, StepInfo, StepResult } from "./env/market-env.ts";
export { Seat } from "./env/seat.ts";
export { backstopVault } from "./types/backstop-vault.ts";
export { basisArbitrageur } from "./types/basis-arbitrageur.ts";
export { crossVenueArbitrageur } from "./types/cross-venue-arbitrageur.ts";
export { fundingHarvester } from "./types/funding-harvester.ts";
export { crowdTrader } from "./types/crowd-trader.ts";
export { liquidationHunter } from "./types/liquidation-hunter.ts";
export { dipBuyer } from "./types/dip-buyer.ts";
export { fcnTrader } from "./types/fcn-trader.ts";
export { largeHolder } from "./types/large-holder.ts";
export { levelTrader } from "./types/level-trader.ts";
export { leveragedTrader } from "./types/leveraged-trader.ts";
export { marketMaker } from "./types/market-maker.ts";
export { metaorderExecutor } from "./types/metaorder-executor.ts";
export { momentumTrader } from "./types/momentum-trader.ts";
export { noiseTrader } from "./types/noise-trader.ts";
export { portfolioFund } from "./types/portfolio-fund.ts";
export { agentTypes, agentTypesModule } from "./types/registry.ts";
export { relativeValueTrader } from "./types/relative-value-trader.ts";
export { declarationFlaws, looksLikeAgentType, type DeclarationFlaw } from "./declaration.ts";
export { replayTrader } from "./types/replay-trader.ts";
export { SCRIPT_ENTRIES, scriptParams, scriptedAs, scriptedTrader } from "./types/scripted-trader.ts";
export type { ScriptEntry } from "./types/scripted-trader.ts";
export { shortSeller } from "./types/short-seller.ts";
export { strategyUnderTest } from "./types/strategy-under-test.ts";
export { valueInvestor } from "./types/value-investor.ts";
export { ziCTrader } from "./types/zi-c-trader.ts";
export { buildEndowments } from "./population/build.ts";
export { fitWeights } from "./population/fit-weights.ts";
export type { EndowedCoin, EndowedPopulation, EndowmentRequest } from "./population/request.ts";
export type { CoinAggregates, EndowmentRule } from "./population/rules.ts";
