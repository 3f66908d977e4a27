/** Alles Deutsche; eine Seite lädt die beiden Teile einzeln. */
import type { Catalogue } from '..';

import { first } from './de';
import { later } from './later';

export const de: Catalogue = { ...first, ...later };
