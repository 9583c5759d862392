/**
 * Opening accounts and choosing leverage: what a trader may ask of a venue before it trades.
 *
 * Refuses what the venue's rules do not have. Leverage is fixed while a position or an order of its market is open, so
 * that no margin changes behind a position's back.
 */
import { fail, finite } from "../mechanics/checked.ts";
import { type ExchangeState, accountOf, addAccount, marketOf } from "./exchange-state.ts";
import { highestLeverage } from "./risk.ts";
import type { MarginMode } from "./venue-rules.ts";

/** How an account is opened. */
export interface AccountWish {
  /** Shown in events; `account N` unless told. */
  readonly name?: string;
  readonly mode: MarginMode;
  /** One pool over all collateral currencies; only where the venue has multi-asset collateral, never isolated. */
  readonly multiAsset?: boolean;
  /** Leverage in every market until it is set; held to what each market allows. Default 1. */
  readonly leverage?: number;
}

/** An account's leverage in a market. */
export interface LeverageSetting {
  /** Key of the account. */
  readonly account: number;
  readonly market: string;
  /** At least 1, at most what the market's rule allows the smallest position. */
  readonly leverage: number;
}

/** Opens a trader's account and returns its key. */
export function openTrader(state: ExchangeState, wish: AccountWish): number {
  const { modes, collateral } = state.rules;
  if (!modes.includes(wish.mode)) fail("mode", `one of ${modes.join(", ")}`, wish.mode);
  if (wish.multiAsset === true && (collateral.kind !== "multi-asset" || wish.mode === "isolated")) {
    fail("multiAsset", "a pool of a venue with multi-asset collateral", wish.mode);
  }
  if (wish.leverage !== undefined && !(finite("leverage", wish.leverage) >= 1)) {
    fail("leverage", "at least 1", wish.leverage);
  }
  return addAccount(state, wish).key;
}

/** Sets the leverage at which new positions of a market are opened. */
export function chooseLeverage(state: ExchangeState, setting: LeverageSetting): void {
  const account = accountOf(state, setting.account);
  const market = marketOf(state, setting.market);
  const { leverage } = setting;
  if (state.rules.initialMargin.leverage !== "chosen") {
    fail("leverage", "a venue on which leverage is chosen", leverage);
  }
  const most = highestLeverage(market);
  if (!(finite("leverage", leverage) >= 1 && leverage <= most))
    fail("leverage", `from 1 to ${most}`, leverage);
  const hasPosition = account.positions.some(
    ({ market: index, lots }) => index === market.index && lots !== 0,
  );
  const hasOrder = [...market.orders.values()].some(({ position }) => position.account === account);
  if (hasPosition || hasOrder) fail("leverage", "no open position or order in the market", leverage);
  account.leverage[market.index] = leverage;
}
