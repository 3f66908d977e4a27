/** What can be written before a colon, and what the box is asked for then. */
import { afterEach, describe, expect, it } from 'vitest';

import { idAt } from '@/api/snowflake';
import { de } from '@/i18n/de';
import { en } from '@/i18n/en';
import { show } from '@/i18n/words.svelte';

import { daysOf, hasOf, openToken, parametersOf, tokensOf, without } from './operators';

const NOW = new Date(2026, 10, 20, 12).getTime();
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime();

afterEach(() => show(en));

describe('operators', () => {
  it('are found wherever they stand, with names in quotes and in any script', () => {
    const text = 'boiler from:tom in:"living room" has:image from:अनीता http://x.org a:b';

    expect(tokensOf(text).map(({ operator, value }) => [operator, value])).toEqual([
      ['from', 'tom'],
      ['in', 'living room'],
      ['has', 'image'],
      ['from', 'अनीता'],
    ]);
    expect(without(text, tokensOf(text))).toBe('boiler http://x.org a:b');
  });

  it('are being written while nothing follows them', () => {
    expect(openToken('soup from:to')?.value).toBe('to');
    expect(openToken('soup from:"To Ma')?.value).toBe('To Ma');
    expect(openToken('from:tom soup')).toBeUndefined();
    expect(openToken('from:')?.value).toBe('');
  });

  it('mean the days of a day, a month or a year, and nothing that is none', () => {
    expect(daysOf('2026-03-01', NOW)).toMatchObject({ from: day(2026, 3, 1), to: day(2026, 3, 2) });
    expect(daysOf('1.3.2026', NOW)).toMatchObject({ from: day(2026, 3, 1), span: 'day' });
    expect(daysOf('31/12/2025', NOW)).toMatchObject({ from: day(2025, 12, 31), to: day(2026, 1, 1) });
    expect(daysOf('2026-02', NOW)).toMatchObject({ from: day(2026, 2, 1), to: day(2026, 3, 1) });
    expect(daysOf('2025', NOW)).toMatchObject({ from: day(2025, 1, 1), to: day(2026, 1, 1) });
    expect(daysOf('Yesterday', NOW)).toMatchObject({ from: day(2026, 11, 19), to: day(2026, 11, 20) });
    for (const none of ['31.2.2026', '2026-13', '2026-00-01', 'tomorrow', '', '1.1.26'])
      expect(daysOf(none, NOW)).toBeUndefined();
  });

  it('may be written in the language of the screen, and in English all the same', () => {
    expect(tokensOf('von:tom').length).toBe(0);

    show(de);

    const text = 'von:tom hat:bild erwähnt:"Tom B" vor:1.3.2026 nach:gestern am:2026 from:tom';
    expect(tokensOf(text).map(({ operator }) => operator)).toEqual([
      'from',
      'has',
      'mentions',
      'before',
      'after',
      'during',
      'from',
    ]);
    expect([hasOf('bild'), hasOf('image'), hasOf('zähne')]).toEqual(['image', 'image', undefined]);
    expect(daysOf('gestern', NOW)).toEqual(daysOf('yesterday', NOW));
  });

  it('become parameters that narrow one another down', () => {
    const march = daysOf('2026-03', NOW);
    const first = daysOf('2026-03-10', NOW);
    if (!march || !first) throw new Error('no days');

    const sent = parametersOf(' boiler ', [
      { operator: 'from', userId: '7' },
      { operator: 'from', userId: '8' },
      { operator: 'mentions', userId: '9' },
      { operator: 'in', channelId: '5' },
      { operator: 'has', what: 'image' },
      { operator: 'has', what: 'pin' },
      { operator: 'during', days: march },
      { operator: 'after', days: first },
    ]);

    expect(sent.getAll('author_id')).toEqual(['7', '8']);
    expect(Object.fromEntries(sent)).toMatchObject({
      content: 'boiler',
      mentions: '9',
      channel_id: '5',
      has: 'image',
      pinned: 'true',
      min_id: String(BigInt(idAt(day(2026, 3, 11))) - 1n),
      max_id: idAt(day(2026, 4, 1)),
    });
    expect(parametersOf(' ', []).size).toBe(0);
  });
});
