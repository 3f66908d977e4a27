/** What only the doors, calls and the settings say: those of people, of spaces and of the box. */
import { device } from './device';
import { doors } from './doors';
import { health } from './health';
import { settings } from './settings';
import { storage } from './storage';

export const later = { device, doors, health, settings, storage };
