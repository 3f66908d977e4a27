/** The small rules of the page. */
import { describe, expect, it } from 'vitest';

import { checkPassword, passwordError, signInNameError, suggestName } from '@/features/accounts/checks';

import { compareIds, idAt, isNewer, timeOf } from '@/api/snowflake';
import { lettersOf } from './palette';
import { parse, paths } from '@/navigation/router.svelte';
import { t } from '@/i18n';
import { plural, span } from '@/i18n/en/intl';
import { tintOf, tintOfColor, tintsOf } from '@/ui/tint';

describe('ids', () => {
  it('are ordered by their time, whatever their length', () => {
    expect(compareIds('9', '10')).toBeLessThan(0);
    expect(isNewer('1328000000000000001', '1328000000000000000')).toBe(true);
    expect(isNewer('5', null)).toBe(true);
  });

  it('carry the moment of their making', () => {
    const at = Date.parse('2026-11-20T17:00:00Z');
    expect(timeOf(idAt(at))).toBe(at);
  });
});

describe('addresses', () => {
  it('say what is shown', () => {
    expect(parse('/setup', '#abc')).toEqual({ page: 'setup', token: 'abc' });
    expect(parse('/invite/maple-7f3k', '')).toEqual({ page: 'invite', code: 'maple-7f3k' });
    expect(parse('/@me', '')).toEqual({ page: 'conversations', channel: null, message: null });
    expect(parse('/@me/2/3', '')).toEqual({ page: 'conversations', channel: '2', message: '3' });
    expect(paths.message(undefined, '2', '3')).toBe('/@me/2/3');
    expect(parse('/spaces/1/2/3', '')).toEqual({ page: 'space', guild: '1', channel: '2', message: '3' });
    expect(parse('/spaces/1/settings/people', '')).toEqual({
      page: 'space-settings',
      guild: '1',
      section: 'people',
    });
  });

  it('that make no sense lead home or to the first section', () => {
    expect(parse('/spaces/../etc', '')).toEqual({ page: 'home' });
    expect(parse('/spaces/1/x', '')).toEqual({ page: 'space', guild: '1', channel: null, message: null });
    expect(parse('/settings/nonsense', '')).toEqual({ page: 'settings', section: 'account' });
    expect(parse('/invite/%E0%A4%A', '')).toEqual({ page: 'invite', code: 'E0' });
  });
});

describe('a link out of a sentence', () => {
  it.each([
    '/invite/aB3cD4eF5g.',
    '/invite/aB3cD4eF5g/',
    '/invite/aB3cD4eF5g%20',
    '/invite/%20aB3cD4eF5g',
    '/invite/aB3cD4eF5g)',
    '/invite/aB3cD4eF5g%3E',
    '/invite/%3CaB3cD4eF5g%3E',
    '/invite/aB3cD4eF5g%E2%80%9D',
    '/invite/aB3cD4eF5g%E3%80%82',
    '/invite/aB3cD%C2%AD4eF5g',
    '/invite/%E2%80%8BaB3cD4eF5g',
    '/invite/aB3cD4eF5g!?,;:',
    '/Invite/aB3cD4eF5g/.',
    '//invite//aB3cD4eF5g',
  ])('leads to the invite: %s', (path) => {
    expect(parse(path, '')).toEqual({ page: 'invite', code: 'aB3cD4eF5g' });
  });

  it('leads to the message, the channel, and setup', () => {
    expect(parse('/spaces/1/2/3.', '')).toEqual({ page: 'space', guild: '1', channel: '2', message: '3' });
    expect(parse('/spaces/1/2)', '')).toEqual({ page: 'space', guild: '1', channel: '2', message: null });
    expect(parse('/setup', '#a_b-c.')).toEqual({ page: 'setup', token: 'a_b-c' });
    expect(parse('/invite/', '')).toEqual({ page: 'invite', code: '' });
  });
});

describe('colours', () => {
  it('of roles are shown in the nearest tint, so that text stays readable', () => {
    expect(tintOfColor(0xf8a1b1)).toBe('tint-8');
    expect(tintOfColor(0x00ff00)).toMatch(/tint-[34]/);
    expect(tintOfColor(0x3366ff)).toBe('tint-6');
    expect([tintOfColor(0), tintOfColor(0x888888)]).toEqual([null, null]);
  });

  it('of people are spread over all eight', () => {
    const start = BigInt(idAt(Date.parse('2026-11-20T17:00:00Z')));
    const tints = Array.from({ length: 64 }, (_, index) =>
      tintOf(String(start + (BigInt(index * 977) << 22n))),
    );
    expect(new Set(tints).size).toBe(8);
  });

  it('of eight people who share a space are eight, and a newcomer changes nobody’s', () => {
    const ids = Array.from({ length: 8 }, (_, index) => String(BigInt(index) << 24n));

    const seven = tintsOf(ids.slice(0, 7));
    const eight = tintsOf([...ids].reverse());

    expect(new Set(eight.values()).size).toBe(8);
    for (const [id, tint] of seven) expect(eight.get(id)).toBe(tint);
  });
});

describe('doors', () => {
  it('help with a password without being in the way', () => {
    expect(checkPassword('abc').hint).toBe('5 characters to go.');
    expect(checkPassword('password1').hint).toBe(
      'Enough. A few words in a row are stronger and easier to remember.',
    );
    expect(passwordError('12345678')).toBe('This is among the first that others would try.');
    expect(checkPassword('four warm words here').good).toBe(true);
    expect(passwordError('four warm words here')).toBeUndefined();
  });

  it('make a name to sign in with of any name', () => {
    expect(suggestName('Ben O’Hara')).toBe('ben.ohara');
    expect(suggestName('Zoë  Müller')).toBe('zoe.muller');
    expect(suggestName('美咲')).toBe('美咲');
    expect(suggestName('Мария Петрова')).toBe('мария.петрова');
    expect(suggestName('अनीता')).toBe('अनीता');
    expect(suggestName('محمّد علی‌رضا')).toBe('محمّد.علی‌رضا');
    expect(suggestName('Jean-Luc (Papa) 🎸')).toBe('jean-luc.papa');
    expect(suggestName('👩‍👩‍👧')).toBe('');
    expect(suggestName('Everyone')).toBe('');
    expect(suggestName('Anna Bartholomea Cecilia Dorothea Emilia')).toBe('anna.bartholomea.cecilia.emilia');
    expect(suggestName('x'.repeat(40))).toBe('x'.repeat(32));
    expect(signInNameError('Ben')).toBeUndefined();
    expect(signInNameError('ben.ohara_2')).toBeUndefined();
    for (const name of ['ben ohara', '.ben', 'ben.', 'b..o', 'b', 'here', 'аda', 'b\u200bo', '\u3164\u3164'])
      expect(signInNameError(name), name).toBeDefined();
  });
});

it('a wait has its unit and its number, and is never none', () => {
  expect([0, 0.2, 1, 1.01, 42, 90, 91, 120, 5400, 5401, 172_800, 172_801, 864_000].map(span)).toEqual([
    '1 second',
    '1 second',
    '1 second',
    '2 seconds',
    '42 seconds',
    '90 seconds',
    '2 minutes',
    '2 minutes',
    '90 minutes',
    '2 hours',
    '48 hours',
    '3 days',
    '10 days',
  ]);
  expect([t.voice.openFor(0), t.voice.openFor(1), t.voice.openFor(2)]).toEqual([
    'Open for less than a minute',
    'Open for 1 minute',
    'Open for 2 minutes',
  ]);
});

it('no sentence says none or one of several', () => {
  const bad =
    /\b0 (seconds?|minutes?|hours?|days?)\b|\b1 (seconds|minutes|hours|days|people|messages)\b| s\./;
  const said = [0, 0.4, 1, 60, 3600].flatMap((seconds) => [
    t.app.lost(seconds),
    t.doors.login.paused(seconds),
    t.errors.slowDown(seconds),
    t.errors.byKey.slow_mode({ seconds }),
    t.errors.byKey.too_fast({ seconds }),
  ]);
  for (const sentence of said) expect(sentence).not.toMatch(bad);
});

it('words have their number', () => {
  expect([
    plural(1, { one: 'person', other: 'people' }),
    plural(0, { one: 'person', other: 'people' }),
  ]).toEqual(['1 person', '0 people']);
});

it('a found name shows what was found', () => {
  expect(lettersOf('groceries', 'GRO')).toEqual([
    { text: 'gro', hit: true },
    { text: 'ceries', hit: false },
  ]);
});
