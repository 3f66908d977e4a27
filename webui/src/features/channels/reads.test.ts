/** Nothing stays unread that is gone, that names one no longer, or that was read. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Timeline } from '@/features/messages/timeline.svelte';
import { CHANNEL, channel, FakeBox, GUILD, message, NORA, Refusal, TOM } from '@/testing/fake-box';
import { FakeSocket } from '@/testing/fake-socket';

import { reads } from './reads.svelte';

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => box.close());

async function open(read = '100', mentions = 0): Promise<void> {
  const state = [{ id: CHANNEL, last_message_id: read, mention_count: mentions }];
  await box.ready({ channels: [channel({ last_message_id: '100' })] }, state);
}

const gone = (id: string, last: string | null) =>
  box.says('MESSAGE_DELETE', { id, channel_id: CHANNEL, guild_id: GUILD, hearth_last_message_id: last });
const acked = (id: string, count: number, manual = false) =>
  box.says('MESSAGE_ACK', { channel_id: CHANNEL, message_id: id, mention_count: count, manual });
const acks = () =>
  box.asked.filter(({ path }) => path.endsWith('/ack')).map(({ path }) => path.split('/')[4]);
const shown = () => [reads.unread(CHANNEL), reads.mentions(CHANNEL), reads.mentionsIn(GUILD)];

describe('a channel', () => {
  it('is read again when all that was new in it is deleted', async () => {
    await open();
    box.says('MESSAGE_CREATE', message('200'));
    box.says('MESSAGE_CREATE', message('201'));

    gone('201', '200');
    expect(reads.unread(CHANNEL)).toBe(true);
    gone('200', '100');
    expect(reads.unread(CHANNEL)).toBe(false);
    expect(reads.unreadIn(GUILD)).toBe(false);
  });

  it('is read when it is emptied, also of many at once', async () => {
    await open();
    box.says('MESSAGE_CREATE', message('200'));
    const event = { ids: ['100', '200'], channel_id: CHANNEL, guild_id: GUILD, hearth_last_message_id: null };
    box.says('MESSAGE_DELETE_BULK', event);

    expect(reads.unread(CHANNEL)).toBe(false);
  });

  it('has no number for a mention that the box counts no more', async () => {
    await open();
    box.says('MESSAGE_CREATE', message('200', 'Nora?', { mentions: [NORA] }));
    box.says('MESSAGE_CREATE', message('201', 'Nora!', { mentions: [NORA] }));
    expect(shown()).toEqual([true, 2, 2]);

    acked('100', 1);
    expect(shown()).toEqual([true, 1, 1]);
    acked('100', 0);
    expect(shown()).toEqual([true, 0, 0]);
  });

  it('has none left of those that were there before one came', async () => {
    await open('50', 3);
    expect(reads.mentions(CHANNEL)).toBe(3);
    acked('50', 2);
    expect(reads.mentions(CHANNEL)).toBe(2);
  });

  it('goes back on every device when it is marked as unread on one', async () => {
    await open();
    acked('40', 1, true);
    expect(shown()).toEqual([true, 1, 1]);
  });

  it('is not made new again by an answer to what one had read before', async () => {
    await open();
    box.says('MESSAGE_CREATE', message('200', 'Nora?', { mentions: [NORA] }));
    reads.ack(CHANNEL, '200');
    acked('150', 1);
    expect(shown()).toEqual([false, 0, 0]);
  });
});

describe('what was read', () => {
  it('while the line was gone is told when it is back, and is not new again', async () => {
    await open();
    box.says('MESSAGE_CREATE', message('200', 'Nora?', { mentions: [NORA] }));
    box.away = true;
    reads.ack(CHANNEL, '200');
    await new Promise((resolve) => setTimeout(resolve, 500));
    box.away = false;

    await open('100', 1);

    expect(shown()).toEqual([false, 0, 0]);
    await vi.waitFor(() => expect(acks()).toEqual(['200']));
  });

  it('is not told for ever to a box that says no', async () => {
    await open();
    box.on('POST .*/ack', () => new Refusal(404, { key: 'channel_not_found' }));
    box.says('MESSAGE_CREATE', message('200'));
    reads.ack(CHANNEL, '200');
    await vi.waitFor(() => expect(acks()).toHaveLength(1));
    FakeSocket.last.drops();
    await box.resumed();
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(acks()).toHaveLength(1);
  });

  it('is again what it was when the box refuses to mark it as new', async () => {
    await open();
    box.on('POST .*/ack', () => new Refusal(500, { key: 'internal' }));
    await expect(reads.rewind(CHANNEL, '50')).rejects.toThrow();
    expect(reads.lastRead(CHANNEL)).toBe('100');
  });
});

it('a message that comes while the newest page is on its way is not missed', async () => {
  await open();
  const all = Array.from({ length: 80 }, (_, index) => message(String(1001 + index)));
  let onTheWay: () => void = () => undefined;
  box.on(`GET v10/channels/${CHANNEL}/messages`, (_body, url) => {
    const after = url.searchParams.get('after');
    if (after === null) return all.slice(0, 50).reverse();
    onTheWay();
    return all.filter((one) => one.id > after).reverse();
  });
  const timeline = new Timeline(CHANNEL);
  await timeline.around('1010');
  timeline.atEnd = false;
  onTheWay = () => timeline.add(message('2000'));

  await timeline.newer();

  expect([timeline.atEnd, timeline.messages.at(-1)?.id]).toEqual([true, '2000']);
});

describe('somebody who is blocked', () => {
  it('makes nothing new and names nobody, and what they write is read with what was read before', async () => {
    await open();
    const user = TOM;
    box.says('RELATIONSHIP_ADD', {
      id: TOM.id,
      type: 2,
      nickname: null,
      user,
      since: '2026-11-20T12:00:00Z',
    });

    vi.useFakeTimers();
    box.says('MESSAGE_CREATE', message('200', 'Nora!', { author: TOM, mentions: [NORA] }));
    expect(shown()).toEqual([false, 0, 0]);
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(acks()).toEqual(['200']);
    box.says('RELATIONSHIP_REMOVE', { id: TOM.id, type: 2 });
  });

  it('leaves new what others wrote before', async () => {
    await open();
    box.says('RELATIONSHIP_ADD', {
      id: TOM.id,
      type: 2,
      nickname: null,
      user: TOM,
      since: '2026-11-20T12:00:00Z',
    });
    box.says('MESSAGE_CREATE', message('200'));
    box.says('MESSAGE_CREATE', message('201', 'me too', { author: TOM }));

    expect(shown()).toEqual([true, 0, 0]);
    box.says('RELATIONSHIP_REMOVE', { id: TOM.id, type: 2 });
  });
});
