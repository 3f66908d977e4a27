/** Deutsch, mit du. Wörter des Hauses: Bereich (space), Kanal, Raum, Box, Leute; Anführungszeichen „so“. */
import type { First } from '..';

import { card } from './card';
import { chat } from './chat';
import { checks } from './checks';
import { errors } from './errors';
import { expressions } from './expressions';
import { home } from './home';
import { LOCALE, number, plural, within } from './intl';
import { messages } from './messages';
import { search } from './search';
import { spaces } from './spaces';
import { threads } from './threads';
import { voice } from './voice';

export const first: First = {
  locale: LOCALE,
  direction: 'ltr',
  app: {
    name: 'Hearth',
    loading: 'Die Tür geht auf',
    skip: 'Zum Gespräch springen',
    regions: { rail: 'Bereiche', conversations: 'Gespräche', sidebar: 'Kanäle', people: 'Leute' },
    menu: (unread) =>
      unread === 0
        ? 'Kanäle'
        : `Kanäle, ${plural(unread, { one: 'Erwähnung', other: 'Erwähnungen' })} von dir`,
    close: 'Schließen',
    cancel: 'Abbrechen',
    back: 'Zurück',
    more: 'Mehr',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyFailed: 'Dieser Browser lässt das Kopieren nicht zu. Markiere den Text und kopiere ihn von Hand.',
    tryAgain: 'Noch einmal versuchen',
    unreachableTitle: 'Die Box antwortet nicht',
    unreachable:
      'Vielleicht ist sie aus, startet gerade oder hängt in einem anderen Netz. Sieh nach, ob sie Strom hat und du in ihrem WLAN bist, und versuch es noch einmal.',
    lost: (seconds) =>
      seconds > 0
        ? `Keine Verbindung zur Box. Neuer Versuch ${within(seconds)}.`
        : 'Keine Verbindung zur Box. Neuer Versuch läuft.',
    tryNow: 'Jetzt versuchen',
    keepsNothing:
      'Die Box kann ihre Karte nicht benutzen und behält nichts: Was jetzt geschrieben wird, ist beim Ausschalten weg. Was vorher da war, bleibt unberührt.',
    nowhereTitle: 'Hier ist nichts',
    nowhere: 'Diesen Kanal gibt es nicht mehr, oder du kannst ihn nicht mehr sehen.',
    noChannels: 'Noch kein Kanal',
    noChannelsLead: 'Leg den ersten an, dann können hier alle schreiben.',
  },
  people: {
    someone: 'Jemand, der nicht mehr da ist',
    here: 'Da',
    notHere: 'Nicht da',
    notKnown: 'Weitere',
    bot: 'Bot',
    owner: 'Leitung',
    you: 'du',
    status: {
      online: 'Da',
      idle: 'Kurz weg',
      dnd: 'Beschäftigt',
      offline: 'Nicht da',
      invisible: 'Verborgen',
    },
    statusHint: {
      online: 'Die anderen sehen, dass du da bist',
      idle: 'Da, aber ohne hinzusehen',
      dnd: 'Da, aber lieber ungestört',
      invisible: 'Für die anderen siehst du aus, als wärst du nicht da',
    },
    noLine: 'Keine Verbindung',
    chooseStatus: 'Wähle deinen Status',
    inRoom: (room) => `In ${room}`,
    settings: 'Einstellungen',
    settingsWaiting: (count) =>
      count === 1 ? 'Einstellungen, 1 Sache zu tun' : `Einstellungen, ${number(count)} Dinge zu tun`,
    appearance: 'Aussehen',
    card,
  },
  checks,
  chat,
  messages,
  expressions,
  home,
  spaces,
  threads,
  search,
  errors,
  voice,
};
