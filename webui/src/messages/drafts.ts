/** What one began to write, per person and channel, so that looking elsewhere or a reload loses nothing. */
import { account } from '../accounts/account.svelte';
import type { Id } from '../api/model';
import { keep, kept } from '../ui/storage';

export function draft(channelId: Id): string {
  const text = kept(`draft.${account.id}.${channelId}`);
  return typeof text === 'string' ? text : '';
}

export function keepDraft(channelId: Id, text: string): void {
  keep(`draft.${account.id}.${channelId}`, text === '' ? undefined : text);
}
