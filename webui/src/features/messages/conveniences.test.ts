/** What makes a conversation easy to live with, drawn: several at once, who reacted, the inbox, replies, links, tones. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { channels, reads } from '@/features/channels';
import { acceptAll, closeChannels, field, OTHER, openChannel, said, say } from '@/testing/chat-page';
import { CHANNEL, FakeBox, GUILD, message, NORA, ROSE, TOM } from '@/testing/fake-box';

import { keptTones, keepTones, loadEmoji, toned } from './emoji';
import EmojiPicker from './EmojiPicker.svelte';
import InboxPanel from './InboxPanel.svelte';
import { Selection } from './selection.svelte';

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
  localStorage.clear();
});

async function menuOf(text: string): Promise<void> {
  await fireEvent.focusIn(screen.getByText(text));
  await fireEvent.click(await screen.findByRole('button', { name: 'More' }));
}

const asked = (method: string, end: string) =>
  box.asked.filter((one) => one.method === method && one.path.endsWith(end));

describe('several messages', () => {
  it('are chosen one by one, with Shift all between, at most a hundred', () => {
    const all = Array.from({ length: 150 }, (_, index) => String(index));
    const chosen = new Selection('3');
    chosen.press('6', true, all);
    expect([...chosen.ids]).toEqual(['3', '4', '5', '6']);
    chosen.press('4', false, all);
    chosen.press('1', true, all);
    expect([...chosen.ids].sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    chosen.press('149', true, all);
    expect(chosen.ids.size).toBe(100);
  });

  it('go at once, after a question that names their number', async () => {
    await openChannel(box, message('1', 'one'), message('2', 'two'), message('3', 'three'));
    box.on('POST .*', () => undefined);

    await menuOf('one');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Select messages' }));
    await screen.findByText('1 message selected');
    const boxes = screen.getAllByRole('checkbox');
    expect(boxes.map((one) => one.getAttribute('aria-checked'))).toEqual(['true', 'false', 'false']);
    const third = boxes[2];
    if (third) await fireEvent.click(third, { shiftKey: true });
    await fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Delete 3 messages' }));

    await waitFor(() => expect(screen.queryByText('two')).toBeNull());
    expect(asked('POST', '/bulk-delete')[0]?.body).toEqual({ messages: ['1', '2', '3'] });
    await waitFor(() => expect(field()).toBeTruthy());
  });

  it('are let go by Escape, and no longer counted when somebody else deletes one', async () => {
    await openChannel(box, message('1', 'one'), message('2', 'two'));
    await menuOf('one');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Select messages' }));
    await screen.findByText('1 message selected');

    box.says('MESSAGE_DELETE', { id: '1', channel_id: CHANNEL });
    await screen.findByText(/Press the messages that shall go/);
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('checkbox')).toBeNull());
  });
});

it('who reacted is listed by emoji, and found by keyboard', async () => {
  const bird = { id: null, name: '🐦', animated: false };
  const cake = { id: null, name: '🎂', animated: false };
  const reactions = [
    { emoji: bird, count: 2, me: false },
    { emoji: cake, count: 1, me: false },
  ] as never[];
  await openChannel(box, message('1', 'look', { reactions }));
  box.on('GET v10/channels/.*/reactions/.*', (_, url) =>
    decodeURIComponent(url.pathname).endsWith('🎂') ? [TOM] : [NORA, ROSE],
  );

  await fireEvent.contextMenu(screen.getByRole('button', { name: '🐦, 2 people' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Who reacted' }));
  const panel = within(dialog.getByRole('tabpanel'));
  await panel.findByText('Rose');
  await fireEvent.keyDown(dialog.getByRole('tablist'), { key: 'ArrowRight' });

  await panel.findByText('Tom');
  expect(panel.queryByText('Rose')).toBeNull();
  expect(dialog.getByRole('tab', { selected: true }).getAttribute('aria-label')).toBe('🎂, 1 person');
});

describe('a reply', () => {
  it('tells the author or not, as one says, and the next one tells again', async () => {
    await openChannel(box, message('1', 'first'), message('2', 'second', { author: TOM }));
    acceptAll(box);
    const bodies = () => box.asked.filter(({ method }) => method === 'SAY').map(({ body }) => body);

    await menuOf('first');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Reply' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Tell them' }));
    await say('quietly');
    await fireEvent.focusOut(screen.getByText('first'));
    await menuOf('second');
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Reply' }));
    expect((await screen.findByRole('button', { name: 'Tell them' })).getAttribute('aria-pressed')).toBe(
      'true',
    );
    await say('aloud');

    await waitFor(() => expect(said(box)).toEqual(['quietly', 'aloud']));
    expect(bodies()).toMatchObject([
      { allowed_mentions: { replied_user: false } },
      { allowed_mentions: { replied_user: true } },
    ]);
  });
});

it('Enter in an open piece of code begins a line, and sends once it is shut', async () => {
  await openChannel(box, message('1'));
  acceptAll(box);

  await fireEvent.input(field(), { target: { value: '```py\nx = 1' } });
  await fireEvent.keyDown(field(), { key: 'Enter' });
  expect(said(box)).toEqual([]);
  await say('```py\nx = 1\n```');
  await waitFor(() => expect(said(box)).toHaveLength(1));
});

it('a link to a message of this box opens in the page, another one outside', async () => {
  await openChannel(
    box,
    message('1', `${location.origin}/spaces/${GUILD}/${CHANNEL}/5 and https://elsewhere.test/spaces/1/2/3`),
  );

  const inside = screen.getByRole('link', { name: 'Message in general' });
  expect([inside.getAttribute('href'), inside.getAttribute('target')]).toEqual([
    `/spaces/${GUILD}/${CHANNEL}/5`,
    null,
  ]);
  expect(screen.getByRole('link', { name: /elsewhere/ }).getAttribute('target')).toBe('_blank');
});

describe('the inbox', () => {
  it('lists what names one, and reads it', async () => {
    await openChannel(box, message('1'));
    const named = message('900000000000050', 'Nora, look', { channel_id: OTHER, mentions: [NORA] });
    box.on('GET v10/users/@me/mentions', () => [named]);
    box.on('POST .*', () => ({ token: null }));
    box.says('MESSAGE_CREATE', named);
    const at = document.body.appendChild(document.createElement('button'));

    render(InboxPanel, { props: { guild: undefined, at, onclose: () => undefined } });

    const list = within(await screen.findByRole('dialog', { name: 'Inbox' }));
    await list.findByText('Nora, look');
    expect(list.getByText(/^garden in /)).toBeTruthy();
    expect(list.getByText('New')).toBeTruthy();
    await fireEvent.click(list.getByRole('button', { name: 'Your roles' }));
    await waitFor(() =>
      expect(list.getByRole('button', { name: 'Your roles', pressed: false })).toBeTruthy(),
    );
    await fireEvent.click(list.getByRole('button', { name: 'Mark as read' }));
    await waitFor(() => expect(list.queryByText('New')).toBeNull());
    at.remove();
  });

  it('and all of a space are read at once', async () => {
    await openChannel(box, message('1'));
    box.on('POST .*', () => undefined);
    box.says('MESSAGE_CREATE', message('900000000000060', 'there', { channel_id: OTHER }));
    expect(reads.unread(OTHER)).toBe(true);
    expect(channels.byId.has(OTHER)).toBe(true);

    await reads.ackAll(GUILD);

    expect(reads.unread(OTHER)).toBe(false);
    expect(asked('POST', 'read-states/ack-bulk')[0]?.body).toEqual({
      read_states: expect.arrayContaining([{ channel_id: OTHER, message_id: '900000000000060' }]) as unknown,
    });
  });
});

describe('skin tones', () => {
  it('are one for all emoji, and for some another', async () => {
    const all = (await loadEmoji()).flatMap((group) => group.emoji);
    const known = (sign: string) => {
      const found = all.find((one) => one.sign === sign);
      if (!found) throw new Error(sign);
      return found;
    };
    const tones = { all: 2, own: { '👋': 5, '👍': 0 } };
    keepTones(tones);

    expect(keptTones()).toEqual(tones);
    expect(['✋', '👋', '👍', '🎂'].map((sign) => toned(known(sign), keptTones()))).toEqual([
      '✋🏼',
      '👋🏿',
      '👍',
      '🎂',
    ]);
    localStorage.setItem('hearth.emoji-tone', '"x"');
    localStorage.setItem('hearth.emoji-tones', '{"👋":99}');
    expect(keptTones()).toEqual({ all: 0, own: {} });
  });

  it('are asked for with the menu key or a long press, and the choice is picked', async () => {
    const picked: string[] = [];
    render(EmojiPicker, { props: { onpick: (sign: string) => picked.push(sign) } });

    await fireEvent.contextMenu(await screen.findByRole('button', { name: 'waving hand' }));
    const tones = within(await screen.findByRole('radiogroup', { name: 'Skin tone of waving hand' }));
    await fireEvent.click(tones.getByRole('radio', { name: 'Dark' }));

    expect(picked).toEqual(['👋🏿']);
    expect(screen.getAllByText('👋🏿').length).toBeGreaterThan(0);
  });
});
