import { describe, expect, it, vi } from 'vitest';

import { Attempts } from './attempts';
import { Mutes } from './mutes.svelte';

describe('attempts', () => {
  it('wait longer each time, and end', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const attempts = new Attempts();
    const pauses: number[] = [];

    for (let tries = 0; tries < 6; tries += 1) {
      const begin = vi.fn();
      expect(attempts.again(begin)).toBe(true);
      let waited = 0;
      for (; begin.mock.calls.length === 0; waited += 100) vi.advanceTimersByTime(100);
      pauses.push(waited);
    }

    expect(pauses).toEqual([800, 1600, 3200, 6400, 12_800, 25_600]);
    expect(attempts.again(() => undefined)).toBe(false);
    attempts.forget();
    expect(attempts.again(() => undefined)).toBe(true);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
});

describe('mutes', () => {
  it('wanting to be heard is wanting to hear', () => {
    const mutes = new Mutes();
    mutes.toggleMute();
    mutes.toggleDeaf();

    mutes.toggleMute();

    expect([mutes.mute, mutes.deaf]).toEqual([false, false]);
  });
});
