/** Timelines, the outbox, reading and writing, against a box that answers from a table. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { reads } from '@/features/channels/reads.svelte';
import { CHANNEL, FakeBox, message, NORA, Refusal, ROSE } from '@/testing/fake-box';
import { FakeSocket } from '@/testing/fake-socket';

import { Chat } from './chat.svelte';
import { Draft, drafts } from './drafts.svelte';
import { messages } from './messages.svelte';
import { outbox } from './outbox.svelte';
import { Timeline } from './timeline.svelte';

import { channels } from '@/features/channels/channels.svelte';

const SAY = 'SAY';
const GET = `GET v10/channels/${CHANNEL}/messages`;

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  for (const item of outbox.in(CHANNEL)) outbox.discard(item.nonce);
  box.close();
});

/** A channel with messages 1001 to 1000 + `count`, served as the protocol says: newest first. */
function history(count: number): void {
  const all = Array.from({ length: count }, (_, index) => message(String(1001 + index)));
  box.on(GET, (_body, url) => {
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const before = url.searchParams.get('before');
    const after = url.searchParams.get('after');
    const around = url.searchParams.get('around');
    let page = all;
    if (before !== null) page = all.filter((one) => one.id < before);
    if (after !== null)
      return all
        .filter((one) => one.id > after)
        .slice(0, limit)
        .reverse();
    if (around !== null) {
      const at = all.findIndex((one) => one.id >= around);
      page = all.slice(Math.max(0, at - limit / 2), at + limit / 2);
    }
    return page.slice(-limit).reverse();
  });
}

const ids = (timeline: Timeline) => timeline.messages.map((one) => Number(one.id));

describe('a timeline', () => {
  it('loads the newest page, oldest first, and older ones in front of it', async () => {
    history(120);
    await box.ready();
    const timeline = new Timeline(CHANNEL);

    await timeline.load();
    expect([ids(timeline).at(0), ids(timeline).at(-1), timeline.atStart]).toEqual([1071, 1120, false]);
    await timeline.older();
    await timeline.older();

    expect([ids(timeline).at(0), timeline.messages.length, timeline.atStart]).toEqual([1001, 120, true]);
    expect(ids(timeline)).toEqual([...ids(timeline)].sort((a, b) => a - b));
  });

  it('never holds more than 250, and finds the way back to the end', async () => {
    history(400);
    await box.ready();
    const timeline = new Timeline(CHANNEL);
    await timeline.load();

    for (let page = 0; page < 6; page += 1) await timeline.older();
    expect([timeline.messages.length, timeline.atEnd]).toEqual([250, false]);
    timeline.add(message('9000'));
    expect(ids(timeline)).not.toContain(9000);
    while (!timeline.atEnd) await timeline.newer();

    expect([timeline.messages.length, ids(timeline).at(-1)]).toEqual([250, 1400]);
  });

  it('asks once, however often the view comes near the top', async () => {
    history(120);
    await box.ready();
    const timeline = new Timeline(CHANNEL);
    await timeline.load();
    box.asked = [];

    await Promise.all([timeline.older(), timeline.older(), timeline.older()]);

    expect(box.asked).toHaveLength(1);
  });

  it('misses nothing that happens while a page is on its way', async () => {
    history(2);
    await box.ready();
    const timeline = new Timeline(CHANNEL);

    const loading = timeline.load();
    timeline.add(message('1003'));
    timeline.change('1001', { content: 'changed' });
    timeline.remove(['1002']);
    await loading;

    expect(timeline.messages.map((one) => [one.id, one.content])).toEqual([
      ['1001', 'changed'],
      ['1003', 'message 1003'],
    ]);
  });

  it('goes to a message far up and knows that there is more on both sides', async () => {
    history(400);
    await box.ready();
    const timeline = new Timeline(CHANNEL);

    await timeline.around('1200');

    expect([timeline.atStart, timeline.atEnd, timeline.target]).toEqual([false, false, '1200']);
    expect(ids(timeline)).toContain(1200);
  });

  it('takes a message that comes twice once, and in its place', async () => {
    history(3);
    await box.ready();
    const timeline = new Timeline(CHANNEL);
    await timeline.load();

    timeline.add(message('1010'));
    timeline.add(message('1005'));
    timeline.add(message('1010', 'again'));

    expect(ids(timeline)).toEqual([1001, 1002, 1003, 1005, 1010]);
    expect(timeline.messages.at(-1)?.content).toBe('again');
  });

  it('tells replies what became of the message they answer', async () => {
    history(1);
    await box.ready();
    const timeline = new Timeline(CHANNEL);
    await timeline.load();
    timeline.add(message('1002', 'yes', { type: 19, referenced_message: message('1001', 'old') }));

    timeline.change('1001', { content: 'new' });
    expect(timeline.messages[1]?.referenced_message?.content).toBe('new');
    timeline.remove(['1001']);
    expect(timeline.messages[0]?.referenced_message).toBeNull();
  });

  it('counts reactions, and what one did oneself only once', async () => {
    history(1);
    await box.ready();
    const timeline = new Timeline(CHANNEL);
    await timeline.load();
    const bird = { id: null, name: '🐦' };

    timeline.react('1001', bird, { me: true, delta: 1 });
    timeline.react('1001', bird, { me: true, delta: 1 });
    timeline.react('1001', bird, { me: false, delta: 1 });
    expect(timeline.messages[0]?.reactions).toEqual([{ emoji: bird, count: 2, me: true }]);
    timeline.react('1001', bird, { me: true, delta: -1 });
    timeline.react('1001', bird, { me: false, delta: -1 });
    expect(timeline.messages[0]?.reactions).toEqual([]);
  });
});

describe('what one writes', () => {
  async function chat(): Promise<Chat> {
    history(0);
    await box.ready();
    const general = channels.byId.get(CHANNEL);
    if (!general) throw new Error('no channel');
    const made = new Chat(general);
    await made.open(null);
    return made;
  }

  const shown = (open: Chat) => open.shown.map((one) => one.content);

  it('is there at once and becomes the real one when the box has it', async () => {
    const open = await chat();
    box.on(SAY, (body) =>
      message('5000', 'hello', { author: NORA, nonce: (body as { nonce: string }).nonce }),
    );

    open.send('hello');
    expect([shown(open), open.pending.length]).toEqual([['hello'], 1]);
    await vi.waitFor(() => expect(open.pending).toHaveLength(0));

    expect(open.shown.map((one) => one.id)).toEqual(['5000']);
  });

  it('is no longer on its way when only the answer comes, because it was said in an earlier session', async () => {
    const open = await chat();
    open.send('hello');
    await vi.waitFor(() => expect(FakeSocket.last.ops()).toContain(100));

    FakeSocket.last.says(101, { nonce: open.pending[0]?.nonce, id: '5000' });

    await vi.waitFor(() => expect(open.pending).toHaveLength(0));
  });

  it('is tried again by itself when the box asks for a moment', async () => {
    const open = await chat();
    const problem = { code: 20028, key: 'too_fast', facts: { seconds: 0.01 } };
    let refusals = 0;
    box.on(SAY, (body) => {
      refusals += 1;
      if (refusals === 1) return new Refusal(429, problem);
      return message('5000', 'hello', { author: NORA, nonce: (body as { nonce: string }).nonce });
    });

    open.send('hello');
    await vi.waitFor(() => expect(open.pending).toHaveLength(0));

    expect([refusals, shown(open)]).toEqual([2, ['hello']]);
  });

  it('waits while the box is away and goes out in order, with the same nonce', async () => {
    const open = await chat();
    box.away = true;
    open.send('one');
    open.send('two');
    await vi.waitFor(() => expect(open.pending[0]?.state).toBe('waiting'));
    const nonces = open.pending.map((item) => item.nonce);

    box.away = false;
    let next = 5000;
    box.on(SAY, (body) => {
      const { content, nonce } = body as { content: string; nonce: string };
      return message(String((next += 1)), content, { author: NORA, nonce });
    });
    box.asked = [];
    await box.resumed();
    await vi.waitFor(() => expect(open.pending).toHaveLength(0));

    expect(box.asked.map(({ body }) => (body as { nonce: string }).nonce)).toEqual(nonces);
    expect(shown(open)).toEqual(['one', 'two']);
  });

  it('stays with its reason when the box refuses, and can be tried again or discarded', async () => {
    const open = await chat();
    box.on(SAY, () => new Refusal(403, { code: 50013, key: 'missing_permissions', message: 'No.' }));
    open.send('one');
    open.send('two');
    await vi.waitFor(() => expect(open.pending.every((item) => item.state === 'failed')).toBe(true));
    const [one, two] = open.pending;
    expect(one?.error).toBe('You may not do that here.');

    box.on(SAY, (body) => message('5000', 'one', { author: NORA, nonce: (body as { nonce: string }).nonce }));
    outbox.retry(one?.nonce ?? '');
    outbox.discard(two?.nonce ?? '');
    await vi.waitFor(() => expect(open.pending).toHaveLength(0));

    expect(shown(open)).toEqual(['one']);
  });

  it('is kept over a reload', async () => {
    const open = await chat();
    box.away = true;
    open.send('later');
    await vi.waitFor(() => expect(open.pending[0]?.state).toBe('waiting'));

    expect(JSON.stringify(localStorage)).toContain('later');
  });

  it('answers the message it was meant for', async () => {
    const open = await chat();
    box.on(SAY, (body) => message('5000', 'yes', { author: NORA, nonce: (body as { nonce: string }).nonce }));
    open.replyTo = message('1001', 'Coming?');

    open.send('yes');
    await vi.waitFor(() => expect(open.pending).toHaveLength(0));

    expect(box.asked.at(-1)?.body).toMatchObject({ message_reference: { message_id: '1001' } });
    expect(open.replyTo).toBeNull();
  });

  it('keeps a draft for each channel and person', async () => {
    await chat();
    drafts.in(CHANNEL).text = 'half a sen';
    expect([new Draft(`${NORA.id}.${CHANNEL}`).text, drafts.in('2001').text]).toEqual(['half a sen', '']);
    drafts.in(CHANNEL).text = '';
    expect(localStorage.getItem(`hearth.draft.${NORA.id}.${CHANNEL}`)).toBeNull();
  });
});

describe('what one reads', () => {
  it('is unread until it was seen, and a mention has a number', async () => {
    history(0);
    await box.ready({}, [{ id: CHANNEL, last_message_id: '100', mention_count: 0 }]);
    expect(reads.unread(CHANNEL)).toBe(false);

    box.says('MESSAGE_CREATE', message('200', 'hi'));
    box.says('MESSAGE_CREATE', message('201', 'Nora?', { mentions: [NORA] }));
    expect([reads.unread(CHANNEL), reads.mentions(CHANNEL)]).toEqual([true, 1]);

    reads.ack(CHANNEL, '201');
    expect([reads.unread(CHANNEL), reads.mentions(CHANNEL)]).toEqual([false, 0]);
    await vi.waitFor(() =>
      expect(box.asked.at(-1)).toMatchObject({
        method: 'POST',
        path: `v10/channels/${CHANNEL}/messages/201/ack`,
      }),
    );
  });

  it('is read on this device too when it was read on another', async () => {
    await box.ready({}, [{ id: CHANNEL, last_message_id: '100', mention_count: 0 }]);
    box.says('MESSAGE_CREATE', message('200', 'Nora?', { mentions: [NORA] }));
    box.says('MESSAGE_ACK', { channel_id: CHANNEL, message_id: '200', mention_count: 0, manual: false });

    expect([reads.unread(CHANNEL), reads.mentions(CHANNEL)]).toEqual([false, 0]);
  });

  it('keeps the line of what is new where it was when the channel was opened', async () => {
    history(0);
    await box.ready({}, [{ id: CHANNEL, last_message_id: '100', mention_count: 0 }]);
    box.says('MESSAGE_CREATE', message('200', 'hi'));
    const general = channels.byId.get(CHANNEL);
    const open = general && new Chat(general);
    await open?.open(null);
    open?.seen();
    box.says('MESSAGE_CREATE', message('300', 'more', { author: ROSE }));

    expect(open?.readUpTo).toBe('100');
  });

  it('is loaded again after a new session, because of the gap', async () => {
    history(2);
    await box.ready();
    const timeline = messages.timeline(CHANNEL);
    await timeline.load();
    history(5);

    FakeSocket.last.drops(4009);
    await box.ready();

    await vi.waitFor(() => expect(timeline.messages).toHaveLength(5));
  });
});
