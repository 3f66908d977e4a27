/** Texts as nobody would write them, put together from what people do write; the server's tests have their own. */

const PIECES = [
  ...['`', '``', '```', '````', '*', '**', '***', '_', '__', '~~', '~', '||', '|', '\\', '\\\\'],
  ...[
    '\n',
    '\n\n',
    ' ',
    '  ',
    '\t',
    '\n> ',
    '> ',
    '>',
    '\n- ',
    '- ',
    '* ',
    '\n# ',
    '# ',
    '\n1. ',
    '1. ',
    '#',
    '-',
  ],
  ...[
    '<',
    '<@',
    '<@1>',
    '<@!22>',
    '<@&3>',
    '<#4>',
    '<@01>',
    '<t:1:R>',
    '<t:5>',
    '<:ab:1>',
    '>',
    'js\n',
    '\njs',
  ],
  ...['@everyone', '@here', '@', '@Rose', '#photos', 'bob@here.example', 'snake_case_name', '2*3*4'],
  ...[
    'https://',
    'http://a.b',
    'https://a.b/c_(d)',
    'https://x.y/@Rose',
    'HTTP://Q',
    'mailto:',
    'mailto:a@b.c',
  ],
  ...[
    '.',
    ',',
    '/',
    '(',
    ')',
    '[',
    ']',
    '](',
    '[x](https://a.b)',
    '…',
    "'",
    '"',
    '!',
    '?',
    ':',
    ';',
    '=',
    '+',
    '&',
    '%',
  ],
  ...[
    'a',
    'b',
    'Z',
    '0',
    'word',
    'é',
    'ß',
    'я',
    '我',
    'ก',
    'क',
    'ा',
    'ـ',
    '한',
    'e\u0301',
    '\u0301',
    '𝔘',
    '𐍈',
    '½',
    '٣',
  ],
  ...[
    '🎉',
    '👨‍👩‍👧',
    '🇩🇪',
    '❤️',
    '1️⃣',
    '👍🏽',
    '\u200d',
    '\u200b',
    '“',
    '”',
    '。',
    '、',
    '\u3000',
    '\xa0',
    '^',
    '$',
    '¯',
    '(ツ)',
  ],
];
const LONGEST = 30;

/** So many texts, the same for the same seed; half of them of few pieces, so that signs find partners. */
export function* generate(seed: number, count: number): Generator<string> {
  // Park and Miller's generator: enough for tests, and the same everywhere.
  let state = seed + 1;
  const below = (end: number) => {
    state = (state * 48271) % 2147483647;
    return state % end;
  };
  for (let made = 0; made < count; made += 1) {
    const few = below(2) === 0 ? PIECES : Array.from({ length: 8 }, () => PIECES[below(PIECES.length)] ?? '');
    yield Array.from({ length: 1 + below(LONGEST) }, () => few[below(few.length)] ?? '').join('');
  }
}
