/** Where a word ends, in every script. The server's twin is `appliance/messages/markup.py`. */

const LETTER = /[\p{L}\p{M}\p{N}]/u;
/**
 * Scripts that put no space between words: a sign next to one of their letters stands at a border. Thai to Tibetan,
 * Myanmar, Hangul, Khmer, the ideographs with their syllables and wide forms.
 */
const SPACELESS =
  /[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\u{20000}-\u{3ffff}]/u;

/**
 * Where an address ends: controls and spaces, what RFC 3986 has no place for, marks that turn the text round, and the
 * quotes and full stops of other scripts.
 */
export const STOP = String.raw`\x00-\x20"<>\\\x60\x7f-\xa0\xab\xad\xbb\u061c\u1680\u180e\u2000-\u200b\u200e-\u200f\u2018-\u201f\u2028-\u202f\u2039-\u203a\u205f-\u206f\u3000-\u3003\u3008-\u3011\u3014-\u301f\ud800-\udfff\ufeff\uff01-\uff0f\uff1a-\uff1f\uff3b-\uff40\uff5b-\uff65`;

/** An address that is no link, because it has no scheme of the web: `example.org/`, `ftp://`. */
const BARE_ADDRESS = /:\/\/|[A-Za-z0-9]\.[A-Za-z][A-Za-z0-9-]+(?::[0-9]+)?\//u;
const ADDRESS_END = new RegExp(`[${STOP}|]`, 'u');
/** Nobody types a longer one, and a text of nothing but names is still read in time. */
const LOOK_BACK = 200;

/** A letter, mark or figure of any script. */
export function isLetter(character: string): boolean {
  return LETTER.test(character);
}

/** Whether this belongs to a word, in a script that puts spaces between words. */
export function isWord(character: string): boolean {
  return LETTER.test(character) && !SPACELESS.test(character);
}

/** The whole character that ends at `at`; empty at the text's beginning. */
export function before(text: string, at: number): string {
  const pair = at > 1 ? text.slice(at - 2, at) : '';
  return (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text.slice(Math.max(at - 1, 0), at);
}

/** The whole character that begins at `at`; empty at the text's end. */
export function after(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** Whether a name can begin here: not within a word, a path, an address or a number's suffix. */
export function isBorderBefore(text: string, at: number): boolean {
  const last = before(text, at);
  if (last === '') return true;
  if ('/\\@#&=%$'.includes(last) || isWord(last)) return false;
  if ('_.+-'.includes(last) && isWord(before(text, at - 1))) return false;
  // Counted in code points, as the server counts.
  const near = Array.from(text.slice(Math.max(at - 2 * LOOK_BACK, 0), at)).slice(-LOOK_BACK);
  return !BARE_ADDRESS.test(near.join('').split(ADDRESS_END).at(-1) ?? '');
}

/** Whether a name can end here: `@here.example` is an address, `@here.` is the end of a sentence. */
export function isBorderAfter(text: string, at: number): boolean {
  const next = after(text, at);
  if (next === '') return true;
  if (next === '@' || isWord(next)) return false;
  return !('_.-'.includes(next) && isWord(after(text, at + 1)));
}
