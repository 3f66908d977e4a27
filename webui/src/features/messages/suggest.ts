/** What could be meant by the beginning of a name, a channel or an emoji in front of the caret. */
import { ChannelType } from '@/api/model';
import type { Id } from '@/api/model';
import { channels } from '@/features/channels';
import { guilds, members, Permission, usableEmoji } from '@/features/guilds';
import { t } from '@/i18n';

import { findEmoji, loadEmoji } from './emoji';
import { isOnly } from './mentions';

export interface Trigger {
  sign: '@' | '#' | ':';
  query: string;
  /** Where the sign stands. */
  start: number;
}

export interface Suggestion {
  key: string;
  label: string;
  hint?: string;
  insert: string;
  /** Whose face to show. */
  userId?: Id;
  sign?: string;
  /** A space's own emoji. */
  emojiId?: Id;
}

const MOST = 7;
const TRIGGER = /(?:^|[\s([{>*_~|])([@#:])([\p{L}\p{M}\p{N}_.+\u200c\u200d-]{0,32})$/u;

export function findTrigger(text: string, caret: number): Trigger | null {
  const found = TRIGGER.exec(text.slice(0, caret));
  if (!found) return null;
  const [, sign = '', query = ''] = found;
  // A colon is a colon until it is followed by a word.
  if (sign === ':' && query.length < 2) return null;
  return { sign: sign as Trigger['sign'], query, start: caret - query.length - 1 };
}

export async function suggest(trigger: Trigger, scope: Id): Promise<Suggestion[]> {
  switch (trigger.sign) {
    case '@':
      return people(trigger.query.toLowerCase(), scope);
    case '#':
      return channels
        .of(scope)
        .filter((channel) => channel.type === ChannelType.text)
        .filter((channel) => channel.name.toLowerCase().includes(trigger.query.toLowerCase()))
        .slice(0, MOST)
        .map(({ id, name, topic }) => ({
          key: id,
          label: name,
          insert: `#${name}`,
          sign: '#',
          ...(topic == null ? {} : { hint: topic }),
        }));
    case ':': {
      const wanted = trigger.query.toLowerCase();
      const own = usableEmoji(scope).filter(({ name }) => name.toLowerCase().includes(wanted));
      const found = findEmoji(await loadEmoji(), trigger.query, MOST);
      const signs = found.map(({ sign, name }) => ({ key: sign, label: name, insert: sign, sign }));
      const named = own.map(({ id, name }) => ({ key: id, label: name, insert: `:${name}:`, emojiId: id }));
      return [...named, ...signs].slice(0, MOST);
    }
  }
}

function people(query: string, scope: Id): Suggestion[] {
  const found: Suggestion[] = [];
  for (const member of members.sorted(scope)) {
    const { id, username } = member.user;
    const name = members.name(scope, id);
    if (!name.toLowerCase().includes(query) && !username.includes(query)) continue;
    const insert = `@${isOnly(scope, name) ? name : username}`;
    found.push({ key: id, label: name, hint: username, insert, userId: id });
  }
  found.sort((a, b) => Number(begins(b, query)) - Number(begins(a, query)));
  for (const role of guilds.byId.get(scope)?.roles ?? []) {
    if (role.id === scope || !role.mentionable || !role.name.toLowerCase().includes(query)) continue;
    found.push({ key: role.id, label: role.name, insert: `@${role.name}`, sign: '@' });
  }
  if (members.can(scope, Permission.MENTION_EVERYONE)) {
    const all = { everyone: t.chat.everyone, here: t.chat.hereOnly };
    for (const [name, hint] of Object.entries(all)) {
      if (name.startsWith(query)) found.push({ key: name, label: name, hint, insert: `@${name}`, sign: '@' });
    }
  }
  return found.slice(0, MOST);
}

function begins(suggestion: Suggestion, query: string): boolean {
  return suggestion.label.toLowerCase().startsWith(query);
}
