/** The emoji that a space has of its own: which one may use where, and what is done to them. */
import { rest } from '@/api';
import type { GuildEmoji, Id } from '@/api/model';

import { guilds } from './guilds.svelte';
import { members } from './members.svelte';
import { Permission } from './permissions';

/** Where the picture of an emoji is. */
export function emojiAddress(id: Id): string {
  return `/emojis/${id}.webp`;
}

/** Those that one may use in a scope: its own first, and others' where that is allowed. */
export function usableEmoji(scope: Id): GuildEmoji[] {
  const own = guilds.byId.get(scope)?.emojis ?? [];
  if (guilds.byId.has(scope) && !members.can(scope, Permission.USE_EXTERNAL_EMOJIS)) return own;
  const others = guilds.list.filter(({ id }) => id !== scope).flatMap((guild) => guild.emojis);
  return [...own, ...others];
}

/** As it stands in a message. */
export function emojiSource({ id, name, animated }: GuildEmoji): string {
  return `<${animated ? 'a' : ''}:${name}:${id}>`;
}

export const emojis = {
  /** With whoever made each. */
  list: (guildId: Id) => rest.get<GuildEmoji[]>(`v10/guilds/${guildId}/emojis`),
  add: (guildId: Id, name: string, image: string) =>
    rest.post<GuildEmoji>(`v10/guilds/${guildId}/emojis`, { name, image }),
  rename: (guildId: Id, id: Id, name: string) =>
    rest.patch<GuildEmoji>(`v10/guilds/${guildId}/emojis/${id}`, { name }),
  remove: (guildId: Id, id: Id) => rest.delete(`v10/guilds/${guildId}/emojis/${id}`),
};
