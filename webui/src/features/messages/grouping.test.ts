import { describe, expect, it } from 'vitest';

import { message, NORA, ROSE, TOM } from '@/testing/fake-box';

import { arrange, fold } from './grouping';

const at = (clock: string, day = '20') => ({ timestamp: `2026-11-${day}T${clock}:00.000000+00:00` });
const shape = (rows: ReturnType<typeof arrange>) =>
  rows.map((row) => (row.kind === 'message' ? `${row.message.id}${row.first ? '*' : ''}` : row.kind));

describe('a conversation', () => {
  it('shows one head for what one person says within seven minutes', () => {
    const rows = arrange(
      [
        message('1', 'a', at('12:00')),
        message('2', 'b', at('12:06')),
        message('3', 'c', at('12:13')),
        message('4', 'd', { ...at('12:14'), author: TOM }),
      ],
      null,
      NORA.id,
    );
    expect(shape(rows)).toEqual(['day', '1*', '2', '3*', '4*']);
  });

  it('begins a new head with a reply and with a new day', () => {
    const rows = arrange(
      [
        message('1', 'a', at('12:00')),
        message('2', 'b', { ...at('12:01'), type: 19 }),
        message('3', 'c', at('12:02', '21')),
      ],
      null,
      NORA.id,
    );
    expect(shape(rows)).toEqual(['day', '1*', '2*', 'day', '3*']);
  });

  it('draws the line of what is new once, before the first message by somebody else', () => {
    const rows = arrange(
      [
        message('1', 'a', at('12:00')),
        message('2', 'mine', { ...at('12:01'), author: NORA }),
        message('3', 'b', { ...at('12:02'), author: ROSE }),
        message('4', 'c', { ...at('12:03'), author: ROSE }),
      ],
      '1',
      NORA.id,
    );
    expect(shape(rows)).toEqual(['day', '1*', '2*', 'new', '3*', '4']);
  });

  it('keeps the row of a message that was just sent', () => {
    const sent = arrange([message('900', 'x', { nonce: '900', author: NORA })], null, NORA.id).at(-1);
    const confirmed = arrange([message('55', 'x', { nonce: '900', author: NORA })], null, NORA.id).at(-1);
    expect(confirmed?.key).toBe(sent?.key);
  });

  it('goes on in one order, whatever the clock of what is on its way says', () => {
    const rows = arrange(
      [
        message('1', 'a', at('12:00', '20')),
        message('2', 'b', at('12:00', '21')),
        message('900', 'late', { ...at('12:00', '20'), author: NORA, nonce: '900' }),
        message('901', 'early', { ...at('12:00', '25'), author: NORA, nonce: '901' }),
        message('902', 'late', { ...at('12:00', '20'), author: NORA, nonce: '902' }),
      ],
      null,
      NORA.id,
    );
    expect(shape(rows)).toEqual(['day', '1*', 'day', '2*', '900*', 'day', '901*', '902']);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  it('gives every row a key of its own, whatever nonces others choose', () => {
    const rows = arrange(
      [
        message('1', 'a', { nonce: 7 }),
        message('2', 'b', { nonce: 7 }),
        message('3', 'c', { nonce: '3', author: NORA }),
        message('4', 'd', { nonce: '3', author: NORA }),
        message('n-3', 'e'),
      ],
      null,
      NORA.id,
    );
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  it('folds what blocked people say into one line for each run', () => {
    const rows = fold(
      arrange(
        [
          message('1', 'a', at('12:00')),
          message('2', 'b', { ...at('12:01'), author: TOM }),
          message('3', 'c', { ...at('12:02'), author: TOM }),
          message('4', 'd', at('12:03')),
          message('5', 'e', { ...at('12:04'), author: TOM }),
        ],
        null,
        NORA.id,
      ),
      (one) => one.author.id === TOM.id,
    );
    expect(shape(rows)).toEqual(['day', '1*', 'folded', '4*', 'folded']);
    expect(rows.flatMap((row) => (row.kind === 'folded' ? [row.ids] : []))).toEqual([['2', '3'], ['5']]);
  });
});
