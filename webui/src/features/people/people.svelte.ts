/** Everybody whom this client has heard of, wherever from: members of one's spaces, friends, people in conversations. */
import type { Channel, Id, User } from '@/api/model';
import { ChannelType } from '@/api/model';
import { account } from '@/features/accounts';
import { conversations } from '@/features/conversations';
import { guilds, members } from '@/features/guilds';
import { relationships } from '@/features/relationships';
import { t } from '@/i18n';
import { tintOf } from '@/ui/tint';

class People {
  #known = $derived.by(() => {
    const found: Record<Id, User> = {};
    for (const channel of conversations.list)
      for (const user of channel.recipients ?? []) found[user.id] = user;
    for (const kind of ['friend', 'incoming', 'outgoing', 'blocked'] as const)
      for (const { user } of relationships.of(kind)) found[user.id] = user;
    for (const guild of guilds.list) for (const { user } of members.of(guild.id)) found[user.id] = user;
    return found;
  });

  get(userId: Id): User | undefined {
    return this.#known[userId];
  }

  /** Those whom one may write to or ask; not oneself. */
  get list(): User[] {
    return Object.values(this.#known).filter((user) => user.id !== account.id);
  }

  /** What somebody is called: in this space if there is one, else everywhere. */
  name(guildId: Id | null, userId: Id, user?: User): string {
    if (guildId !== null) return members.name(guildId, userId, user ?? this.get(userId));
    const known = this.get(userId) ?? user;
    return known?.global_name ?? known?.username ?? t.people.someone;
  }

  tint(guildId: Id | null, userId: Id): string {
    return guildId === null ? tintOf(userId) : members.tint(guildId, userId);
  }

  /** The name of a pair is the other's; a group without one is called after the people in it. */
  nameOf(channel: Channel): string {
    const names = (channel.recipients ?? []).map((user) => this.name(null, user.id, user));
    if (channel.type === ChannelType.pair) return names[0] ?? t.people.someone;
    if (channel.given_name != null && channel.given_name !== '') return channel.given_name;
    return names.length === 0 ? t.people.card.alone : t.chat.several(names);
  }

  /** Whether one shares a space with somebody. */
  shared(userId: Id): boolean {
    return guilds.list.some((guild) => members.get(guild.id, userId) !== undefined);
  }

  /** Whether one may write to somebody: who shares a space, or a friend; nobody whom one has blocked. */
  mayWriteTo(userId: Id): boolean {
    const kind = relationships.kind(userId);
    return kind !== 'blocked' && userId !== account.id && (kind === 'friend' || this.shared(userId));
  }
}

export const people = new People();
