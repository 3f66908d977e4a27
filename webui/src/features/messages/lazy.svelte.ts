/** What only some messages have, or somebody has to open. */
import type { Message } from '@/api/model';
import { showing } from '@/features/files';
import { Lazy } from '@/ui/lazy.svelte';

/** What hangs under a message: cards and polls. */
export const hanging = new Lazy(async () => {
  const [{ default: Embeds }, { default: Poll }] = await Promise.all([
    import('./Embeds.svelte'),
    import('./Poll.svelte'),
  ]);
  return { Embeds, Poll };
});
export const editor = new Lazy(() => import('./MessageEditor.svelte'));

export const emojiPicker = new Lazy(() => import('./EmojiPicker.svelte'));

export const pollDialog = new Lazy(() => import('./PollDialog.svelte'));

/** Has what these messages need, so that they are drawn once and stand still; their rows tell if the box does not answer. */
export async function prepare(page: readonly Message[]): Promise<void> {
  const need: Lazy<unknown>[] = [];
  if (page.some((one) => one.poll !== undefined || one.embeds.length > 0)) need.push(hanging);
  if (page.some((one) => one.attachments.length > 0)) need.push(showing);
  await Promise.all(
    need.filter(({ parts }) => parts === undefined).map((parts) => parts.load().catch(() => undefined)),
  );
}

/** Beforehand, when there is nothing else to do: whoever edits or picks goes on typing at once. */
export async function loadAhead(): Promise<void> {
  await Promise.all([editor.load(), hanging.load(), emojiPicker.load()]);
}
