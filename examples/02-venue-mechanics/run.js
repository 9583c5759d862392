/**
 * One venue without agents: open a long at 20x, walk the mark down, and watch the waterfall do its work.
 *
 * Everything that moves money is printed: liquidation price, fills, what the fund gains or pays, the deleveraging queue.
 * Run it from the repository: node examples/02-venue-mechanics/run.js
 */
import { Exchange } from "@undertow/core";
import { market, rules } from "./venue-rules.js";

const exchange = new Exchange({ rules, currencies: [{ name: "USDT", decimals: 6 }], markets: [market] });
const BTC = "BTC-PERP";
const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
const step = (title) => console.log(`\n${title}`);

const alice = exchange.openAccount({ name: "alice", mode: "isolated", leverage: 20 });
const bob = exchange.openAccount({ name: "bob", mode: "isolated", leverage: 10 });
const carol = exchange.openAccount({ name: "carol", mode: "cross", leverage: 5 });
const maker = exchange.openAccount({ name: "maker", mode: "cross", leverage: 10 });
for (const [account, amount] of [
  [alice, 10_000],
  [bob, 20_000],
  [carol, 20_000],
  [maker, 500_000],
  [exchange.fund, 50_000],
]) {
  exchange.deposit({ account, currency: "USDT", amount });
}

step("alice buys 2 BTC at 60,000 with 20x; bob sells 1 with 10x, carol 0.5 with 5x");
walkTo(60_000);
exchange.placeOrder({ account: bob, market: BTC, side: "sell", size: 1, price: 60_000 });
exchange.placeOrder({ account: carol, market: BTC, side: "sell", size: 0.5, price: 60_000 });
exchange.placeOrder({ account: maker, market: BTC, side: "sell", size: 0.5, price: 60_000 });
exchange.placeOrder({ account: alice, market: BTC, side: "buy", size: 2, price: 60_000 });
tell();
showPosition();

for (const price of [59_000, 58_000, 57_300]) {
  step(`the index falls to ${number(price)}`);
  walkTo(price);
  showPosition();
}

step("who would be deleveraged if a long failed");
exchange.adlQueue(BTC, "long").forEach(({ account, size, score }, place) => {
  console.log(`  ${place + 1}. ${account}, ${size} BTC, score ${score.toFixed(4)}`);
});

step("the index falls to 57,200, below alice's liquidation price");
walkTo(57_200);

step("afterwards");
for (const key of [alice, bob, carol, exchange.fund, exchange.fees]) {
  const { name, balances, positions } = exchange.account(key);
  const held = positions.map(({ side, size, entryPrice }) => `, ${side} ${size} from ${number(entryPrice)}`);
  console.log(`  ${name}: ${number(balances[0].cash)} USDT${held.join("")}`);
}
const audit = exchange.audit();
const { residualQuanta } = audit.currencies[0];
console.log(
  `  money residual ${residualQuanta} quanta, contracts residual ${audit.markets[0].residualLots} lots`,
);

/** The index moves, the maker quotes 0.1 and 0.3 BTC on either side of it, and five seconds pass. */
function walkTo(price) {
  exchange.setIndex(BTC, price);
  exchange.cancelAll(maker);
  for (const [away, size] of [
    [20, 0.1],
    [120, 0.3],
  ]) {
    exchange.placeOrder({ account: maker, market: BTC, side: "buy", size, price: price - away });
    exchange.placeOrder({ account: maker, market: BTC, side: "sell", size, price: price + away });
  }
  for (let second = 0; second < 5; second++) exchange.advance(1);
  tell();
}

function showPosition() {
  const [position] = exchange.account(alice).positions;
  if (position === undefined) return;
  const { liquidationPrice, bankruptcyPrice, equity, maintenance, markPrice } = position;
  console.log(
    `  alice at mark ${number(markPrice)}: equity ${number(equity)}, maintenance ${number(maintenance)}, ` +
      `liquidation at ${number(liquidationPrice)}, bankrupt at ${number(bankruptcyPrice)}`,
  );
}

/** Prints events in a line each; marks and plain order events are left out. */
function tell() {
  for (const event of exchange.takeEvents()) {
    if (event.type === "fill") {
      const { account, side, size, price, liquidity, fee, realised, forced } = event;
      const profit = realised === 0 ? "" : `, realised ${number(realised)}`;
      console.log(
        `  ${forced ? "forced fill" : "fill"}: ${account} ${side}s ${size} at ${number(price)} as ${liquidity}, ` +
          `fee ${number(fee)}${profit}`,
      );
    } else if (event.type === "liquidation") {
      const { account, side, size, price, outcome, fundDelta, counterparties = [] } = event;
      const against = counterparties.map((other) => `${other.account} ${other.size}`).join(", ");
      console.log(
        `  liquidation of ${account}'s ${side}, ${size} BTC at ${number(price)}: ${outcome}` +
          (against === "" ? `, fund ${fundDelta < 0 ? "" : "+"}${number(fundDelta)}` : ` against ${against}`),
      );
    }
  }
}
