/** A message in one line of plain words: for quotes and for the bar above the composer. */
import { MessageType } from '@/api/model';
import type { Id, Message } from '@/api/model';
import { channels } from '@/features/channels';
import { guilds, members } from '@/features/guilds';
import { t } from '@/i18n';
import { styled } from '@/i18n/time';

import { parse } from './markdown/parse';
import type { Inline } from './markdown/tree';
import { plain } from './markdown/tree';

const LONGEST = 200;

export function summary(content: string, scope: Id): string {
  const words = plain(parse(content), (node) => name(node, scope));
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** The sentence of a message that nobody wrote. */
export function noticeWords({ type, author, mentions, content }: Message, scope: Id): string {
  const words = t.chat.system;
  const by = members.name(scope, author.id, author);
  const whom = t.chat.several(mentions.map((user) => members.name(scope, user.id, user)));
  if (type === MessageType.recipientAdded) return words.added(by, whom);
  if (type === MessageType.renamed) return words.renamed(by, content);
  return mentions.every((user) => user.id === author.id) ? words.left(by) : words.removed(by, whom);
}

function name(node: Inline, scope: Id): string {
  switch (node.kind) {
    case 'user':
      return `@${members.name(scope, node.id)}`;
    case 'role':
      return `@${guilds.byId.get(scope)?.roles.find((role) => role.id === node.id)?.name ?? t.chat.unknownRole}`;
    case 'channel':
      return `#${channels.byId.get(node.id)?.name ?? t.chat.unknownChannel}`;
    case 'everyone':
      return node.text;
    case 'time':
      return styled(node.at, node.style);
    default:
      return '';
  }
}
