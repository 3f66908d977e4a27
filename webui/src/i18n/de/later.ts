/** Was nur an den Türen, in Anrufen, in Dialogen von Kanälen und in den Einstellungen steht: denen der Leute, der Bereiche und der Box. */
import type { Later } from '..';

import { device } from './device';
import { doors } from './doors';
import { health } from './health';
import { followers, pace } from './pace';
import { settings } from './settings';
import { storage } from './storage';

export const later: Later = { device, doors, followers, health, pace, settings, storage };
