/**
 * Slow mode as the field knows it: when one may write again, so that nothing is sent that would be refused.
 *
 * The box decides; this only looks ahead. It knows one's last message from what was sent here, from what the conversation shows
 * (so that a page that was loaded anew knows it too), and from the box when it refuses.
 */
import { createSubscriber, SvelteMap } from 'svelte/reactivity';

import { ApiError, boxClock } from '@/api';
import type { Channel, Id, Message } from '@/api/model';
import { timeOf } from '@/api/snowflake';
import { account } from '@/features/accounts';
import { channels } from '@/features/channels';
import { Permission } from '@/features/guilds';

import { isNotice } from './grouping';

const TICK_MS = 500;

class SlowMode {
  /** When one last wrote, epoch ms as the box counts. */
  #wrote = new SvelteMap<Id, number>();
  /** Read, it has whoever reads read again from time to time; it stands still while nobody waits. */
  #tick = createSubscriber((update) => {
    const timer = setInterval(update, TICK_MS);
    return () => clearInterval(timer);
  });

  /** Seconds between two messages here; 0 for whoever does not have to wait. */
  pause(channel: Channel): number {
    const pause = channel.rate_limit_per_user ?? 0;
    if (pause === 0) return 0;
    const unhurried = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS;
    const also = channel.thread === undefined ? 0n : Permission.MANAGE_THREADS;
    return channels.can(channel, unhurried | also) ? 0 : pause;
  }

  /** Whole seconds until one may write again, never more than the pause; 0: now. `shown`: what stands in the conversation. */
  left(channel: Channel, shown: readonly Message[]): number {
    const pause = this.pause(channel);
    if (pause === 0) return 0;
    const own = shown.findLast((message) => message.author.id === account.id && !isNotice(message));
    const wrote = Math.max(this.#wrote.get(channel.id) ?? 0, own ? timeOf(own.id) : 0);
    const left = Math.ceil((wrote + 1000 * pause - boxClock.now()) / 1000);
    if (left <= 0) return 0;
    this.#tick();
    return Math.min(left, pause);
  }

  /** One writes now. */
  wrote(channel: Channel): void {
    if (this.pause(channel) > 0) this.#wrote.set(channel.id, boxClock.now());
  }

  /** The box took no message: because of this, or of something else. */
  refused(channelId: Id, error: unknown): void {
    const channel = channels.byId.get(channelId);
    if (channel === undefined) return;
    const pause = this.pause(channel);
    if (pause === 0) return;
    const seconds =
      error instanceof ApiError && error.key === 'slow_mode' ? (error.facts['seconds'] ?? pause) : 0;
    this.#wrote.set(channelId, boxClock.now() + 1000 * (seconds - pause));
  }
}

export const slowMode = new SlowMode();
