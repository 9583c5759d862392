/**
 * When the main thread goes on alone: a worker that was given no processor holds everybody up, so after such a step
 * nothing is dealt for a while, and for longer each time it happens again soon. Changes no result.
 */

/** Steps alone after the first stall; twice as many after each further one. */
const FIRST_STEPS = 8;
const MOST_DOUBLINGS = 10;

export class Pace {
  private alone = 0;
  private doublings = 0;
  private smooth = 0;

  /** Whether the step that begins may be dealt. */
  mayDeal(): boolean {
    if (this.alone === 0) return true;
    this.alone--;
    return false;
  }

  /** A dealt step went well. After as many as were last spent alone, the next stall counts as less. */
  wentWell(): void {
    if (this.doublings === 0 || ++this.smooth < this.stepsAlone()) return;
    this.doublings--;
    this.smooth = 0;
  }

  /** A worker held up the step. */
  stalled(): void {
    this.smooth = 0;
    this.alone = this.stepsAlone();
    if (this.doublings < MOST_DOUBLINGS) this.doublings++;
  }

  private stepsAlone(): number {
    return FIRST_STEPS << this.doublings;
  }
}
