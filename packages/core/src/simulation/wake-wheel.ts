/**
 * A timing wheel of scheduled wakes: agents sleep until the step that holds their next wake.
 *
 * Wake times are exact microseconds and functions of (agent, ordinal) only; the wheel merely files them by
 * step. Wakes beyond one turn stay in their bucket and are filed again when the wheel passes them.
 */
import { sharedFloat64 } from "../columns/shared.ts";

const BUCKETS = 4096;
const NONE = -1;

export class WakeWheel {
  /** Next wake of each agent, microseconds; Infinity: never. */
  readonly wakeMicros: Float64Array;
  private readonly next: Int32Array;
  private readonly heads = new Int32Array(BUCKETS).fill(NONE);
  private readonly stepMicros: number;
  private readonly originMicros: number;

  constructor(agents: number, stepMicros: number, originMicros: number) {
    this.wakeMicros = sharedFloat64(agents).fill(Infinity);
    this.next = new Int32Array(agents).fill(NONE);
    this.stepMicros = stepMicros;
    this.originMicros = originMicros;
  }

  /** Files the agent's next wake, which lies beyond the steps taken. The agent must not be filed already. */
  schedule(agent: number, wakeMicros: number): void {
    this.wakeMicros[agent] = wakeMicros;
    this.file(agent);
  }

  /** As `schedule`, for the wake that the agent's column holds. */
  file(agent: number): void {
    const wakeMicros = this.wakeMicros[agent];
    if (wakeMicros === Infinity) return;
    const bucket = this.stepOf(wakeMicros) % BUCKETS;
    this.next[agent] = this.heads[bucket];
    this.heads[bucket] = agent;
  }

  /** Writes the agents that wake in the step, ascending, into `due`; returns how many. */
  take(step: number, due: Int32Array): number {
    const bucket = step % BUCKETS;
    let agent = this.heads[bucket];
    this.heads[bucket] = NONE;
    let count = 0;
    while (agent !== NONE) {
      const after = this.next[agent];
      if (this.stepOf(this.wakeMicros[agent]) === step) due[count++] = agent;
      else {
        this.next[agent] = this.heads[bucket];
        this.heads[bucket] = agent;
      }
      agent = after;
    }
    sortAscending(due, count);
    return count;
  }

  private stepOf(micros: number): number {
    return Math.floor((micros - this.originMicros) / this.stepMicros);
  }
}

/** Sorts the first `count` entries; insertion for a few, the built-in sort otherwise. */
function sortAscending(values: Int32Array, count: number): void {
  if (count > 48) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= 0 && values[j] > value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}
