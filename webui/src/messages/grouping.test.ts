import { describe, expect, it } from 'vitest';

import { message, NORA, ROSE, TOM } from '../testing/fake-box';

import { arrange } from './grouping';

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
    const sent = arrange([message('900', 'x', { nonce: '900' })], null, NORA.id).at(-1);
    const confirmed = arrange([message('55', 'x', { nonce: '900' })], null, NORA.id).at(-1);
    expect(confirmed?.key).toBe(sent?.key);
  });
});
