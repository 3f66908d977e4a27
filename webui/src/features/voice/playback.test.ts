import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fakeTrack, settle, stubMedia, type FakeStream } from './fakes';
import { Playback } from './playback';
import { Prefs, screenVolume } from './prefs.svelte';
import type { RemoteTrack } from './rtc';

const voice = (userId: string): RemoteTrack => ({
  mid: '4',
  userId,
  kind: 'mic',
  track: fakeTrack('audio'),
});

const elements = () => [...document.querySelectorAll('audio')];

function playback() {
  const prefs = new Prefs();
  const blocked = vi.fn();
  return { prefs, blocked, playback: new Playback(prefs, blocked) };
}

beforeEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
  stubMedia();
});

afterEach(() => void vi.unstubAllGlobals());

describe('the sound of a call', () => {
  it('is one hidden element for each voice, kept while the voice stays', () => {
    const { playback: sound } = playback();
    const [rose, tom] = [voice('2'), voice('3')];

    sound.update([rose, { ...rose, kind: 'camera', track: fakeTrack('video') }]);
    const [first] = elements();
    sound.update([rose, tom]);

    expect(elements().map((one) => one.dataset['userId'])).toEqual(['2', '3']);
    expect(elements()[0]).toBe(first);
    expect(first?.closest('[hidden]')).not.toBeNull();
    sound.update([]);
    expect(elements()).toEqual([]);
  });

  it('follows another track of the same person', () => {
    const { playback: sound } = playback();
    sound.update([voice('2')]);
    const next = voice('2');

    sound.update([next]);

    const stream = elements()[0]?.srcObject as unknown as FakeStream;
    expect(elements()).toHaveLength(1);
    expect(stream.getAudioTracks()).toEqual([next.track]);
  });

  it('is as loud as the element allows up to 100 %, and goes through a gain beyond', () => {
    const { playback: sound, prefs } = playback();
    sound.update([voice('2')]);

    prefs.setVolume('2', 40);
    sound.applyVolumes();
    expect(elements().map((one) => [one.volume, one.muted])).toEqual([[0.4, false]]);
    prefs.setVolume('2', 180);
    sound.applyVolumes();
    expect(elements().map((one) => [one.dataset['kind'], one.muted])).toEqual([
      ['mic', true],
      ['boosted', false],
    ]);
    prefs.setVolume('2', 100);
    sound.applyVolumes();

    expect(elements().map((one) => [one.volume, one.muted])).toEqual([[1, false]]);
  });

  it('gives a shared screen its own volume', () => {
    const { playback: sound, prefs } = playback();
    prefs.setVolume(screenVolume('2'), 0);

    sound.update([voice('2'), { ...voice('2'), kind: 'screen_audio' }]);

    expect(elements().map((one) => one.muted)).toEqual([false, true]);
  });

  it('is silent for somebody who hears nobody, boosted or not', () => {
    const { playback: sound, prefs } = playback();
    prefs.setVolume('3', 150);
    sound.update([voice('2'), voice('3')]);

    sound.setDeaf(true);
    expect(elements().every((one) => one.muted)).toBe(true);
    sound.setDeaf(false);

    expect(elements().map((one) => one.muted)).toEqual([false, true, false]);
  });

  it('held back by the browser asks for a touch, and starts with it', async () => {
    const play = vi
      .spyOn(HTMLMediaElement.prototype, 'play')
      .mockRejectedValueOnce(new DOMException('touch first', 'NotAllowedError'));
    const { playback: sound, blocked } = playback();
    sound.update([voice('2')]);
    await settle();
    expect(blocked).toHaveBeenLastCalledWith(true);

    sound.resume();
    await settle();

    expect(blocked).toHaveBeenLastCalledWith(false);
    expect(play).toHaveBeenCalledTimes(2);
  });
});
