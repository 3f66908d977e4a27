import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeCalls, inCall, ready, ROOM, ROSE, SPACE, voiceState } from './fake-call';
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

describe('a shared screen', () => {
  it("sends picture and sound, and ends with the browser's own button", async () => {
    const { gateway, calls } = await inCall();
    calls.toggleScreen();
    await settle();
    const peer = FakePeer.last();
    expect([peer.slot('2').sender.track?.kind, peer.slot('3').sender.track?.kind]).toEqual([
      'video',
      'audio',
    ]);
    expect(peer.slot('2').sender.parameters.degradationPreference).toBe('maintain-resolution');
    expect(gateway.sent.at(-1)).toMatchObject({ self_stream: true });

    (calls.sending.screenTrack as unknown as { end: () => void }).end();
    await settle();

    expect([peer.slot('2').sender.track, peer.slot('3').sender.track]).toEqual([null, null]);
    expect(gateway.sent.at(-1)).toMatchObject({ self_stream: false });
  });

  it('asks once, however often one clicks', async () => {
    const { calls } = await inCall();

    calls.toggleScreen();
    void calls.sending.setScreen(true);
    void calls.sending.setScreen(true);
    await settle();

    expect(media.screen).toHaveBeenCalledTimes(1);
  });

  it('not chosen after all is no failure', async () => {
    media.screen.mockRejectedValue(new DOMException('closed', 'NotAllowedError'));
    const { calls, notices } = await inCall();

    calls.toggleScreen();
    await settle();

    expect(calls.sending.screen).toBe('off');
    expect(notices).toEqual([]);
  });

  it('chosen after one has left is let go at once', async () => {
    const { calls } = await inCall();
    calls.toggleScreen();

    calls.leave();
    await settle();

    expect(calls.sending.screen).toBe('off');
    expect(calls.sending.screenTrack).toBeNull();
  });
});

describe('push to talk', () => {
  const key = (type: string, code: string) => window.dispatchEvent(new KeyboardEvent(type, { code }));

  it('opens the microphone only while the key is held', async () => {
    const { calls } = await inCall();
    const track = calls.sending.microphone;
    calls.choose('pushToTalk', true);
    expect(track?.enabled).toBe(false);

    key('keydown', 'ControlLeft');
    expect(track?.enabled).toBe(true);
    key('keyup', 'ControlLeft');

    expect(track?.enabled).toBe(false);
  });

  it('lets go when the page loses the focus', async () => {
    const { calls } = await inCall();
    calls.choose('pushToTalk', true);
    key('keydown', 'ControlLeft');

    window.dispatchEvent(new Event('blur'));

    expect(calls.sending.microphone?.enabled).toBe(false);
  });

  it('does not hear a letter that is typed into a message', async () => {
    const { calls } = await inCall();
    calls.choose('pushToTalkKey', 'KeyV');
    calls.choose('pushToTalk', true);
    const field = document.body.appendChild(document.createElement('textarea'));

    field.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyV', bubbles: true }));
    const typed = calls.pushToTalk.held;
    key('keydown', 'KeyV');

    expect([typed, calls.pushToTalk.held]).toEqual([false, true]);
    field.remove();
  });
});

describe('rooms', () => {
  it('light up for everyone, in the order of coming, and the ring goes out with the voice', () => {
    const { gateway, calls } = makeCalls();
    const at = (minute: number) => `2026-11-21T09:0${minute}:00.000000+00:00`;
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE, hearth_since: at(5) }));
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: '3', hearth_since: at(2) }));
    gateway.say('HEARTH_SPEAKING', { guild_id: SPACE, channel_id: ROOM, user_id: ROSE, speaking: true });

    expect(calls.states.inChannel(ROOM).map((one) => one.user_id)).toEqual(['3', ROSE]);
    expect([...calls.states.speaking]).toEqual([ROSE]);
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE, channel_id: null }));
    gateway.say('HEARTH_SPEAKING', { guild_id: SPACE, channel_id: ROOM, user_id: ROSE, speaking: true });

    expect(calls.states.inChannel(ROOM).map((one) => one.user_id)).toEqual(['3']);
    expect(calls.states.speaking.size).toBe(0);
  });

  it('forget ghosts with every READY', () => {
    const { gateway, calls } = makeCalls();
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE }));

    gateway.say('READY', ready());

    expect(calls.states.inChannel(ROOM)).toEqual([]);
  });
});
