/** Files that came: what stands in their place, what a press does, what a screen reader is told. */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Attachment, FileFacts } from '@/api/model';
import { closeChannels, openChannel } from '@/testing/chat-page';
import { CHANNEL, FakeBox, message, NORA } from '@/testing/fake-box';
import { shell } from '@/navigation/shell.svelte';

import { loadChannelFiles, showing } from '.';

const FACTS: Omit<FileFacts, 'url' | 'display_url'> = {
  state: 'ready',
  thumbnail: null,
  poster: null,
  playable: 'no',
  progress: null,
  converted_url: null,
};
let box: FakeBox;

beforeEach(async () => {
  await showing.load();
  await loadChannelFiles();
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
});

function file(id: string, part: Partial<Attachment> = {}, facts: Partial<FileFacts> = {}): Attachment {
  const url = `/files/${CHANNEL}/${id}/robin.jpg?ex=1&sig=2`;
  return {
    id,
    filename: 'robin.jpg',
    content_type: 'image/jpeg',
    size: 4_000_000,
    url: `https://box.test${url}`,
    proxy_url: `https://box.test${url}`,
    ephemeral: false,
    width: 1600,
    height: 1200,
    hearth: { ...FACTS, url, display_url: url, ...facts },
    ...part,
  };
}

const cameWith = (attachments: Attachment[], part: object = {}) => message('1', '', { attachments, ...part });
const thumbnail = (id: string) => ({ url: `/files/${CHANNEL}/${id}/t.webp`, width: 400, height: 300 });

it('pictures are small in the conversation, and large at Enter, by keyboard from one to the next', async () => {
  const pictures = ['11', '12', '13'].map((id) =>
    file(id, { description: `robin ${id}` }, { thumbnail: thumbnail(id) }),
  );
  await openChannel(box, cameWith(pictures));
  const gallery = screen.getByRole('group', { name: '3 photos' });
  expect([...gallery.querySelectorAll('img')].map((one) => one.getAttribute('src'))).toEqual(
    pictures.map((one) => one.hearth.thumbnail?.url),
  );

  await fireEvent.click(within(gallery).getByRole('button', { name: '2 of 3: robin 12' }));
  const dialog = await screen.findByRole('dialog', { name: '2 of 3' });
  expect(within(dialog).getByRole('img', { name: 'robin 12' }).getAttribute('src')).toBe(
    pictures[1]?.hearth.display_url,
  );
  await fireEvent.keyDown(dialog, { key: 'ArrowRight' });
  expect(within(dialog).getByRole('img', { name: 'robin 13' })).toBeTruthy();
  await fireEvent.keyDown(dialog, { key: 'ArrowRight' });
  await fireEvent.keyDown(dialog, { key: 'Home' });
  expect(within(dialog).getByRole('img', { name: 'robin 11' })).toBeTruthy();
  await fireEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('on a phone a fifth picture is a number on the fourth', async () => {
  vi.spyOn(shell, 'phone', 'get').mockReturnValue(true);
  await openChannel(box, cameWith(['1', '2', '3', '4', '5', '6'].map((id) => file(id))));
  const gallery = screen.getByRole('group', { name: '6 photos' });
  expect(within(gallery).getAllByRole('button')).toHaveLength(4);
  expect(gallery.textContent).toContain('+2');
});

it('a veiled picture is not even asked for until one presses', async () => {
  await openChannel(box, cameWith([file('11', { flags: 1 << 3, size: 10 })]));
  const veil = screen.getByRole('button', { name: 'Photo. Hidden until pressed' });
  expect(veil.querySelector('img')).toBeNull();
  await fireEvent.click(veil);
  expect(screen.getByRole('button', { name: 'Photo' }).querySelector('img')).toBeTruthy();
});

it('a message whose files were removed says so', async () => {
  await openChannel(box, cameWith([]));

  expect(screen.getByText(/^What was here was removed/)).toBeTruthy();
});

it('a film that browsers cannot play is made playable, with how far it is, and can be stopped', async () => {
  const film = (facts: Partial<FileFacts>) => file('11', { content_type: 'video/quicktime' }, facts);
  const poster = thumbnail('11');
  await openChannel(box, cameWith([film({ playable: 'can_convert', poster })]));
  const path = `hearth/v1/channels/${CHANNEL}/messages/1/attachments/11/convert`;
  await fireEvent.click(screen.getByRole('button', { name: 'Make it playable' }));
  await waitFor(() => expect(box.asked.at(-1)).toMatchObject({ method: 'POST', path }));

  const change = { id: '1', channel_id: CHANNEL };
  const progress = { playable: 'converting', progress: 0.42, poster } as const;
  box.says('MESSAGE_UPDATE', { ...change, attachments: [film(progress)] });
  expect((await screen.findByRole('progressbar')).getAttribute('aria-valuenow')).toBe('42');
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(box.asked.at(-1)).toMatchObject({ method: 'DELETE', path }));

  box.says('MESSAGE_UPDATE', {
    ...change,
    attachments: [film({ playable: 'converted', converted_url: '/files/c.mp4', poster })],
  });
  await fireEvent.click(await screen.findByRole('button', { name: 'Play the video, 0:00' }));
  expect(document.querySelector('video')?.getAttribute('src')).toBe('/files/c.mp4');
});

it('a voice says whose it is and how long, is sought by keyboard, and remembers the speed', async () => {
  const voice = file('11', { content_type: 'audio/mp4', duration_secs: 19, waveform: btoa('\x01\xff') });
  await openChannel(box, cameWith([voice], { flags: 1 << 13 }));
  const group = screen.getByRole('group', { name: 'Voice message by Rose, 0:19' });
  expect(within(group).getByRole('img', { name: 'not heard yet' })).toBeTruthy();
  const slider = within(group).getByRole('slider');
  await fireEvent.keyDown(slider, { key: 'ArrowRight' });
  expect(slider.getAttribute('aria-valuetext')).toBe('0:05 of 0:19');
  await fireEvent.click(within(group).getByRole('button', { name: 'Speed, 1 times' }));
  expect(within(group).getByRole('button', { name: 'Speed, 1.5 times' })).toBeTruthy();
  expect(localStorage.getItem('hearth.speed')).toBe('1.5');
});

it('text shows its first 64 KiB when one asks', async () => {
  const text = file('11', { content_type: 'text/plain', filename: 'guess.py', size: 200_000 });
  await openChannel(box, cameWith([text]));
  const asked: RequestInit[] = [];
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    asked.push(init);
    return Promise.resolve(new Response('while guess != secret:', { status: 206 }));
  });
  await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
  expect(await screen.findByText(/guess != secret/)).toBeTruthy();
  expect(asked[0]?.headers).toEqual({ Range: 'bytes=0-65535' });
  expect(screen.getByText(/The first 66 kB/)).toBeTruthy();
});

it('what could not be understood, and a PDF, are files by name and size', async () => {
  const pdf = file('11', { content_type: 'application/pdf', filename: 'Boiler report.pdf', size: 1_200_000 });
  await openChannel(box, cameWith([pdf, file('12', {}, { state: 'failed' })]));
  const card = screen.getByRole('group', { name: 'Boiler report.pdf' });
  expect(card.textContent).toMatch(/1\.2\sMB/);
  expect(within(card).getByRole('link', { name: 'Save Boiler report.pdf' }).getAttribute('download')).toBe(
    'Boiler report.pdf',
  );
  expect(screen.getByRole('group', { name: 'robin.jpg' })).toBeTruthy();
});

it('one file is taken away from a message that is changed', async () => {
  box.on('PATCH .*', () => cameWith([file('12')], { author: NORA }));
  await openChannel(box, message('1', 'two', { author: NORA, attachments: [file('11'), file('12')] }));
  await fireEvent.pointerEnter(screen.getByRole('article'), { pointerType: 'mouse' });
  await fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  const [first] = await screen.findAllByRole('button', { name: 'Take robin.jpg away from the message' });
  if (first) await fireEvent.click(first);
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(box.asked.at(-1)?.body).toEqual({ content: 'two', attachments: [{ id: '12' }] }),
  );
});

it('an answer to a picture says so', async () => {
  const answered = message('1', '', { attachments: [file('11'), file('12')] });
  await openChannel(box, message('2', 'lovely', { type: 19, referenced_message: answered }));
  expect(screen.getByRole('button', { name: /Rose.*2 photos/ })).toBeTruthy();
});

it('all files of a channel stand in one list by kind, and lead to their messages', async () => {
  box.on(`GET hearth/v1/channels/${CHANNEL}/files`, (_body, url) =>
    url.searchParams.get('kind') === 'voice'
      ? []
      : [{ message_id: '1', author_id: NORA.id, attachment: file('11', { description: 'A robin' }) }],
  );
  await openChannel(box, cameWith([file('11')]));
  await fireEvent.click(screen.getByRole('button', { name: /general/ }));
  await fireEvent.click(await screen.findByRole('menuitem', { name: 'Photos and files' }));
  const pane = await screen.findByRole('dialog', { name: 'Photos and files' });
  await fireEvent.click(await within(pane).findByRole('button', { name: /A robin/ }));
  await fireEvent.click(await screen.findByRole('button', { name: 'Go to the message' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});
