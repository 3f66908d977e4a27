import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeCalls, inCall, letIn, OTHER, ready, ROOM, SPACE, voiceState } from './fake-call';
import { FakePeer, settle, stubMedia } from './fakes';

let media: ReturnType<typeof stubMedia>;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  media = stubMedia();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('joining', () => {
  it('is one frame, and then one is heard', async () => {
    const { gateway, calls } = await inCall();

    expect(gateway.sent).toEqual([
      {
        guild_id: SPACE,
        channel_id: ROOM,
        self_mute: false,
        self_deaf: false,
        self_video: false,
        self_stream: false,
      },
    ]);
    expect(calls.phase).toBe('connected');
    expect(FakePeer.last().slot('0').sender.track?.kind).toBe('audio');
  });

  it('refused says why and leaves nothing open', async () => {
    const { gateway, calls, notices } = makeCalls();
    calls.join(SPACE, ROOM);
    await settle();
    const track = calls.sending.microphone;

    gateway.say('HEARTH_VOICE_REFUSED', { channel_id: ROOM, key: 'room_full', message: 'Full.' });

    expect(calls.phase).toBe('idle');
    expect(track?.readyState).toBe('ended');
    expect(notices).toEqual([{ about: 'refused', key: 'room_full', message: 'Full.' }]);
  });

  it('is told what of it is held, and when it is passed on again', async () => {
    const { gateway, notices } = await inCall();

    gateway.say('HEARTH_RTC_HELD', { rtc_session_id: 'rtc-1', kinds: ['camera'] });
    gateway.say('HEARTH_RTC_HELD', { rtc_session_id: 'an earlier one', kinds: ['mic'] });
    gateway.say('HEARTH_RTC_HELD', { rtc_session_id: 'rtc-1', kinds: [] });

    expect(notices).toEqual([
      { about: 'held', kinds: ['camera'] },
      { about: 'held', kinds: [] },
    ]);
  });

  it('without a microphone goes on as a listener, muted, and says what to do', async () => {
    media.microphone.mockRejectedValue(new DOMException('no', 'NotAllowedError'));

    const { gateway, calls, notices } = await inCall();

    expect(calls.phase).toBe('connected');
    expect(calls.selfMute).toBe(true);
    expect(gateway.sent.at(-1)).toMatchObject({ channel_id: ROOM, self_mute: true });
    expect(notices).toMatchObject([{ about: 'device', error: { device: 'microphone', problem: 'denied' } }]);
  });

  it('another room closes the old connection and keeps the microphone', async () => {
    const { gateway, calls } = await inCall();
    const [first, track] = [FakePeer.last(), calls.sending.microphone];

    calls.join(SPACE, OTHER);
    expect(first.connectionState).toBe('closed');
    await letIn(gateway, 'rtc-2', OTHER);

    expect(gateway.sent.map((one) => one['channel_id'])).toEqual([ROOM, OTHER]);
    expect(calls.sending.microphone).toBe(track);
    expect(FakePeer.last().slot('0').sender.track).toBe(track);
    expect(media.microphone).toHaveBeenCalledTimes(1);
  });

  it('tries again when the box does not answer, and gives up with a word', async () => {
    const { gateway, calls, told } = makeCalls();
    calls.join(SPACE, ROOM);

    await vi.advanceTimersByTimeAsync(240_000);

    expect(gateway.sent.length).toBeGreaterThan(4);
    expect(told()).toEqual(['unreachable']);
    expect(calls.channel).toBeNull();
  });
});

describe('leaving', () => {
  it('tells the box and lets go of every device', async () => {
    const { gateway, calls } = await inCall();
    calls.toggleCamera();
    await settle();
    const tracks = [calls.sending.microphone, calls.sending.cameraTrack];

    calls.leave();

    expect(gateway.sent.at(-1)).toMatchObject({ guild_id: SPACE, channel_id: null });
    expect(tracks.map((one) => one?.readyState)).toEqual(['ended', 'ended']);
    expect(FakePeer.last().connectionState).toBe('closed');
    expect([calls.phase, calls.sending.camera, calls.pc]).toEqual(['idle', 'off', null]);
  });

  it('by somebody else is told, and not undone', async () => {
    const { gateway, calls, told } = await inCall();

    gateway.say('VOICE_STATE_UPDATE', voiceState({ channel_id: null }));
    await vi.advanceTimersByTimeAsync(60_000);

    expect(told()).toEqual(['removed']);
    expect(calls.channel).toBeNull();
    expect(gateway.sent).toHaveLength(1);
  });

  it('happens when the room is deleted or hidden from us', async () => {
    const { gateway, calls, told } = await inCall();

    gateway.say('CHANNEL_DELETE', { id: ROOM });

    expect(told()).toEqual(['closed']);
    expect(calls.channel).toBeNull();
  });

  it('happens when one joins on another device', async () => {
    const { gateway, calls, told } = await inCall();

    gateway.say('VOICE_STATE_UPDATE', voiceState({ session_id: 'the-phone' }));

    expect(told()).toEqual(['elsewhere']);
    expect(calls.channel).toBeNull();
    // The phone's call is not hung up by this page.
    expect(gateway.sent).toHaveLength(1);
  });
});

describe('mute and deafen', () => {
  it('stop the voice and tell the box', async () => {
    const { gateway, calls } = await inCall();

    calls.toggleMute();
    await settle();

    expect(gateway.sent.at(-1)).toMatchObject({ self_mute: true, self_deaf: false });
    expect(FakePeer.last().slot('0').sender.track).toBeNull();
    calls.toggleMute();
    await settle();
    expect(FakePeer.last().slot('0').sender.track).toBe(calls.sending.microphone);
  });

  it.each([false, true])('hearing nobody implies muted; afterwards it is as before (%s)', async (muted) => {
    const { gateway, calls } = await inCall();
    if (muted) calls.toggleMute();

    calls.toggleDeaf();
    expect(gateway.sent.at(-1)).toMatchObject({ self_mute: true, self_deaf: true });
    calls.toggleDeaf();

    expect(gateway.sent.at(-1)).toMatchObject({ self_mute: muted, self_deaf: false });
  });

  it('unmuting while deaf means both', async () => {
    const { calls } = await inCall();
    calls.toggleMute();
    calls.toggleDeaf();

    calls.toggleMute();

    expect([calls.selfMute, calls.selfDeaf]).toEqual([false, false]);
  });
});

describe('a call that breaks', () => {
  it('joins anew when restarting does not help, out and in again', async () => {
    const { gateway, calls } = await inCall('gone');

    FakePeer.last().become('failed', 'failed');
    await vi.advanceTimersByTimeAsync(3000);

    expect(gateway.sent.map((one) => one['channel_id'])).toEqual([ROOM, null, ROOM]);
    await letIn(gateway, 'rtc-2');
    expect(calls.phase).toBe('connected');
    expect(FakePeer.last().slot('0').sender.track).toBe(calls.sending.microphone);
  });

  it('joins anew when the SFU has lost us meanwhile', async () => {
    const { gateway, told } = await inCall();
    FakePeer.last().become('disconnected', 'disconnected');

    gateway.say('VOICE_STATE_UPDATE', voiceState({ channel_id: null }));
    await vi.advanceTimersByTimeAsync(1500);

    expect(gateway.sent.map((one) => one['channel_id'])).toEqual([ROOM, ROOM]);
    expect(told()).toEqual([]);
  });

  it('follows a restarted SFU to its new session', async () => {
    const { gateway, calls } = await inCall();

    await letIn(gateway, 'rtc-2');

    expect(FakePeer.made.map((one) => one.connectionState)).toEqual(['closed', 'connected']);
    expect(calls.phase).toBe('connected');
  });

  it('is joined again by a new gateway session, which the box must not take for another device', async () => {
    const { gateway, calls, told } = await inCall();

    gateway.sessionId = 'session-2';
    gateway.say('READY', ready([voiceState({ session_id: 'session-1' })]));
    gateway.say('VOICE_STATE_UPDATE', voiceState({ session_id: 'session-1' }));
    await letIn(gateway, 'rtc-2');

    expect(told()).toEqual([]);
    expect(gateway.sent).toHaveLength(2);
    expect(calls.phase).toBe('connected');
  });

  it('goes on without a pause when the box lets the new gateway session claim it', async () => {
    const { gateway, calls } = await inCall();

    gateway.sessionId = 'session-2';
    gateway.say('READY', ready([voiceState({ session_id: 'session-1' })]));
    expect(gateway.sent.at(-1)).toMatchObject({ channel_id: ROOM, hearth_rtc_session_id: 'rtc-1' });
    gateway.say('VOICE_STATE_UPDATE', voiceState({ session_id: 'session-2' }));
    expect(calls.phase).toBe('connected');
    gateway.say('VOICE_SERVER_UPDATE', { guild_id: SPACE, channel_id: ROOM, rtc_session_id: 'rtc-1' });
    await vi.advanceTimersByTimeAsync(30_000);

    expect(FakePeer.made).toHaveLength(1);
    expect(calls.phase).toBe('connected');
    expect(gateway.sent).toHaveLength(2);
  });

  it('waits for a SFU that restarts, where somebody who only comes is sent away', async () => {
    const refusal = { channel_id: ROOM, key: 'calls_down', message: '' };
    const inside = await inCall('gone');
    FakePeer.last().become('failed', 'failed');
    await vi.advanceTimersByTimeAsync(2000);
    const before = inside.gateway.sent.length;
    inside.gateway.say('HEARTH_VOICE_REFUSED', refusal);
    await vi.advanceTimersByTimeAsync(4000);
    const comer = makeCalls();
    comer.calls.join(SPACE, ROOM);
    comer.gateway.say('HEARTH_VOICE_REFUSED', refusal);

    expect(inside.gateway.sent.length).toBeGreaterThan(before);
    expect(inside.told()).toEqual([]);
    expect(comer.told()).toEqual(['refused']);
  });

  it('is told after a resumed gateway what the box has missed', async () => {
    const { gateway, calls } = await inCall();
    gateway.online = false;
    calls.toggleMute();

    gateway.online = true;
    gateway.say('RESUMED', {});

    expect(gateway.sent.at(-1)).toMatchObject({ self_mute: true });
  });

  it('waits for a box that is off for an hour, and then joins again', async () => {
    const { gateway, calls, told } = await inCall('gone');
    gateway.online = false;
    calls.toggleMute();
    FakePeer.last().become('failed', 'failed');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([calls.phase, told()]).toEqual(['reconnecting', []]);

    gateway.online = true;
    gateway.sessionId = 'session-2';
    gateway.say('READY', ready());
    await letIn(gateway, 'rtc-2');

    expect(calls.phase).toBe('connected');
    expect(gateway.sent.at(-1)).toMatchObject({ channel_id: ROOM, self_mute: true });
  });

  it('moved by somebody goes on in the other room', async () => {
    const { gateway, calls, told } = await inCall();

    await letIn(gateway, 'rtc-2', OTHER);

    expect(calls.channel).toEqual({ guildId: SPACE, channelId: OTHER });
    expect(calls.phase).toBe('connected');
    expect(told()).toEqual(['moved']);
  });
});
