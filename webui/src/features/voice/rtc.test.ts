import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakePeer, fakeTrack, offer, settle, stubMedia } from './fakes';
import type { Delivery } from './recovery';
import { RtcEngine, type RemoteTrack } from './rtc';

interface Call {
  session: string;
  revision: number;
  sdp: string;
}

function engineWith(answers: Delivery[] = []) {
  const told: Call[] = [];
  const restarts: string[] = [];
  const seen = { tracks: [] as RemoteTrack[][], states: [] as string[], lost: 0 };
  const engine = new RtcEngine(
    {
      answer: (session, revision, sdp) => {
        told.push({ session, revision, sdp });
        return Promise.resolve(answers.shift() ?? 'done');
      },
      restart: (session) => {
        restarts.push(session);
        return Promise.resolve('done');
      },
    },
    {
      tracks: (tracks) => seen.tracks.push(tracks),
      state: (state) => seen.states.push(state),
      lost: () => (seen.lost += 1),
    },
  );
  engine.expect('rtc-1');
  return { engine, told, restarts, seen };
}

const revisions = (told: Call[]) => told.map((one) => one.revision);

beforeEach(() => {
  vi.useFakeTimers();
  stubMedia();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('offers', () => {
  it('are answered in order, and an old or repeated one is dropped', async () => {
    const { engine, told } = engineWith();

    for (const revision of [1, 2, 2, 1, 3]) {
      engine.offer(offer(revision));
      await settle();
    }

    expect(revisions(told)).toEqual([1, 2, 3]);
    expect(FakePeer.made).toHaveLength(1);
  });

  it('that were overtaken while another was applied are skipped, never applied late', async () => {
    const { engine, told } = engineWith();

    engine.offer(offer(1));
    engine.offer(offer(2));
    engine.offer(offer(4));
    engine.offer(offer(3));
    await settle();

    expect(revisions(told)).toEqual([1, 4]);
    expect(FakePeer.last().remote.map((sdp) => sdp.split(' ')[0])).toEqual(['r1', 'r4']);
  });

  it('are answered again until the answer has arrived', async () => {
    const { engine, told, seen } = engineWith(['unreachable', 'unreachable', 'done']);

    engine.offer(offer(1));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(revisions(told)).toEqual([1, 1, 1]);
    expect(FakePeer.last().answered).toBe(1);
    expect(seen.lost).toBe(0);
  });

  it('make a pending answer worthless when they are newer', async () => {
    const { engine, told } = engineWith(['unreachable', 'done']);

    engine.offer(offer(1));
    await settle();
    engine.offer(offer(2));
    await vi.advanceTimersByTimeAsync(5000);

    // The second try for 1 was already planned; after it only 2 counts.
    expect(told.at(-1)?.revision).toBe(2);
    expect(revisions(told).filter((one) => one === 2)).toHaveLength(1);
  });

  it('need nothing more from us when the box calls the answer stale', async () => {
    const { engine, told, seen } = engineWith(['stale']);

    engine.offer(offer(1));
    await settle();

    expect(revisions(told)).toEqual([1]);
    expect(seen.lost).toBe(0);
  });

  it('of a session that the box no longer knows end the call', async () => {
    const { engine, seen } = engineWith(['gone']);

    engine.offer(offer(1));
    await settle();

    expect(seen.lost).toBe(1);
    expect(FakePeer.last().connectionState).toBe('closed');
    expect(engine.pc).toBeNull();
  });

  it('that make no sense end the connection instead of leaving it half made', async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { engine, told, seen } = engineWith();

    engine.offer({ ...offer(1), sdp: 'broken' });
    await settle();

    expect(told).toEqual([]);
    expect(seen.lost).toBe(1);
  });
});

describe('slots', () => {
  it('are answered sendonly even while nothing is sent', async () => {
    const { engine, told } = engineWith();

    engine.offer(offer(1, [{ mid: '4', user_id: '7', kind: 'mic' }]));
    await settle();

    expect(told[0]?.sdp).toBe('r1 0 1 2 3 4 0=sendonly 1=sendonly 2=sendonly 3=sendonly 4=recvonly');
  });

  it('start and stop a track without another negotiation', async () => {
    const { engine, told } = engineWith();
    engine.offer(offer(1));
    await settle();
    const camera = fakeTrack('video');

    await engine.send('camera', camera, { maxBitrateBps: 1000, degradation: 'balanced' });
    const { sender } = FakePeer.last().slot('1');
    expect(sender.track).toBe(camera);
    expect(sender.parameters.encodings[0]?.maxBitrate).toBe(1000);
    expect(sender.parameters.degradationPreference).toBe('balanced');
    await engine.send('camera', null);

    expect(sender.track).toBeNull();
    expect(revisions(told)).toEqual([1]);
  });

  it('send what was switched on before the first offer came', async () => {
    const { engine } = engineWith();
    const voice = fakeTrack('audio');

    await engine.send('mic', voice);
    engine.offer(offer(1));
    await settle();

    expect(FakePeer.last().slot('0').sender.track).toBe(voice);
  });

  it('keep their track through later offers', async () => {
    const { engine } = engineWith();
    await engine.send('mic', fakeTrack('audio'));
    engine.offer(offer(1));
    await settle();

    engine.offer(offer(2));
    await settle();

    expect(FakePeer.last().slot('0').sender.replaceTrack).toHaveBeenCalledTimes(1);
  });
});

describe('received tracks', () => {
  it('are told with their owner and kind, by mid', async () => {
    const { engine, seen } = engineWith();

    engine.offer(
      offer(1, [
        { mid: '4', user_id: '7', kind: 'mic' },
        { mid: '5', user_id: '8', kind: 'screen' },
      ]),
    );
    await settle();

    const peer = FakePeer.last();
    expect(seen.tracks.at(-1)).toEqual([
      { mid: '4', userId: '7', kind: 'mic', track: peer.slot('4').receiver.track },
      { mid: '5', userId: '8', kind: 'screen', track: peer.slot('5').receiver.track },
    ]);
  });

  it('are gone when a later offer no longer lists them', async () => {
    const { engine, seen } = engineWith();
    engine.offer(offer(1, [{ mid: '4', user_id: '7', kind: 'mic' }]));
    await settle();

    engine.offer(offer(2));
    await settle();

    expect(seen.tracks.at(-1)).toEqual([]);
  });
});

describe('sessions', () => {
  it('with a new id close the old connection and send the same tracks on the new one', async () => {
    const { engine, told } = engineWith();
    const voice = fakeTrack('audio');
    await engine.send('mic', voice);
    engine.offer(offer(5));
    await settle();

    engine.expect('rtc-2');
    engine.offer(offer(1, [], 'rtc-2'));
    await settle();

    const [old, young] = FakePeer.made;
    expect(old?.connectionState).toBe('closed');
    expect(young?.slot('0').sender.track).toBe(voice);
    expect(told.map((one) => [one.session, one.revision])).toEqual([
      ['rtc-1', 5],
      ['rtc-2', 1],
    ]);
  });

  it('that are over are not opened again by an offer that was still on its way', async () => {
    const { engine, told } = engineWith();
    engine.offer(offer(1));
    await settle();

    engine.close();
    engine.offer(offer(2));
    await settle();

    expect(revisions(told)).toEqual([1]);
    expect(engine.pc).toBeNull();
  });

  it('may be opened by the offer alone, as after a restart of the SFU', async () => {
    const { engine, told } = engineWith();
    engine.offer(offer(1));
    await settle();

    engine.offer(offer(1, [], 'rtc-9'));
    await settle();

    expect(told.map((one) => one.session)).toEqual(['rtc-1', 'rtc-9']);
    expect(FakePeer.made[0]?.connectionState).toBe('closed');
  });

  it('tell tests of their connection, and ask no STUN server', async () => {
    const heard: RTCPeerConnection[] = [];
    const listen = (event: Event) => heard.push((event as CustomEvent<{ pc: RTCPeerConnection }>).detail.pc);
    window.addEventListener('hearth:rtc', listen);
    const { engine } = engineWith();

    engine.offer(offer(1));
    await settle();
    window.removeEventListener('hearth:rtc', listen);

    expect(heard).toEqual([FakePeer.last()]);
    expect(FakePeer.last().configuration).toMatchObject({ bundlePolicy: 'max-bundle', iceServers: [] });
  });
});

describe('a broken line', () => {
  async function connected() {
    const made = engineWith();
    made.engine.offer(offer(1));
    await settle();
    FakePeer.last().become('connected', 'connected');
    return made;
  }

  it('asks for new credentials after a moment, and the next offer goes to the same connection', async () => {
    const { engine, restarts, told } = await connected();

    FakePeer.last().become('disconnected', 'disconnected');
    await vi.advanceTimersByTimeAsync(2000);
    expect(restarts).toEqual(['rtc-1']);
    engine.offer(offer(2));
    await settle();

    expect(revisions(told)).toEqual([1, 2]);
    expect(FakePeer.made).toHaveLength(1);
  });

  it('is told as lost when restarting does not help', async () => {
    const { restarts, seen } = await connected();

    FakePeer.last().become('failed', 'failed');
    await vi.advanceTimersByTimeAsync(120_000);

    expect(restarts).toHaveLength(4);
    expect(seen.lost).toBe(1);
    expect(seen.tracks.at(-1)).toEqual([]);
  });

  it('on another network restarts at once, without waiting for ICE to find out', async () => {
    const { engine, restarts } = await connected();

    engine.networkChanged();
    engine.networkChanged();
    await vi.advanceTimersByTimeAsync(600);

    expect(restarts).toEqual(['rtc-1']);
  });
});
