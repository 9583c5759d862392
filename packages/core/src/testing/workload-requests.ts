/**
 * The requests of a workload: what can be asked of an exchange as plain data, and how it is asked.
 *
 * Draws and forecasts work on this data alone; only `doRequest` touches an exchange.
 */
import { UserError } from "../errors.ts";
import type { LeverageSetting } from "../exchange/account-wishes.ts";
import type { CashFlow, CashTransfer, MarginChange } from "../exchange/cash-flows.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { OrderWish } from "../exchange/order-wish.ts";
import type { IndexSource } from "../mechanics/index-price.ts";

/** An order's number with its owner and market. */
export interface OrderName {
  readonly account: number;
  readonly market: string;
  readonly order: number;
}

/** One request. */
export type WorkloadRequest =
  | { readonly kind: "place"; readonly wish: OrderWish }
  | { readonly kind: "amend"; readonly wish: OrderName & { readonly price: number; readonly size: number } }
  | { readonly kind: "cancel"; readonly wish: OrderName }
  | { readonly kind: "cancel-all"; readonly account: number; readonly market: string }
  | { readonly kind: "deposit" | "withdraw"; readonly flow: CashFlow }
  | { readonly kind: "transfer"; readonly flow: CashTransfer }
  | { readonly kind: "margin"; readonly change: MarginChange }
  | { readonly kind: "leverage"; readonly setting: LeverageSetting }
  | { readonly kind: "index"; readonly market: string; readonly sources: number | readonly IndexSource[] }
  | { readonly kind: "external"; readonly market: string; readonly price: number }
  | { readonly kind: "collateral"; readonly price: number }
  | { readonly kind: "advance"; readonly seconds: number }
  | { readonly kind: "halt" | "resume"; readonly market: string };

/** `done`; `rejected`: turned away as data; `refused`: a UserError. */
export type WorkloadOutcome = "done" | "rejected" | "refused";

/**
 * Does a request.
 *
 * @returns what came of it, and the number of a placed order
 * @throws any error that is no UserError: a fault of the exchange
 */
export function doRequest(
  exchange: Exchange,
  request: WorkloadRequest,
): { readonly outcome: WorkloadOutcome; readonly order: number } {
  try {
    const result = send(exchange, request);
    const rejected = result === false || (request.kind === "place" && result === 0);
    return { outcome: rejected ? "rejected" : "done", order: typeof result === "number" ? result : 0 };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outcome: "refused", order: 0 };
  }
}

function send(exchange: Exchange, request: WorkloadRequest): number | boolean | void {
  switch (request.kind) {
    case "place":
      return exchange.placeOrder(request.wish);
    case "amend":
      return exchange.amendOrder(request.wish);
    case "cancel":
      return exchange.cancelOrder(request.wish);
    case "cancel-all":
      return exchange.cancelAll(request.account, request.market);
    case "deposit":
      return exchange.deposit(request.flow);
    case "withdraw":
      return exchange.withdraw(request.flow);
    case "transfer":
      return exchange.transfer(request.flow);
    case "margin":
      return exchange.changeMargin(request.change);
    case "leverage":
      return exchange.setLeverage(request.setting);
    case "index":
      return exchange.setIndex(request.market, request.sources);
    case "external":
      return exchange.setExternalPrices(request.market, [{ price: request.price, weight: 1 }]);
    case "collateral":
      return exchange.setCollateralPrices("COIN", { index: request.price });
    case "advance":
      return exchange.advance(request.seconds);
    case "halt":
      return exchange.halt(request.market);
    case "resume":
      return exchange.resume(request.market);
  }
}
