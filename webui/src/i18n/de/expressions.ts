import type { Catalogue } from '..';

import { duration, number, plural } from './intl';

const votes = (total: number): string => plural(total, { one: 'Stimme', other: 'Stimmen' });
const voted = (n: number): string =>
  plural(n, { one: 'Person hat abgestimmt', other: 'Leute haben abgestimmt' });

export const expressions: Catalogue['expressions'] = {
  add: 'Etwas hinzufügen',
  poll: {
    make: 'Umfrage stellen',
    title: 'Alle fragen',
    lead: 'Alle hier können abstimmen und sehen, wer wofür gestimmt hat.',
    question: 'Frage',
    questionPlaceholder: 'Welches Wochenende für den See?',
    answer: (n) => `Antwort ${n}`,
    emojiFor: (n) => `Emoji für Antwort ${n}`,
    addAnswer: 'Noch eine Antwort',
    removeAnswer: (n) => `Antwort ${n} entfernen`,
    duration: 'Endet nach',
    hours: (hours) => {
      const days = hours / 24;
      if (hours % 24 === 0) return days === 1 ? '1 Tag' : `${days} Tagen`;
      return duration(hours, 'hour');
    },
    several: 'Alle dürfen mehrere Antworten wählen',
    ask: 'Fragen',
    asking: 'Wird gestellt',
    missing: 'Gib eine Frage und mindestens zwei Antworten an.',
    label: (question) => `Umfrage: ${question}`,
    pickOne: 'Wähl eine aus. Alle sehen, wer wofür gestimmt hat.',
    pickSeveral: 'Wähl so viele aus, wie du magst. Alle sehen, wer wofür gestimmt hat.',
    over: 'Diese Umfrage ist vorbei.',
    option: (answer, count, total) => `${answer}, ${count} von ${votes(total)}`,
    ends: (voters, when) => `${voted(voters)}, endet ${when}`,
    ended: (voters, when) => `${voted(voters)}, beendet ${when}`,
    takeBack: 'Stimme zurücknehmen',
    who: 'Wer abgestimmt hat',
    nobody: 'Noch niemand',
    moreVoters: 'Mehr zeigen',
    end: 'Umfrage beenden',
    endTitle: 'Diese Umfrage jetzt beenden?',
    endLead: 'Danach kann niemand mehr abstimmen oder umwählen. Das Ergebnis bleibt.',
    keep: 'Weiterlaufen lassen',
    result: {
      won: (question, answer, count, total) =>
        `Die Umfrage „${question}“ ist vorbei: ${answer}, mit ${count} von ${votes(total)}.`,
      tie: (question, total) =>
        `Die Umfrage „${question}“ ist nach ${plural(total, { one: 'Stimme', other: 'Stimmen' })} ohne Sieger vorbei.`,
      nobody: (question) => `Die Umfrage „${question}“ ist vorbei. Niemand hat abgestimmt.`,
    },
    see: 'Zur Umfrage',
    summary: (question) => `Umfrage: ${question}`,
  },
  emoji: {
    lead: 'Eigene Bilder für Nachrichten und Reaktionen. Alle hier finden sie neben den anderen, und über ihren Namen zwischen Doppelpunkten.',
    own: 'Aus deinen Bereichen',
    add: 'Emoji hinzufügen',
    adding: 'Wird hinzugefügt',
    none: 'Noch keine eigenen Emoji',
    noneLead: 'Der Hund, das Auto, das nie anspringt, Opas Gesicht: Aus jedem Bild wird eines.',
    mayNot: 'Wer diesen Bereich leitet, kann welche anlegen.',
    by: (name) => `Von ${name}`,
    rename: 'Umbenennen',
    renameOf: (name) => `:${name}: umbenennen`,
    name: 'Name',
    nameHint: 'Buchstaben von a bis z, Ziffern und Unterstriche.',
    remove: 'Löschen',
    removeOf: (name) => `:${name}: löschen`,
    removeTitle: (name) => `:${name}: löschen?`,
    removeLead: 'Wo es steht, bleibt sein Name stehen.',
    keep: 'Behalten',
    tooLarge: (file, megabytes) => `${file} ist zu groß. Bewegte dürfen ${number(megabytes)} MB haben.`,
    notAPicture: (file) => `${file} ist kein Bild, das dieser Browser öffnen kann.`,
  },
  embed: {
    label: 'Karte',
    picture: 'Bild, auf seiner eigenen Seite',
    hide: 'Karten verbergen',
    show: 'Karten zeigen',
  },
};
