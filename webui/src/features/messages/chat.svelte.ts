/** What one is doing in the open conversation: reading up to where, answering whom, editing what. */
import { channels, reads } from '@/features/channels';
import { ChannelType } from '@/api/model';
import type { Channel, Id, Message, User } from '@/api/model';
import { account } from '@/features/accounts';
import { Permission } from '@/features/guilds';
import { people } from '@/features/people';
import { relationships } from '@/features/relationships';
import { isNewer } from '@/api/snowflake';
import { t } from '@/i18n';
import { iso } from '@/i18n/time';
import { toasts } from '@/ui/toasts.svelte';

import { isNotice } from './grouping';
import type { Draft } from './drafts.svelte';
import { drafts } from './drafts.svelte';
import { prepare } from './lazy.svelte';
import { messages } from './messages.svelte';
import type { Pending } from './outbox.svelte';
import { outbox } from './outbox.svelte';
import { Selection } from './selection.svelte';
import { slowMode } from './slow-mode.svelte';
import type { Timeline } from './timeline.svelte';

export class Chat {
  readonly timeline: Timeline;
  /** What one has begun here, which outlasts this view. */
  readonly draft: Draft;
  /** Where the line of what is new stands: frozen when the channel was opened. Null: nothing was new. */
  readUpTo: Id | null = $state(null);
  deleting: Message | null = $state.raw(null);
  /** Messages that one chooses, to delete them at once. */
  selection: Selection | null = $state.raw(null);
  /** Whose reactions are looked at, and of which emoji first. */
  reactors: { message: Message; first: string | null } | null = $state.raw(null);
  /** A thread is being begun: at a message, or at none. */
  beginning: { at: Message | null } | null = $state.raw(null);
  /** Marked unread by hand: reading on does not take it back while the channel stays open. */
  #heldUnread = false;

  /** Counts up when the view should go to the end, wherever it stands. */
  toEnd = $state(0);
  #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.timeline = messages.timeline(channel.id);
    this.timeline.prepare = prepare;
    this.draft = drafts.in(channel.id);
    if (reads.unread(channel.id)) this.readUpTo = reads.lastRead(channel.id);
  }

  get channel(): Channel {
    return channels.byId.get(this.#channel.id) ?? this.#channel;
  }

  get replyTo(): Message | null {
    return this.draft.replyTo;
  }

  set replyTo(message: Message | null) {
    this.draft.replyTo = message;
  }

  get editing(): Id | null {
    return this.draft.editing;
  }

  set editing(id: Id | null) {
    this.draft.editing = id;
  }

  get mayWrite(): boolean {
    return this.whyNot === null;
  }

  get mayAttach(): boolean {
    return this.mayWrite && channels.can(this.channel, Permission.ATTACH_FILES);
  }

  /** Why one cannot write here, in words; null if one can. */
  get whyNot(): string | null {
    const other = this.#other;
    if (this.blocked) return t.chat.blockedByYou(people.name(null, this.blocked.id, this.blocked));
    if (other && this.pending.some((item) => item.isShut === true))
      return t.chat.cannotWrite(people.name(null, other.id, other));
    if (channels.can(this.channel, Permission.SEND_MESSAGES)) return null;
    return this.channel.thread?.thread_metadata.locked === true ? t.threads.locked : t.chat.mayNotWrite;
  }

  /** In a pair: the other, if one has blocked them. */
  get blocked(): User | null {
    const other = this.#other;
    return other && relationships.isBlocked(other.id) ? other : null;
  }

  get #other(): User | undefined {
    return this.channel.type === ChannelType.pair ? this.channel.recipients?.[0] : undefined;
  }

  /** Whole seconds until one may write again, where it goes slowly; 0: now. */
  get wait(): number {
    return slowMode.left(this.channel, this.timeline.messages);
  }

  /** A thread that rests: what is in it stays as it is until somebody writes in it or opens it. */
  get isResting(): boolean {
    return this.channel.thread?.thread_metadata.archived === true;
  }

  get mayReact(): boolean {
    return this.blocked === null && !this.isResting && channels.can(this.channel, Permission.ADD_REACTIONS);
  }

  get mayPin(): boolean {
    const { channel } = this;
    return (
      this.blocked === null &&
      !this.isResting &&
      (channels.can(channel, Permission.PIN_MESSAGES) || channels.can(channel, Permission.MANAGE_MESSAGES))
    );
  }

  mayDelete(message: Message): boolean {
    const isShut = this.isResting && this.channel.thread?.thread_metadata.locked === true;
    if (isShut && !channels.can(this.channel, Permission.MANAGE_THREADS)) return false;
    return message.author.id === account.id || channels.can(this.channel, Permission.MANAGE_MESSAGES);
  }

  async open(target: Id | null): Promise<void> {
    if (target !== null) await this.goTo(target);
    else if (this.timeline.phase === 'empty' || !this.timeline.atEnd) await this.timeline.load();
  }

  /** To a message, however far back; told in words if it is not there. */
  async goTo(id: Id): Promise<void> {
    if ((await this.timeline.around(id)) === false) toasts.done(t.messages.gone);
  }

  /** With what stands in the tray, or a voice, if so told. */
  send(content: string, what: Pick<Pending, 'hasFiles' | 'isVoice'> = {}): void {
    slowMode.wrote(this.channel);
    outbox.send(this.channel.id, content, this.replyTo, this.draft.mentionReplied, what);
    this.replyTo = null;
    this.draft.mentionReplied = true;
    this.readUpTo = null;
    this.#heldUnread = false;
    void this.present();
  }

  /** To the newest message. */
  async present(): Promise<void> {
    if (!this.timeline.atEnd) await this.timeline.load();
    this.toEnd += 1;
  }

  /** The line of what is new can be drawn: where it belongs is loaded. */
  get divider(): Id | null {
    const oldest = this.timeline.messages[0];
    const covered = this.timeline.atStart || (oldest !== undefined && !isNewer(oldest.id, this.readUpTo));
    return covered ? this.readUpTo : null;
  }

  /** The end is in sight and the page is looked at. */
  seen(): void {
    const last = this.timeline.messages.at(-1);
    if (last && this.timeline.atEnd && !this.#heldUnread) reads.ack(this.channel.id, last.id);
  }

  /** The page is left standing: what comes now is new when one is back. */
  looksAway(): void {
    const last = this.timeline.messages.at(-1);
    if (last && this.timeline.atEnd && !reads.unread(this.channel.id)) this.readUpTo = last.id;
  }

  /** From this message on, everything is new again. */
  async markUnread(message: Message): Promise<void> {
    const at = this.timeline.messages.findIndex((one) => one.id === message.id);
    const before = this.timeline.messages[at - 1]?.id ?? '0';
    this.#heldUnread = true;
    this.readUpTo = before;
    await reads.rewind(this.channel.id, before);
  }

  get maySelect(): boolean {
    return channels.can(this.channel, Permission.MANAGE_MESSAGES);
  }

  /** Choose messages, beginning with this one. */
  select(message: Message): void {
    this.replyTo = null;
    this.editing = null;
    this.selection = new Selection(message.id);
  }

  /** A press on a message while one chooses; `through`: all from the one before. */
  press(message: Message, through: boolean): void {
    const all = this.timeline.messages.filter((one) => !isNotice(one)).map((one) => one.id);
    this.selection?.press(message.id, through, all);
  }

  /** Read, all of it, and on to the newest. */
  async readAll(): Promise<void> {
    const last = this.channel.last_message_id;
    this.readUpTo = null;
    this.#heldUnread = false;
    if (last != null) reads.ack(this.channel.id, last);
    await this.present();
  }

  editLast(): void {
    if (this.isResting) return;
    const last = this.timeline.messages.findLast((message) => message.author.id === account.id);
    if (last) this.editing = last.id;
  }

  /** Back into the field, to be changed: the person who answers it is answered again. */
  takeBack(item: Pending, text: string): void {
    outbox.takeBack(item.nonce);
    if (text !== '') this.draft.append(text);
    this.draft.replyTo ??= item.replyTo;
  }

  get pending(): Pending[] {
    return outbox.in(this.channel.id);
  }

  /** What was written and is on its way, as messages that can be shown among the others. */
  get shown(): Message[] {
    const { me } = account;
    if (!this.timeline.atEnd || me === null) return this.timeline.messages;
    const isThere = (nonce: string) =>
      this.timeline.messages.some((one) => one.nonce === nonce && one.author.id === me.id);
    const onTheWay = this.pending.filter((item) => !isThere(item.nonce));
    return [...this.timeline.messages, ...onTheWay.map((item) => this.#asMessage(item))];
  }

  #asMessage(item: Pending): Message {
    return {
      id: item.nonce,
      channel_id: item.channelId,
      ...(this.channel.guild_id === undefined ? {} : { guild_id: this.channel.guild_id }),
      author: account.me ?? {
        id: '0',
        username: '',
        global_name: null,
        discriminator: '0',
        avatar: null,
        bot: false,
      },
      content: item.content,
      timestamp: iso(item.at),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      reactions: [],
      pinned: false,
      type: item.replyTo === null ? 0 : 19,
      flags: 0,
      nonce: item.nonce,
      ...(item.replyTo === null ? {} : { referenced_message: item.replyTo }),
    };
  }
}
