/**
 * Every word on the screen. `t.chat.jump` is a sentence; a sentence with something in it is a function.
 *
 * Another language is another folder of the same type, so the compiler names what is missing; `languages.ts` lists it.
 */
import type { en } from './en';

export type Catalogue = typeof en;

export { t } from './words.svelte';
