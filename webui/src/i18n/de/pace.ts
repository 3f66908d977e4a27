import type { Catalogue } from '..';

import { exactly, plural } from './intl';

export const pace: Catalogue['pace'] = {
  slow: 'Langsamer Modus',
  slowHint: 'So lange warten alle zwischen zwei Nachrichten. Wer sich um den Kanal kümmert, wartet nicht.',
  off: 'Aus',
  every: (seconds) => exactly(seconds),
  ofThreads: 'Für Threads, die hier beginnen',
  newSlow: 'Ihr langsamer Modus',
  newOpenFor: 'Sie bleiben offen',
  staysOpen: 'Bleibt offen',
  openForHint: 'Dann ruht er, wenn niemand geschrieben hat. Wer schreibt, öffnet ihn wieder.',
  openFor: (minutes) => (minutes === 10_080 ? '1 Woche' : exactly(minutes * 60)),
  invitable: 'Alle darin dürfen andere dazuholen',
  invitableHint: 'Sonst nur, wer ihn begonnen hat, und wer sich um Threads kümmert.',
};

export const followers: Catalogue['followers'] = {
  title: 'Wer diesem Thread folgt',
  find: 'Leute finden',
  here: (count) => plural(count, { one: 'Person folgt ihm', other: 'Leute folgen ihm' }),
  others: 'Sehen ihn auch',
  othersPrivate: 'Können dazukommen',
  add: 'Dazuholen',
  addWho: (name) => `${name} dazuholen`,
  remove: 'Entfernen',
  removeWho: (name) => `${name} entfernen`,
  leave: 'Verlassen',
  none: 'Niemand folgt ihm. Wer darin schreibt, folgt ihm.',
  noneFound: 'So heißt hier niemand.',
  leaveTitle: (thread) => `${thread} verlassen?`,
  leaveLead: 'Er ist privat: Du siehst ihn erst wieder, wenn dich jemand dazuholt.',
  stay: 'Bleiben',
};
