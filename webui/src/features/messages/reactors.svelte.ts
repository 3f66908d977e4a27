/** Who reacted to a message with an emoji, in pages of a hundred. */
import { rest } from '@/api';
import type { Emoji, Message, User } from '@/api/model';

import { emojiKey } from './timeline.svelte';

export const PAGE = 100;

export function reactors(message: Message, emoji: Emoji, after = '0', limit = PAGE): Promise<User[]> {
  const path = `v10/channels/${message.channel_id}/messages/${message.id}/reactions/${emojiKey(emoji)}`;
  return rest.get<User[]>(`${path}?after=${after}&limit=${limit}`);
}
