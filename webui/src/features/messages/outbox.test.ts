/** What cannot be sent says so and leaves; what waits is drawn, whatever the clock says. */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { gateway } from '@/api';
import { acceptAll, closeChannels, field, openChannel, OTHER, said, say } from '@/testing/chat-page';
import { CHANNEL, FakeBox, GUILD, message, NORA, Refusal, ROSE } from '@/testing/fake-box';
import { FakeSocket } from '@/testing/fake-socket';
import { toasts } from '@/ui/toasts.svelte';

import { outbox } from './outbox.svelte';

const HALF = 'half \ud83d of it';

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
});

describe('a message that the box cannot take', () => {
  it('with half a character is refused in words, is never sent, and can be changed', async () => {
    await openChannel(box, message('1'));
    await say(HALF);

    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('half a character');
    expect(within(alert).queryByRole('button', { name: 'Try again' })).toBeNull();
    expect([said(box).length, FakeSocket.all.length]).toEqual([0, 1]);

    await fireEvent.click(within(alert).getByRole('button', { name: 'Change it' }));
    expect(field().value).toBe(HALF);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('leaves a whole emoji alone', async () => {
    acceptAll(box);
    await openChannel(box, message('1'));
    await say('whole 🙂 👩‍👩‍👧');

    await waitFor(() => expect(said(box)).toEqual(['whole 🙂 👩‍👩‍👧']));
  });

  it.each([4002, 1009, 1007])('and for which the line is closed with %i fails at once', async (code) => {
    await openChannel(box, message('1'));
    box.onSay = (socket) => socket.drops(code);
    await say('poison');

    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('cannot take it as it is');
    await box.resumed();
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.ops()).not.toContain(100);
    await fireEvent.click(within(alert).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.queryByText('poison')).toBeNull());
  });

  it.each([1006, 1011, 4000])('and over which the line goes twice with %i fails then', async (code) => {
    await openChannel(box, message('1'));
    box.onSay = (socket) => socket.drops(code);
    await say('poison');
    await waitFor(() => expect(outbox.in(CHANNEL)[0]?.state).toBe('waiting'));

    await box.resumed();

    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The line was lost twice');
    expect(outbox.in(CHANNEL)[0]?.state).toBe('failed');
    await box.resumed();
    expect(FakeSocket.last.ops()).not.toContain(100);

    box.onSay = undefined;
    acceptAll(box);
    await fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(outbox.in(CHANNEL)).toEqual([]));
  });

  it.each([1001, 1012, 4009])('is not blamed for a line that ends with %i', async (code) => {
    await openChannel(box, message('1'));
    box.onSay = (socket) => socket.drops(code);
    await say('innocent');
    const waits = () => waitFor(() => expect(outbox.in(CHANNEL)[0]?.state).toBe('waiting'));
    await waits();
    for (let time = 0; time < 3; time += 1) {
      await box.resumed();
      await waits();
    }
    box.onSay = undefined;
    acceptAll(box);
    await box.resumed();
    await waitFor(() => expect(outbox.in(CHANNEL)).toEqual([]));
  });

  it('does not hold up what was written after it', async () => {
    await openChannel(box, message('1'));
    box.on('SAY', (body) => {
      const { content } = body as { content: string };
      if (content === 'bad') return new Refusal(400, { key: 'invalid_form', message: 'No.' });
      return message('5001', content, { author: NORA });
    });
    for (const text of ['bad', 'good']) {
      await say(text);
    }

    await waitFor(() => expect(outbox.in(CHANNEL).map((item) => item.content)).toEqual(['bad']));
  });

  it('is asked for again by itself while the box has trouble and the line lives', async () => {
    await openChannel(box, message('1'));
    let asked = 0;
    box.on('SAY', () => {
      asked += 1;
      return asked === 1
        ? new Refusal(503, { key: 'unavailable' })
        : message('5001', 'later', { author: NORA });
    });
    vi.useFakeTimers();
    try {
      outbox.send(CHANNEL, 'later');
      await vi.advanceTimersByTimeAsync(100);
      expect(outbox.in(CHANNEL)[0]?.state).toBe('waiting');
      await vi.advanceTimersByTimeAsync(5000);
      expect([asked, outbox.in(CHANNEL)]).toEqual([2, []]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('for a channel that is gone is handed back instead of waiting for ever', async () => {
    await openChannel(box, message('1'));
    box.away = true;
    outbox.send(OTHER, 'tomatoes');
    await waitFor(() => expect(outbox.in(OTHER)[0]?.state).toBe('waiting'));
    box.away = false;
    await box.resumed();
    box.says('CHANNEL_DELETE', { id: OTHER, guild_id: GUILD });

    expect(outbox.in(OTHER)).toEqual([]);
    expect(toasts.list.at(-1)?.text).toContain('That channel is gone. 1 message');
    expect(toasts.list.at(-1)?.action?.label).toBe('Copy the text');
  });
});

describe('what waits to be sent', () => {
  const kept = (item: object) => ({ channelId: CHANNEL, replyTo: null, mentionReplied: true, ...item });
  const yesterday = Date.now() - 26 * 3600_000;

  it.each([
    ['of yesterday', [kept({ nonce: '11', content: 'old', at: yesterday, state: 'failed', error: 'No.' })]],
    ['of tomorrow', [kept({ nonce: '11', content: 'old', at: Date.now() + 26 * 3600_000, state: 'failed' })]],
    ['of no time', [kept({ nonce: '11', content: 'old', at: null, state: 'failed' })]],
    ['of year 300000', [kept({ nonce: '11', content: 'old', at: 9e15, state: 'failed' })]],
    [
      'that is there twice',
      ['a', 'b'].map(() => kept({ nonce: '11', content: 'old', at: 5, state: 'failed' })),
    ],
    ['beside junk', [null, 7, {}, kept({ nonce: '11', content: 'old', at: 5, replyTo: 3, state: 'failed' })]],
  ])('and is %s does not keep a channel from being drawn', async (_name, items) => {
    localStorage.setItem(`hearth.outbox.${NORA.id}`, JSON.stringify(items));
    const now = Date.now();
    const at = (ms: number) => ({ timestamp: new Date(ms).toISOString() });
    await openChannel(box, message('1', 'first', at(now - 50 * 3600_000)), message('2', 'second', at(now)));

    expect(await screen.findAllByText('old')).toHaveLength(1);
    expect(screen.getByText('second')).toBeTruthy();
    const keys = [...document.querySelectorAll('[data-key]')].map((row) => row.getAttribute('data-key'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is drawn beside a bot that gives all its messages one nonce', async () => {
    const bot = { author: ROSE, nonce: 5 };
    await openChannel(
      box,
      message('1', 'beep', bot),
      message('2', 'boop', bot),
      message('3', 'mine', { author: NORA, nonce: 5 }),
    );

    expect(screen.getAllByRole('article')).toHaveLength(3);
  });

  it('has a nonce of its own, whatever the clock says', async () => {
    await openChannel(box, message('1'));
    vi.spyOn(Date, 'now').mockReturnValue(0);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    box.away = true;
    for (let count = 0; count < 20; count += 1) outbox.send(CHANNEL, String(count));

    expect(new Set(outbox.in(CHANNEL).map((item) => item.nonce)).size).toBe(20);
    expect(outbox.in(CHANNEL).map((item) => Number(item.content))).toEqual([...Array(20).keys()]);
  });

  it('of one tab is not taken away by another', async () => {
    await openChannel(box, message('1'));
    box.away = true;
    outbox.send(CHANNEL, 'from here');
    const there = kept({ nonce: 'there', order: 1, content: 'from there', at: 5, state: 'waiting' });
    localStorage.setItem(`hearth.outbox.${NORA.id}.there`, JSON.stringify(there));
    outbox.send(CHANNEL, 'from here too');

    const names = Object.keys(localStorage).filter((name) => name.startsWith(`hearth.outbox.${NORA.id}.`));
    expect(names).toHaveLength(3);
    localStorage.removeItem(`hearth.outbox.${NORA.id}.there`);
  });

  it('of one person is never sent as another', async () => {
    await openChannel(box, message('1'));
    box.away = true;
    outbox.send(CHANNEL, 'mine alone');
    await waitFor(() => expect(outbox.in(CHANNEL)[0]?.state).toBe('waiting'));
    gateway.disconnect();

    box.away = false;
    acceptAll(box);
    const me = box.me;
    box.me = { ...me, ...ROSE };
    await box.ready();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said(box)).not.toContain('mine alone');
    gateway.disconnect();

    box.me = me;
    await box.ready();
    await waitFor(() => expect(said(box)).toContain('mine alone'));
  });

  it.each([
    [6, 'the box has it', 0],
    [6, 'the box has it not', 1],
    [2, 'the box knows its nonce', 1],
  ])('and went out %i minutes ago is not said twice: %s', async (minutes, what, times) => {
    const triedAt = Date.now() - minutes * 60_000;
    const old = kept({
      nonce: 'n',
      order: 1,
      content: 'lost answer',
      at: triedAt,
      triedAt,
      state: 'waiting',
    });
    localStorage.setItem(`hearth.outbox.${NORA.id}.n`, JSON.stringify(old));
    const there = [message('1', 'another', { author: NORA }), message('2', 'lost answer', { author: ROSE })];
    if (what === 'the box has it') there.push(message('3', 'lost answer', { author: NORA }));
    acceptAll(box);
    await openChannel(box, ...there);

    await waitFor(() => expect(outbox.in(CHANNEL)).toEqual([]));
    expect(said(box)).toHaveLength(times);
  });
});
