/** What has been read and what names you. */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '../accounts/account.svelte';
import { gateway, rest } from '../api';
import { ChannelType } from '../api/model';
import type { Id, Message } from '../api/model';
import { members } from '../guilds/members.svelte';
import { idAt, isNewer } from '../ui/ids';

import { channels } from './channels.svelte';

/** Reading a burst is one request. */
const ACK_AFTER_MS = 400;

class Reads {
  #read = new SvelteMap<Id, Id | null>();
  #mentions = new SvelteMap<Id, number>();
  #due = new Map<Id, ReturnType<typeof setTimeout>>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.#read.clear();
      this.#mentions.clear();
      for (const state of ready.read_state) {
        this.#read.set(state.id, state.last_message_id);
        if (state.mention_count > 0) this.#mentions.set(state.id, state.mention_count);
      }
    });
    gateway.on('MESSAGE_CREATE', (message) => this.#heard(message));
    gateway.on('MESSAGE_ACK', ({ channel_id, message_id }) => this.#setRead(channel_id, message_id));
  }

  /** The newest message that was read. What was written before one came into the space counts as read. */
  lastRead(channelId: Id): Id {
    const read = this.#read.get(channelId);
    if (read != null) return read;
    const joined = members.mine(channels.byId.get(channelId)?.guild_id ?? '')?.joined_at;
    return joined === undefined ? '0' : idAt(Date.parse(joined));
  }

  unread(channelId: Id): boolean {
    const channel = channels.byId.get(channelId);
    if (channel?.type !== ChannelType.text || channel.last_message_id == null) return false;
    return isNewer(channel.last_message_id, this.lastRead(channelId));
  }

  mentions(channelId: Id): number {
    return this.#mentions.get(channelId) ?? 0;
  }

  mentionsIn(guildId: Id): number {
    return channels.of(guildId).reduce((sum, channel) => sum + this.mentions(channel.id), 0);
  }

  unreadIn(guildId: Id): boolean {
    return channels.of(guildId).some((channel) => this.unread(channel.id));
  }

  ack(channelId: Id, messageId: Id): void {
    if (!isNewer(messageId, this.#read.get(channelId)) && this.mentions(channelId) === 0) return;
    this.#setRead(channelId, messageId);
    clearTimeout(this.#due.get(channelId));
    const send = () => {
      this.#due.delete(channelId);
      // Nothing to tell if it fails: the next one that is read says the same.
      rest.post(`v10/channels/${channelId}/messages/${messageId}/ack`, {}).catch(() => undefined);
    };
    this.#due.set(channelId, setTimeout(send, ACK_AFTER_MS));
  }

  /** Back to an older message, by hand. */
  async rewind(channelId: Id, messageId: Id): Promise<void> {
    clearTimeout(this.#due.get(channelId));
    this.#due.delete(channelId);
    this.#read.set(channelId, messageId);
    await rest.post(`v10/channels/${channelId}/messages/${messageId}/ack`, { manual: true });
  }

  namesMe(message: Message): boolean {
    if (message.author.id === account.id) return false;
    if (message.mention_everyone || message.mentions.some((user) => user.id === account.id)) return true;
    const mine = members.mine(message.guild_id)?.roles ?? [];
    return message.mention_roles.some((role) => mine.includes(role));
  }

  #heard(message: Message): void {
    if (message.author.id === account.id) {
      this.#setRead(message.channel_id, message.id);
    } else if (this.namesMe(message)) {
      this.#mentions.set(message.channel_id, this.mentions(message.channel_id) + 1);
    }
  }

  #setRead(channelId: Id, messageId: Id): void {
    if (isNewer(messageId, this.#read.get(channelId))) this.#read.set(channelId, messageId);
    this.#mentions.delete(channelId);
  }
}

export const reads = new Reads();
