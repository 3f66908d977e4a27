/** The newest message of each conversation, for lists that say what was written last. */
import { SvelteMap } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import type { Id, LastMessage, Message } from '@/api/model';
import { isNewer } from '@/api/snowflake';

/** With its files, where they are known: the lists of the box leave them out. */
export type LastShown = LastMessage & Partial<Pick<Message, 'attachments' | 'flags' | 'poll' | 'embeds'>>;

class LastMessages {
  #byChannel = new SvelteMap<Id, LastShown>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.#byChannel.clear();
      for (const { id, hearth_last_message: last } of ready.private_channels ?? [])
        if (last) {
          this.#byChannel.set(id, last);
          // It has something else than words, which the box tells only of the whole message.
          if (last.content === '') void this.#ask(id);
        }
    });
    gateway.on('CHANNEL_CREATE', (channel) => {
      // One that was closed comes back without what was said in it.
      if (!('guild_id' in channel) && channel.last_message_id != null && !this.#byChannel.has(channel.id))
        void this.#ask(channel.id);
    });
    gateway.on('MESSAGE_CREATE', (message) => {
      if (message.guild_id === undefined) this.#put(message);
    });
    gateway.on('MESSAGE_UPDATE', ({ channel_id, id, content }) => {
      const last = this.#byChannel.get(channel_id);
      if (last?.id === id && content !== undefined) this.#byChannel.set(channel_id, { ...last, content });
    });
    gateway.on('MESSAGE_DELETE', (gone) => this.#gone(gone.channel_id, [gone.id]));
    gateway.on('MESSAGE_DELETE_BULK', (gone) => this.#gone(gone.channel_id, gone.ids));
    gateway.on('CHANNEL_DELETE', ({ id }) => this.#byChannel.delete(id));
  }

  in(channelId: Id): LastShown | undefined {
    return this.#byChannel.get(channelId);
  }

  #put({ id, channel_id, author, type, content, ...more }: Message): void {
    if (isNewer(this.#byChannel.get(channel_id)?.id ?? '0', id)) return;
    const { attachments, embeds, flags, poll } = more;
    const rest = {
      attachments,
      embeds,
      ...(flags === undefined ? {} : { flags }),
      ...(poll ? { poll } : {}),
    };
    this.#byChannel.set(channel_id, { id, author_id: author.id, type, content, ...rest });
  }

  #gone(channelId: Id, ids: readonly Id[]): void {
    const last = this.#byChannel.get(channelId);
    if (last === undefined || !ids.includes(last.id)) return;
    this.#byChannel.delete(channelId);
    void this.#ask(channelId);
  }

  /** Only a line of a list: if it cannot be had, it stays empty. */
  async #ask(channelId: Id): Promise<void> {
    try {
      const [last] = await rest.get<Message[]>(`v10/channels/${channelId}/messages?limit=1`);
      if (last) this.#put(last);
    } catch {
      return;
    }
  }
}

export const lastMessages = new LastMessages();
