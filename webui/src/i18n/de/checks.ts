/** Was die Seite zu einem Namen oder Passwort sagen kann. */
import type { Catalogue } from '..';

import { plural } from './intl';

export const checks: Catalogue['checks'] = {
  nameEmpty: 'Hier fehlt noch etwas.',
  nameLong: (most) => `Höchstens ${most} Zeichen.`,
  nameShort: (least) => `Mindestens ${least} Zeichen.`,
  username: {
    length: '2 bis 32 Zeichen.',
    shape: 'Nur Buchstaben, Ziffern und Unterstriche, dazwischen einzelne Punkte oder Bindestriche.',
    reserved: 'Dieser Name gehört der Box. Wähle einen anderen.',
    mixed: 'Darin stehen ähnliche Buchstaben aus mehreren Alphabeten. Schreib ihn in einem.',
  },
  line: {
    invisible: 'Darin steht etwas Unsichtbares. Tipp es neu.',
    unknown: 'Darin steht ein Zeichen, das andere Geräte nicht zeigen können. Lass es weg.',
    piled: 'Auf einem Buchstaben stehen zu viele Zeichen, oder sie stehen allein.',
    empty: 'Darin ist nichts zu sehen. Nimm mindestens einen Buchstaben.',
    calls: 'Dieses Wort ruft alle. Wähle ein anderes.',
  },
  passwordShort: (missing) => `Noch ${plural(missing, { one: 'Zeichen', other: 'Zeichen' })}.`,
  passwordPlain: 'Das würden andere als Erstes versuchen.',
  passwordGood: 'Gut',
  passwordWeak: 'Reicht. Ein paar Wörter hintereinander sind stärker und leichter zu merken.',
};
