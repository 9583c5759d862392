/**
 * Mid prices on a one-minute clock, for returns over windows and volatility.
 *
 * The clock is the venue's, not the step's: halving the step changes no sample time. Volatility is an
 * exponentially weighted mean of squared one-minute log returns. Carries the last price over empty minutes.
 */
import { exp, ln } from "../numeric/elementary.ts";

const MINUTES = 1441;

export class PriceHistory {
  private readonly logs = new Float64Array(MINUTES);
  private count = 0;
  private varianceFast = 0;
  private varianceSlow = 0;
  private readonly keepFast = exp(-1 / 30);
  private readonly keepSlow = exp(-1 / 1440);

  /** @param startVariance variance of one-minute returns to begin with */
  constructor(startVariance: number) {
    this.varianceFast = startVariance;
    this.varianceSlow = startVariance;
  }

  /** Takes the mid at a minute. */
  sample(mid: number): void {
    const log = ln(mid);
    if (this.count > 0) {
      const change = log - this.logs[(this.count - 1) % MINUTES];
      const square = change * change;
      this.varianceFast = this.keepFast * this.varianceFast + (1 - this.keepFast) * square;
      this.varianceSlow = this.keepSlow * this.varianceSlow + (1 - this.keepSlow) * square;
    }
    this.logs[this.count % MINUTES] = log;
    this.count++;
  }

  /** Log return over the last so many minutes; over what there is when the history is shorter. */
  returnOver(minutes: number): number {
    if (this.count === 0) return 0;
    const back = Math.min(minutes, this.count - 1, MINUTES - 1);
    return this.logs[(this.count - 1) % MINUTES] - this.logs[(this.count - 1 - back) % MINUTES];
  }

  /** Standard deviation per square-root minute with 30 min memory. */
  get volatilityFast(): number {
    return Math.sqrt(this.varianceFast);
  }

  /** Standard deviation per square-root minute with 24 h memory. */
  get volatilitySlow(): number {
    return Math.sqrt(this.varianceSlow);
  }
}
