/** All that is said in English; a page loads the two parts of it by themselves. */
import { first } from './en';
import { later } from './later';

export const en = { ...first, ...later };
