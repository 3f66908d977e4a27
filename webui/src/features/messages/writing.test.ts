/** What one types: nothing of it is lost, and nothing is sent that was not meant to be. */
import { cleanup, createEvent, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '@/app/App.svelte';
import { account } from '@/features/accounts/account.svelte';
import { sending } from '@/features/files';
import { uploads } from '@/features/files/uploads.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import { acceptAll, closeChannels, field, openChannel, OTHER, said, showChannel } from '@/testing/chat-page';
import { CHANNEL, FakeBox, GUILD, message, NORA } from '@/testing/fake-box';
import { FakeUploads } from '@/testing/fake-uploads';
import { paths, router } from '@/navigation/router.svelte';
import { shell } from '@/navigation/shell.svelte';
import { toasts } from '@/ui/toasts.svelte';

import { drafts } from './drafts.svelte';
import { loadAhead } from './lazy.svelte';

let box: FakeBox;

// Once, so that no test waits for a file.
beforeAll(() => loadAhead(), 30_000);

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
});

/** The whole page, with the channel open in it. */
async function openPage(): Promise<void> {
  box.on('GET v10/channels/\\d+/messages', () => [message('1')]);
  await box.ready();
  account.phase = 'signed_in';
  router.go(paths.channel(GUILD, CHANNEL));
  render(App);
  await screen.findByRole('textbox', { name: 'Message general' });
}

describe('what one began in a channel', () => {
  it('is there when one comes back: the text, whom it answers, and what one was changing', async () => {
    await openChannel(box, message('1', 'Coming?'), message('2', 'teh', { author: NORA }));
    await fireEvent.input(field(), { target: { value: 'half a sen' } });
    drafts.in(CHANNEL).replyTo = message('1', 'Coming?');
    drafts.in(CHANNEL).editing = '2';
    const editor = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Edit, Nora' });
    await fireEvent.input(editor, { target: { value: 'the' } });

    cleanup();
    await showChannel(OTHER);
    expect(screen.queryByText('Replying to Rose')).toBeNull();
    cleanup();
    await showChannel();

    expect(field().value).toBe('half a sen');
    expect(screen.getByText('Replying to Rose')).toBeTruthy();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Edit, Nora' }).value).toBe('the');
  });

  it('stays as text when the message that was being changed is deleted', async () => {
    await openChannel(box, message('2', 'teh', { author: NORA }));
    drafts.in(CHANNEL).editing = '2';
    const editor = await screen.findByRole('textbox', { name: 'Edit, Nora' });
    await fireEvent.input(editor, { target: { value: 'the whole story' } });

    box.says('MESSAGE_DELETE', { id: '2', channel_id: CHANNEL, guild_id: GUILD });

    await waitFor(() => expect(field().value).toBe('the whole story'));
    expect(toasts.list.at(-1)?.text).toContain('was deleted');
  });

  it('no longer answers what was deleted, and says so', async () => {
    await openChannel(box, message('1', 'Coming?'));
    drafts.in(CHANNEL).replyTo = message('1', 'Coming?');

    box.says('MESSAGE_DELETE_BULK', { ids: ['1'], channel_id: CHANNEL, guild_id: GUILD });

    expect(drafts.in(CHANNEL).replyTo).toBeNull();
    expect(toasts.list.at(-1)?.text).toContain('answering was deleted');
  });
});

describe('keys', () => {
  /** How Safari tells of the Enter that ends a composition. */
  const safari = { key: 'Enter', keyCode: 229, isComposing: false };

  it('that an input method takes send and choose nothing', async () => {
    acceptAll(box);
    await openChannel(box, message('1'), message('2', 'mine', { author: NORA }));
    await fireEvent.input(field(), { target: { value: 'こんにち' } });
    await fireEvent.keyDown(field(), safari);
    await fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    expect(field().value).toBe('こんにち');

    await fireEvent.input(field(), { target: { value: '@ro' } });
    await screen.findByRole('option', { name: /Rose/ });
    await fireEvent.keyDown(field(), safari);
    expect(field().value).toBe('@ro');

    drafts.in(CHANNEL).editing = '2';
    const editor = await screen.findByRole('textbox', { name: 'Edit, Nora' });
    await fireEvent.input(editor, { target: { value: 'にほ' } });
    await fireEvent.keyDown(editor, safari);
    await fireEvent.keyDown(editor, { key: 'Escape', keyCode: 229 });
    expect(screen.getByRole('textbox', { name: 'Edit, Nora' })).toBeTruthy();
    expect(box.asked.filter(({ method }) => method === 'SAY' || method === 'PATCH')).toEqual([]);
  });

  it('of an input method are asked about wherever Enter or an arrow does something in a text field', () => {
    const sources = import.meta.glob<string>('@/**/*.svelte', {
      query: '?raw',
      import: 'default',
      eager: true,
    });
    const listening = Object.entries(sources).filter(
      ([, text]) => /<(textarea|input)\b/.test(text) && /event\.key === 'Enter'|plainEnter/.test(text),
    );
    expect(listening.length).toBeGreaterThan(3);
    for (const [name, text] of listening) expect(text, name).toContain('composing(event)');
  });

  it('Shift and Enter make a new line while names are offered', async () => {
    await openChannel(box, message('1'));
    await fireEvent.input(field(), { target: { value: '@ro' } });
    await screen.findByRole('option', { name: /Rose/ });

    const enter = createEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
    await fireEvent(field(), enter);

    expect([enter.defaultPrevented, field().value]).toEqual([false, '@ro']);
  });

  it.each(['@', '#', 'who @', 'see #'])('a sign alone is sent as it is: %s', async (text) => {
    acceptAll(box);
    await openChannel(box, message('1'));
    await fireEvent.input(field(), { target: { value: text } });
    const options = await screen.findAllByRole('option');
    expect(options.every((option) => option.getAttribute('aria-selected') === 'false')).toBe(true);

    await fireEvent.keyDown(field(), { key: 'Enter' });

    await waitFor(() => expect(said(box)).toEqual([text]));
  });

  it('an arrow chooses after a sign alone, from either end', async () => {
    await openChannel(box, message('1'));
    const person = userEvent.setup();
    await person.type(field(), '@');
    const options = await screen.findAllByRole('option');

    await person.keyboard('{ArrowUp}');
    expect(options.at(-1)?.getAttribute('aria-selected')).toBe('true');
    await person.keyboard('{ArrowDown}');
    expect(options[0]?.getAttribute('aria-selected')).toBe('true');
    await person.keyboard('{Enter}');
    await waitFor(() => expect(field().value).toMatch(/^@\w+ $/));
    expect(said(box)).toEqual([]);
  });

  it('Enter is a new line on a touch keyboard, in a new message and in an edit, and a button saves', async () => {
    vi.spyOn(shell, 'touch', 'get').mockReturnValue(true);
    box.on('PATCH .*', (body) => message('2', (body as { content: string }).content, { author: NORA }));
    await openChannel(box, message('2', 'mine', { author: NORA }));
    drafts.in(CHANNEL).editing = '2';
    const editor = await screen.findByRole('textbox', { name: 'Edit, Nora' });
    await fireEvent.input(editor, { target: { value: 'one\ntwo' } });
    const enter = createEvent.keyDown(editor, { key: 'Enter' });
    await fireEvent(editor, enter);
    expect(enter.defaultPrevented).toBe(false);
    expect(box.asked.some(({ method }) => method === 'PATCH')).toBe(false);

    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(box.asked.at(-1)?.body).toEqual({ content: 'one\ntwo' }));
  });
});

describe('a file', () => {
  class Transfer {
    readonly types: readonly string[];
    readonly items: object[];
    dropEffect = 'none';
    constructor(
      private readonly text: string,
      rich = false,
    ) {
      this.types = [...(text === '' ? [] : ['text/plain']), ...(rich ? ['text/html'] : []), 'Files'];
      const file = new File(['x'], 'robin.png', { type: 'image/png' });
      this.items = [{ kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => file }];
    }
    getData(): string {
      return this.text;
    }
  }

  beforeEach(async () => {
    await sending.load();
    new FakeUploads();
  });
  afterEach(() => {
    for (const one of uploads.tray(CHANNEL)) uploads.cancel(one);
  });

  async function paste(data: Transfer, into: HTMLElement = field()): Promise<Event> {
    const event = createEvent.paste(into);
    Object.defineProperty(event, 'clipboardData', { value: data });
    await fireEvent(into, event);
    return event;
  }

  it('that is pasted stands ready and waits for Send', async () => {
    await openPage();
    const event = await paste(new Transfer(''));

    await screen.findByRole('button', { name: 'Leave out robin.png' });
    expect([event.defaultPrevented, said(box)]).toEqual([true, []]);
  });

  it('that a word processor pastes beside the text is not meant', async () => {
    await openPage();
    const event = await paste(new Transfer('the text', true));

    expect([event.defaultPrevented, uploads.tray(CHANNEL)]).toEqual([false, []]);
  });

  it('that is pasted or dropped where there is no conversation is told of', async () => {
    await openPage();
    cleanup();
    render(App);
    account.phase = 'signed_out';
    await waitFor(() => expect(screen.queryByRole('log')).toBeNull());
    await paste(new Transfer(''), document.body);

    expect(toasts.list.at(-1)?.text).toContain('Open a conversation first');
  });

  it('that is dropped neither opens in place of the page nor takes its words with it', async () => {
    await openPage();
    await fireEvent.input(field(), { target: { value: 'look: ' } });
    field().setSelectionRange(6, 6);
    const over = createEvent.dragOver(field());
    Object.defineProperty(over, 'dataTransfer', { value: new Transfer('the cat') });
    const drop = createEvent.drop(field());
    Object.defineProperty(drop, 'dataTransfer', { value: new Transfer('the cat') });
    await fireEvent(field(), over);
    await fireEvent(field(), drop);

    expect([over.defaultPrevented, drop.defaultPrevented, field().value]).toEqual([
      true,
      true,
      'look: the cat',
    ]);
    await screen.findByRole('button', { name: 'Leave out robin.png' });
  });
});

it('nobody who signs in sees the spaces of whoever was here before', async () => {
  await openPage();
  account.phase = 'signed_out';
  await waitFor(() => expect(guilds.ready).toBe(false));
});
