/** The corpus that the server is held against too, and what holds for every text whatever it is. */
import { describe, expect, it } from 'vitest';

import corpus from '../../../../../tests/fixtures/markup.json';

import { parse } from './parse';
import { runs } from './runs';
import { generate } from './testing';
import type { Block, Inline } from './tree';

/** A tree as the corpus writes it. */
type Written = string | (string | number | Written)[];

const inline = (node: Inline): Written => {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'code':
    case 'everyone':
      return [node.kind, node.text];
    case 'fence':
      return ['fence', node.language, node.text];
    case 'link':
      return ['link', node.href];
    case 'label':
      return ['label', node.text, node.href];
    case 'time':
      return ['time', node.at, node.style];
    default:
      return 'id' in node ? [node.kind, node.id] : [node.kind, ...node.inside.map(inline)];
  }
};

const block = (node: Block): Written => {
  if (node.kind === 'quote') return ['quote', ...node.inside.map(block)];
  return [node.kind, ...('sign' in node ? [node.sign] : []), ...node.inside.map(inline)];
};

describe('the corpus', () => {
  it.each(corpus)('is read as it says: $text', (entry) => {
    const read = runs(entry.text);
    const named = (kind: string) =>
      [...new Set(read.filter((run) => run.kind === kind).map((run) => run.value))].sort();

    expect(read.map((run) => [run.kind, run.source])).toEqual(entry.runs);
    expect({
      users: named('user'),
      roles: named('role'),
      channels: named('channel'),
      everyone: named('everyone').length > 0,
    }).toEqual(entry.mentions);
    expect(read.filter((run) => run.kind === 'code' || run.kind === 'fence').map((run) => run.value)).toEqual(
      entry.code,
    );
    expect(parse(entry.text).map(block)).toEqual(entry.tree);
  });
});

const READ = /[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]/gu;
const read = (text: string) => text.match(READ)?.join('') ?? '';

/** What the components draw. Names stand for ids, so ids are left out on both sides. */
function shown(blocks: readonly Block[]): string {
  const one = (node: Inline): string => {
    if (node.kind === 'text' || node.kind === 'code' || node.kind === 'everyone') return node.text;
    if (node.kind === 'emoji') return `:${node.name}:`;
    if (node.kind === 'fence') return `${node.language} ${node.text}`;
    if (node.kind === 'link') return node.href;
    if (node.kind === 'label') return `${node.text} ${node.href}`;
    return 'inside' in node ? node.inside.map(one).join('') : '';
  };
  return blocks
    .map((node) => {
      if (node.kind === 'quote') return shown(node.inside);
      return ('sign' in node ? node.sign : '') + node.inside.map(one).join('');
    })
    .join('\n');
}

/** What was typed, without ids. */
const typed = (text: string) =>
  runs(text)
    .map(({ kind, source, value }) =>
      kind === 'emoji' ? value : ['user', 'role', 'channel', 'time'].includes(kind) ? '' : source,
    )
    .join('');

/** What may be typed and not be on screen, because it is on screen as something else. */
const SIGNS = /[*_~|`>\s]/g;
const withoutSigns = (text: string) => text.replace(SIGNS, '');

/** For five thousand texts on a busy machine. */
const PATIENCE = { timeout: 60_000 };

describe('every text', PATIENCE, () => {
  // Ten seeds that never change, and one that nobody has tried before.
  const seeds = [...Array(10).keys(), Math.floor(Math.random() * 2 ** 31)];

  it.each(seeds)('is on screen with every letter, figure and emoji, in their order (seed %i)', (seed) => {
    for (const text of generate(seed, 5000)) {
      const blocks = parse(text);
      if (read(shown(blocks)) !== read(typed(text)))
        expect.soft(shown(blocks), JSON.stringify(text)).toBe(text);
    }
  });

  it('loses no sign either but those that stand for how it looks', () => {
    for (const text of [...generate(99, 5000), ...corpus.map((entry) => entry.text)]) {
      const visible = withoutSigns(shown(parse(text)));
      // A link with words of somebody's own has its brackets in other places.
      if (runs(text).some((run) => run.kind === 'label')) continue;
      if (visible !== withoutSigns(typed(text))) expect.soft(visible, JSON.stringify(text)).toBe(typed(text));
    }
  });

  it.each([
    '  a\n\n   b\t\tc  d\n\n\ne',
    '\ta',
    'a \n b',
    '# a\n\n  b',
    'a\u00a0 \u3000b',
    '- a\n  - b',
    '#\n-\n1.',
  ])('keeps each space and line end: %j', (text) => {
    expect(shown(parse(text))).toBe(text);
  });

  const hostile = [
    ...[
      '`',
      '` ',
      '`a``b```c',
      '```a',
      '[',
      '[a](',
      '[a](https://x(',
      '(',
      ']',
      '>',
      '> ',
      '> \n',
      '\n',
      ' \n',
      '- ',
    ],
    ...[
      '1. ',
      ' ',
      '\t',
      '#',
      '# ',
      '1',
      '\\',
      '\\`',
      '*',
      '*a ',
      ' *a',
      '**a _b ',
      '*a* ',
      'a* ',
      '_',
      '__a ',
      '~~',
      '~~a ',
    ],
    ...[
      '||',
      '||a',
      '||*a',
      '|| ',
      '@',
      '@everyone',
      '<',
      '<@1',
      '<@1>',
      '<t:1',
      '<:a',
      'https://',
      'https://a',
    ],
    ...['https://a)', 'xhttps://a', '[x](https://a)', '\u0301', '\u202e', '🎉', '*a _b ~~c **d __e ||f '],
  ];

  it.each(hostile)('is read in little time: %j', (part) => {
    const text = part.repeat(2000).slice(0, 2000);
    const took = () => {
      const began = performance.now();
      // Not the same text twice, which would be remembered.
      parse(`${text}${Math.random()}`);
      return performance.now() - began;
    };
    expect(Math.min(took(), took(), took(), took())).toBeLessThan(20);
  });
});
