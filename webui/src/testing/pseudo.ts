/**
 * A language that nobody speaks: every sentence of the English one in ⟦brackets⟧ and with accents. A word on the screen that has
 * none did not come from a catalogue.
 */
import type { Catalogue } from '@/i18n';
import { en } from '@/i18n/en';

const OPEN = '⟦';
const CLOSE = '⟧';
const ACCENTS: Readonly<Record<string, string>> = {
  a: 'å',
  e: 'ë',
  i: 'î',
  o: 'ø',
  u: 'ü',
  A: 'Å',
  E: 'Ë',
  O: 'Ø',
  U: 'Ü',
};
/** What is no sentence. */
const TECHNICAL = new Set(['locale', 'direction']);

export function accented(text: string): string {
  return `${OPEN}${text.replace(/[aeiouAEOU]/g, (letter) => ACCENTS[letter] ?? letter)}${CLOSE}`;
}

function translated(value: unknown): unknown {
  if (typeof value === 'string') return accented(value);
  if (typeof value === 'function')
    return (...given: unknown[]) => accented(String((value as (...all: unknown[]) => unknown)(...given)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, TECHNICAL.has(key) ? inner : translated(inner)]),
  );
}

export const pseudo = translated(en) as Catalogue;

const WORDS = [
  'aria-label',
  'title',
  'placeholder',
  'alt',
  'aria-description',
  'aria-valuetext',
  'aria-roledescription',
];
/** Nothing of ours is read in here: what people wrote and are called, code, faces, and names of languages in themselves. */
const THEIRS = '[data-user-content], [lang]:not(html), code, pre, script, style, noscript, [hidden]';

/** Each piece of text on a page, seen or heard, that came from no catalogue and is not in `known` (what people wrote). */
export function hardWired(root: ParentNode, known: readonly (string | RegExp)[]): string[] {
  const found: string[] = [];
  const look = (text: string | null | undefined): void => {
    let left = (text ?? '').trim();
    // A sentence may hold another one, as a list of names does.
    while (/⟦[^⟦⟧]*⟧/.test(left)) left = left.replace(/⟦[^⟦⟧]*⟧/g, ' ');
    for (const one of known) left = left.replaceAll(one instanceof RegExp ? new RegExp(one, 'gu') : one, ' ');
    if (/\p{L}{2}/u.test(left)) found.push((text ?? '').trim());
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement;
    if (element?.closest(THEIRS)) continue;
    if (node instanceof Element) for (const name of WORDS) look(node.getAttribute(name));
    else look(node.textContent);
  }
  return found;
}
