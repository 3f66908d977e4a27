/** A conversation drawn for a test, and what was said in it. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';

import type { Message } from '@/api/model';
import { channels } from '@/features/channels/channels.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import ChatView from '@/features/messages/ChatView.svelte';
import { drafts } from '@/features/messages/drafts.svelte';
import { outbox } from '@/features/messages/outbox.svelte';
import { toasts } from '@/ui/toasts.svelte';

import { CHANNEL, channel, GUILD, message, NORA } from './fake-box';
import type { FakeBox } from './fake-box';
import { FakeSocket } from './fake-socket';

/** A second channel, “garden”. */
export const OTHER = '2001';

export async function showChannel(id = CHANNEL, target: string | null = null): Promise<void> {
  const [guild, shown] = [guilds.byId.get(GUILD), channels.byId.get(id)];
  if (!guild || !shown) throw new Error('not there');
  render(ChatView, { props: { guild, channel: shown, target } });
  await waitFor(() => expect(screen.getByRole('log').getAttribute('aria-busy')).toBe('false'));
}

export async function openChannel(box: FakeBox, ...history: Message[]): Promise<void> {
  box.on(`GET v10/channels/\\d+/messages`, () => [...history].reverse());
  await box.ready({ channels: [channel(), channel({ id: OTHER, name: 'garden', position: 1 })] });
  await showChannel();
}

export const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message general' });

/** Typed and sent with Enter. */
export async function say(text: string): Promise<void> {
  await fireEvent.input(field(), { target: { value: text } });
  await fireEvent.keyDown(field(), { key: 'Enter' });
}

export function said(box: FakeBox): string[] {
  const all = box.asked.filter(({ method }) => method === 'SAY');
  return all.map(({ body }) => (body as { content: string }).content);
}

/** The box takes everything. */
export function acceptAll(box: FakeBox): void {
  let next = 5000;
  box.on('SAY', (body) =>
    message(String((next += 1)), (body as { content: string }).content, { author: NORA }),
  );
}

/** Nothing is left for the next test. */
export function closeChannels(box: FakeBox): void {
  for (const id of [CHANNEL, OTHER]) {
    for (const item of outbox.in(id)) outbox.discard(item.nonce);
    const draft = drafts.in(id);
    draft.text = '';
    draft.replyTo = null;
    draft.editing = null;
    if (FakeSocket.all.length > 0) box.says('CHANNEL_DELETE', { id, guild_id: GUILD });
  }
  for (const { id } of toasts.list) toasts.close(id);
  box.close();
}
