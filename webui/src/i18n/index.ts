/**
 * Every word on the screen.  `t.chat.jump` is a sentence; a sentence with something in it is a function.
 *
 * Another language is another object of the same type, so the compiler names what is missing.
 */
import { en } from './en';

export type Catalogue = typeof en;

export const t: Catalogue = en;
