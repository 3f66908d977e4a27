/** What the page knows about the line to the box. */
import { gateway } from '.';
import type { GatewayStatus } from '.';

/** A short gap (the box restarts, Wi-Fi roams) is not worth a word. */
const SILENT_MS = 1500;

class Connection {
  status: GatewayStatus = $state(gateway.status);
  retryAt: number | null = $state(null);
  /** It has been gone long enough to say so. */
  lost = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    gateway.onStatus((status) => {
      this.status = status;
      this.retryAt = gateway.retryAt;
      if (status === 'online') {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.lost = false;
      } else if (status === 'lost') {
        this.#timer ??= setTimeout(() => (this.lost = true), SILENT_MS);
      }
    });
  }

  retryNow(): void {
    gateway.retryNow();
  }
}

export const connection = new Connection();
