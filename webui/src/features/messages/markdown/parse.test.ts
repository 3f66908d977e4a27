import { describe, expect, it } from 'vitest';

import { parse } from './parse';
import type { Block, Inline } from './tree';
import { plain } from './tree';

function inside(source: string): Inline[] {
  const [block] = parse(source);
  if (block === undefined || block.kind === 'quote') throw new Error('no text');
  return block.inside;
}

/** The texts of each thing are in the corpus (`corpus.test.ts`). */
describe('what people write', () => {
  it('is taken in one line for quotes, without what is hidden', () => {
    expect(plain(parse('it was ||the cat||'), () => '')).toBe('it was ▒▒▒');
    expect(plain(parse('a\n\n- **b**\n> c `d`\n```js\ne```'), () => '')).toBe('a - b c d e');
    expect(plain(parse('||```\nsecret\n```|| [x](https://a.b)'), () => '')).toBe('▒▒▒ x');
  });

  it('is called by name where it is a name', () => {
    expect(plain(parse('<@1> <#2>, @here'), (node) => `(${node.kind})`)).toBe('(user) (channel), (everyone)');
  });

  it('has an address that is written out where somebody has other words for it', () => {
    expect(inside('[my bank](https://evil.example)')).toEqual([
      { kind: 'label', text: 'my bank', href: 'https://evil.example' },
    ]);
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
        if (node.kind === 'link' || node.kind === 'label') hrefs.push(node.href);
        if ('inside' in node) walk(node.inside);
      }
    };
    walk(parse(source));
    for (const href of hrefs) expect(href).toMatch(/^(https?|mailto):/i);
  });
});
