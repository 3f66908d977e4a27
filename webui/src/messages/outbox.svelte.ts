/**
 * What one has written and the box has not confirmed yet.
 *
 * Every message has a nonce, with which the box knows a repeated one again; so a message whose answer was lost on the way
 * may be sent once more without being there twice.  Order is kept: one at a time per channel.
 */
import { account } from '../accounts/account.svelte';
import { ApiError, gateway, sayings, Unreachable } from '../api';
import type { Saying } from '../api';
import type { Id, Message } from '../api/model';
import { idAt } from '../ui/ids';
import { keep, kept } from '../ui/storage';
import { explain } from '../ui/toasts.svelte';

export interface Pending {
  nonce: string;
  channelId: Id;
  content: string;
  replyTo: Message | null;
  mentionReplied: boolean;
  /** Epoch ms. */
  at: number;
  state: 'sending' | 'waiting' | 'failed';
  /** Why it failed, in words. */
  error?: string;
}

class Outbox {
  #items: Pending[] = $state.raw([]);
  #busy = new Set<Id>();
  #lastNonce = 0n;

  constructor() {
    gateway.on('READY', ({ user }) => {
      if (this.#items.length === 0) this.#items = stored(user.id);
    });
    gateway.onStatus((status) => {
      if (status === 'online') this.#flush();
    });
  }

  in(channelId: Id): Pending[] {
    return this.#items.filter((item) => item.channelId === channelId);
  }

  send(channelId: Id, content: string, replyTo: Message | null = null, mentionReplied = true): void {
    const at = Date.now();
    const nonce = this.#nonce(at);
    this.#set([...this.#items, { nonce, channelId, content, replyTo, mentionReplied, at, state: 'sending' }]);
    void this.#run(channelId);
  }

  retry(nonce: string): void {
    const item = this.#items.find((one) => one.nonce === nonce);
    if (!item) return;
    // To the end: it goes out after what was written in the meantime.
    const again: Pending = { ...item, state: 'sending' };
    delete again.error;
    this.#set([...this.#items.filter((one) => one !== item), again]);
    void this.#run(item.channelId);
  }

  discard(nonce: string): void {
    this.#set(this.#items.filter((item) => item.nonce !== nonce));
  }

  /** The box has it, and says so to everybody. */
  delivered(message: Message): void {
    if (message.nonce !== undefined) this.discard(String(message.nonce));
  }

  /** Signing out takes what was not sent off the screen, but keeps it for this person's return. */
  clear(): void {
    this.#items = [];
  }

  #flush(): void {
    for (const channel of new Set(this.#items.map((item) => item.channelId))) void this.#run(channel);
  }

  async #run(channelId: Id): Promise<void> {
    if (this.#busy.has(channelId)) return;
    this.#busy.add(channelId);
    try {
      for (;;) {
        const item = this.in(channelId).find((one) => one.state !== 'failed');
        if (!item) return;
        this.#update(item.nonce, { state: 'sending' });
        if (!(await this.#try(item))) return;
      }
    } finally {
      this.#busy.delete(channelId);
    }
  }

  /** False: the box is away, and the rest waits too. */
  async #try(item: Pending): Promise<boolean> {
    try {
      // What was said has come as an event by now, and taken the item away; unless it was said in an earlier session.
      await sayings.say(saying(item));
      this.discard(item.nonce);
      return true;
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 502)) {
        this.#update(item.nonce, { state: 'waiting' });
        return false;
      }
      this.#update(item.nonce, { state: 'failed', error: explain(error) });
      return true;
    }
  }

  #update(nonce: string, change: Partial<Pending>): void {
    this.#set(this.#items.map((item) => (item.nonce === nonce ? { ...item, ...change } : item)));
  }

  #set(items: Pending[]): void {
    this.#items = items;
    if (account.id !== '') keep(`outbox.${account.id}`, items.length === 0 ? undefined : items);
  }

  #nonce(at: number): string {
    const next = BigInt(idAt(at)) + BigInt(Math.floor(Math.random() * 4096));
    this.#lastNonce = next > this.#lastNonce ? next : this.#lastNonce + 1n;
    return String(this.#lastNonce);
  }
}

function saying(item: Pending): Saying {
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

function stored(userId: Id): Pending[] {
  const value = kept(`outbox.${userId}`);
  if (!Array.isArray(value)) return [];
  return (value as Pending[])
    .filter((item) => typeof item.nonce === 'string' && typeof item.content === 'string')
    .map((item) => (item.state === 'failed' ? item : { ...item, state: 'waiting' }));
}

export const outbox = new Outbox();
