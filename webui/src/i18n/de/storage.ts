/** Was auf der Box Platz braucht, für alle, die sich um sie kümmern. */
import type { storage as english } from '../en/storage';
import { form, number, plural, size } from './intl';

const FILE = { one: 'Datei', other: 'Dateien' };

const rounded = (bytes: number): string => (bytes < 1_000_000 ? 'unter 1 MB' : size(bytes));

export const storage: typeof english = {
  lead: 'Was auf der Box liegt und was den Platz braucht.',
  of: (used, total) => `${size(used)} von ${size(total)}`,
  full: 'Wie voll die Box ist',
  parts: {
    picture: 'Bilder',
    video: 'Videos',
    sound: 'Ton und Sprache',
    other: 'Andere Dateien',
    made: 'Verkleinerungen',
    rest: 'Nachrichten und alles andere',
    free: 'Frei',
    kept: 'Bleibt frei',
  },
  size: rounded,
  files: 'Dateien',
  order: 'Reihenfolge',
  orders: { largest: 'Größte', oldest: 'Älteste', newest: 'Neueste' },
  whose: 'Wessen Dateien',
  everybody: 'Alle',
  more: 'Mehr zeigen',
  none: 'Noch keine Dateien',
  noneLead: 'Was in Kanälen und Unterhaltungen verschickt wird, steht dann hier.',
  conversation: 'Unterhaltung',
  sent: (where, when) => `${where}, ${when}`,
  byPerson: 'Nach Person',
  bySpace: 'Nach Bereich',
  conversations: 'Unterhaltungen',
  count: (files) => plural(files, FILE),
  reserve: 'Bleibt für die Box frei',
  reserveLead: 'Darunter kann niemand Dateien schicken. Nachrichten gehen immer durch.',
  chosen: (files, bytes) => `${plural(files, FILE)}, ${rounded(bytes)}. Die Nachrichten bleiben, ohne sie.`,
  chooseNone: 'Keine auswählen',
  remove: (files) => `${plural(files, FILE)} löschen`,
  removing: 'Wird gelöscht',
  removeTitle: (files) =>
    form(files, { one: 'Diese Datei löschen?', other: `Diese ${number(files)} Dateien löschen?` }),
  removeLead: 'Gelöschtes ist für alle weg und kommt nicht wieder. Was dazu geschrieben wurde, bleibt.',
  removed: (files) => `${plural(files, FILE)} gelöscht`,
  keep: 'Behalten',
  limits: 'Grenzen',
  limitsLead: 'In Megabyte. Leer heißt: so viel, wie Platz ist. Was schon da ist, bleibt.',
  largest: 'Eine Datei',
  member: 'Alle Dateien einer Person',
  guild: 'Alle Dateien in einem Bereich',
  megabytes: 'MB',
  wholeMegabytes: (least, most) => `Eine ganze Zahl von ${number(least)} bis ${number(most)}.`,
};
