/** What was said last in a conversation, in one line. */
import { ChannelType, MessageType } from '@/api/model';
import type { Channel } from '@/api/model';
import { account } from '@/features/accounts';
import type { LastShown } from '@/features/conversations';
import { pollResult, summaryOf } from '@/features/messages';
import { people } from '@/features/people';
import { relationships } from '@/features/relationships';
import { t } from '@/i18n';

export interface LastWords {
  /** Who said it, if it does not go without saying. */
  by: string | null;
  text: string;
}

export function lastWords(last: LastShown, channel: Channel): LastWords {
  const author = people.name(null, last.author_id);
  switch (last.type) {
    case MessageType.recipientAdded:
      return { by: null, text: t.home.newIn };
    case MessageType.recipientRemoved:
      return { by: null, text: t.home.nowOut };
    case MessageType.pollResult:
      return { by: null, text: pollResult({ embeds: last.embeds ?? [] }) };
    case MessageType.pinned:
      return { by: null, text: t.messages.pins.line(author) };
    case MessageType.renamed:
      return { by: null, text: t.chat.system.renamed(author, last.content) };
  }
  if (relationships.isBlocked(last.author_id)) return { by: null, text: t.people.card.folded(1) };
  const text = summaryOf(last, channel.id);
  if (last.author_id === account.id) return { by: t.home.you, text };
  return { by: channel.type === ChannelType.group ? author : null, text };
}
