import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeSocket } from '@/testing/fake-socket';

import { ApiError, Unreachable } from './errors';
import { Gateway, Op } from './gateway';
import { MessageSender } from './message-sender';

let gateway: Gateway;
let sender: MessageSender;

const ME = '5';
const HELLO = { channel_id: '7', nonce: 'n1', content: 'hello' };

beforeEach(async () => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  gateway = new Gateway({
    url: () => 'wss://box/ws',
    token: () => Promise.resolve('token'),
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    random: () => 1,
  });
  sender = new MessageSender(gateway);
  gateway.connect();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.says(Op.hello, { heartbeat_interval: 40_000 });
  FakeSocket.last.says(Op.dispatch, { session_id: 'abc', user: { id: ME } }, 'READY', 1);
});

function hears(nonce: string, id: string, author = ME): void {
  FakeSocket.last.says(Op.dispatch, { id, nonce, author: { id: author } }, 'MESSAGE_CREATE', 2);
}

afterEach(() => {
  gateway.disconnect();
  vi.useRealTimers();
});

describe('what is said over the socket', () => {
  it('is answered by the message itself', async () => {
    const said = sender.send(HELLO);

    hears('another', '1');
    hears('n1', '2', 'somebody else');
    hears('n1', '3');

    expect(await said).toBe('3');
    expect(FakeSocket.last.sent.at(-1)).toEqual({ op: Op.say, d: HELLO });
  });

  it('is answered by its id if it was said before', async () => {
    const said = sender.send(HELLO);

    FakeSocket.last.says(Op.said, { nonce: 'another', id: '1' });
    FakeSocket.last.says(Op.said, { nonce: 'n1', id: '2' });

    expect(await said).toBe('2');
  });

  it('is refused in the words of the box', async () => {
    const said = sender.send(HELLO);
    const problem = { code: 50013, key: 'missing_permissions', message: 'You may not do that here.' };

    FakeSocket.last.says(Op.said, { nonce: 'n1', refused: { status: 403, problem } });

    await expect(said).rejects.toMatchObject({ status: 403, key: 'missing_permissions' });
    await expect(said).rejects.toBeInstanceOf(ApiError);
  });

  it('waits a short pause out by itself', async () => {
    const said = sender.send(HELLO);
    const problem = { code: 20028, key: 'too_fast', facts: {} };

    FakeSocket.last.says(Op.said, { nonce: 'n1', refused: { status: 429, problem, retry_after: 2 } });
    await vi.advanceTimersByTimeAsync(2000);
    hears('n1', '2');

    expect(await said).toBe('2');
    expect(FakeSocket.last.ops().filter((op) => op === Op.say)).toHaveLength(2);
  });

  it('is not known to be safe when the line goes', async () => {
    const said = sender.send(HELLO);

    FakeSocket.last.drops();

    await expect(said).rejects.toBeInstanceOf(Unreachable);
  });

  it('is not sent without a session', async () => {
    FakeSocket.last.drops();

    await expect(sender.send(HELLO)).rejects.toBeInstanceOf(Unreachable);
  });

  it('has the line tested when no answer comes, and gives a dead one up', async () => {
    const said = sender.send(HELLO);
    const lost = expect(said).rejects.toBeInstanceOf(Unreachable);

    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.last.ops().at(-1)).toBe(Op.heartbeat);
    await vi.advanceTimersByTimeAsync(4000);

    await lost;
    expect(FakeSocket.last.closedWith).toBe(4000);
  });

  it('is said again, as the same, when no answer comes over a line that lives', async () => {
    const said = sender.send(HELLO);

    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.last.sent.filter((frame) => frame.op === Op.say).map((frame) => frame.d)).toEqual([
      HELLO,
      HELLO,
    ]);
    FakeSocket.last.says(Op.ack);
    FakeSocket.last.says(Op.said, { nonce: 'n1', id: '2' });

    expect(await said).toBe('2');
  });

  it('is given up, in words, over a line that lives and never answers it', async () => {
    const said = expect(sender.send(HELLO)).rejects.toMatchObject({ key: 'no_answer' });

    for (let second = 0; second < 25; second += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      FakeSocket.last.says(Op.ack);
    }

    await said;
    expect(FakeSocket.all).toHaveLength(1);
  });

  it('is not sent at all with half a character in it', async () => {
    for (const content of ['a \ud83d', '\ude00 b', 'x\ud83d\ud83dy']) {
      await expect(sender.send({ ...HELLO, content })).rejects.toMatchObject({ key: 'half_character' });
    }
    expect(FakeSocket.last.ops()).not.toContain(Op.say);
  });
});
