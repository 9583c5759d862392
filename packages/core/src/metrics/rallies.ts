/**
 * 6. The rallies on the way down and how much of each was given back. Metrics phase; a pure function of a price path.
 *
 * Turning points at a threshold of 3 %: from a running low, a price at least 3 % higher starts a rally at that low; the
 * rally's high stands once the price is 3 % below it. The given-back share sets the fall to the lowest price before the
 * next rally against the rally's height: (high - nextLow) / (high - low), above 1 when its start was undercut.
 */
import { formatIsoTime } from "./iso-time.ts";
import type { CoinPath, RunView, SampleRange } from "./run-view.ts";
import type { Rally } from "./summary.ts";

const THRESHOLD = 0.03;

interface Turn {
  readonly price: number;
  readonly sample: number;
}

/** Rallies of the reference coin inside a range, normally from its peak to its trough. */
export function findRallies(view: RunView, range: SampleRange): Rally[] {
  const turns = turningPoints(view.paths[view.reference], range);
  const rallies: Rally[] = [];
  // Turns alternate low, high, low, ...; a last high without a later low cannot have been given back.
  for (let k = 0; k + 2 < turns.length; k += 2) {
    const low = turns[k];
    const high = turns[k + 1];
    const next = turns[k + 2];
    rallies.push({
      start: formatIsoTime(view.times[low.sample]),
      end: formatIsoTime(view.times[high.sample]),
      low: low.price,
      high: high.price,
      height: high.price / low.price - 1,
      nextLow: next.price,
      givenBack: (high.price - next.price) / (high.price - low.price),
    });
  }
  return rallies;
}

/** Lows and highs in turn, beginning with the first low that a rally followed, ending with the low of the range's end. */
function turningPoints(path: CoinPath, range: SampleRange): Turn[] {
  const turns: Turn[] = [];
  let low: Turn | null = null;
  let high: Turn | null = null;
  for (let i = range.first + 1; i <= range.last; i++) {
    const lowest = path.low[i];
    const highest = path.high[i];
    if (high === null) {
      // Falling: a sample that makes a new low can start a rally from the next sample on only.
      if (Number.isFinite(lowest) && (low === null || lowest < low.price)) low = { price: lowest, sample: i };
      else if (low !== null && highest >= low.price * (1 + THRESHOLD)) {
        turns.push(low);
        high = { price: highest, sample: i };
      }
    } else if (highest > high.price) {
      high = { price: highest, sample: i };
    } else if (lowest <= high.price * (1 - THRESHOLD)) {
      turns.push(high);
      low = { price: lowest, sample: i };
      high = null;
    }
  }
  if (turns.length > 0 && high === null && low !== null) turns.push(low);
  return turns;
}
