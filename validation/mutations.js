#!/usr/bin/env node
/**
 * Mutation check: single-line faults in margin, liquidation, funding and deleveraging code, each of which the named
 * tests must catch. Not part of continuous integration: every fault is a build and a test run.
 *
 * Usage: node validation/mutations.js [--only TEXT] [--keep]
 * Works in a copy of the repository in a temporary folder; the repository itself is never changed. Prints a table.
 * Exit 1 if a fault survives, its line is not found exactly once, or the tests fail without any fault.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A fault that makes a test run longer than this counts as caught: it hangs. */
const MOST_SECONDS = 120;

/** File below packages/core/src; text, once in the file; what it becomes; tests below packages/core/test. */
// prettier-ignore
const FAULTS = [
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

const options = { only: "", keep: false };
for (let k = 2; k < process.argv.length; k++) {
  if (process.argv[k] === "--keep") options.keep = true;
  else if (process.argv[k] === "--only" && process.argv[k + 1] !== undefined)
    options.only = process.argv[++k];
  else stop(`unknown option ${process.argv[k]}\nnode validation/mutations.js [--only TEXT] [--keep]`);
}

const copy = copyRepository();
try {
  process.exitCode = runAll() ? 0 : 1;
} finally {
  if (options.keep) console.log(`kept ${copy}`);
  else rmSync(copy, { recursive: true, force: true });
}

function runAll() {
  const faults = FAULTS.filter((fault) => fault.join(" ").includes(options.only));
  const tests = [...new Set(faults.flatMap(([, , , names]) => filesOf(names)))];
  build();
  const clean = runTests(tests);
  if (clean !== "passed") {
    console.log(`the tests do not pass without a fault (${clean}): ${tests.join(" ")}`);
    return false;
  }
  const counts = { caught: 0, survived: 0, "not found": 0 };
  console.log(" #  outcome    seconds  file                                 fault");
  faults.forEach((fault, k) => {
    const started = performance.now();
    const outcome = tryFault(fault);
    counts[outcome]++;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const [file, from, to] = fault;
    const change = `${from.trim()}  ->  ${to.trim() || "(nothing)"}`;
    const number = String(k + 1).padStart(2);
    console.log(`${number}  ${outcome.padEnd(10)} ${seconds.padStart(6)}   ${file.padEnd(36)} ${change}`);
  });
  console.log(
    `${counts.caught} of ${faults.length} caught, ${counts.survived} survived, ${counts["not found"]} not found`,
  );
  return counts.caught === faults.length;
}

function tryFault([file, from, to, names]) {
  const path = join(copy, "packages/core/src", file);
  const good = readFileSync(path, "utf8");
  if (good.split(from).length !== 2) return "not found";
  writeFileSync(
    path,
    good.replace(from, () => to),
  );
  try {
    build();
    return runTests(filesOf(names)) === "passed" ? "survived" : "caught";
  } finally {
    writeFileSync(path, good);
  }
}

/** `exchange` stands for all files that begin so. */
function filesOf(name) {
  const found = readdirSync(join(root, "packages/core/test")).filter(
    (file) =>
      file.endsWith(".test.ts") &&
      (file === `${name}.test.ts` || file.startsWith(`${name}-`) || file.startsWith(`${name}.`)),
  );
  if (found.length === 0) stop(`no test named ${name}`);
  return found.map((file) => `packages/core/test/${file}`);
}

function build() {
  // Type errors of a fault do not matter: what is emitted runs all the same.
  spawnSync("node_modules/.bin/tsc", ["-b", "packages/core"], { cwd: copy });
}

function runTests(files) {
  const result = spawnSync(
    "node_modules/.bin/vitest",
    ["run", "--bail", "1", "--reporter", "dot", ...files],
    {
      cwd: copy,
      timeout: MOST_SECONDS * 1000,
      killSignal: "SIGKILL",
      encoding: "utf8",
    },
  );
  if (result.error !== undefined) return "too slow";
  if (result.status !== 0 && options.keep) console.log(result.stdout.slice(-2_000));
  return result.status === 0 ? "passed" : "failed";
}

/** The repository without its history, its node_modules linked so that packages resolve to the copy. */
function copyRepository() {
  const target = mkdtempSync(join(tmpdir(), "undertow-mutations-"));
  const skipped = new Set(["node_modules", ".git", "runs"]);
  cpSync(root, target, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  linkAll(join(root, "node_modules"), join(target, "node_modules"), "@undertow");
  mkdirSync(join(target, "node_modules/@undertow"));
  for (const name of readdirSync(join(root, "packages"))) {
    symlinkSync(join(target, "packages", name), join(target, "node_modules/@undertow", name));
    const own = join(root, "packages", name, "node_modules");
    linkAll(own, join(target, "packages", name, "node_modules"), "@undertow");
  }
  return target;
}

function linkAll(from, to, except) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name));
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
