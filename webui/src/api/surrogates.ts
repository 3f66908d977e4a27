/**
 * Lone surrogates: one of the two UTF-16 units of an emoji without the other, half a character.
 *
 * A field that deletes or pastes by units leaves one behind.  It has no UTF-8, so no box can read a text with it; and since
 * nothing that was typed may be changed in silence, it is refused here, in words, before it is sent.
 */
import { ApiError } from './errors';

/** With `u`, a pair counts as the character that it is: only what is alone is a surrogate. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Throws ApiError if the text has a lone surrogate. */
export function refuseLoneSurrogates(text: string): void {
  if (LONE_SURROGATE.test(text)) throw new ApiError(400, { key: 'half_character' });
}

/** A body as JSON. Throws ApiError if any text in it has a lone surrogate. */
export function encode(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'string') refuseLoneSurrogates(value);
    return value;
  });
}
