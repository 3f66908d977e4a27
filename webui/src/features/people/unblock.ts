/** Taking a block back, and saying what that does not bring back. */
import type { Id } from '@/api/model';
import { members } from '@/features/guilds';
import { relationships } from '@/features/relationships';
import { t } from '@/i18n';
import { toasts } from '@/ui/toasts.svelte';

/** Block somebody no more; without a common space they may not write to one yet. */
export async function unblock(userId: Id, name: string): Promise<void> {
  await relationships.remove(userId);
  const words = t.people.card;
  toasts.done(members.isNear(userId) ? words.unblocked(name) : words.unblockedApart(name));
}
