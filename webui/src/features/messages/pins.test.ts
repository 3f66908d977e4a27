/** Pins: the line in the conversation, the list, and the way to a message. */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Message } from '@/api/model';
import { closeChannels, openChannel, showChannel } from '@/testing/chat-page';
import { CHANNEL, FakeBox, GUILD, message, NORA, ROSE } from '@/testing/fake-box';
import { toasts } from '@/ui/toasts.svelte';

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
});

const PINS = `GET v10/channels/${CHANNEL}/messages/pins`;
const pinned = (one: Message) => ({ pinned_at: one.timestamp, message: { ...one, pinned: true } });

async function openPins() {
  await fireEvent.click(screen.getByRole('button', { name: 'Pinned messages' }));
  return within(await screen.findByRole('dialog', { name: 'Pinned messages' }));
}

it('a message is pinned from its menu, and the line about it leads to it', async () => {
  const line = message('2', '', {
    type: 6,
    author: NORA,
    message_reference: { message_id: '1', channel_id: CHANNEL, guild_id: GUILD },
  });
  await openChannel(box, message('1', 'The key is under the pot'), line);
  box.on('PUT .*', () => undefined);

  await fireEvent.focusIn(screen.getByText('The key is under the pot'));
  await fireEvent.click(await screen.findByRole('button', { name: 'More' }));
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Pin' }));

  await waitFor(() => {
    expect(box.asked.some(({ path }) => path === `v10/channels/${CHANNEL}/messages/pins/1`)).toBe(true);
  });
  const notice = screen.getByText('Nora has pinned a message.').parentElement;
  if (notice) await fireEvent.click(within(notice).getByRole('button', { name: 'Go to it' }));
  await waitFor(() => {
    expect(screen.getByText('The key is under the pot').closest('article')?.className).toContain('flash');
  });
});

it('the list says what it is for, and follows what happens', async () => {
  await openChannel(box, message('1', 'Bins on Tuesday'));
  let pins = [] as ReturnType<typeof pinned>[];
  box.on(PINS, () => ({ items: pins, has_more: false }));

  const list = await openPins();
  await list.findByText('Nothing is pinned yet');

  pins = [pinned(message('1', 'Bins on Tuesday'))];
  box.says('CHANNEL_PINS_UPDATE', { channel_id: CHANNEL, guild_id: GUILD, last_pin_timestamp: null });
  await list.findByText('Bins on Tuesday');
  box.says('MESSAGE_DELETE', { id: '1', channel_id: CHANNEL });
  await list.findByText('Nothing is pinned yet');
});

it('older pins are fetched by when they were set, and one is taken down and brought back', async () => {
  await openChannel(box, message('1'));
  const asked: string[] = [];
  box.on(PINS, (_, url) => {
    const before = url.searchParams.get('before');
    asked.push(before ?? '');
    const id = before === null ? '2' : '1';
    return { items: [pinned(message(id, `No. ${id}`, { author: ROSE }))], has_more: before === null };
  });
  box.on('DELETE .*', () => undefined);
  box.on('PUT .*', () => undefined);

  const list = await openPins();
  await fireEvent.click(await list.findByRole('button', { name: 'Show older' }));
  await list.findByText('No. 1');
  expect(asked).toEqual(['', message('2').timestamp]);

  const [unpin] = list.getAllByRole('button', { name: 'Unpin' });
  if (unpin) await fireEvent.click(unpin);
  await waitFor(() => expect(toasts.list.at(-1)?.action?.label).toBe('Bring back'));
  toasts.list.at(-1)?.action?.run();
  await waitFor(() => {
    const deeds = box.asked.filter(({ path }) => path.endsWith('/pins/2')).map(({ method }) => method);
    expect(deeds).toEqual(['DELETE', 'PUT']);
  });
});

it('an address with a message that is gone is told plainly, and asked for once', async () => {
  await openChannel(box, message('10'), message('30'));
  cleanup();
  box.asked.length = 0;

  await showChannel(CHANNEL, '20');

  await waitFor(() =>
    expect(toasts.list.map(({ text }) => text)).toEqual(['That message is gone, or you may not read it.']),
  );
  expect(box.asked.filter(({ path }) => path.endsWith('/messages'))).toHaveLength(1);
});

it('shows in short what a message has beside its words', async () => {
  const hearth = {
    state: 'ready' as const,
    url: '/files/1/2/hill.jpg',
    display_url: '/files/1/2/hill.jpg',
    thumbnail: { url: '/files/1/2/small.webp', width: 400, height: 300 },
    poster: null,
    playable: 'no' as const,
    progress: null,
    converted_url: null,
  };
  const file = { id: '5', content_type: 'image/jpeg', size: 9, url: '', proxy_url: '', width: 4, height: 3 };
  const attachments = [
    { ...file, filename: 'hill.jpg', description: 'The hill', flags: 0, ephemeral: false, hearth },
    { ...file, id: '6', filename: 'veiled.jpg', flags: 8, ephemeral: false, hearth },
    {
      ...file,
      id: '7',
      filename: 'boiler.pdf',
      content_type: 'application/pdf',
      flags: 0,
      ephemeral: false,
      hearth: { ...hearth, thumbnail: null },
    },
  ];
  const embeds = [{ type: 'rich' as const, title: 'Cold and clear' }];
  await openChannel(box, message('1'));
  box.on(PINS, () => ({ items: [pinned(message('1', '', { attachments, embeds }))], has_more: false }));

  const list = await openPins();

  const picture = await list.findByRole('img', { name: 'The hill' });
  expect(picture.getAttribute('src')).toBe('/files/1/2/small.webp');
  expect(list.queryByRole('img', { name: 'veiled.jpg' })).toBeNull();
  expect(list.getByText('boiler.pdf')).toBeTruthy();
  expect(list.getByText('Cold and clear')).toBeTruthy();
});
