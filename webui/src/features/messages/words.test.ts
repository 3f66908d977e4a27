/** Names, triggers, emoji and code: everything that looks at text. */
import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { channel, CHANNEL, FakeBox, GUILD, member, NORA, ROSE, TOM, user } from '@/testing/fake-box';

import { findEmoji, inOneSpelling, loadEmoji, onlyEmoji, usedLately } from './emoji';
import { highlight } from './highlight';
import { fromWire, tidy, toWire } from './mentions';
import { findTrigger, suggest } from './suggest';

const MARIE = user('9500000000000000', 'Rose Marie');
const TOM_TWO = { ...user('9600000000000000', 'Tom'), username: 'tom.two' };
const KIT = { ...user('9700000000000000', '`Kit` https://kit.example'), username: 'kit' };

let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  await box.ready({
    members: [NORA, ROSE, MARIE, TOM, TOM_TWO, KIT].map((one) => member(one)),
    channels: [channel(), channel({ id: '2001', name: 'photos' })],
  });
});

afterEach(() => box.close());

describe('names in a text', () => {
  it('become ids on the way out, the longest name first', () => {
    expect(toWire('@Rose Marie, @Rose and #photos', GUILD)).toBe(`<@${MARIE.id}>, <@${ROSE.id}> and <#2001>`);
  });

  it('are left alone inside words, addresses and code', () => {
    for (const text of [
      ...[
        'bo@Rose.example',
        '@Roses',
        '`@Rose`',
        '```\n@Rose\n```',
        'x#photos',
        '``@Rose``',
        '``a ` @Rose``',
      ],
      ...[
        'https://medium.com/@Rose/story',
        'https://example.org/#photos',
        'medium.com/@Rose',
        'example.org/#photos',
        'medium.com/(@Rose)',
        'ftp://x/~@Rose',
      ],
      ...[
        '@Rose@mastodon.example',
        '@Rose.example',
        '@Rose-Ann',
        'bob.@Rose',
        '/@Rose/',
        '\\@Rose',
        '##photos',
      ],
      ...[
        '[@Rose](https://a.b)',
        '> `@Rose`',
        'a ```@Rose``` b',
        '```\n@Rose',
        'mailto:bo@a.b?cc=@Rose',
        '@rose2',
        '#photos-2',
      ],
    ]) {
      expect(toWire(text, GUILD)).toBe(text);
    }
  });

  it('are names beside every sign that is none of theirs', () => {
    const rose = `<@${ROSE.id}>`;
    for (const [written, wire] of [
      ['**@Rose**', `**${rose}**`],
      ['_@Rose_', `_${rose}_`],
      ['||@Rose||', `||${rose}||`],
      ['(@Rose), “@Rose”…', `(${rose}), “${rose}”…`],
      ["@Rose's, @Rose: @Rose.", `${rose}'s, ${rose}: ${rose}.`],
      ['> @Rose\n- @Rose', `> ${rose}\n- ${rose}`],
      ['@Rose/@Rose', `${rose}/${rose}`],
      ['谢谢@Rose你', `谢谢${rose}你`],
      ['🎉@Rose🎉', `🎉${rose}🎉`],
      ['https://a.b @Rose', `https://a.b ${rose}`],
    ] as const)
      expect(toWire(written, GUILD)).toBe(wire);
  });

  it('need the sign-in name when two people are called the same', () => {
    expect(toWire('@Tom @tom.two', GUILD)).toBe(`@Tom <@${TOM_TWO.id}>`);
  });

  it('are the sign-in name where the name looks like code or an address', async () => {
    expect(toWire('@kit', GUILD)).toBe(`<@${KIT.id}>`);
    expect(fromWire(`hi <@${KIT.id}>`, GUILD)).toBe('hi @kit');
    const [suggested] = await suggest({ sign: '@', query: 'kit', start: 0 }, GUILD);
    expect(suggested?.insert).toBe('@kit');
  });

  it('come back as they were written', () => {
    const text = '@Rose Marie and @tom.two in #photos, `<@1>`';
    expect(fromWire(toWire(text, GUILD), GUILD)).toBe(text);
    expect(fromWire('<@123>', GUILD)).toBe('<@123>');
  });

  it('stay ids where their names would be read as something else', () => {
    for (const wire of [
      `x<@${ROSE.id}>`,
      `<@${ROSE.id}>s`,
      `<@!${ROSE.id}>`,
      `@Rose and <@${ROSE.id}>`,
      `\`\`<@${ROSE.id}>\`\``,
      `https://a.b/<@${ROSE.id}>`,
    ])
      expect(toWire(fromWire(wire, GUILD), GUILD) === wire || fromWire(wire, GUILD) === wire).toBe(true);
    expect(fromWire(`x<@${ROSE.id}>`, GUILD)).toBe(`x<@${ROSE.id}>`);
  });

  it('come back from every text so that sending them again changes nothing', () => {
    const pieces = [
      `<@${ROSE.id}>`,
      `<@${TOM_TWO.id}>`,
      '<#2001>',
      '`',
      '```',
      ' ',
      '/',
      'a',
      '.',
      '*',
      '_',
      '||',
      '\n',
      '@',
      'https://a.b/',
    ];
    let state = 1;
    for (let round = 0; round < 3000; round += 1) {
      const wire = Array.from({ length: 8 }, () => {
        state = (state * 48271) % 2147483647;
        return pieces[state % pieces.length] ?? '';
      }).join('');
      const typed = fromWire(wire, GUILD);
      if (typed !== wire) expect(toWire(typed, GUILD)).toBe(wire);
    }
  });

  it('are sent with the indent of the first line and without what is empty around them', () => {
    expect(tidy('\n \n    a\n  b  \n\n')).toBe('    a\n  b');
    expect(tidy(' \n ')).toBe('');
  });
});

describe('suggestions', () => {
  it('begin in every script, marks and joiners included', () => {
    for (const name of ['अनीता', 'محمّد', 'علی‌رضا', 'jean-luc', 'mary.ann', 'น้ำ'])
      expect(findTrigger(`hi @${name}`, 4 + name.length)?.query).toBe(name);
  });

  it('begin at a sign in front of a word, and nowhere else', () => {
    expect(findTrigger('hi @ro', 6)).toEqual({ sign: '@', query: 'ro', start: 3 });
    expect(findTrigger('#', 1)).toEqual({ sign: '#', query: '', start: 0 });
    expect(findTrigger('a :ca', 5)).toEqual({ sign: ':', query: 'ca', start: 2 });
    for (const text of ['bo@ro', 'at 12:30', ':', ':)', '@ro '])
      expect(findTrigger(text, text.length)).toBeNull();
  });

  it('put whoever begins with it first', async () => {
    const found = await suggest({ sign: '@', query: 'o', start: 0 }, GUILD);
    expect(found.map((one) => one.label)).toContain('Tom');
    const rose = await suggest({ sign: '@', query: 'ro', start: 0 }, GUILD);
    expect(rose.map((one) => one.insert)).toEqual(['@Rose', '@Rose Marie']);
    const rooms = await suggest({ sign: '#', query: 'pho', start: 0 }, GUILD);
    expect(rooms.map((one) => one.insert)).toEqual(['#photos']);
    expect(CHANNEL).not.toBe(rooms[0]?.key);
  });
});

describe('emoji', () => {
  it('are found by what they are used for', async () => {
    const groups = await loadEmoji();
    expect(findEmoji(groups, 'thumbsup', 1)[0]?.sign).toBe('👍');
    expect(findEmoji(groups, 'birthday', 1)[0]?.sign).toBe('🎂');
    expect(findEmoji(groups, 'xyzzy', 5)).toEqual([]);
    const signs = groups.flatMap((group) => group.emoji.map((one) => one.sign));
    expect(new Set(signs).size).toBe(signs.length);
    expect(signs.length).toBeGreaterThan(1800);
    for (const query of ['tada', 'joy', 'heart', 'party', 'coffee', 'germany', 'thumbs_up', 'sweat_smile'])
      expect(findEmoji(groups, query, 1), query).toHaveLength(1);
  });

  it('have one spelling, which is the box’s', async () => {
    const groups = await loadEmoji();
    const box = new Set(readFileSync('../appliance/text/emoji.txt', 'utf-8').split(/\s+/));
    for (const { sign } of groups.flatMap((group) => group.emoji)) expect(box.has(sign), sign).toBe(true);
    expect(inOneSpelling(groups, ['❤', '❤️', '☕️', '…', 'x']).map((one) => one.sign)).toEqual(['❤️', '☕']);
    expect(inOneSpelling(groups, usedLately()).map((one) => one.sign)).toEqual(usedLately());
  });

  it('alone are large, with words they are not', () => {
    for (const text of ['🎂', '❤️', '❤', '👍🏽 🎉', '👨‍👩‍👧', '🇬🇧', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) expect(onlyEmoji(text)).toBe(true);
    for (const text of ['', '12', 'ok 👍', '#', '👍'.repeat(40)]) expect(onlyEmoji(text)).toBe(false);
  });
});

describe('code', () => {
  it('keeps every character', () => {
    const text = 'def f(x):  # says "hi"\n    return "a\\"b" + \'c\' + 0x1f\n';
    expect(
      highlight(text, 'python')
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  it('tells words of the language, strings, numbers, calls and comments apart', () => {
    const kinds = highlight('return f("x", 12) // done', 'js').filter((piece) => piece.kind);
    expect(kinds.map((piece) => [piece.text, piece.kind])).toEqual([
      ['return', 'key'],
      ['f', 'fn'],
      ['"x"', 'str'],
      ['12', 'num'],
      ['// done', 'com'],
    ]);
  });
});
