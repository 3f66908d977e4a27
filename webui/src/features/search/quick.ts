/** A few messages for whoever is looking for anything at all (the palette). */
import { rest } from '@/api';
import type { Id } from '@/api/model';
import { channels } from '@/features/channels';
import { people } from '@/features/people';
import { relationships } from '@/features/relationships';
import { paths } from '@/navigation/router.svelte';

import type { Hit } from './search.svelte';
import { snippet } from './snippet';

export interface Quick {
  id: Id;
  /** What was said, around the words. */
  text: string;
  author: string;
  tint: string;
  /** The channel, as it is called. */
  where: string;
  path: string;
}

const MOST = 3;

/** The newest messages with these words, of a space or, without one, of all conversations. */
export async function messagesFor(
  guildId: Id | undefined,
  words: string,
  signal: AbortSignal,
): Promise<Quick[]> {
  const where = guildId === undefined ? 'hearth/v1/conversations' : `v10/guilds/${guildId}`;
  const asked = new URLSearchParams({ content: words, limit: String(MOST) });
  const path = `${where}/messages/search?${asked.toString()}`;
  const { messages } = await rest.get<{ messages: Hit[][] }>(path, { signal });
  return messages
    .flat()
    .filter((hit) => hit.content !== '' && !relationships.isBlocked(hit.author.id))
    .map((hit) => {
      const channel = channels.byId.get(hit.channel_id);
      const scope = hit.guild_id ?? null;
      const parts = snippet(
        hit.content,
        hit.hearth_spans,
        (reference) => /:\w+:/.exec(reference)?.[0] ?? '@…',
      );
      return {
        id: hit.id,
        text: parts.map(({ text }) => text).join(''),
        author: people.name(scope, hit.author.id, hit.author),
        tint: people.tint(scope, hit.author.id),
        where: channel === undefined ? '' : scope === null ? people.nameOf(channel) : channel.name,
        path: paths.message(hit.guild_id, hit.channel_id, hit.id),
      };
    });
}
