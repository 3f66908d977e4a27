/** The conversations that are open, what comes in for them, and what one does to a message. */
import { account } from '@/features/accounts';
import { gateway, rest } from '@/api';
import { MessageFlag } from '@/api/model';
import type { Emoji, GatewayEvents, Id, Message, Poll } from '@/api/model';

import { outbox } from './outbox.svelte';
import { ownAnswers, withOwn, withVote } from './polls';
import { emojiKey, Timeline } from './timeline.svelte';

/** Conversations kept in memory; the one not looked at for longest goes first. */
const KEPT = 12;

class Messages {
  #timelines = new Map<Id, Timeline>();

  constructor() {
    // READY, not RESUMED: there is a gap, and only loading again closes it.
    gateway.on('READY', () => {
      const open = [...this.#timelines.values()].at(-1);
      for (const [id, timeline] of this.#timelines) if (timeline !== open) this.#timelines.delete(id);
      if (open && open.phase !== 'empty' && open.atEnd) void open.load();
    });
    gateway.on('MESSAGE_CREATE', (message) => this.#heard(message));
    gateway.on('MESSAGE_UPDATE', (change) => {
      const timeline = this.#open(change.channel_id);
      timeline?.change(change.id, this.#withOwnVotes(timeline, change));
    });
    gateway.on('MESSAGE_POLL_VOTE_ADD', (vote) => this.#voted(vote, 1));
    gateway.on('MESSAGE_POLL_VOTE_REMOVE', (vote) => this.#voted(vote, -1));
    gateway.on('MESSAGE_DELETE', ({ channel_id, id }) => this.#open(channel_id)?.remove([id]));
    gateway.on('MESSAGE_DELETE_BULK', ({ channel_id, ids }) => this.#open(channel_id)?.remove(ids));
    gateway.on('MESSAGE_REACTION_ADD', (event) => {
      const me = event.user_id === account.id;
      this.#open(event.channel_id)?.react(event.message_id, event.emoji, { me, delta: 1 });
    });
    gateway.on('MESSAGE_REACTION_REMOVE', (event) => {
      const me = event.user_id === account.id;
      this.#open(event.channel_id)?.react(event.message_id, event.emoji, { me, delta: -1 });
    });
    gateway.on('MESSAGE_REACTION_REMOVE_ALL', ({ channel_id, message_id }) => {
      this.#open(channel_id)?.change(message_id, { reactions: [] });
    });
    gateway.on('MESSAGE_REACTION_REMOVE_EMOJI', ({ channel_id, message_id, emoji }) => {
      const timeline = this.#open(channel_id);
      const message = timeline?.messages.find((one) => one.id === message_id);
      if (!timeline || !message) return;
      timeline.change(message_id, {
        reactions: message.reactions.filter((one) => emojiKey(one.emoji) !== emojiKey(emoji)),
      });
    });
    gateway.on('CHANNEL_DELETE', ({ id }) => this.#timelines.delete(id));
  }

  timeline(channelId: Id): Timeline {
    const timeline = this.#timelines.get(channelId) ?? new Timeline(channelId);
    // Last in the map is the one looked at.
    this.#timelines.delete(channelId);
    this.#timelines.set(channelId, timeline);
    for (const id of this.#timelines.keys()) {
      if (this.#timelines.size <= KEPT) break;
      this.#timelines.delete(id);
    }
    return timeline;
  }

  /** `files`: those that stay, if some are taken away. */
  async edit(message: Message, content: string, files?: readonly Id[]): Promise<void> {
    const path = `v10/channels/${message.channel_id}/messages/${message.id}`;
    const kept = files === undefined ? {} : { attachments: files.map((id) => ({ id })) };
    const edited = await rest.patch<Message>(path, { content, ...kept });
    this.#open(message.channel_id)?.change(message.id, edited);
  }

  async delete(message: Message): Promise<void> {
    await rest.delete(`v10/channels/${message.channel_id}/messages/${message.id}`);
    this.#open(message.channel_id)?.remove([message.id]);
  }

  /** Up to a hundred at once. */
  async deleteMany(channelId: Id, ids: readonly Id[]): Promise<void> {
    const path = `v10/channels/${channelId}/messages`;
    if (ids.length === 1) await rest.delete(`${path}/${ids[0] ?? ''}`);
    else await rest.post(`${path}/bulk-delete`, { messages: ids });
    this.#open(channelId)?.remove(ids);
  }

  /** Shown at once and taken back if the box refuses. */
  async toggleReaction(message: Message, emoji: Emoji): Promise<void> {
    const timeline = this.#open(message.channel_id);
    const mine = message.reactions.some((one) => one.me && emojiKey(one.emoji) === emojiKey(emoji));
    const delta = mine ? -1 : 1;
    const path = `v10/channels/${message.channel_id}/messages/${message.id}/reactions/${emojiKey(emoji)}/@me`;
    timeline?.react(message.id, emoji, { me: true, delta });
    try {
      await (mine ? rest.delete(path) : rest.put(path));
    } catch (error) {
      timeline?.react(message.id, emoji, { me: true, delta: mine ? 1 : -1 });
      throw error;
    }
  }

  /** Vote for these answers and no others; shown at once and taken back if the box refuses. */
  async vote(message: Message, answers: readonly number[]): Promise<void> {
    const timeline = this.#open(message.channel_id);
    const before = message.poll ? ownAnswers(message.poll) : [];
    const show = (from: readonly number[], to: readonly number[]): void => {
      for (const id of from) if (!to.includes(id)) timeline?.vote(message.id, this.#ownVote(id, -1));
      for (const id of to) if (!from.includes(id)) timeline?.vote(message.id, this.#ownVote(id, 1));
    };
    show(before, answers);
    try {
      const path = `v10/channels/${message.channel_id}/polls/${message.id}/answers/@me`;
      await rest.put(path, { answer_ids: answers.map(String) });
    } catch (error) {
      show(answers, before);
      throw error;
    }
  }

  async endPoll(message: Message): Promise<void> {
    const path = `v10/channels/${message.channel_id}/polls/${message.id}/expire`;
    this.#open(message.channel_id)?.change(message.id, await rest.post<Message>(path));
  }

  /** Show what hangs on a message, or hide it. */
  async suppressEmbeds(message: Message, suppress: boolean): Promise<void> {
    const path = `v10/channels/${message.channel_id}/messages/${message.id}`;
    const changed = await rest.patch<Message>(path, { flags: suppress ? MessageFlag.suppressEmbeds : 0 });
    this.#open(message.channel_id)?.change(message.id, changed);
  }

  #ownVote(answerId: number, delta: 1 | -1): (poll: Poll) => Poll {
    return (poll) => withVote(poll, answerId, { id: account.id, me: true, delta });
  }

  #voted(vote: GatewayEvents['MESSAGE_POLL_VOTE_ADD'], delta: 1 | -1): void {
    const by = { id: vote.user_id, me: vote.user_id === account.id, delta };
    this.#open(vote.channel_id)?.vote(vote.message_id, (poll) => withVote(poll, vote.answer_id, by));
  }

  #withOwnVotes(timeline: Timeline, change: Partial<Message>): Partial<Message> {
    if (!change.poll) return change;
    const before = timeline.messages.find((one) => one.id === change.id)?.poll;
    return { ...change, poll: withOwn(change.poll, before, account.id) };
  }

  #open(channelId: Id): Timeline | undefined {
    return this.#timelines.get(channelId);
  }

  #heard(message: Message): void {
    if (message.author.id === account.id) outbox.delivered(message);
    this.#open(message.channel_id)?.add(message);
  }
}

export const messages = new Messages();
