/** Answers and restarts by REST, as docs/protocol.md, "Calls", has them. */
import { ApiError, Unreachable } from '@/api/errors';
import type { Rest } from '@/api/rest';
import type { Delivery } from './recovery';
import type { Signalling } from './rtc';

export function restSignalling(rest: Rest): Signalling {
  return {
    answer: (session, revision, sdp) =>
      outcome(rest.post(`hearth/v1/rtc/${session}/answer`, { revision, sdp })),
    restart: (session) => outcome(rest.post(`hearth/v1/rtc/${session}/restart`)),
  };
}

async function outcome(request: Promise<unknown>): Promise<Delivery> {
  try {
    await request;
    return 'done';
  } catch (error) {
    if (error instanceof ApiError) {
      if (error.key === 'stale_offer') return 'stale';
      // The box itself is in trouble (or its SFU restarts): ask again. Everything else is a no.
      return error.status >= 500 || error.status === 429 ? 'unreachable' : 'gone';
    }
    if (error instanceof Unreachable) return 'unreachable';
    throw error;
  }
}
