/** Where the words are that somebody looked for, in what is drawn of a message. */
import { afterEach, expect, it } from 'vitest';

import { arrivesWith, carry } from '@/navigation/found';

import { rangesOf } from './found';

afterEach(() => document.body.replaceChildren());

function marked(html: string, ...words: string[]): string[] {
  document.body.innerHTML = html;
  return rangesOf(document.body, words).map((range) => {
    const before = range.startContainer.nodeValue?.slice(0, range.startOffset) ?? '';
    return `${before}[${range.toString()}]`;
  });
}

it('finds each behind the one before, across what is bold or a link', () => {
  expect(marked('The boiler <b>and its boiler</b> man', 'boiler', 'boiler', 'man')).toEqual([
    'The [boiler]',
    'and its [boiler]',
    ' [man]',
  ]);
});

it('passes over what is not drawn as it was written', () => {
  expect(marked('see <a href="/soup">here</a>, soup at eight', 'https', 'soup', 'eight')).toEqual([
    ', [soup]',
    ', soup at [eight]',
  ]);
});

it('is known once, and of the message that one went to alone', () => {
  carry('1', ['soup']);
  expect(arrivesWith('2')).toEqual([]);
  expect(arrivesWith('1')).toEqual([]);
  carry('1', ['soup']);
  expect(arrivesWith('1')).toEqual(['soup']);
  expect(arrivesWith('1')).toEqual([]);
});
