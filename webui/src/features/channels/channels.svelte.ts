/** The channels one can see, in the order of the sidebar. */
import { SvelteMap } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import { ChannelType } from '@/api/model';
import type { Channel, Id } from '@/api/model';
import { channelPermissions, guilds, members } from '@/features/guilds';
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
}

class Channels {
  byId = new SvelteMap<Id, Channel>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.byId.clear();
      for (const guild of ready.guilds) this.#fill(guild.id, guild.channels);
    });
    gateway.on('GUILD_CREATE', (guild) => this.#fill(guild.id, guild.channels));
    gateway.on('GUILD_DELETE', ({ id }) => {
      for (const channel of this.of(id)) this.byId.delete(channel.id);
    });
    gateway.on('CHANNEL_CREATE', (channel) => {
      if ('guild_id' in channel) this.byId.set(channel.id, channel);
    });
    gateway.on('CHANNEL_UPDATE', (channel) => {
      const before = this.byId.get(channel.id);
      // The box may send the last message it had in mind when it made the event.
      const last = before?.last_message_id;
      const merged = { ...before, ...channel };
      if (last != null && isNewer(last, merged.last_message_id)) merged.last_message_id = last;
      this.byId.set(channel.id, merged);
    });
    gateway.on('CHANNEL_DELETE', ({ id }) => this.byId.delete(id));
    gateway.on('MESSAGE_CREATE', (message) => {
      const channel = this.byId.get(message.channel_id);
      if (channel && isNewer(message.id, channel.last_message_id)) {
        this.byId.set(channel.id, { ...channel, last_message_id: message.id });
      }
    });
    gateway.on('MESSAGE_DELETE', (gone) => this.#ends(gone.channel_id, gone.hearth_last_message_id));
    gateway.on('MESSAGE_DELETE_BULK', (gone) => this.#ends(gone.channel_id, gone.hearth_last_message_id));
  }

  of(guildId: Id): Channel[] {
    return [...this.byId.values()].filter((channel) => channel.guild_id === guildId).sort(byPlace);
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
    const guild = guilds.byId.get(channel.guild_id);
    const me = members.mine(channel.guild_id);
    if (guild === undefined || me === undefined) return false;
    return (channelPermissions(guild, me, channel) & permission) !== 0n;
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

  #fill(guildId: Id, channels: Channel[]): void {
    for (const channel of channels) this.byId.set(channel.id, { ...channel, guild_id: guildId });
  }
}

function byPlace(a: Channel, b: Channel): number {
  return a.position - b.position || compareIds(a.id, b.id);
}

export const channels = new Channels();
