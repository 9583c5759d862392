/**
 * Agent types for the tests of worker threads, in a module that a worker can load: one that does everything that a type
 * may do, and three that fail.
 */
import { isMainThread } from "node:worker_threads";
import { defineAgent } from "@undertow/core";

const interval = { unit: "duration", description: "mean between wakes", default: 2e6 };

/** Trades, quotes, cancels, sets leverage and stops, remembers, draws, and looks at all it may look at. */
export const busy = defineAgent({
  name: "busy",
  summary: "Uses the whole port.",
  source: "own, for tests",
  params: { interval },
  memory: { wakes: 0, seen: 0 },
  wake: { interval: "interval", kind: "poisson" },
  decide({ due, view, account, orders, random, memory, count }) {
    const [spot, perp] = [view.spotMarket[0], view.perpMarket[0]];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      memory.wakes[agent]++;
      memory.seen[agent] +=
        due.notice[k] +
        account.restingOrders(agent, perp) +
        account.equityQuanta(agent) +
        account.freeQuanta(agent) +
        account.perpNotionalQuanta(agent) +
        account.leverage(agent, perp) +
        view.midTicks[spot] +
        view.nowMicros / 1e6;
      const draw = random.uniform(agent, 0);
      const side = random.uniform(agent, 1) < 0.5 ? 1 : -1;
      const mid = view.markTicks[perp];
      if (agent % 50 === 0) quote(orders, agent, perp, mid);
      else if (draw < 0.1) orders.setLeverage(agent, perp, 2 + Math.floor(40 * random.uniform(agent, 2)));
      else if (draw < 0.4) orders.market(agent, perp, side, 1 + (agent % 7), 0);
      else if (draw < 0.6) orders.limit(agent, perp, side, mid - side * (1 + (agent % 90)), 2);
      else if (draw < 0.7) orders.setStop(agent, perp, Math.max(1, mid - side * (1 + (agent % 5))));
      else if (draw < 0.8) orders.cancelAll(agent, perp);
      else if (draw < 0.9) orders.reduce(agent, perp, -Math.sign(account.lots(agent, perp)) || 1, 3, 2);
      else orders.market(agent, spot, side, 1, 0);
      if (count < 0) orders.limit(agent, perp, side, -1, 1);
    }
  },
});

function quote(orders, agent, market, mid) {
  orders.beginLadder(agent, market);
  for (let level = 1; level <= 20; level++) {
    orders.level(1, mid - 3 * level, 10);
    orders.level(-1, mid + 3 * level, 10);
  }
}

/** Throws when its agent 40 decides for the tenth time. */
export const thrower = defineAgent({
  name: "thrower",
  summary: "Fails.",
  source: "own, for tests",
  params: { interval },
  memory: { wakes: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, memory }) {
    for (let k = 0; k < due.count; k++) {
      if (++memory.wakes[due.agents[k]] === 10 && due.agents[k] === 40)
        throw new RangeError("no idea what to do");
    }
  },
});

/** Ends the thread that it runs on, unless it is the main one. */
export const quitter = defineAgent({
  name: "quitter",
  summary: "Ends its thread.",
  source: "own, for tests",
  params: { interval },
  memory: { wakes: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, memory }) {
    for (let k = 0; k < due.count; k++) {
      if (++memory.wakes[due.agents[k]] > 10 && !isMainThread) process.exit(3);
    }
  },
});

export const notAType = 1;

/**
 * Looks at its neighbours and at the liquidation estimate, shows how alarmed it is, and moves margin: what `busy` does
 * not use of the port.
 */
export const neighbour = defineAgent({
  name: "neighbour",
  summary: "Follows its neighbours and defends its position.",
  source: "own, for tests",
  params: { interval },
  memory: { seen: 0 },
  sharedMemory: { alarm: 0, wakes: 1 },
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide({ due, count, view, account, orders, random, memory, shared, publish }) {
    const perp = view.perpMarket[0];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      let alarm = 0;
      for (let step = 1; step <= 3; step++) alarm += shared.alarm[(agent + step * step) % count] / 3;
      for (let bin = 0; bin < 40; bin++) memory.seen[agent] += view.liquidationBelowLots[40 * perp + bin];
      publish.wakes[agent] = shared.wakes[agent] + 1;
      publish.alarm[agent] = random.uniform(agent, 0) < 0.1 ? 1 : 0.9 * alarm;
      const held = account.lots(agent, perp);
      const draw = random.uniform(agent, 1);
      const mid = view.markTicks[perp];
      if (agent % 50 === 0) quote(orders, agent, perp, mid);
      else if (held !== 0 && draw < 0.3) orders.addMargin(agent, perp, 1 + Math.floor(2e4 * draw));
      else if (held !== 0 && draw < 0.5) orders.addMargin(agent, perp, -Math.floor(2e4 * draw));
      else if (held !== 0 && alarm > 0.3) orders.reduce(agent, perp, -Math.sign(held), Math.abs(held), 0);
      else if (held === 0) {
        orders.setLeverage(agent, perp, 2 + Math.floor(40 * random.uniform(agent, 2)));
        orders.market(agent, perp, random.uniform(agent, 3) < 0.5 ? 1 : -1, 1 + (agent % 7), 0);
      }
    }
  },
});

/**
 * Woken by all that a type can be woken by: sets levels around the mark, trades at its triggered wakes, and remembers
 * what woke it and what it drew.
 */
export const watchful = defineAgent({
  name: "watchful",
  summary: "Uses every trigger.",
  source: "own, for tests",
  params: { interval: { unit: "duration", description: "mean between wakes", default: 20e6 } },
  memory: { triggered: 0, kinds: 0, drawn: 0, scheduled: 0 },
  sharedMemory: { wakes: 0 },
  wake: {
    interval: "interval",
    kind: "poisson",
    on: ["level", "filled", "rejected", "stopped", "liquidated", "adl", "transferred"],
  },
  decide({ due, count, view, account, orders, random, memory, shared, publish }) {
    const [spot, perp] = [view.spotMarket[0], view.perpMarket[0]];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const draw = random.uniform(agent, 0);
      if (due.trigger[k] === 0) memory.scheduled[agent]++;
      else memory.triggered[agent]++;
      memory.kinds[agent] |= due.trigger[k];
      memory.drawn[agent] = draw + 0.5 * memory.drawn[agent] + shared.wakes[(agent + 1) % count] / 1024;
      publish.wakes[agent]++;
      const mark = view.markTicks[perp];
      const side = draw < 0.5 ? 1 : -1;
      if (agent % 50 === 0) {
        quote(orders, agent, perp, mark);
        continue;
      }
      orders.wakeAt(agent, perp, mark + side * Math.floor(20 * random.uniform(agent, 1)));
      orders.wakeAt(agent, spot, view.markTicks[spot] - side * 10);
      if (draw > 0.2 && draw < 0.7) continue;
      orders.setLeverage(agent, perp, 40);
      orders.market(agent, perp, side, 1 + (agent % 9), 0);
      const held = account.lots(agent, perp);
      if (held !== 0) orders.setStop(agent, perp, mark - 3 * Math.sign(held));
      if (draw > 0.95) orders.reduce(agent, perp, Math.sign(held) || 1, 1, 0);
    }
  },
});
