/**
 * The faults of the mutation check (mutations.js): single lines of margin, liquidation, funding and deleveraging code,
 * and the tests that must fail with each. A test holds that every line is still there.
 */

/** File below packages/core/src; text, once in the file; what it becomes; tests below packages/core/test. */
// prettier-ignore
export const FAULTS = [
  // Margin
  ["mechanics/maintenance-margin.ts", "rates.maintenanceRate - rates.maintenanceAmount", "rates.maintenanceRate + rates.maintenanceAmount", "mechanics-margin"],
  ["mechanics/maintenance-margin.ts", "position.ratePpm, PPM, CEIL)", "position.ratePpm, PPM, FLOOR)", "mechanics-margin"],
  ["mechanics/account-equity.ts", "equity < maintenance;", "equity <= maintenance;", "mechanics-margin"],
  ["mechanics/liquidation-price.ts", "available -= maintenanceMargin({", "available += maintenanceMargin({", "mechanics-liquidation-price"],
  ["accounts/tiers.ts", "maintenancePpm[tier], PPM, CEIL)", "maintenancePpm[tier], PPM, FLOOR)", "mutation-engine-margin"],
  ["accounts/tiers.ts", "table.maintenanceAmountQuanta[tier] * weight);", "table.maintenanceAmountQuanta[tier]);", "mutation-engine-margin"],
  ["accounts/tiers.ts", "(size * (1 - rate)));", "(size * (1 + rate)));", "margin-check"],
  ["accounts/ledger.ts", "value - cost[slot] - initialMarginQuanta(", "value - cost[slot] + initialMarginQuanta(", "mutation-engine-margin"],
  ["accounts/ledger.ts", "if (result < 0 && !whole) slots", "if (result > 0 && !whole) slots", "mutation-engine-margin"],
  ["accounts/margin-index-checks.ts", "if (long) return 1 + FUNDING_SHARE;", "if (long) return (1 + FUNDING_SHARE) / 2;", "margin-index"],
  ["exchange/market-spec.ts", "PPB, CEIL) - amount);", "PPB, CEIL) + amount);", "exchange"],
  ["exchange/market-spec.ts", "return Math.max(atLeverage, atRule);", "return Math.min(atLeverage, atRule);", "exchange"],
  ["exchange/risk.ts", "return position.margin + profitQuanta(", "return position.margin - profitQuanta(", "exchange"],
  ["exchange/risk.ts", "poolInitialMargin(state, account, currency) -\n", "0 * poolInitialMargin(state, account, currency) -\n", "exchange"],
  ["exchange/order-port.ts", "return Math.max(0, 0 - profit);", "return Math.max(0, profit);", "exchange"],
  ["exchange/accounts.ts", "mulDiv(position.margin, closing, size, FLOOR)", "position.margin", "exchange"],
  // Liquidation
  ["mechanics/bankruptcy-price.ts", "position.entryPrice - (position.side", "position.entryPrice + (position.side", "mechanics-bankruptcy"],
  ["mechanics/partial-size.ts", "tiers[tier - down + 1].notionalFloor", "tiers[tier - down].notionalFloor", "mechanics-waterfall"],
  ["mechanics/partial-size.ts", "if (cooling || size", "if (size", "mechanics-waterfall"],
  ["mechanics/clearance-fee.ts", "Math.min(residual, mulDiv(notional, checkedPpm(rule.ratePpm), PPM, CEIL))", "mulDiv(notional, checkedPpm(rule.ratePpm), PPM, CEIL)", "mechanics-waterfall"],
  ["mechanics/insurance-fund.ts", "const paid = Math.min(fund, deficit);", "const paid = deficit;", "mechanics-waterfall"],
  ["mechanics/takeover.ts", "if (equity < ratio * maintenance)", "if (equity < maintenance)", "mechanics-waterfall"],
  ["exchange/close-plan.ts", "const bankruptcyValue = value - share;", "const bankruptcyValue = value + share;", "exchange-waterfall"],
  ["exchange/close-plan.ts", "size * unitQuanta, long ? CEIL : FLOOR)", "size * unitQuanta, long ? FLOOR : CEIL)", "exchange"],
  ["exchange/forced-close.ts", "moveCash(account, holder, currency, fee);", "moveCash(holder, account, currency, fee);", "exchange-waterfall"],
  ["exchange/liquidation-round.ts", "k < plans.length && k < budget", "k < plans.length", "exchange"],
  ["exchange/forced-close.ts", "const most = maxFundLossQuanta(state, plan);", "const most = Infinity;", "exchange-forms"],
  ["exchange/forced-close.ts", "levelLots - (own.get(ticks) ?? 0)", "levelLots", "exchange-forms"],
  ["exchange/liquidation-round.ts", "  raiseFundPeaks(state);\n", "", "exchange-forms"],
  ["exchange/risk.ts", "return margin + mulDiv(notional, state.takerPpm, PPM, CEIL);", "return margin;", "exchange-forms"],
  ["exchange/liquidation-round.ts", 'backstop.kind === "none" && plan.equity < 0', 'backstop.kind === "none" && plan.equity > 0', "exchange-waterfall"],
  ["simulation/close-plan.ts", "(byRatio ? a.ratio - b.ratio : 0)", "(byRatio ? b.ratio - a.ratio : 0)", "mutation-engine-waterfall"],
  ["simulation/close-plan.ts", "if (equity <= 0) return size;", "if (equity >= 0) return size;", "mutation-engine-waterfall"],
  ["simulation/forced-close.ts", ": cash - cashBefore;", ": cash;", "mutation-engine-waterfall"],
  ["simulation/forced-close.ts", "slots.margin[slot] -= lost;", "", "engine-waterfall"],
  ["simulation/takeover.ts", "if (held > cap) return false;", "if (held > 2 * cap) return false;", "mutation-engine-waterfall"],
  ["simulation/takeover.ts", "ledger.settle(to, side * lots, quote, 0, 0);", "ledger.settle(to, side * lots, quote, 1, 0);", "cascade"],
  ["simulation/phases/liquidate.ts", "k < plans.length && k < budget", "k < plans.length", "mutation-engine-waterfall"],
  ["simulation/phases/liquidate.ts", 'backstop.kind === "none" && plan.equity < 0', 'backstop.kind === "none" && plan.equity > 0', "mutation-engine-waterfall"],
  // Funding
  ["mechanics/premium.ts", "return (above - below) / index;", "return (above + below) / index;", "mechanics-funding"],
  ["mechanics/funding-forms.ts", "Math.max(premium - clamp, Math.min(premium + clamp, interest))", "Math.min(premium + clamp, interest)", "mechanics-funding"],
  ["mechanics/funding-payment.ts", "terms.rate, terms.divisor, FLOOR)", "terms.rate, terms.divisor, TRUNCATE)", "mechanics-funding"],
  ["exchange/funding.ts", "position.margin += changesQuanta[k];", "position.margin -= changesQuanta[k];", "exchange-conservation"],
  ["exchange/funding.ts", "after: fromMicros, until: due }", "after: fromMicros, until: state.nowMicros }", "exchange-forms"],
  ["exchange/funding.ts", 'funding.paidOn === "mark" ? prices.markTicks', 'funding.paidOn !== "mark" ? prices.markTicks', "mutation-exchange-funding"],
  ["simulation/funding.ts", "rate, PPB, CEIL);", "rate, PPB, 0);", "mutation-engine-funding"],
  ["simulation/funding.ts", "accounts.cash[account] -= payment;", "accounts.cash[account] += payment;", "mutation-engine-funding"],
  ["simulation/mark-rules.ts", "fundingRate * (toFunding / interval)", "fundingRate", "mutation-engine-funding"],
  ["simulation/phases/mark.ts", "microsOf(funding.intervalSeconds))) payFunding", "microsOf(funding.sampleSeconds))) payFunding", "mutation-engine-funding"],
  // Deleveraging
  ["mechanics/adl-ranking.ts", "share > 0 ? share * leverage : share / leverage", "share * leverage", "mechanics-adl"],
  ["mechanics/adl-ranking.ts", "queue.sort((a, b) => b.score - a.score", "queue.sort((a, b) => a.score - b.score", "mechanics-adl"],
  ["mechanics/adl-allocation.ts", "if (equity < 0 || equity + change < 0)", "if (equity < 0)", "mechanics-adl"],
  ["exchange/deleverage.ts", 'adl.settlement === "bankruptcy" ? plan', 'adl.settlement !== "bankruptcy" ? plan', "exchange-waterfall"],
  ["exchange/deleverage.ts", "if (equityAfterClose(state, market, other, ticks) < 0) continue;", "", "exchange"],
  ["simulation/ranked-queue.ts", "const difference = score[a] - score[b];", "const difference = score[b] - score[a];", "deleverage-twin"],
  ["simulation/counterparties.ts", "return equity > 0 ? Math.floor(equity /", "return equity > 0 ? Math.floor((2 * equity) /", "deleverage-twin"],
  ["simulation/counterparties.ts", "const share = (value - cost) /", "const share = (value + cost) /", "deleverage-twin"],
  ["simulation/phases/deleverage.ts", "const ticks = atBankruptcy ? plan", "const ticks = !atBankruptcy ? plan", "engine-waterfall"],
];

/** Of a folder's files the tests that a name stands for: `exchange` is exchange.test.ts and all exchange-….test.ts. */
export function testFilesOf(name, files) {
  return files.filter(
    (file) =>
      file.endsWith(".test.ts") &&
      (file === `${name}.test.ts` || file.startsWith(`${name}-`) || file.startsWith(`${name}.`)),
  );
}
