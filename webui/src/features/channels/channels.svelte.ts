/** The channels one can see: those of guilds in the order of the sidebar, and the conversations that are open. */
import { SvelteMap } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import { IN_CONVERSATION, READ_ONLY } from '@/api/constants';
import { ChannelType } from '@/api/model';
import type { Channel, GatewayEvents, Id, Thread, User } from '@/api/model';
import { channelPermissions, guilds, members, Permission } from '@/features/guilds';
import { relationships } from '@/features/relationships';
import { t } from '@/i18n';
import { compareIds, isNewer } from '@/api/snowflake';

export interface Section {
  /** Null: the channels without a category. */
  category: Channel | null;
  text: Channel[];
  voice: Channel[];
}

export interface ChannelDraft {
  name: string;
  type: number;
  topic?: string;
  parent_id?: Id | null;
  rate_limit_per_user?: number;
  default_auto_archive_duration?: number;
  default_thread_rate_limit_per_user?: number;
}

class Channels {
  byId = new SvelteMap<Id, Channel>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.byId.clear();
      for (const conversation of ready.private_channels ?? []) this.#put(conversation);
      for (const guild of ready.guilds) this.#fill(guild.id, guild.channels);
    });
    gateway.on('GUILD_CREATE', (guild) => this.#fill(guild.id, guild.channels));
    gateway.on('GUILD_DELETE', ({ id }) => {
      for (const channel of [...this.byId.values()])
        if (channel.guild_id === id) this.byId.delete(channel.id);
    });
    gateway.on('CHANNEL_CREATE', (channel) => this.#put(channel));
    gateway.on('CHANNEL_UPDATE', (channel) => {
      const before = this.byId.get(channel.id);
      // The box may send the last message it had in mind when it made the event.
      const last = before?.last_message_id;
      const merged = { ...before, ...fromWire(channel) };
      if (last != null && isNewer(last, merged.last_message_id)) merged.last_message_id = last;
      this.byId.set(channel.id, merged);
    });
    gateway.on('CHANNEL_DELETE', ({ id }) => {
      this.byId.delete(id);
      // Its threads go with it, without a word.
      for (const thread of this.threadsIn(id)) this.byId.delete(thread.id);
    });
    gateway.on('CHANNEL_RECIPIENT_ADD', ({ channel_id, user }) =>
      this.#changeRecipients(channel_id, (others) => [...others.filter((one) => one.id !== user.id), user]),
    );
    gateway.on('CHANNEL_RECIPIENT_REMOVE', ({ channel_id, user }) =>
      this.#changeRecipients(channel_id, (others) => others.filter((one) => one.id !== user.id)),
    );
    gateway.on('USER_UPDATE', (user) => {
      for (const { id, recipients } of this.conversations)
        if (recipients?.some((one) => one.id === user.id) === true)
          this.#changeRecipients(id, (others) =>
            others.map((one) => (one.id === user.id ? { ...one, ...user } : one)),
          );
    });
    gateway.on('MESSAGE_CREATE', (message) => {
      const channel = this.byId.get(message.channel_id);
      // What blocked people write makes nothing new.
      if (relationships.isBlocked(message.author.id)) return;
      if (channel && isNewer(message.id, channel.last_message_id)) {
        this.byId.set(channel.id, { ...channel, last_message_id: message.id });
      }
    });
    gateway.on('MESSAGE_DELETE', (gone) => this.#ends(gone.channel_id, gone.hearth_last_message_id));
    gateway.on('MESSAGE_DELETE_BULK', (gone) => this.#ends(gone.channel_id, gone.hearth_last_message_id));
  }

  /** Without its threads. */
  of(guildId: Id): Channel[] {
    return [...this.byId.values()]
      .filter((channel) => channel.guild_id === guildId && channel.thread === undefined)
      .sort(byPosition);
  }

  /** The threads of a channel that are known, the newest first: the open ones, and what was looked at of the others. */
  threadsIn(channelId: Id): Channel[] {
    return [...this.byId.values()]
      .filter((one) => one.thread !== undefined && one.parent_id === channelId)
      .sort((a, b) => compareIds(b.id, a.id));
  }

  /** The open threads of a space that one follows. */
  followed(guildId: Id): Channel[] {
    return [...this.byId.values()].filter((one) => one.guild_id === guildId && isFollowed(one));
  }

  /** The newest first. */
  get conversations(): Channel[] {
    return [...this.byId.values()]
      .filter((channel) => channel.guild_id === undefined)
      .sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
  }

  /** Those that lists show: whom one has blocked stands only under Blocked. */
  get listedConversations(): Channel[] {
    return this.conversations.filter(
      ({ type, recipients: [other] = [] }) =>
        type !== ChannelType.pair || other === undefined || !relationships.isBlocked(other.id),
    );
  }

  sections(guildId: Id): Section[] {
    const all = this.of(guildId);
    const categories = all.filter((channel) => channel.type === ChannelType.category);
    const known = new Set(categories.map((category) => category.id));
    const section = (category: Channel | null): Section => {
      const inside = all.filter((channel) =>
        category === null
          ? channel.parent_id === null || !known.has(channel.parent_id)
          : channel.parent_id === category.id,
      );
      return {
        category,
        text: inside.filter((channel) => channel.type === ChannelType.text),
        voice: inside.filter((channel) => channel.type === ChannelType.voice),
      };
    };
    const loose = section(null);
    const rest = categories.map(section);
    return loose.text.length + loose.voice.length === 0 ? rest : [loose, ...rest];
  }

  /** Where one lands in a space: its first text channel. */
  first(guildId: Id): Channel | undefined {
    for (const section of this.sections(guildId)) if (section.text[0]) return section.text[0];
    return undefined;
  }

  can(channel: Channel, permission: bigint): boolean {
    if (channel.guild_id === undefined) return (conversationPermissions(channel) & permission) !== 0n;
    const guild = guilds.byId.get(channel.guild_id);
    const me = members.mine(channel.guild_id);
    if (guild === undefined || me === undefined) return false;
    if (channel.thread === undefined) return (channelPermissions(guild, me, channel) & permission) !== 0n;
    const parent = this.byId.get(channel.parent_id ?? '');
    if (parent === undefined) return false;
    return (inThread(channelPermissions(guild, me, parent), channel.thread) & permission) !== 0n;
  }

  create(guildId: Id, draft: ChannelDraft): Promise<Channel> {
    return rest.post<Channel>(`v10/guilds/${guildId}/channels`, draft);
  }

  async update(id: Id, change: Partial<ChannelDraft>): Promise<void> {
    await rest.patch<Channel>(`v10/channels/${id}`, change);
  }

  async delete(id: Id): Promise<void> {
    await rest.delete<Channel>(`v10/channels/${id}`);
  }

  /** What was deleted may have been the last message: then the one before it is. */
  #ends(channelId: Id, last: Id | null): void {
    const channel = this.byId.get(channelId);
    if (channel) this.byId.set(channelId, { ...channel, last_message_id: last });
  }

  #put(channel: GatewayEvents['CHANNEL_CREATE']): void {
    this.byId.set(channel.id, fromWire(channel));
  }

  #changeRecipients(channelId: Id, change: (others: User[]) => User[]): void {
    const channel = this.byId.get(channelId);
    if (channel?.recipients === undefined) return;
    const recipients = change(channel.recipients);
    this.byId.set(channelId, { ...channel, recipients, name: titleOf(channel.given_name, recipients) });
  }

  #fill(guildId: Id, channels: Channel[]): void {
    for (const channel of channels) this.byId.set(channel.id, { ...channel, guild_id: guildId });
  }
}

export function isFollowed({ thread }: Channel): boolean {
  return thread?.member !== undefined && !thread.thread_metadata.archived;
}

/** A thread's permissions are its channel's, but for who writes in it. */
function inThread(bits: bigint, thread: Thread): bigint {
  const writes = (bits & Permission.SEND_MESSAGES_IN_THREADS) !== 0n;
  const own = writes ? bits | Permission.SEND_MESSAGES : bits & ~Permission.SEND_MESSAGES;
  const isShut = thread.thread_metadata.locked && (bits & Permission.MANAGE_THREADS) === 0n;
  return isShut ? own & ~Permission.SEND_MESSAGES : own;
}

/** A conversation has no topic, order or overwrites; it is called after its people, unless it was named. */
function fromWire(channel: GatewayEvents['CHANNEL_CREATE']): Channel {
  if (!('recipients' in channel)) return channel;
  const { id, type, last_message_id, recipients, owner_id, name } = channel;
  return {
    id,
    type,
    last_message_id,
    recipients,
    ...(owner_id === undefined ? {} : { owner_id }),
    given_name: name ?? null,
    name: titleOf(name, recipients),
    nsfw: false,
    parent_id: null,
    permission_overwrites: [],
    position: 0,
  };
}

/** Those of the box, as far as it tells: that the other person has blocked one is not to be known. */
function conversationPermissions({ type, recipients = [] }: Channel): bigint {
  const isBlocked = type === ChannelType.pair && recipients.some(({ id }) => relationships.isBlocked(id));
  return isBlocked ? READ_ONLY : IN_CONVERSATION;
}

function titleOf(given: string | null | undefined, recipients: readonly User[]): string {
  if (given != null && given !== '') return given;
  const names = recipients.map((user) => user.global_name ?? user.username);
  return new Intl.ListFormat(t.locale, { type: 'conjunction' }).format(names) || t.people.someone;
}

function byPosition(a: Channel, b: Channel): number {
  return a.position - b.position || compareIds(a.id, b.id);
}

export const channels = new Channels();
