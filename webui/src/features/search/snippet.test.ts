/** A hit in two lines: what was looked for is in them, and what is hidden stays hidden. */
import { expect, it } from 'vitest';

import { snippet } from './snippet';
import type { Span } from './snippet';

const name = (reference: string) => (reference.startsWith('<@') ? '@Tom' : '#general');

function spanOf(text: string, part: string): Span {
  const at = text.indexOf(part);
  return [at, at + part.length];
}

const words = (text: string, part: string) =>
  snippet(text, [spanOf(text, part)], name)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

it('marks what was looked for', () => {
  expect(words('The boiler is cold', 'boiler')).toBe('The [boiler] is cold');
  expect(words('boiler', 'boiler')).toBe('[boiler]');
});

it('cuts a long text around it, at a word and never within a character', () => {
  const long = `${'so many words '.repeat(20)}the boiler ${'👍🏽'.repeat(200)}`;

  const cut = words(long, 'boiler');

  expect(cut).toMatch(/^…\S.{0,45}the \[boiler\] 👍/u);
  expect(cut).toMatch(/…$/u);
  expect(cut.length).toBeLessThan(260);
  expect(cut).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
});

it('says names instead of ids, and leaves out what only shapes', () => {
  expect(words('**Ask** <@71> in <#20>\n\n`now` please', 'please')).toBe('Ask @Tom in #general now [please]');
});

it('does not give away a spoiler', () => {
  const hidden = words('He said ||the butler did it|| today', 'butler');

  expect(hidden).not.toContain('butler');
  expect(hidden).toContain('today');
});

it('draws nothing but text of what looks like HTML', () => {
  expect(words('<img src=x onerror=alert(1)> boiler', 'boiler')).toBe(
    '<img src=x onerror=alert(1)> [boiler]',
  );
});
