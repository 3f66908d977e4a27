/** Where a word ends, in every script. The server's twin is `appliance/messages/markup.py`. */

const LETTER = /[\p{L}\p{M}\p{N}]/u;
/**
 * Scripts that put no space between words: a sign next to one of their letters stands at a border. Thai to Tibetan,
 * Myanmar, Hangul, Khmer, the ideographs with their syllables and wide forms.
 */
const SPACELESS =
  /[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\u{20000}-\u{3ffff}]/u;

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
  return !('_.+-'.includes(last) && isWord(before(text, at - 1)));
}

/** Whether a name can end here: `@here.example` is an address, `@here.` is the end of a sentence. */
export function isBorderAfter(text: string, at: number): boolean {
  const next = after(text, at);
  if (next === '') return true;
  if (next === '@' || isWord(next)) return false;
  return !('_.-'.includes(next) && isWord(after(text, at + 1)));
}
