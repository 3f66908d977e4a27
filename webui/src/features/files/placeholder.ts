/** The blur that stands in a picture's place until it has come: a ThumbHash as a tiny PNG. */
import { thumbHashToDataURL } from 'thumbhash';

/** A hash has 5 to 25 bytes. */
const MOST_BYTES = 32;
const LEAST_BYTES = 5;
const made = new Map<string, string>();
const MOST_MADE = 500;

/** An address for `url(…)`; empty if the hash is none. */
export function placeholderUrl(hash: string | undefined): string {
  if (hash === undefined || hash === '') return '';
  const before = made.get(hash);
  if (before !== undefined) return before;
  const url = decode(hash);
  if (made.size >= MOST_MADE) made.clear();
  made.set(hash, url);
  return url;
}

function decode(hash: string): string {
  try {
    const bytes = Uint8Array.from(atob(hash), (sign) => sign.charCodeAt(0));
    if (bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES) return '';
    return thumbHashToDataURL(bytes);
  } catch {
    return '';
  }
}
