/**
 * The agent types of this package by name, as scenarios refer to them.
 *
 * A third party's package offers the same kind of table; the scenario package merges them.
 */
import type { AgentModule, AgentType } from "@undertow/core";
import { backstopVault } from "./backstop-vault.ts";
import { basisArbitrageur } from "./basis-arbitrageur.ts";
import { crowdTrader } from "./crowd-trader.ts";
import { crossVenueArbitrageur } from "./cross-venue-arbitrageur.ts";
import { fundingHarvester } from "./funding-harvester.ts";
import { dipBuyer } from "./dip-buyer.ts";
import { fcnTrader } from "./fcn-trader.ts";
import { largeHolder } from "./large-holder.ts";
import { levelTrader } from "./level-trader.ts";
import { leveragedTrader } from "./leveraged-trader.ts";
import { liquidationHunter } from "./liquidation-hunter.ts";
import { marketMaker } from "./market-maker.ts";
import { metaorderExecutor } from "./metaorder-executor.ts";
import { momentumTrader } from "./momentum-trader.ts";
import { noiseTrader } from "./noise-trader.ts";
import { portfolioFund } from "./portfolio-fund.ts";
import { relativeValueTrader } from "./relative-value-trader.ts";
import { replayTrader } from "./replay-trader.ts";
import { scriptedTrader } from "./scripted-trader.ts";
import { shortSeller } from "./short-seller.ts";
import { strategyUnderTest } from "./strategy-under-test.ts";
import { valueInvestor } from "./value-investor.ts";
import { ziCTrader } from "./zi-c-trader.ts";

/** Agent types by name. */
export const agentTypes: Readonly<Record<string, AgentType>> = {
  "noise-trader": noiseTrader,
  "market-maker": marketMaker,
  "basis-arbitrageur": basisArbitrageur,
  "cross-venue-arbitrageur": crossVenueArbitrageur,
  "value-investor": valueInvestor,
  "momentum-trader": momentumTrader,
  "leveraged-trader": leveragedTrader,
  "portfolio-fund": portfolioFund,
  "large-holder": largeHolder,
  "funding-harvester": fundingHarvester,
  "relative-value-trader": relativeValueTrader,
  "backstop-vault": backstopVault,
  "crowd-trader": crowdTrader,
  "liquidation-hunter": liquidationHunter,
  "dip-buyer": dipBuyer,
  "fcn-trader": fcnTrader,
  "level-trader": levelTrader,
  "metaorder-executor": metaorderExecutor,
  "replay-trader": replayTrader,
  "scripted-trader": scriptedTrader,
  "short-seller": shortSeller,
  "zi-c-trader": ziCTrader,
  "strategy-under-test": strategyUnderTest,
};

/** Where worker threads load these types from. */
export const agentTypesModule: AgentModule = { url: import.meta.url, export: "agentTypes" };
