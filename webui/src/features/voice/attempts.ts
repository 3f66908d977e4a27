/**
 * How long a call waits for the box's answer, and how it begins anew: a little later each time, and not for ever.
 *
 * It knows the clock only; what beginning anew means is told with each call.
 */

/** The box answers at once, or something is wrong. */
const ANSWER_MS = 12_000;
const FIRST_PAUSE_MS = 800;
const MAX_ATTEMPTS = 6;

export class Attempts {
  #made = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Do this if no answer has come in time. */
  expect(unanswered: () => void): void {
    this.stop();
    this.#timer = setTimeout(unanswered, ANSWER_MS);
  }

  /** Do this after a pause; false, and nothing will be done, if it was tried often enough. */
  again(begin: () => void): boolean {
    this.stop();
    if (this.#made >= MAX_ATTEMPTS) return false;
    const pause = FIRST_PAUSE_MS * 2 ** this.#made;
    this.#made += 1;
    // Spread, so that a whole house does not come back in the same moment.
    this.#timer = setTimeout(begin, pause * (0.75 + Math.random() / 2));
    return true;
  }

  /** Wait for nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** It worked, or is another call: count from the beginning. */
  forget(): void {
    this.#made = 0;
  }
}
