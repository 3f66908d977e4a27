/** Was nur in den Einstellungen steht: in denen der Leute, der Bereiche und der Box. */
import type { Later } from '..';

import { health } from './health';
import { settings } from './settings';
import { storage } from './storage';

export const later: Later = { health, settings, storage };
