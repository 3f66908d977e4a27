/** Threads: kept among the channels, for one writes and reads in them as in those; here is what only they have. */
import { SvelteSet } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import { ChannelType, MessageType } from '@/api/model';
import type { Channel, FullGuild, Id, Message, Thread, ThreadMember, ThreadPage } from '@/api/model';
import { isNewer } from '@/api/snowflake';
import { account } from '@/features/accounts';
import { channels } from '@/features/channels';
import { Permission } from '@/features/guilds';

/** Followers that the box lists at once. */
const PAGE = 100;

export interface ThreadDraft {
  name: string;
  isPrivate?: boolean;
  /** Of a private one: whoever is in it may bring others. */
  invitable?: boolean;
  /** Minutes without a message after which it rests. */
  openFor: number;
}

export interface ThreadChange {
  name?: string;
  archived?: boolean;
  locked?: boolean;
  auto_archive_duration?: number;
  rate_limit_per_user?: number;
  invitable?: boolean;
}

class Threads {
  /** What messages that were loaded before still speak of. */
  #gone = new SvelteSet<Id>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.#gone.clear();
      for (const guild of ready.guilds) this.#fill(guild);
    });
    gateway.on('GUILD_CREATE', (guild) => this.#fill(guild));
    gateway.on('THREAD_CREATE', (thread) => this.put(thread));
    gateway.on('THREAD_UPDATE', (thread) => this.put(thread));
    gateway.on('THREAD_LIST_SYNC', ({ threads }) => threads.forEach((thread) => this.put(thread)));
    gateway.on('THREAD_DELETE', ({ id }) => {
      this.#gone.add(id);
      channels.byId.delete(id);
    });
    gateway.on('THREAD_MEMBER_UPDATE', (member) => this.#change(member.id, { member }));
    gateway.on('THREAD_MEMBERS_UPDATE', ({ id, member_count, removed_member_ids }) => {
      this.#change(id, { member_count });
      if (account.id !== '' && removed_member_ids.includes(account.id)) this.#leave(id);
    });
    gateway.on('MESSAGE_CREATE', ({ channel_id, type }) => {
      const thread = channels.byId.get(channel_id)?.thread;
      if (thread && (type === MessageType.plain || type === MessageType.reply))
        this.#change(channel_id, { message_count: thread.message_count + 1 });
    });
    gateway.on('MESSAGE_DELETE', ({ channel_id }) => this.#fewer(channel_id, 1));
    gateway.on('MESSAGE_DELETE_BULK', ({ channel_id, ids }) => this.#fewer(channel_id, ids.length));
  }

  /** The thread at a message, as far as it is known; undefined if there is none. */
  at(message: Message): Thread | undefined {
    const told = message.thread;
    const id = told?.id ?? (message.guild_id === undefined ? '' : message.id);
    return this.#gone.has(id) ? undefined : (channels.byId.get(id)?.thread ?? told);
  }

  mayBegin(channel: Channel): boolean {
    return this.mayBeginPrivate(channel) || channels.can(channel, Permission.CREATE_PUBLIC_THREADS);
  }

  mayBeginPrivate(channel: Channel): boolean {
    return isTextChannel(channel) && channels.can(channel, Permission.CREATE_PRIVATE_THREADS);
  }

  mayBeginPublic(channel: Channel): boolean {
    return isTextChannel(channel) && channels.can(channel, Permission.CREATE_PUBLIC_THREADS);
  }

  /** A message at which one can begin a thread. */
  mayBeginAt(channel: Channel, message: Message): boolean {
    const isWritten = message.type === MessageType.plain || message.type === MessageType.reply;
    return isWritten && this.mayBeginPublic(channel) && this.at(message) === undefined;
  }

  looksAfter(channel: Channel): boolean {
    return channels.can(channel, Permission.MANAGE_THREADS);
  }

  /** Whoever began it may call it otherwise and put it to rest. */
  mayChange({ thread, ...channel }: Channel): boolean {
    if (thread === undefined) return false;
    const own = thread.owner_id === account.id && !thread.thread_metadata.locked;
    return own || this.looksAfter({ ...channel, thread });
  }

  /** Somebody else can be brought into it, as far as one may. */
  mayBring(channel: Channel): boolean {
    const { thread } = channel;
    if (thread === undefined || thread.thread_metadata.archived) return false;
    if (!channels.can(channel, Permission.SEND_MESSAGES)) return false;
    const isOpen = thread.type !== ChannelType.privateThread || thread.thread_metadata.invitable === true;
    return isOpen || thread.owner_id === account.id || this.looksAfter(channel);
  }

  /** Somebody else can be taken out of it. */
  mayTakeOut(channel: Channel): boolean {
    const { thread } = channel;
    if (thread === undefined || thread.thread_metadata.archived) return false;
    const isOwnPrivate = thread.type === ChannelType.privateThread && thread.owner_id === account.id;
    return isOwnPrivate || this.looksAfter(channel);
  }

  async begin(channelId: Id, draft: ThreadDraft, at: Message | null): Promise<Channel> {
    const body = { name: draft.name, auto_archive_duration: draft.openFor };
    const made = at
      ? await rest.post<Thread>(`v10/channels/${channelId}/messages/${at.id}/threads`, body)
      : await rest.post<Thread>(`v10/channels/${channelId}/threads`, {
          ...body,
          ...(draft.isPrivate === true
            ? { type: ChannelType.privateThread, invitable: draft.invitable ?? true }
            : { type: ChannelType.publicThread }),
        });
    return this.put(made);
  }

  async change(id: Id, change: ThreadChange): Promise<void> {
    this.put(await rest.patch<Thread>(`v10/channels/${id}`, change));
  }

  async delete(id: Id): Promise<void> {
    await rest.delete(`v10/channels/${id}`);
  }

  async follow(id: Id): Promise<void> {
    await rest.put(`v10/channels/${id}/thread-members/@me`);
  }

  async unfollow(id: Id): Promise<void> {
    await rest.delete(`v10/channels/${id}/thread-members/@me`);
    this.#leave(id);
  }

  /** Everybody who follows it, in the order in which they came. */
  async followers(id: Id): Promise<Id[]> {
    const all: ThreadMember[] = [];
    for (;;) {
      const after = all.at(-1)?.user_id ?? '0';
      const page = await rest.get<ThreadMember[]>(
        `v10/channels/${id}/thread-members?limit=${PAGE}&after=${after}`,
      );
      all.push(...page);
      if (page.length < PAGE) break;
    }
    return all
      .sort((a, b) => a.join_timestamp.localeCompare(b.join_timestamp))
      .map((member) => member.user_id);
  }

  async bring(id: Id, userId: Id): Promise<void> {
    await rest.put(`v10/channels/${id}/thread-members/${userId}`);
  }

  async takeOut(id: Id, userId: Id): Promise<void> {
    await rest.delete(`v10/channels/${id}/thread-members/${userId}`);
  }

  /** One that is not known yet, as from an address: those that rest are not told of. */
  async find(id: Id): Promise<void> {
    // Deleted while it was open: the address still names it.
    if (this.#gone.has(id)) return;
    const found = await rest.get<Thread | { type: number }>(`v10/channels/${id}`);
    if ('thread_metadata' in found) this.put(found);
  }

  /** A page of those that rest, for everybody or of one's own private ones; `before` goes on from the last one. */
  async archived(channelId: Id, kind: 'public' | 'own', before?: Thread): Promise<ThreadPage> {
    const where = kind === 'public' ? 'threads/archived/public' : 'users/@me/threads/archived/private';
    const cursor = kind === 'public' ? before?.thread_metadata.archive_timestamp : before?.id;
    const query = cursor === undefined ? '' : `?before=${encodeURIComponent(cursor)}`;
    return rest.get<ThreadPage>(`v10/channels/${channelId}/${where}${query}`);
  }

  put(thread: Thread): Channel {
    const before = channels.byId.get(thread.id);
    // What many are told says nothing of one's own membership, and may be older than the last message.
    const member = thread.member ?? before?.thread?.member;
    const last = before?.last_message_id;
    const newest = last != null && isNewer(last, thread.last_message_id) ? last : thread.last_message_id;
    const channel: Channel = {
      id: thread.id,
      type: thread.type,
      guild_id: thread.guild_id,
      name: thread.name,
      position: 0,
      parent_id: thread.parent_id,
      permission_overwrites: [],
      nsfw: false,
      rate_limit_per_user: thread.rate_limit_per_user,
      last_message_id: newest,
      thread: member === undefined ? thread : { ...thread, member },
    };
    channels.byId.set(thread.id, channel);
    return channel;
  }

  #fill(guild: FullGuild): void {
    for (const thread of guild.threads) this.put({ ...thread, guild_id: guild.id });
  }

  #change(id: Id, change: Partial<Thread>): void {
    const channel = channels.byId.get(id);
    if (channel?.thread) channels.byId.set(id, { ...channel, thread: { ...channel.thread, ...change } });
  }

  #leave(id: Id): void {
    const channel = channels.byId.get(id);
    if (channel?.thread === undefined) return;
    const thread = { ...channel.thread };
    delete thread.member;
    channels.byId.set(id, { ...channel, thread });
  }

  #fewer(id: Id, by: number): void {
    const thread = channels.byId.get(id)?.thread;
    if (thread) this.#change(id, { message_count: Math.max(0, thread.message_count - by) });
  }
}

function isTextChannel(channel: Channel): boolean {
  return channel.guild_id !== undefined && channel.type === ChannelType.text;
}

export const threads = new Threads();
