/** Pairs and groups: the channels that are in no space. They lie in `channels` like all others; this knows them apart. */
import { rest } from '@/api';
import { ChannelType } from '@/api/model';
import type { Channel, Conversation, Id } from '@/api/model';
import { channels } from '@/features/channels';

class Conversations {
  /** Those that are open and listed, the one with the newest message first. */
  list: Channel[] = $derived(channels.listedConversations);
  #all: Channel[] = $derived(channels.conversations);

  pairWith(userId: Id): Channel | undefined {
    return this.#all.find((one) => one.type === ChannelType.pair && one.recipients?.[0]?.id === userId);
  }

  /** The pair with somebody, made if there is none; from two devices at once there is one. */
  async openPair(userId: Id): Promise<Id> {
    const known = this.pairWith(userId);
    if (known) return known.id;
    const { id } = await rest.post<Conversation>('v10/users/@me/channels', { recipient_id: userId });
    return id;
  }

  async makeGroup(userIds: readonly Id[], name: string): Promise<Id> {
    const { id } = await rest.post<Conversation>('v10/users/@me/channels', { recipients: userIds });
    if (name !== '') await this.rename(id, name);
    return id;
  }

  async rename(id: Id, name: string): Promise<void> {
    await rest.patch<Conversation>(`v10/channels/${id}`, { name });
  }

  /** A pair goes out of one's own list, until somebody writes; a group is left. */
  async close(id: Id): Promise<void> {
    await rest.delete<Conversation>(`v10/channels/${id}`);
  }

  add(id: Id, userId: Id): Promise<void> {
    return rest.put(`v10/channels/${id}/recipients/${userId}`);
  }

  remove(id: Id, userId: Id): Promise<void> {
    return rest.delete(`v10/channels/${id}/recipients/${userId}`);
  }
}

export function isConversation(channel: Channel): boolean {
  return channel.type === ChannelType.pair || channel.type === ChannelType.group;
}

export const conversations = new Conversations();
