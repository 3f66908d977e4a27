/** Files that are sent: what becomes of them and of the words beside them, whatever the line does. */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { outbox } from '@/features/messages/outbox.svelte';
import { closeChannels, field, openChannel, said } from '@/testing/chat-page';
import { CHANNEL, FakeBox, message, NORA } from '@/testing/fake-box';
import { FakeUploads } from '@/testing/fake-uploads';
import { toasts } from '@/ui/toasts.svelte';

import { sending } from '.';
import { storedUploads } from './shelf';
import { MOST_FILES, uploads } from './uploads.svelte';

const MESSAGES = `POST v10/channels/${CHANNEL}/messages`;
let box: FakeBox;
let taken: FakeUploads;

beforeEach(async () => {
  await sending.load();
  box = new FakeBox();
  taken = new FakeUploads();
  box.on(MESSAGES, () => message('9000', '', { author: NORA }));
});

afterEach(() => {
  for (const one of uploads.tray(CHANNEL).reverse()) uploads.cancel(one);
  cleanup();
  closeChannels(box);
});

const picture = (name: string, size = 10) => new File(['x'.repeat(size)], name, { type: 'image/png' });

async function choose(...files: File[]): Promise<void> {
  const chooser = document.querySelector<HTMLInputElement>('[data-chooser]');
  if (!chooser) throw new Error('no chooser');
  await fireEvent.change(chooser, { target: { files } });
  const first = files[0]?.name ?? '';
  await screen.findByRole('button', { name: `Leave out ${first}` });
}

const allThere = () =>
  waitFor(() => expect(uploads.tray(CHANNEL).every((one) => one.state === 'done')).toBe(true));

const posted = () =>
  box.asked
    .filter(({ method, path }) => `${method} ${path}` === MESSAGES)
    .map(({ body }) => body as Record<string, unknown>);

describe('files that are chosen', () => {
  it('go out as one message, in their order, with their words', async () => {
    await openChannel(box, message('1'));
    await choose(picture('a.png'), picture('b.png', 3));
    await allThere();
    await fireEvent.click(screen.getByRole('button', { name: 'Describe, hide or move b.png' }));
    const dialog = screen.getByRole('dialog');
    await fireEvent.input(within(dialog).getByRole('textbox'), { target: { value: ' A robin ' } });
    await fireEvent.click(within(dialog).getByRole('switch'));
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Earlier' }));
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));

    await fireEvent.input(field(), { target: { value: 'Look' } });
    await fireEvent.keyDown(field(), { key: 'Enter' });

    await waitFor(() => expect(posted()).toHaveLength(1));
    expect(posted()[0]).toMatchObject({
      content: 'Look',
      enforce_nonce: true,
      attachments: [
        { id: '0', filename: 'b.png', description: 'A robin', is_spoiler: true },
        { id: '1', filename: 'a.png' },
      ],
    });
    await waitFor(() => expect(outbox.in(CHANNEL)).toEqual([]));
    expect([uploads.tray(CHANNEL), storedUploads(NORA.id), field().value]).toEqual([[], [], '']);
  });

  it('need no words beside them, and let words that are written later go first', async () => {
    let open = (): void => undefined;
    taken.gate = new Promise((resolve) => (open = resolve));
    await openChannel(box, message('1'));
    await choose(picture('a.png'));
    await fireEvent.click(screen.getByRole('button', { name: 'Send when the files are through' }));
    await waitFor(() => expect(outbox.in(CHANNEL)).toHaveLength(1));
    box.on('SAY', () => message('8000', 'meanwhile', { author: NORA }));
    await fireEvent.input(field(), { target: { value: 'meanwhile' } });
    await fireEvent.keyDown(field(), { key: 'Enter' });
    await waitFor(() => expect(said(box)).toEqual(['meanwhile']));
    expect(posted()).toEqual([]);

    open();
    await waitFor(() => expect(posted()).toHaveLength(1));
  });

  it('are ten at most, and that is said', async () => {
    await openChannel(box, message('1'));
    await choose(...Array.from({ length: MOST_FILES + 2 }, (_, index) => picture(`${index}.png`)));
    expect(uploads.tray(CHANNEL)).toHaveLength(MOST_FILES);
    expect(toasts.list.at(-1)?.text).toContain('up to 10 files');
  });

  it('and left out are thrown away at the box', async () => {
    taken.gate = new Promise(() => undefined);
    await openChannel(box, message('1'));
    await choose(picture('a.png'));
    await waitFor(() => expect(taken.asked.at(-1)).toMatch(/^PATCH/));
    await fireEvent.click(screen.getByRole('button', { name: 'Leave out a.png' }));
    await waitFor(() => expect(taken.asked.at(-1)).toMatch(/^DELETE/));
    expect([uploads.tray(CHANNEL), storedUploads(NORA.id)]).toEqual([[], []]);
  });
});

// The page of these tests has no IndexedDB, as a private window has none.
it('a page that is left while it alone has a file asks first', async () => {
  const asks = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
  let open = (): void => undefined;
  taken.gate = new Promise((resolve) => (open = resolve));
  await openChannel(box, message('1'));
  expect(asks()).toBe(false);
  await choose(picture('a.png'));
  expect(asks()).toBe(true);
  open();
  await allThere();
  expect(asks()).toBe(false);
});

describe('a file that does not get through', () => {
  it('says why, keeps the words, and is tried again or left out', async () => {
    taken.refusal = { status: 507, body: { code: 0, key: 'no_such_key', message: 'The card is full.' } };
    await openChannel(box, message('1'));
    await choose(picture('a.png'));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The card is full.');
    await fireEvent.input(field(), { target: { value: 'words' } });
    await fireEvent.keyDown(field(), { key: 'Enter' });
    expect(toasts.list.at(-1)?.text).toContain('did not get through');
    expect([field().value, posted()]).toEqual(['words', []]);

    taken.refusal = null;
    await fireEvent.click(screen.getByRole('button', { name: 'Send a.png again' }));
    await allThere();
    await fireEvent.keyDown(field(), { key: 'Enter' });
    await waitFor(() => expect(posted()).toHaveLength(1));
  });

  it('goes on where the line was cut', async () => {
    taken.cutAfter = 4;
    await openChannel(box, message('1'));
    await choose(picture('a.png', 10));
    await waitFor(() => expect([...taken.kept.values()].map((one) => one.offset)).toEqual([4]));
    taken.cutAfter = null;
    await waitFor(() => expect(uploads.tray(CHANNEL)[0]?.state).toBe('done'), { timeout: 5000 });
    expect([...taken.kept.values()].map((one) => one.offset)).toEqual([10]);
    expect(taken.asked.filter((one) => one.startsWith('POST'))).toHaveLength(1);
  });

  it('is asked for again after a reload that has lost it, and only the same one will do', async () => {
    await openChannel(box, message('1'));
    const kept = { key: 'k', channelId: CHANNEL, name: 'film.mp4', size: 10, type: 'video/mp4' };
    const more = { description: 'Leo', spoiler: false, order: 1, url: '/files/uploads/u7' };
    taken.kept.set('/files/uploads/u7', { size: 10, offset: 6, metadata: '' });
    localStorage.setItem(`hearth.upload.${NORA.id}.k`, JSON.stringify({ ...kept, ...more }));
    await uploads.restore(new Set());

    const upload = uploads.tray(CHANNEL)[0];
    expect(upload?.state).toBe('missing');
    if (!upload) return;
    uploads.giveAgain(upload, new File(['xxx'], 'other.mp4'));
    expect(upload.state).toBe('missing');
    uploads.giveAgain(upload, new File(['0123456789'], 'film.mp4'));
    await waitFor(() => expect(upload.state).toBe('done'));
    expect(taken.asked).toEqual(['HEAD /files/uploads/u7', 'PATCH /files/uploads/u7']);
    expect(upload.wire(0)).toMatchObject({ uploaded_filename: 'u7', description: 'Leo' });
  });
});

it('what was written by another version is left out of the tray', () => {
  for (const [index, junk] of [
    null,
    7,
    {},
    { key: 'x' },
    { key: 'x', channelId: '1', name: 'n', size: -1 },
  ].entries())
    localStorage.setItem(`hearth.upload.${NORA.id}.${index}`, JSON.stringify(junk));
  expect(storedUploads(NORA.id)).toEqual([]);
});
