/** When the box asks for a pause: a short one is waited for, of a longer one the person hears. */
import { ApiError } from './errors';

const LONGEST_PAUSE_S = 5;
const RETRIES = 2;

/** Runs `task`, and again after each pause that the box asks for. Throws what it throws in the end. */
export async function retryAfterPause<T>(task: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      const pause = attempt < RETRIES ? pauseOf(error) : Infinity;
      if (pause > LONGEST_PAUSE_S) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  }
}

/** Seconds; for ever if waiting does not help. */
function pauseOf(error: unknown): number {
  if (!(error instanceof ApiError) || error.status !== 429 || error.key === 'login_paused') return Infinity;
  return error.facts['seconds'] ?? Infinity;
}
