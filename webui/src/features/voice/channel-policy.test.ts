import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeCalls, inCall, letIn, ME, OTHER, ready, ROOM, ROSE, SPACE, voiceState } from './fake-call';
import { fakeTrack, stubMedia } from './fakes';
import { DUCK_RELEASE_MS } from './channel-policy';
import type { Calls } from './state.svelte';

const TOM = '3';

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  document.body.replaceChildren();
  stubMedia();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Rose, who has priority, and Tom are in the call too, and can be heard. */
async function withRoseAndTom() {
  const made = await inCall();
  made.gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE, hearth_priority_speaker: true }));
  made.gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: TOM }));
  made.calls.playback.update(
    [ROSE, TOM].map((userId) => ({ mid: userId, userId, kind: 'mic', track: fakeTrack('audio') })),
  );
  const speaks = (user_id: string, speaking: boolean, channel_id = ROOM) =>
    made.gateway.say('HEARTH_SPEAKING', { guild_id: SPACE, channel_id, user_id, speaking });
  return { ...made, speaks };
}

/** How loud Rose and Tom are played. */
const volumes = () => [...document.querySelectorAll('audio')].map((element) => element.volume);

describe('while somebody with priority is heard', () => {
  it('the others are softer, and come back a moment after', async () => {
    const { speaks } = await withRoseAndTom();

    speaks(ROSE, true);
    expect(volumes()).toEqual([1, 0.25]);
    speaks(ROSE, false);
    await vi.advanceTimersByTimeAsync(DUCK_RELEASE_MS - 1);
    expect(volumes()).toEqual([1, 0.25]);
    await vi.advanceTimersByTimeAsync(1);

    expect(volumes()).toEqual([1, 1]);
  });

  it('a pause between two words does not bring them up', async () => {
    const { speaks } = await withRoseAndTom();

    speaks(ROSE, true);
    speaks(ROSE, false);
    await vi.advanceTimersByTimeAsync(DUCK_RELEASE_MS / 2);
    speaks(ROSE, true);
    await vi.advanceTimersByTimeAsync(DUCK_RELEASE_MS * 2);

    expect(volumes()).toEqual([1, 0.25]);
  });

  it('a volume that one has chosen is softer by the same share', async () => {
    const { calls, speaks } = await withRoseAndTom();
    calls.setVolume(TOM, 40);

    speaks(ROSE, true);

    expect(volumes()).toEqual([1, 0.1]);
  });

  it('who comes then is softer too', async () => {
    const { calls, speaks } = await withRoseAndTom();
    speaks(ROSE, true);

    calls.playback.update([{ mid: '9', userId: '4', kind: 'mic', track: fakeTrack('audio') }]);

    expect(volumes()).toEqual([0.25]);
  });

  it.each([
    ['others without it change nothing', TOM, {}],
    ['one hears the others as before if it is oneself', ME, { user_id: ME, hearth_priority_speaker: true }],
  ])('%s', async (_, who, state) => {
    const { gateway, speaks } = await withRoseAndTom();
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: TOM, ...state, session_id: 'session-1' }));

    speaks(who, true);

    expect(volumes()).toEqual([1, 1]);
  });

  it('losing it, leaving or hanging up ends it', async () => {
    const { gateway, calls, speaks } = await withRoseAndTom();
    speaks(ROSE, true);
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE }));
    await vi.advanceTimersByTimeAsync(DUCK_RELEASE_MS);
    expect(volumes()).toEqual([1, 1]);

    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE, hearth_priority_speaker: true }));
    expect(volumes()).toEqual([1, 0.25]);
    calls.leave();
    calls.playback.update([{ mid: '9', userId: '4', kind: 'mic', track: fakeTrack('audio') }]);

    expect(volumes()).toEqual([1]);
  });
});

/** Whether the microphone's gate is open. */
const open = (calls: Calls) => calls.sending.microphone?.enabled;

const mine = (forced: boolean, room = ROOM) =>
  voiceState({ channel_id: room, session_id: 'session-1', hearth_push_to_talk: forced });

describe('a room that asks for push to talk', () => {
  it('lets one be heard only while the key is held, whatever one has chosen', async () => {
    const { gateway, calls } = await inCall();
    expect(open(calls)).toBe(true);

    gateway.say('VOICE_STATE_UPDATE', mine(true));
    expect([open(calls), calls.prefs.value.pushToTalk]).toEqual([false, true]);
    calls.choose('pushToTalk', false);
    expect(open(calls)).toBe(false);
    calls.pushToTalk.set(true);
    expect(open(calls)).toBe(true);
    calls.pushToTalk.set(false);

    expect(open(calls)).toBe(false);
  });

  it('is obeyed from the first picture on, and leaves no trace in what one has chosen', async () => {
    const { gateway, calls } = await inCall();
    gateway.say('READY', ready([mine(true)]));
    expect(open(calls)).toBe(false);

    gateway.say('VOICE_STATE_UPDATE', mine(false));
    expect([open(calls), calls.prefs.value.pushToTalk]).toEqual([true, false]);
    gateway.say('VOICE_STATE_UPDATE', mine(true));
    calls.choose('sounds', false);
    calls.leave();

    expect(calls.prefs.value.pushToTalk).toBe(false);
    expect(makeCalls().calls.prefs.value.pushToTalk).toBe(false);
  });

  it('asks it of its own people only', async () => {
    const { gateway, calls } = await inCall();
    gateway.say('VOICE_STATE_UPDATE', voiceState({ user_id: ROSE, hearth_push_to_talk: true }));
    expect(open(calls)).toBe(true);

    gateway.say('VOICE_STATE_UPDATE', mine(true));
    await letIn(gateway, 'rtc-2', OTHER);

    expect(open(calls)).toBe(true);
  });
});
