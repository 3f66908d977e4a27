/**
 * Every word on the screen.  `t.chat.jump` is a sentence; a sentence with something in it is a function.
 *
 * Another language is another object of the same type, so the compiler names what is missing.
 */
import { en } from './en';
import { voice } from './voice.en';

const all = { ...en, voice };

export type Catalogue = typeof all;

export const t: Catalogue = all;
