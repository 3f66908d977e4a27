/** What has been read and what names you. */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '@/features/accounts';
import { ApiError, gateway, rest } from '@/api';
import { ChannelType } from '@/api/model';
import type { GatewayEvents, Id, Message } from '@/api/model';
import { guilds, members } from '@/features/guilds';
import { relationships } from '@/features/relationships';
import { idAt, isNewer } from '@/api/snowflake';

import { channels, isFollowed } from './channels.svelte';

/** Reading a burst is one request. */
const ACK_AFTER_MS = 400;

/** So many channels are told as read in one request. */
const MOST_AT_ONCE = 100;

const WRITTEN: ReadonlySet<number> = new Set([
  ChannelType.text,
  ChannelType.pair,
  ChannelType.group,
  ChannelType.publicThread,
  ChannelType.privateThread,
]);

class Reads {
  #read = new SvelteMap<Id, Id | null>();
  #mentions = new SvelteMap<Id, number>();
  /** Read here, and not yet known to the box: told again when the line is back. */
  #untold = new Map<Id, Id>();
  #due = new Map<Id, ReturnType<typeof setTimeout>>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.#read.clear();
      this.#mentions.clear();
      for (const state of ready.read_state) {
        this.#read.set(state.id, state.last_message_id);
        if (state.mention_count > 0) this.#mentions.set(state.id, state.mention_count);
      }
      for (const [channel, message] of this.#untold) this.#setRead(channel, message);
    });
    gateway.on('MESSAGE_CREATE', (message) => this.#heard(message));
    gateway.on('MESSAGE_ACK', (ack) => this.#follow(ack));
    document.addEventListener('visibilitychange', () => {
      // The page may be closed next: what was read a moment ago is told now.
      if (document.visibilityState === 'hidden')
        for (const channel of this.#due.keys()) {
          clearTimeout(this.#due.get(channel));
          void this.#tell(channel);
        }
    });
    gateway.onStatus((status) => {
      if (status === 'online') for (const channel of this.#untold.keys()) this.#tellSoon(channel);
      // Signed out: what the next person has read is theirs.
      else if (!rest.signedIn) this.#untold.clear();
    });
  }

  /** The newest message that was read. What was written before one came into the space counts as read. */
  lastRead(channelId: Id): Id {
    const read = this.#read.get(channelId);
    if (read != null) return read;
    const channel = channels.byId.get(channelId);
    const joined =
      channel?.thread?.member?.join_timestamp ?? members.mine(channel?.guild_id ?? '')?.joined_at;
    return joined === undefined ? '0' : idAt(Date.parse(joined));
  }

  unread(channelId: Id): boolean {
    const channel = channels.byId.get(channelId);
    if (channel === undefined || !WRITTEN.has(channel.type) || channel.last_message_id == null) return false;
    // Of a thread that one does not follow nothing is new.
    if (channel.thread !== undefined && !isFollowed(channel)) return false;
    return isNewer(channel.last_message_id, this.lastRead(channelId));
  }

  mentions(channelId: Id): number {
    return this.#mentions.get(channelId) ?? 0;
  }

  mentionsIn(guildId: Id): number {
    return [...channels.of(guildId), ...channels.followed(guildId)].reduce(
      (sum, channel) => sum + this.mentions(channel.id),
      0,
    );
  }

  /** In all conversations together. */
  get mentionsInConversations(): number {
    return channels.listedConversations.reduce((sum, channel) => sum + this.mentions(channel.id), 0);
  }

  unreadIn(guildId: Id): boolean {
    return [...channels.of(guildId), ...channels.followed(guildId)].some((one) => this.unread(one.id));
  }

  ack(channelId: Id, messageId: Id): void {
    if (!isNewer(messageId, this.#read.get(channelId)) && this.mentions(channelId) === 0) return;
    this.#setRead(channelId, messageId);
    this.#untold.set(channelId, messageId);
    this.#tellSoon(channelId);
  }

  /** All that is unread in a space, or everywhere. */
  async ackAll(guildId?: Id): Promise<void> {
    const those =
      guildId === undefined
        ? [...guilds.list.flatMap((guild) => channels.of(guild.id)), ...channels.listedConversations]
        : channels.of(guildId);
    const unread = those.filter((channel) => this.unread(channel.id) || this.mentions(channel.id) > 0);
    const states = unread.flatMap(({ id, last_message_id: last }) =>
      last == null ? [] : [{ channel_id: id, message_id: last }],
    );
    for (const { channel_id, message_id } of states) {
      this.#setRead(channel_id, message_id);
      // Told with the others, and told again by itself if that fails.
      clearTimeout(this.#due.get(channel_id));
      this.#due.delete(channel_id);
      this.#untold.set(channel_id, message_id);
    }
    for (let at = 0; at < states.length; at += MOST_AT_ONCE) {
      const some = states.slice(at, at + MOST_AT_ONCE);
      await rest.post('v10/read-states/ack-bulk', { read_states: some });
      for (const { channel_id, message_id } of some)
        if (this.#untold.get(channel_id) === message_id) this.#untold.delete(channel_id);
    }
  }

  /** Back to an older message, by hand. */
  async rewind(channelId: Id, messageId: Id): Promise<void> {
    clearTimeout(this.#due.get(channelId));
    this.#due.delete(channelId);
    this.#untold.delete(channelId);
    const before = this.#read.get(channelId);
    this.#read.set(channelId, messageId);
    try {
      await rest.post(`v10/channels/${channelId}/messages/${messageId}/ack`, { manual: true });
    } catch (error) {
      if (before !== undefined) this.#read.set(channelId, before);
      throw error;
    }
  }

  namesMe(message: Message): boolean {
    if (message.author.id === account.id || relationships.isBlocked(message.author.id)) return false;
    if (message.mention_everyone || message.mentions.some((user) => user.id === account.id)) return true;
    // What is written in a conversation is written to one.
    if (message.guild_id === undefined) return true;
    const mine = members.mine(message.guild_id)?.roles ?? [];
    return message.mention_roles.some((role) => mine.includes(role));
  }

  #heard(message: Message): void {
    if (message.author.id === account.id) {
      this.#setRead(message.channel_id, message.id);
    } else if (relationships.isBlocked(message.author.id)) {
      // Read with all that was read before it, so that it is nothing new after a reload either.
      if (!this.unread(message.channel_id)) this.ack(message.channel_id, message.id);
    } else if (message.guild_id === undefined || this.namesMe(message)) {
      // In a conversation every message counts.
      this.#mentions.set(message.channel_id, this.mentions(message.channel_id) + 1);
    }
  }

  /** Read on another device, or mentioned less often since something was deleted or changed. */
  #follow({ channel_id, message_id, mention_count, manual }: GatewayEvents['MESSAGE_ACK']): void {
    // This device is further than the box knows, and has told it, or will.
    if (!manual && !isNewerOrSame(message_id, this.#read.get(channel_id))) return;
    this.#read.set(channel_id, message_id);
    if (mention_count > 0) this.#mentions.set(channel_id, mention_count);
    else this.#mentions.delete(channel_id);
  }

  #setRead(channelId: Id, messageId: Id): void {
    if (isNewer(messageId, this.#read.get(channelId))) this.#read.set(channelId, messageId);
    this.#mentions.delete(channelId);
  }

  #tellSoon(channelId: Id): void {
    clearTimeout(this.#due.get(channelId));
    this.#due.set(
      channelId,
      setTimeout(() => void this.#tell(channelId), ACK_AFTER_MS),
    );
  }

  async #tell(channelId: Id): Promise<void> {
    this.#due.delete(channelId);
    const messageId = this.#untold.get(channelId);
    if (messageId === undefined) return;
    try {
      await rest.post(`v10/channels/${channelId}/messages/${messageId}/ack`, {});
    } catch (error) {
      // Out of reach, or in trouble: it is told again when the line is back. A no stays a no.
      if (!(error instanceof ApiError) || error.status >= 500) return;
    }
    if (this.#untold.get(channelId) === messageId) this.#untold.delete(channelId);
  }
}

function isNewerOrSame(id: Id, than: Id | null | undefined): boolean {
  return id === than || isNewer(id, than);
}

export const reads = new Reads();
