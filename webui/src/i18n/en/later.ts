/** What only the settings say: those of people, of spaces and of the box. */
import { health } from './health';
import { settings } from './settings';
import { storage } from './storage';

export const later = { health, settings, storage };
