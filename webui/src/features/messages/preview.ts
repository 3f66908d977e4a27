/** A message in one line of plain words: for quotes and for the bar above the composer. */
import type { Id } from '@/api/model';
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
