/** How the box is, for those who look after it. Nobody else may ask, so nobody else's page does. */
import { rest } from '@/api';
import type { Health } from '@/api/model';

class BoxHealth {
  last: Health | null = $state.raw(null);

  /** How many things need somebody. */
  get waiting(): number {
    return this.last?.problems ?? 0;
  }

  /** Asks the box; throws ApiError or Unreachable. */
  async look(): Promise<Health> {
    const seen = await rest.get<Health>('hearth/v1/health');
    this.last = seen;
    return seen;
  }

  /** Asks now and again, until the returned function is called. A miss is no news: the page itself says when it fails. */
  keepLooking(everyMs: number): () => void {
    const ask = (): void => {
      if (document.visibilityState === 'visible') this.look().catch(() => undefined);
    };
    ask();
    const timer = setInterval(ask, everyMs);
    return () => clearInterval(timer);
  }

  forget(): void {
    this.last = null;
  }
}

export const health = new BoxHealth();
