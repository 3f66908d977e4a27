/**
 * Every word on the screen. `t.chat.jump` is a sentence; a sentence with something in it is a function.
 *
 * Another language is another folder of the same type, so the compiler names what is missing; `languages.ts` lists it.
 */
import type { first } from './en/en';
import type { later } from './en/later';

/** What a page has before anything is drawn. */
export type First = typeof first;
/** What only the doors, calls and the settings say; `language.loadLater()` brings it. */
export type Later = typeof later;
export type Catalogue = First & Later;

export { t } from './words.svelte';
