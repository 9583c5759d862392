/**
 * A strategy that learns to trade against the population: a contextual bandit, which keeps the mean reward of each action
 * in each state, compared with random actions on seeds that it has not seen.
 *
 *     node examples/05-learning-strategy/run.js
 */
import { EnvPool } from "@undertow/agents";
import { createKeys, randomSource } from "@undertow/core";
import { ACTIONS, STATES } from "./env.js";

const TRAINING_ROUNDS = 10;
const TEST_ROUNDS = 4;
const ENVIRONMENTS = 8;

const random = randomSource(createKeys("learning"));
const pool = await EnvPool.start({ url: new URL("env.js", import.meta.url).href, count: ENVIRONMENTS });
const means = Array.from({ length: STATES }, () => ACTIONS.map(() => 0));
const tries = Array.from({ length: STATES }, () => ACTIONS.map(() => 0));
let draws = 0;

const anyAction = () => Math.floor(random.uniform(1, 1, draws++) * ACTIONS.length);
const bestAction = (state) => means[state].indexOf(Math.max(...means[state]));

for (let round = 0; round < TRAINING_ROUNDS; round++) {
  const exploration = 1 - round / TRAINING_ROUNDS;
  await play("train", round, (state) =>
    random.uniform(2, 2, draws++) < exploration ? anyAction() : bestAction(state),
  );
}
const learned = [];
const byChance = [];
for (let round = 0; round < TEST_ROUNDS; round++) {
  learned.push(...(await play("test", round, bestAction, false)));
  byChance.push(...(await play("test", round, anyAction, false)));
}
await pool.stop();

console.log("last 30 min   action learned");
const names = ["fell over 1 %", "fell", "moved little", "rose", "rose over 1 %"];
for (let state = 0; state < STATES; state++)
  console.log(names[state].padEnd(14) + ["short", "flat", "long"][bestAction(state)]);
const gains = learned.map((value, k) => value - byChance[k]);
console.log(`\n${gains.length} episodes of unseen seeds, change of equity:`);
console.log(`learned   ${percent(mean(learned))}`);
console.log(`random    ${percent(mean(byChance))}`);
const error = 1.96 * Math.sqrt(mean(gains.map((gain) => (gain - mean(gains)) ** 2)) / (gains.length - 1));
console.log(`difference of pairs ${percent(mean(gains))}, 95 % interval +-${percent(error)}`);

/** One episode in each environment; changes of equity. With `learn` the means are updated. */
async function play(phase, round, choose, learn = true) {
  const seeds = Array.from({ length: ENVIRONMENTS }, (_, k) => `${phase} ${round} ${k}`);
  const episodes = (await pool.reset(seeds)).map(({ observation, info }) => ({
    state: observation,
    info,
    over: false,
  }));
  while (episodes.some(({ over }) => !over)) {
    const actions = episodes.map(({ state, over }) => (over ? null : choose(state)));
    const results = await pool.step(actions);
    for (const [k, episode] of episodes.entries()) {
      if (episode.over) continue;
      const { observation, reward, terminated, truncated, info } = results[k];
      if (learn) update(episode.state, actions[k], reward);
      Object.assign(episode, { state: observation, info, over: terminated || truncated });
    }
  }
  return episodes.map(({ info }) => info.equityRatio - 1);
}

function update(state, action, reward) {
  tries[state][action]++;
  means[state][action] += (reward - means[state][action]) / tries[state][action];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(value) {
  return `${(100 * value).toFixed(2)} %`;
}
