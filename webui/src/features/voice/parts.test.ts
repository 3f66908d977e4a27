import { beforeEach, describe, expect, it } from 'vitest';

import { clockOf } from './clock';
import { focusLayout, gridTile } from './layout';
import { asMediaError } from './media';
import { Prefs, screenVolume } from './prefs.svelte';
import { judge, sample, type LineSample } from './quality';
import { keyName, lineWords } from './words';

describe('the line', () => {
  const at = (over: Partial<LineSample>): LineSample => ({
    rttMs: 18,
    received: 0,
    lost: 0,
    lossUp: 0,
    ...over,
  });

  it('is read from the figures of a connection', () => {
    const stats = new Map<string, unknown>([
      ['a', { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.0184 }],
      ['b', { type: 'candidate-pair', nominated: false, state: 'waiting', currentRoundTripTime: 9 }],
      ['c', { type: 'inbound-rtp', packetsReceived: 90, packetsLost: 10 }],
      ['d', { type: 'inbound-rtp', packetsReceived: 10, packetsLost: -2 }],
      ['e', { type: 'remote-inbound-rtp', fractionLost: 0.25 }],
    ]);

    expect(sample(stats as unknown as RTCStatsReport)).toEqual({
      rttMs: 18,
      received: 100,
      lost: 10,
      lossUp: 0.25,
    });
  });

  it.each([
    ['clear', at({ received: 100, lost: 2 })],
    ['weak', at({ received: 100, lost: 10 })],
    ['weak', at({ received: 100, lossUp: 0.2 })],
    ['slow', at({ received: 100, rttMs: 400 })],
    // Two of four packets lost say nothing yet.
    ['clear', at({ received: 2, lost: 2 })],
  ] as const)('is %s', (verdict, now) => {
    expect(judge(at({}), now).verdict).toBe(verdict);
  });

  it('is told verdict first', () => {
    const words = (verdict: 'clear' | 'weak', loss = 0) =>
      lineWords('connected', { verdict, rttMs: 18, loss });

    expect(words('clear')).toBe('Clear line, 18 ms');
    expect(words('weak', 0.081)).toBe('Weak line, 8 % lost');
    expect(lineWords('joining', null)).toBe('Connecting');
  });
});

describe('the stage', () => {
  it('gives one person all of it, as far as a picture may be cropped', () => {
    expect(gridTile(1, { width: 984, height: 640 }, 12)).toEqual({ width: 984, height: 640 });
  });

  it.each([2, 3, 4, 5, 7, 9, 12, 25])('fits %i tiles without one sticking out', (count) => {
    const stage = { width: 984, height: 640 };
    const tile = gridTile(count, stage, 12);
    const columns = Math.floor((stage.width + 12) / (tile.width + 12));
    const rows = Math.ceil(count / columns);

    expect(rows * tile.height + (rows - 1) * 12).toBeLessThanOrEqual(stage.height);
    expect(tile.width / tile.height).toBeGreaterThan(1.32);
    expect(tile.width / tile.height).toBeLessThan(1.79);
  });

  it('puts the strip wherever the screen stays larger', () => {
    const strip = { width: 200, height: 112 };
    const sides = [
      { width: 984, height: 660 },
      { width: 1400, height: 560 },
    ].map((stage) => focusLayout(16 / 9, stage, strip, 12).strip);

    expect(sides).toEqual(['below', 'beside']);
  });

  it('survives a stage without room', () => {
    expect(gridTile(3, { width: 0, height: -20 }, 12)).toEqual({ width: 0, height: 0 });
  });
});

describe('choices', () => {
  beforeEach(() => localStorage.clear());

  it('are remembered in this browser', () => {
    const prefs = new Prefs();
    prefs.set('noiseSuppression', false);
    prefs.setVolume('7', 150);
    prefs.setVolume(screenVolume('7'), 900);

    const later = new Prefs();

    expect(later.value.noiseSuppression).toBe(false);
    expect([later.volume('7'), later.volume(screenVolume('7')), later.volume('8')]).toEqual([150, 200, 100]);
  });

  it.each(['{', '[]', '7', '{"echoCancellation": "yes", "camera": 7, "volumes": {"7": "loud"}, "new": 1}'])(
    'that make no sense are the defaults: %s',
    (stored) => {
      localStorage.setItem('hearth.voice', stored);

      const { value } = new Prefs();

      expect([value.echoCancellation, value.camera, value.volumes, 'new' in value]).toEqual([
        true,
        null,
        {},
        false,
      ]);
    },
  );
});

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['NotReadableError', 'busy'],
  ['TypeError', 'unknown'],
])("a browser's %s is told as %s", (name, problem) => {
  expect(asMediaError(new DOMException('', name), 'camera').problem).toBe(problem);
});

it.each([
  [7, '0:07'],
  [1448, '24:08'],
  [3750, '1:02:30'],
])('%i seconds are %s', (seconds, shown) => {
  expect(clockOf(seconds)).toBe(shown);
});

it.each([
  ['ControlLeft', 'left Control'],
  ['KeyV', 'V'],
  ['F8', 'F8'],
  ['PageUp', 'Page Up'],
])('the key %s is called %s', (code, name) => {
  expect(keyName(code)).toBe(name);
});
