/**
 * What time it is at the box.
 *
 * A newcomer would take `Date.now()`: but a phone's clock may be hours off, and it jumps.  So what the box dates is compared
 * with the box's own clock, which its answers tell, and how long something takes is measured with a clock that only goes on.
 */

/** An answer's Date has whole seconds (RFC 9110, 5.6.7); on the way it ages by what a slow line takes. */
const DATE_TOLERANCE_MS = 1500;
const HALF_SECOND_MS = 500;

export class BoxClock {
  /** Box time less the page's monotonic time, ms; null until the box has said anything. */
  #ahead: number | null = null;

  /** Epoch ms as the box counts; our own clock as long as it has not told us. */
  now(): number {
    return this.#ahead === null ? Date.now() : this.#ahead + performance.now();
  }

  /** The Date of an answer, if it has one. */
  heardDate(date: string | null): void {
    const at = date === null ? NaN : Date.parse(date) + HALF_SECOND_MS;
    if (Number.isNaN(at)) return;
    // The monotonic clock may have stood still while the device slept, and the box's may have been set.
    if (this.#ahead === null || Math.abs(at - this.now()) > DATE_TOLERANCE_MS) this.#set(at);
  }

  /** Something with this time has happened there, so it is at least this late. */
  heardOf(at: number): void {
    if (this.#ahead !== null && at > this.now()) this.#set(at);
  }

  #set(at: number): void {
    this.#ahead = at - performance.now();
  }
}

export const boxClock = new BoxClock();
