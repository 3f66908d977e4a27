/** The emoji that a space has of its own: which one may use where, and what is done to them. */
import { rest } from '@/api';
import type { GuildEmoji, Id } from '@/api/model';

import { guilds } from './guilds.svelte';
import { members } from './members.svelte';
import { Permission } from './permissions';

/** Below these the box takes a picture as it is; larger still ones are made smaller here. */
const SIDE_PX = 128;
const LARGEST_BYTES = 256 * 1024;

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

/** What a file is called, as a name may be: `Soup Pot.png` is `Soup_Pot`. */
export function nameOf(file: File): string {
  const name = file.name
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 32);
  return name.length < 2 ? `emoji_${name}` : name;
}

/** A picture for the box: drawn anew at 128 pixels, which leaves where it was taken behind; one that moves stays as it is. */
export async function imageOf(file: File): Promise<string> {
  if (file.type === 'image/gif' || file.size > 50_000_000) return dataUri(file);
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return dataUri(await canvas.convertToBlob({ type: 'image/png' }));
}

export function isTooLarge(file: File): boolean {
  return file.type === 'image/gif' && file.size > LARGEST_BYTES;
}

function dataUri(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error('unreadable'));
    reader.readAsDataURL(blob);
  });
}
