import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeSocket } from '@/testing/fake-socket';

import { Gateway, Op } from './gateway';

let gateway: Gateway;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  gateway = new Gateway({
    url: () => 'wss://box/ws',
    token: () => Promise.resolve('token'),
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    random: () => 1,
  });
});

afterEach(() => {
  gateway.disconnect();
  vi.useRealTimers();
});

async function connected(): Promise<FakeSocket> {
  gateway.connect();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.says(Op.hello, { heartbeat_interval: 40_000 });
  FakeSocket.last.says(Op.dispatch, { session_id: 'abc' }, 'READY', 1);
  return FakeSocket.last;
}

async function again(ms = 40_000): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  await vi.advanceTimersByTimeAsync(ms);
  expect(FakeSocket.all.length).toBe(before + 1);
  FakeSocket.last.says(Op.hello, { heartbeat_interval: 40_000 });
  return FakeSocket.last;
}

describe('a connection', () => {
  it('introduces itself and is online with READY', async () => {
    const socket = await connected();

    expect(socket.sent[0]).toMatchObject({ op: Op.identify, d: { token: 'token' } });
    expect([gateway.status, gateway.sessionId]).toEqual(['online', 'abc']);
  });

  it('hands events to whoever asked, in order, until they have had enough', async () => {
    const socket = await connected();
    const heard: string[] = [];
    const off = gateway.on('MESSAGE_CREATE', (message) => heard.push(message.id));

    socket.says(Op.dispatch, { id: '1' }, 'MESSAGE_CREATE', 2);
    socket.says(Op.dispatch, { id: '2' }, 'MESSAGE_CREATE', 3);
    off();
    socket.says(Op.dispatch, { id: '3' }, 'MESSAGE_CREATE', 4);

    expect(heard).toEqual(['1', '2']);
  });

  it('does not let one listener keep an event from the next', async () => {
    const socket = await connected();
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const second = vi.fn();
    gateway.on('RESUMED', () => {
      throw new Error('broken');
    });
    gateway.on('RESUMED', second);

    socket.says(Op.dispatch, {}, 'RESUMED', 2);

    expect([report.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });

  it('beats with the last sequence number', async () => {
    const socket = await connected();
    await vi.advanceTimersByTimeAsync(40_000);

    expect(socket.sent.at(-1)).toEqual({ op: Op.heartbeat, d: 1 });
  });
});

describe('a lost connection', () => {
  it('is resumed where it broke off', async () => {
    const socket = await connected();
    socket.says(Op.dispatch, { id: '1' }, 'MESSAGE_CREATE', 17);
    socket.drops();
    expect(gateway.status).toBe('lost');

    const next = await again(1000);
    expect(next.sent[0]).toEqual({ op: Op.resume, d: { token: 'token', session_id: 'abc', seq: 17 } });
    next.says(Op.dispatch, {}, 'RESUMED', 18);
    expect(gateway.status).toBe('online');
  });

  it('is noticed when a heartbeat stays without an answer', async () => {
    const socket = await connected();
    await vi.advanceTimersByTimeAsync(80_000);

    expect(socket.closedWith).toBe(4000);
    expect(gateway.status).toBe('lost');
  });

  it('is tried again ever more slowly, up to half a minute', async () => {
    const socket = await connected();
    socket.drops();
    const delays: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      delays.push((gateway.retryAt ?? 0) - performance.now());
      await vi.advanceTimersByTimeAsync(delays.at(-1) ?? 0);
      FakeSocket.last.drops();
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is tried at once when the network comes back', async () => {
    const socket = await connected();
    socket.drops();
    dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);

    expect(FakeSocket.all).toHaveLength(2);
  });

  it('begins anew when the box has forgotten the session', async () => {
    const socket = await connected();
    socket.drops();
    const next = await again(1000);
    next.says(Op.invalidSession, false);

    expect(next.ops()).toEqual([Op.resume, Op.identify]);
  });

  it('is resumed at once when the box asks for it', async () => {
    const socket = await connected();
    socket.says(Op.reconnect);
    const next = await again(0);

    expect(next.ops()).toEqual([Op.resume]);
  });

  it('waits for a hello that does not come no longer than ten seconds', async () => {
    gateway.connect();
    await vi.advanceTimersByTimeAsync(10_000);

    expect(FakeSocket.last.closedWith).toBe(4000);
  });

  it('hears nothing from a socket that was given up', async () => {
    const socket = await connected();
    const heard = vi.fn();
    gateway.on('MESSAGE_CREATE', heard);
    socket.drops();
    socket.says(Op.dispatch, { id: '1' }, 'MESSAGE_CREATE', 2);

    expect(heard).not.toHaveBeenCalled();
  });
});

describe('a refusal', () => {
  it('is told and not tried again', async () => {
    const refused = vi.fn();
    gateway.onRefused(refused);
    const socket = await connected();
    socket.drops(4004);
    await vi.advanceTimersByTimeAsync(120_000);

    expect([refused.mock.calls.length, FakeSocket.all.length, gateway.sessionId]).toEqual([1, 1, null]);
  });
});

it('coming back to the page asks for a sign of life', async () => {
  const socket = await connected();
  document.dispatchEvent(new Event('visibilitychange'));
  expect(socket.sent.at(-1)?.op).toBe(Op.heartbeat);

  await vi.advanceTimersByTimeAsync(4000);
  expect(socket.closedWith).toBe(4000);
});

it('says when something could not be sent', async () => {
  expect(gateway.send(Op.voiceState, {})).toBe(false);
  await connected();
  expect(gateway.send(Op.voiceState, {})).toBe(true);
});
