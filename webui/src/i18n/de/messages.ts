import type { Catalogue } from '..';

import { plural } from './intl';

export const messages: Catalogue['messages'] = {
  gone: 'Diese Nachricht gibt es nicht mehr, oder du darfst sie nicht lesen.',
  link: (channel) => `Nachricht in ${channel}`,
  linkNowhere: 'Nachricht, die du nicht sehen kannst',
  goTo: 'Hingehen',
  deleteNotice: 'Diese Zeile löschen',
  older: 'Ältere zeigen',
  pins: {
    title: 'Angeheftete Nachrichten',
    emptyTitle: 'Noch nichts angeheftet',
    emptyLead:
      'Für alles, was man immer wieder nachschlägt: Müllabfuhr, WLAN-Passwort. Wähle „Anheften“ im Menü einer Nachricht.',
    emptyReader: 'Was alle immer wieder nachschlagen, steht hier, sobald es jemand anheftet.',
    pin: 'Anheften',
    unpin: 'Lösen',
    unpinned: 'Nicht mehr angeheftet',
    bringBack: 'Zurückholen',
    line: (name) => `${name} hat eine Nachricht angeheftet.`,
  },
  inbox: {
    title: 'Eingang',
    count: (count) => plural(count, { one: 'Nachricht nennt dich', other: 'Nachrichten nennen dich' }),
    emptyTitle: 'Niemand hat dich genannt',
    emptyLead:
      'Hier stehen Nachrichten der letzten sieben Tage, die dich nennen, dir antworten oder alle rufen.',
    everyone: 'Alle und Anwesende',
    roles: 'Deine Rollen',
    onlyHere: (space) => `Nur ${space}`,
    markRead: 'Als gelesen markieren',
    isNew: 'Neu',
    allRead: 'Alles als gelesen markieren',
    spaceRead: 'Alles als gelesen markieren',
    done: 'Alles gelesen',
    where: (channel, space) => `${channel} in ${space}`,
  },
  reactions: {
    title: 'Wer reagiert hat',
    tabs: 'Reaktionen',
    tab: (emoji, count) => `${emoji}, ${plural(count, { one: 'Person', other: 'Leute' })}`,
    gone: 'Niemand mehr',
    andMore: (names, count) => `${names} und ${plural(count, { one: 'weitere Person', other: 'weitere' })}`,
  },
  reply: {
    ping: 'Bescheid geben',
    pingHint: (name, on) =>
      on ? `${name} wird auf deine Antwort hingewiesen` : `${name} wird nicht auf deine Antwort hingewiesen`,
  },
  select: {
    begin: 'Nachrichten auswählen',
    label: 'Ausgewählte Nachrichten',
    one: (name, time) => `Nachricht von ${name}, ${time}, auswählen`,
    count: (count) => plural(count, { one: 'Nachricht ausgewählt', other: 'Nachrichten ausgewählt' }),
    none: 'Drück auf die Nachrichten, die weg sollen. Mit Umschalt alle dazwischen.',
    most: (most) => `Höchstens ${most} auf einmal.`,
    delete: 'Löschen',
    title: (count) =>
      count === 1
        ? 'Diese Nachricht löschen?'
        : `${plural(count, { one: 'Nachricht', other: 'Nachrichten' })} löschen?`,
    lead: (count) =>
      count === 1
        ? 'Sie verschwindet für alle und lässt sich nicht zurückholen.'
        : 'Sie verschwinden für alle und lassen sich nicht zurückholen.',
    keep: () => 'Behalten',
    confirm: (count) => `${plural(count, { one: 'Nachricht', other: 'Nachrichten' })} löschen`,
    busy: 'Wird gelöscht',
    done: (count) => `${plural(count, { one: 'Nachricht', other: 'Nachrichten' })} gelöscht`,
  },
  format: {
    label: 'Ausgewählten Text gestalten',
    bold: 'Fett',
    italic: 'Kursiv',
    underline: 'Unterstrichen',
    strike: 'Durchgestrichen',
    code: 'Als Code',
    spoiler: 'Verdecken',
    quote: 'Zitat',
    link: 'Verlinken',
    control: 'Strg',
    shift: 'Umschalt',
    withKey: (name, key) => `${name} (${key})`,
  },
  tones: {
    label: 'Hautton',
    ofAll: 'Hautton aller Emoji',
    of: (name) => `Hautton von ${name}`,
    names: ['Ohne Ton', 'Hell', 'Mittelhell', 'Mittel', 'Mitteldunkel', 'Dunkel'],
  },
};
