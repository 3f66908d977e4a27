/**
 * Half a character: one of the two units that JavaScript keeps an emoji in, without the other.
 *
 * A field that deletes or pastes by units leaves one behind.  It has no UTF-8, so no box can read a text with it; and since
 * nothing that was typed may be changed in silence, it is refused here, in words, before it is sent.
 */
import { ApiError } from './errors';

/** With `u`, a pair counts as the character that it is: only what is alone is a surrogate. */
const HALF = /\p{Surrogate}/u;

export function refuseHalves(text: string): void {
  if (HALF.test(text)) throw new ApiError(400, { key: 'half_character' });
}

/** A body as JSON; throws ApiError if any text in it has half a character. */
export function encode(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'string') refuseHalves(value);
    return value;
  });
}
