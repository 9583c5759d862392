/**
 * An environment for the tests of the pool, in a module that a worker can load: it counts its steps, and throws when it is
 * told to. It has what a pool asks of an environment, and no market.
 */
export function makeEnv() {
  let name = "";
  let steps = 0;
  return {
    reset(seed) {
      if (seed === "throw") throw new Error("told to throw");
      name = seed;
      steps = 0;
      return { observation: `${name}${steps}` };
    },
    step(action) {
      // A step that throws has begun: what it has changed stays changed.
      steps++;
      if (action === "throw") throw new Error("told to throw");
      return { observation: action === "function" ? () => steps : `${name}${steps}` };
    },
  };
}
