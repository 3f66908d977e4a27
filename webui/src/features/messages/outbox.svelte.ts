/**
 * What one has written and the box has not confirmed yet.
 *
 * Every message has a nonce, with which the box knows a repeated one again; so a message whose answer was lost on the way
 * may be sent once more without being there twice.  Order is kept: one at a time per channel.
 * A newcomer would keep all of it under one name: then the tab that writes last takes away what another tab waits to send.
 */
import { account } from '@/features/accounts';
import { ApiError, boxClock, gateway, rest, messageSender, Unreachable } from '@/api';
import type { OutgoingMessage } from '@/api';
import { MessageFlag } from '@/api/model';
import type { Id, Message } from '@/api/model';
import { channels } from '@/features/channels';
import { sending } from '@/features/files';
import type { WireFile } from '@/features/files';
import { copy } from '@/ui/clipboard';
import { idAt } from '@/api/snowflake';
import { t } from '@/i18n';
import { keptNames } from '@/ui/storage';
import { explain, toasts } from '@/ui/toasts.svelte';

import { slowMode } from './slow-mode.svelte';
import { forgetStored, storedItems, storedName, storeItem } from './outbox-store';

export interface Pending {
  nonce: string;
  /** Its place among the others: a count, not a time, since clocks jump. */
  order: number;
  channelId: Id;
  content: string;
  replyTo: Message | null;
  mentionReplied: boolean;
  /** Epoch ms, to be shown. */
  at: number;
  state: 'sending' | 'waiting' | 'failed';
  /** Why it failed, in words. */
  error?: string;
  /** Sent again as it is, it would be refused again. */
  final?: boolean;
  /** The other of a pair cannot be written to, until one tries again. */
  isShut?: boolean;
  /** When it first went out without an answer (epoch ms, as the box counts): the box may have it. */
  triedAt?: number;
  /** Files go with it, which are uploaded first (features/files, under its nonce). */
  hasFiles?: boolean;
  /** It is a voice. */
  isVoice?: boolean;
}

/** A box that cannot take a message for the moment is asked again after this long, then each time later. */
const AGAIN_MS = 4000;
const LATEST_AGAIN_MS = 60_000;
/** Enough that no two messages of a household ever share one; the box takes up to 64 characters. */
const NONCE_BYTES = 12;
/** For five minutes the box knows a nonce again (docs/protocol.md); after that the same message would be another one. */
const FORGOTTEN_MS = 4.5 * 60_000;
/** How exactly we know the box's clock. */
const CLOCK_MS = 2000;
/** Failures after which the box may have the message all the same. */
const UNKNOWN: ReadonlySet<string> = new Set(['line_lost', 'no_answer']);
/** The channel is gone or can no longer be seen; the key in the public list of codes. */
const UNKNOWN_CHANNEL = 10003;

class Outbox {
  #items: Pending[] = $state.raw([]);
  /** Whose they are: another person may sign in on the same page. */
  #owner: Id = '';
  #busy = new Set<Id>();
  #again: ReturnType<typeof setTimeout> | undefined;
  #pauses = 0;
  /** What the box is told of a message's files, once all of them are there. */
  #files = new Map<string, WireFile[]>();

  constructor() {
    gateway.on('READY', ({ user }) => this.#take(user.id));
    gateway.on('CHANNEL_DELETE', ({ id }) => this.#channelGone(id));
    gateway.onStatus((status) => {
      if (status === 'online') this.#flush();
    });
    // Discarded, or delivered, in another tab.
    addEventListener('storage', ({ key, newValue }) => {
      if (key === null || newValue !== null) return;
      this.#items = this.#items.filter((item) => key !== storedName(this.#owner, item.nonce));
    });
  }

  in(channelId: Id): Pending[] {
    return this.#items.filter((item) => item.channelId === channelId);
  }

  /** `what.hasFiles`: what stands in the channel's tray goes with it. */
  send(
    channelId: Id,
    content: string,
    replyTo: Message | null = null,
    mentionReplied = true,
    what: Pick<Pending, 'hasFiles' | 'isVoice'> = {},
  ): void {
    this.#own(account.id);
    const last = this.#items.reduce((most, item) => Math.max(most, item.order), 0);
    const nonce = newNonce();
    if (what.hasFiles === true) sending.parts?.uploads.attach(channelId, nonce);
    const item: Pending = {
      nonce,
      order: last + 1,
      channelId,
      content,
      replyTo,
      mentionReplied,
      at: boxClock.now(),
      state: 'sending',
      ...what,
    };
    this.#put(item);
    if (what.hasFiles === true) void this.#gather(item);
    void this.#run(channelId);
  }

  retry(nonce: string): void {
    const item = this.#items.find((one) => one.nonce === nonce);
    if (!item) return;
    // To the end: it goes out after what was written in the meantime.
    const last = this.#items.reduce((most, one) => Math.max(most, one.order), 0);
    const again: Pending = { ...item, order: last + 1, state: 'sending' };
    delete again.error;
    delete again.final;
    delete again.isShut;
    this.#put(again);
    void this.#run(item.channelId);
  }

  discard(nonce: string): void {
    sending.parts?.uploads.cancelAll(nonce);
    this.#drop(nonce);
  }

  /** It is written anew: its files go back to the tray. */
  takeBack(nonce: string): void {
    sending.parts?.uploads.takeBack(nonce);
    this.#drop(nonce);
  }

  /** The box has it, and says so to everybody. */
  delivered(message: Message): void {
    if (message.nonce !== undefined) this.#out(String(message.nonce));
  }

  #out(nonce: string): void {
    sending.parts?.uploads.delivered(nonce);
    this.#drop(nonce);
  }

  #drop(nonce: string): void {
    this.#files.delete(nonce);
    if (!this.#items.some((item) => item.nonce === nonce)) return;
    this.#items = this.#items.filter((item) => item.nonce !== nonce);
    forgetStored(this.#owner, nonce);
  }

  /** Of one's own from here on; what somebody else wrote on this page waits in its store for their return. */
  #own(userId: Id): void {
    if (userId === this.#owner) return;
    this.#owner = userId;
    this.#items = [];
  }

  /** A new session: what this page, another tab or an earlier visit has not sent yet. */
  #take(userId: Id): void {
    this.#own(userId);
    const known = new Set(this.#items.map((item) => item.nonce));
    const more = storedItems(userId).filter((item) => !known.has(item.nonce));
    this.#items = [...this.#items, ...more].sort((a, b) => a.order - b.order);
    for (const { channelId } of more) if (!channels.byId.has(channelId)) this.#channelGone(channelId);
    void this.#takeFiles(userId);
  }

  /** Files that an earlier visit has not sent yet go on. */
  async #takeFiles(userId: Id): Promise<void> {
    if (keptNames(`upload.${userId}.`).length === 0) return;
    const waiting = this.#items.filter((item) => item.hasFiles === true);
    try {
      const { uploads } = await sending.load();
      await uploads.restore(new Set(waiting.map((item) => item.nonce)));
    } catch {
      // The box is away; its next READY asks again.
      return;
    }
    for (const item of waiting) void this.#gather(item);
  }

  /** Waits for the files of a message; until then others go out before it. */
  async #gather({ nonce, channelId, content }: Pending): Promise<void> {
    const { uploads } = await sending.load();
    const files = await uploads.settled(nonce);
    if (!this.#items.some((item) => item.nonce === nonce)) return;
    if (files.length === 0 && content === '') this.discard(nonce);
    else this.#files.set(nonce, files);
    void this.#run(channelId);
  }

  /** Nobody can see there what was not sent, so it is told and handed back. */
  #channelGone(channelId: Id): void {
    const lost = this.in(channelId);
    if (lost.length === 0) return;
    for (const { nonce } of lost) this.discard(nonce);
    const text = lost.map((item) => item.content).join('\n\n');
    toasts.failed(t.chat.channelGone(lost.length), { label: t.chat.copyText, run: () => void copy(text) });
  }

  #flush(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    for (const channel of new Set(this.#items.map((item) => item.channelId))) void this.#run(channel);
  }

  async #run(channelId: Id): Promise<void> {
    if (this.#busy.has(channelId)) return;
    this.#busy.add(channelId);
    try {
      for (;;) {
        const item = this.in(channelId).find(
          (one) => one.state !== 'failed' && (one.hasFiles !== true || this.#files.has(one.nonce)),
        );
        if (!item) return;
        const now: Pending = { ...item, state: 'sending' };
        if (gateway.status === 'online') now.triedAt ??= boxClock.now();
        this.#put(now);
        if (!(await this.#try(now))) return;
      }
    } finally {
      this.#busy.delete(channelId);
    }
  }

  /** False: the box is away, and the rest waits too. */
  async #try(item: Pending): Promise<boolean> {
    try {
      // What was said has come as an event by now, and taken the item away; unless it was said in an earlier session.
      if (!(await this.#isThere(item))) await this.#send(item);
      this.#pauses = 0;
      this.#out(item.nonce);
      return true;
    } catch (error) {
      const isAway = error instanceof ApiError && error.status >= 502;
      if (error instanceof Unreachable || isAway) {
        this.#update(item.nonce, { state: 'waiting' });
        // Without a line its return is the sign; with one, nothing else would begin anew.
        if (isAway) this.#later();
        return false;
      }
      this.#fail(item, error);
      return true;
    }
  }

  async #send(item: Pending): Promise<void> {
    const files = this.#files.get(item.nonce);
    if (files === undefined) {
      await messageSender.send(outgoing(item));
      return;
    }
    const { channel_id, ...body } = outgoing(item);
    await rest.post(`v10/channels/${channel_id}/messages`, {
      ...body,
      enforce_nonce: true,
      attachments: files,
      ...(item.isVoice === true ? { flags: MessageFlag.voice } : {}),
    });
  }

  /** Whether what went out long ago did arrive, and only the answer was lost: by now its nonce is forgotten. */
  async #isThere({ nonce, triedAt, channelId, content }: Pending): Promise<boolean> {
    if (triedAt === undefined || boxClock.now() - triedAt < FORGOTTEN_MS) return false;
    const since = `after=${idAt(triedAt - CLOCK_MS)}&limit=100`;
    const found = await rest.get<Message[]>(`v10/channels/${channelId}/messages?${since}`);
    const text = content.trim().normalize();
    const names = (this.#files.get(nonce) ?? []).map((file) => file.filename).join('/');
    return found.some(
      (one) =>
        one.author.id === this.#owner &&
        one.content === text &&
        one.attachments.map((file) => file.filename).join('/') === names,
    );
  }

  #fail(item: Pending, error: unknown): void {
    // Discarded in the meantime, maybe in another tab.
    if (!this.#items.some((one) => one.nonce === item.nonce)) return;
    if (error instanceof ApiError && error.code === UNKNOWN_CHANNEL && !channels.byId.has(item.channelId)) {
      this.#channelGone(item.channelId);
      return;
    }
    slowMode.refused(item.channelId, error);
    const final = error instanceof ApiError && (error.status === 400 || error.status === 413);
    const failed: Pending = { ...item, state: 'failed', error: explain(error), final };
    if (error instanceof ApiError && error.key === 'cannot_write_to_them') failed.isShut = true;
    // What was refused is not there; of what was not answered nobody knows.
    if (!(error instanceof ApiError && UNKNOWN.has(error.key))) delete failed.triedAt;
    this.#put(failed);
  }

  #later(): void {
    if (this.#again !== undefined) return;
    const pause = Math.min(LATEST_AGAIN_MS, AGAIN_MS * 2 ** this.#pauses);
    this.#pauses += 1;
    this.#again = setTimeout(() => this.#flush(), pause);
  }

  #update(nonce: string, change: Partial<Pending>): void {
    const item = this.#items.find((one) => one.nonce === nonce);
    if (item) this.#put({ ...item, ...change });
  }

  #put(item: Pending): void {
    const others = this.#items.filter((one) => one.nonce !== item.nonce);
    this.#items = [...others, item].sort((a, b) => a.order - b.order);
    storeItem(this.#owner, item);
  }
}

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function outgoing(item: Pending): OutgoingMessage {
  const plain = { channel_id: item.channelId, nonce: item.nonce, content: item.content };
  if (item.replyTo === null) return plain;
  return {
    ...plain,
    message_reference: { message_id: item.replyTo.id, fail_if_not_exists: false },
    allowed_mentions: {
      parse: ['users', 'roles', 'everyone'],
      replied_user: item.mentionReplied,
    },
  };
}

export const outbox = new Outbox();
