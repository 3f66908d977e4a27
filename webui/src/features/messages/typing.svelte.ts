/** Who is writing where. */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '@/features/accounts';
import { gateway, rest } from '@/api';
import type { Id } from '@/api/model';

/** A sign of writing holds this long, as everywhere that speaks this protocol. */
const HOLDS_MS = 10_000;
/** We say it again this often while the writing goes on. */
const AGAIN_MS = 8000;

class Typing {
  #writers = new SvelteMap<Id, SvelteMap<Id, ReturnType<typeof setTimeout>>>();
  #told = new Map<Id, number>();

  constructor() {
    gateway.on('TYPING_START', ({ channel_id, user_id }) => {
      if (user_id === account.id) return;
      const writers = this.#writers.get(channel_id) ?? new SvelteMap<Id, ReturnType<typeof setTimeout>>();
      this.#writers.set(channel_id, writers);
      clearTimeout(writers.get(user_id));
      writers.set(
        user_id,
        setTimeout(() => writers.delete(user_id), HOLDS_MS),
      );
    });
    gateway.on('MESSAGE_CREATE', ({ channel_id, author }) => this.#stop(channel_id, author.id));
  }

  in(channelId: Id): Id[] {
    return [...(this.#writers.get(channelId)?.keys() ?? [])];
  }

  /** Call on every key; the box hears of it once in a while. */
  tell(channelId: Id): void {
    // A clock that only goes on: after one that was set back, nobody would be told for as long.
    const now = performance.now();
    if (now - (this.#told.get(channelId) ?? -Infinity) < AGAIN_MS) return;
    this.#told.set(channelId, now);
    rest.post(`v10/channels/${channelId}/typing`).catch(() => undefined);
  }

  /** Sent or emptied: the next key says it anew. */
  done(channelId: Id): void {
    this.#told.delete(channelId);
  }

  #stop(channelId: Id, userId: Id): void {
    const writers = this.#writers.get(channelId);
    clearTimeout(writers?.get(userId));
    writers?.delete(userId);
  }
}

export const typing = new Typing();
