/** Polls that one has begun to write, one a channel: closing the dialog loses nothing. */
import { SvelteMap } from 'svelte/reactivity';

import type { Id } from '@/api/model';

import type { PollDraft } from './polls';
import { emptyPoll } from './polls';

const begun = new SvelteMap<Id, PollDraft>();

export function pollDraft(channelId: Id): PollDraft {
  const found = begun.get(channelId);
  if (found) return found;
  const draft: PollDraft = $state(emptyPoll());
  begun.set(channelId, draft);
  return draft;
}

export function forgetPollDraft(channelId: Id): void {
  begun.delete(channelId);
}
