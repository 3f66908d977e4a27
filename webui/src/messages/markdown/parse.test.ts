import { describe, expect, it } from 'vitest';

import { parse } from './parse';
import type { Block, Inline } from './tree';
import { plain } from './tree';

function inside(source: string): Inline[] {
  const [block] = parse(source);
  if (block === undefined || !('inside' in block) || block.kind === 'quote') throw new Error('no text');
  return block.inside;
}

describe('what people write', () => {
  it('has bold, italics, underline, strike and spoiler, in each other', () => {
    expect(inside('**a** *b* _c_ __d__ ~~e~~ ||f **g**||').filter((node) => node.kind !== 'text')).toEqual([
      { kind: 'strong', inside: [{ kind: 'text', text: 'a' }] },
      { kind: 'em', inside: [{ kind: 'text', text: 'b' }] },
      { kind: 'em', inside: [{ kind: 'text', text: 'c' }] },
      { kind: 'u', inside: [{ kind: 'text', text: 'd' }] },
      { kind: 's', inside: [{ kind: 'text', text: 'e' }] },
      {
        kind: 'spoiler',
        inside: [
          { kind: 'text', text: 'f ' },
          { kind: 'strong', inside: [{ kind: 'text', text: 'g' }] },
        ],
      },
    ]);
  });

  it('names people, roles, channels and everyone', () => {
    expect(inside('<@12> <@!13> <@&14> <#15> @everyone').filter((node) => node.kind !== 'text')).toEqual([
      { kind: 'user', id: '12' },
      { kind: 'user', id: '13' },
      { kind: 'role', id: '14' },
      { kind: 'channel', id: '15' },
      { kind: 'everyone', text: '@everyone' },
    ]);
  });

  it('links an address by itself and keeps a name that only looks like one', () => {
    const href = 'https://example.org/a_b?c=d&e=f';
    expect(inside(`see ${href}.`)).toContainEqual({
      kind: 'link',
      href,
      inside: [{ kind: 'text', text: href }],
    });
    expect(inside('example.org and bo@example.org')).toEqual([
      { kind: 'text', text: 'example.org and bo@example.org' },
    ]);
  });

  it('keeps code as it is, in a line and in a block', () => {
    expect(inside('`<@1> **x**`')).toEqual([{ kind: 'code', text: '<@1> **x**' }]);
    expect(parse('```python\nwhile 1:\n  pass\n```')).toEqual([
      { kind: 'code', language: 'python', text: 'while 1:\n  pass' },
    ]);
  });

  it('breaks a line where it was broken, and knows quotes and lists', () => {
    expect(inside('a\nb')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'break' },
      { kind: 'text', text: 'b' },
    ]);
    expect(parse('> a')[0]?.kind).toBe('quote');
    expect(parse('3. a\n4. b')[0]).toMatchObject({ kind: 'list', start: 3 });
  });

  it('hides spoilers from quotes', () => {
    expect(plain(parse('it was ||the cat||'), () => '')).toBe('it was ▒▒▒');
  });
});

describe('what nobody should be able to do', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:msgbox(1))',
    '[x]( java\nscript:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](//evil.example)',
    '<javascript:alert(1)>',
    '<data:text/html;base64,PHN2Zz4=>',
    '![x](javascript:alert(1))',
    '[x]: javascript:alert(1)\n[x]',
    '||[x](javascript:alert(1))||',
    '[**x**](javascript:alert(1) "title")',
    '<@1"onmouseover=alert(1)>',
    '<svg/onload=alert(1)>',
    '```"><script>alert(1)</script>\nx\n```',
    'https://example.org/"onmouseover="alert(1)',
  ];

  it.each(hostile)('makes no other link than to the web: %s', (source) => {
    const hrefs: string[] = [];
    const walk = (nodes: readonly (Block | Inline)[]): void => {
      for (const node of nodes) {
        if (node.kind === 'link') hrefs.push(node.href);
        if ('inside' in node) walk(node.inside);
        if ('items' in node) node.items.forEach(walk);
      }
    };
    walk(parse(source));
    for (const href of hrefs) expect(href).toMatch(/^(https?|mailto):/i);
  });

  it('reads anything of 4,000 characters in little time', () => {
    const pieces = [
      '||',
      '**',
      '__',
      '[',
      '](',
      '`',
      '```',
      '> ',
      '- ',
      '<@',
      '*',
      '_',
      '~~',
      '\\',
      'a',
      ' ',
      '\n',
      '<',
    ];
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 60; round += 1) {
      const alphabet = pieces.filter(() => random() < 0.4);
      let source = '';
      while (alphabet.length > 0 && source.length < 4000)
        source += alphabet[Math.floor(random() * alphabet.length)] ?? '';
      const before = performance.now();
      parse(source);
      expect(performance.now() - before).toBeLessThan(500);
    }
  });
});
