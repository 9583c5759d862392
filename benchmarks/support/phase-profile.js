/**
 * Where the time of the step loop goes, by phase: inclusive shares from the sampling profiler of V8, in this process.
 *
 * A sample counts for the phase that the step called, whatever that called in turn. Profiling changes no result and
 * costs some time, so no figure of speed belongs beside it.
 */
import { Session } from "node:inspector";

/** Names of the phases' functions, each in a file of its own below `simulation/phases`, in order. */
const PHASES = ["drive", "observe", "decide", "arrive", "match", "settle", "mark", "liquidate"];
const INTERVAL_MICROS = 500;

/** Starts to sample; the function that it returns ends it and gives the shares. */
export function profilePhases() {
  const session = new Session();
  session.connect();
  const post = (method, parameters) => {
    let result;
    session.post(method, parameters, (error, answer) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      result = answer;
    });
    return result;
  };
  post("Profiler.enable");
  post("Profiler.setSamplingInterval", { interval: INTERVAL_MICROS });
  post("Profiler.start");
  return () => {
    const { profile } = post("Profiler.stop");
    session.disconnect();
    return sharesOf(profile);
  };
}

/** Samples inside a step by phase, as shares of them all; `other` is the step's own and what it calls beside. */
export function sharesOf({ nodes, samples }) {
  const phaseOfNode = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node, above) => {
    const phase = phaseBelow(node.callFrame, above);
    phaseOfNode.set(node.id, phase);
    for (const id of node.children ?? []) visit(byId.get(id), phase);
  };
  visit(nodes[0], undefined);
  const counts = Object.fromEntries([...PHASES, "audit", "record", "other"].map((name) => [name, 0]));
  let total = 0;
  for (const id of samples) {
    const phase = phaseOfNode.get(id);
    if (phase === undefined) continue;
    counts[phase]++;
    total++;
  }
  const shares = Object.entries(counts).map(([name, count]) => [name, count / total]);
  return { samples: total, shares: Object.fromEntries(shares) };
}

/** The phase of a function called by one of the phase `above`; undefined outside of a step. */
function phaseBelow({ functionName: name, url }, above) {
  if (above !== undefined && above !== "other") return above;
  if (above === undefined) return url.endsWith("/simulation/step.js") ? "other" : undefined;
  if (PHASES.includes(name) && url.endsWith(`/simulation/phases/${name}.js`)) return name;
  if (name === "audit" && url.endsWith("/simulation/step.js")) return "audit";
  return name === "afterStep" ? "record" : "other";
}
