/** How good the line of the call is, looked at every two seconds. */
import { judge, sample, type LineSample, type Quality } from './quality';

const EVERY_MS = 2000;

export class Line {
  quality = $state.raw<Quality | null>(null);
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: LineSample | null = null;

  watch(connection: () => RTCPeerConnection | null): void {
    this.stop();
    this.#timer = setInterval(() => void this.#look(connection()), EVERY_MS);
    void this.#look(connection());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = null;
    this.quality = null;
  }

  async #look(pc: RTCPeerConnection | null): Promise<void> {
    if (pc === null) return;
    const now = sample(await pc.getStats());
    // Stopped while the figures were on their way.
    if (this.#timer === undefined) return;
    this.quality = judge(this.#last ?? now, now);
    this.#last = now;
  }
}
