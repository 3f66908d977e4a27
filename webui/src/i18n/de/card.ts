import type { Catalogue } from '..';

import { plural } from './intl';

/** Die Karte einer Person. */
export const card: Catalogue['people']['card'] = {
  alone: 'Sonst niemand hier',
  roles: 'Rollen',
  noRoles: 'Noch keine',
  giveRoles: (name) => `${name} eine Rolle geben oder nehmen`,
  since: (space, day) => `In ${space} seit ${day}`,
  write: 'Schreiben',
  befriend: 'Freundschaft anfragen',
  accept: 'Annehmen',
  decline: 'Nicht jetzt',
  takeBack: 'Zurücknehmen',
  unfriend: 'Freundschaft beenden',
  unfriendTitle: (name) => `Nicht mehr mit ${name} befreundet sein?`,
  unfriendLead: 'Euer Gespräch bleibt. Um wieder befreundet zu sein, muss jemand von euch neu anfragen.',
  block: (name) => `${name} blockieren`,
  blockTitle: (name) => `${name} blockieren?`,
  blockLead: (name) =>
    `Du hörst dann nichts mehr von ${name}, und ${name} kann dir nicht schreiben. Was ${name} in Gruppen und Bereichen schreibt, ist eingeklappt. Niemand erfährt davon.`,
  unblock: 'Nicht mehr blockieren',
  unblocked: (name) => `Du hörst wieder von ${name}.`,
  unblockedApart: (name) =>
    `Du blockierst ${name} nicht mehr. Damit ihr euch schreiben könnt, muss eine Freundschaftsanfrage kommen.`,
  blockedApart:
    'Ohne Block seid ihr noch nicht wieder befreundet: Eine Anfrage braucht es, bevor ihr euch schreiben könnt.',
  isBlocked: (name) => `Du hast ${name} blockiert.`,
  asksYou: (name) => `${name} möchte mit dir befreundet sein.`,
  youAsked: 'Du hast nach einer Freundschaft gefragt.',
  asked: (name) => `${name} ist gefragt.`,
  accepted: (name) => `Du und ${name} seid jetzt befreundet.`,
  more: (name) => `Mehr über ${name}`,
  open: (name) => `Wer ${name} ist`,
  nickname: 'Spitznamen ändern',
  nicknameLead: (name) => `Wie ${name} in diesem Bereich heißt. Lass es leer, dann gilt der eigene Name.`,
  nicknameLabel: 'Spitzname',
  nicknameSave: 'Speichern',
  kick: (space) => `Aus ${space} entfernen`,
  removeFrom: (name) => `${name} wegschicken`,
  removeTitle: (name) => `${name} wegschicken?`,
  removeLead:
    'Der Platz hier ist dann sofort frei, und zurück geht es nur mit einer neuen Einladung. Alles Geschriebene bleibt.',
  removed: (name) => `${name} ist nicht mehr hier`,
  keep: 'Doch nicht',
  settings: 'Einstellungen',
  folded: (count) =>
    plural(count, {
      one: 'Nachricht von jemandem, den du blockiert hast',
      other: 'Nachrichten von Leuten, die du blockiert hast',
    }),
  unfold: 'Zeigen',
};
