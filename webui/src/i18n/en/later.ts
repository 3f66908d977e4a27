/** What only the doors, calls, settings and dialogs of channels say: those of people, of spaces and of the box. */
import { device } from './device';
import { doors } from './doors';
import { health } from './health';
import { followers, pace } from './pace';
import { settings } from './settings';
import { storage } from './storage';

export const later = { device, doors, followers, health, pace, settings, storage };
