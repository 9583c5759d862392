/**
 * When the main thread goes on alone: workers that are given no processor do nothing or hold everybody up, so when that
 * is seen nothing is dealt for some steps. A worker that was only interrupted is back soon; when workers stay away, the
 * pauses double. Where most steps have to be waited for it is the agents' work that takes long, and they are dealt all
 * the same. Changes no result.
 */

/** Steps alone after a stall; twice as many each time that workers have stayed away again. */
const FIRST_STEPS = 8;
const MOST_DOUBLINGS = 8;
/** Steps in a row in which workers did their part, after which the pauses begin anew. */
const TRUSTED_STEPS = 64;
/** Weight of a step in the running shares; from which share on most steps stall, or workers stay away. */
const STEP_WEIGHT = 1 / 8;
const MOSTLY_STALLED = 1 / 2;
const MOSTLY_ABSENT = 0.9;

export class Pace {
  private alone = 0;
  private doublings = 0;
  private stalledShare = 0;
  private absentShare = 0;
  private goodSteps = 0;

  /** Whether the step that begins may be dealt. */
  mayDeal(): boolean {
    if (this.alone === 0) return true;
    this.alone--;
    return false;
  }

  /**
   * How a dealt step went.
   *
   * @param isStalled a worker kept the main thread waiting for long
   * @param isAbsent no worker did what was left to it in the step before
   */
  note(isStalled: boolean, isAbsent: boolean): void {
    this.stalledShare += ((isStalled ? 1 : 0) - this.stalledShare) * STEP_WEIGHT;
    this.absentShare += ((isAbsent ? 1 : 0) - this.absentShare) * STEP_WEIGHT;
    this.goodSteps = isAbsent || isStalled ? 0 : this.goodSteps + 1;
    if (this.absentShare > MOSTLY_ABSENT) {
      this.absentShare = 0;
      if (this.doublings < MOST_DOUBLINGS) this.doublings++;
      this.alone = FIRST_STEPS << this.doublings;
    } else if (isStalled) {
      if (this.stalledShare <= MOSTLY_STALLED) this.alone = FIRST_STEPS;
    } else if (this.goodSteps >= TRUSTED_STEPS) this.doublings = 0;
  }
}
