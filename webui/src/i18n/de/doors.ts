import type { Catalogue } from '..';

import { plural, within } from './intl';

const NUMBERS = ['Kein', 'Ein', 'Zwei', 'Drei', 'Vier', 'Fünf', 'Sechs', 'Sieben', 'Acht', 'Neun'];

export const doors: Catalogue['doors'] = {
  picture: 'Ein Haus in der Dämmerung, zwei Fenster sind hell',
  language: 'Sprache',
  name: 'Name',
  signInName: 'Name zum Anmelden',
  signInNameHint: 'Buchstaben und Ziffern jeder Schrift; dazwischen Punkte, Binde- und Unterstriche',
  password: 'Passwort',
  passwordHint: 'Mindestens 8 Zeichen',
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
  shownName: 'Wie sollen dich die anderen nennen?',
  login: {
    title: (household) => `Anmelden, ${household}`,
    lead: 'Schön, dass du wieder da bist.',
    ended: 'Du bist auf diesem Gerät nicht mehr angemeldet. Melde dich an, und du bist wieder, wo du warst.',
    setUpAlready:
      'Diese Box ist schon eingerichtet, darum führt ihr Einrichtungslink hierher. Melde dich mit deinem eigenen Namen an.',
    submit: 'Anmelden',
    busy: 'Einen Moment',
    forgotten: 'Passwort vergessen?',
    forgottenHow:
      'Wer die Box in der Hand hat, kann ein neues wählen: Halte beim Starten ihren Knopf gedrückt, oder leg eine Datei namens hearth-setup auf ihre Karte. Geh dann in ihr Netz und drück auf „Etwas anderes“.',
    newHere: 'Neu hier? Lass dich von jemandem aus dem Haushalt einladen.',
    mismatch: (left) => {
      if (left === undefined) return 'Name und Passwort passen nicht zusammen.';
      if (left === 0)
        return 'Name und Passwort passen nicht zusammen. Noch einmal daneben, und es gibt eine Pause.';
      const number = NUMBERS[left] ?? String(left);
      return left === 1
        ? `Name und Passwort passen nicht zusammen. ${number} Versuch bleibt, dann gibt es eine Pause.`
        : `Name und Passwort passen nicht zusammen. ${number} Versuche bleiben, dann gibt es eine Pause.`;
    },
    paused: (seconds) => `Zu viele Versuche. Du kannst es ${within(seconds)} wieder versuchen.`,
  },
  invite: {
    title: (space) => `Du bist zu ${space} eingeladen`,
    from: 'lädt dich ein zu',
    noOne: 'Du bist eingeladen zu',
    people: (count) =>
      `${plural(count, { one: 'Person', other: 'Leute' })}. Chat und Anrufe, auf einer Box bei ihnen zu Hause.`,
    join: (space) => `${space} beitreten`,
    joining: 'Einen Moment',
    noMail: 'Ganz ohne E-Mail.',
    alreadyIn: 'Schon dabei?',
    signIn: 'Anmelden',
    makeAccount: 'Neu hier?',
    makeAccountLink: 'Such dir einen Namen aus',
    as: (name) => `Du kommst als ${name}.`,
    goneTitle: 'Diese Einladung gilt nicht mehr',
    gone: 'Sie ist abgelaufen. Bitte um eine neue, wo du sie bekommen hast.',
    unknown:
      'Sie wurde zurückgenommen, oder das ist nicht der ganze Link. Sieh ihn dir noch einmal an, oder bitte um eine neue.',
    home: 'Zum Anfang',
    loading: 'Einladung wird gesucht',
  },
  setup: {
    title: 'Richte dein Zuhause ein',
    lead: 'Die Box ist bereit. Gib eurem Zuhause einen Namen und leg das erste Konto an; es sorgt für die Box.',
    household: 'Name des Zuhauses',
    householdPlaceholder: 'Ahornweg',
    submit: 'Haus öffnen',
    busy: 'Öffnet sich',
    noTokenTitle: 'Fast geschafft',
    noToken:
      'In dieser Box wohnt noch niemand. Öffne den Einrichtungslink, den sie beim Starten gezeigt hat: Er endet mit einem langen Code, der zeigt, dass die Box dir gehört.',
    done: 'Diese Box ist schon eingerichtet.',
  },
};
