/** The languages against each other: the same keys, the same facts, and nothing left in English. */
import { describe, expect, it } from 'vitest';

import type { Catalogue } from '.';
import { LANGUAGES, TAGS, firstOf } from './languages';
import type { Language } from './languages';
import { en } from './en';

type Leaf = [path: string, value: unknown];

function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** What is the same in English and in another language, because it is a name, a number or the same word. */
const SAME = new Set([
  'threads.name',
  'threads.threads',
  'direction',
  'app.name',
  'people.bot',
  'chat.emoji',
  'doors.name',
  'spaces.channel.name',
  'spaces.inviteDialog.link',
  'settings.sections.bots',
  'voice.live',
  'voice.chat',
  'health.version',
  'search.operators.in',
  'people.card.kick',
  'expressions.emoji.name',
  'settings.sections.emoji',
  'storage.parts.video',
  'storage.megabytes',
]);
const GIVEN: readonly unknown[][] = [
  [1, 2, 3],
  [3, 'day'],
  [3, 4, false],
  ['Rose', 'Tom', 'Mia'],
  ['Pasta?', 'Rose', 3, 4],
  [['Rose'], 'Küche'],
  [['Rose', 'Tom'], 'Küche'],
  ['🎸', 2, true],
  [
    {
      limit: 5,
      available: 3e8,
      life_used_percent: 20,
      errors: 3,
      kibibytes: 64,
      megabytes: 4,
      expected: 7,
      offset: 7,
      least: 1,
      most: 9,
      shortest: 1,
      longest: 9,
      known: 'de',
      seconds: 40,
      tries_left: 2,
      days: 3,
      used: 5e9,
      total: 9e9,
      free: 4e9,
      celsius: 50,
      reason: 'age',
      files: 'a',
      choices: 'a, b',
    },
  ],
];

/** Both parts of a language. */
async function whole(tag: Language): Promise<Catalogue> {
  const [first, later] = await Promise.all([LANGUAGES[tag].load(), LANGUAGES[tag].loadLater()]);
  return { ...first, ...later };
}

function say(value: unknown, given: readonly unknown[]): string | undefined {
  try {
    return String((value as (...all: unknown[]) => unknown)(...given));
  } catch {
    return undefined;
  }
}

describe.each(TAGS.filter((tag) => tag !== 'en-GB'))('%s', (tag) => {
  it('has every key of English and no other', async () => {
    const other = await whole(tag);
    expect(
      leaves(other)
        .map(([path]) => path)
        .sort(),
    ).toEqual(
      leaves(en)
        .map(([path]) => path)
        .sort(),
    );
  });

  it('takes the same facts', async () => {
    const theirs = new Map(leaves(await whole(tag)));
    for (const [path, ours] of leaves(en)) {
      const their = theirs.get(path);
      expect(typeof their, path).toBe(typeof ours);
      // A language may need fewer of them, as German does no plural of “Zeichen”; never more.
      if (typeof ours === 'function')
        expect((their as () => string).length, path).toBeLessThanOrEqual(ours.length);
    }
  });

  it('leaves nothing in English', async () => {
    const theirs = new Map(leaves(await whole(tag)));
    const left = leaves(en).filter(([path, ours]) => {
      if (typeof ours !== 'string' || SAME.has(path)) return false;
      return theirs.get(path) === ours;
    });
    expect(left).toEqual([]);
  });

  it('makes no sentence with a hole in it', async () => {
    for (const [path, value] of leaves(await whole(tag))) {
      const said = typeof value === 'function' ? GIVEN.map((given) => say(value, given)) : [value];
      // Some of what is given fits a sentence; that one is whole.
      expect(
        said.some((one) => typeof one === 'string' && one !== '' && !/undefined|NaN|\[object/.test(one)),
        path,
      ).toBe(true);
    }
  });

  it('writes its marks as they are printed', async () => {
    for (const [path, value] of leaves(await whole(tag))) {
      const said = typeof value === 'function' ? (say(value, ['A', 'B', 'C']) ?? '') : String(value);
      expect(said, path).not.toMatch(/\.\.\.|"|\s'|'\s| - | {2}/);
    }
  });
});

describe('a browser', () => {
  it('is shown the first of its languages that there is', () => {
    expect(firstOf(['de-AT', 'en'])).toBe('de');
    expect(firstOf(['fr', 'en-US', 'de'])).toBe('en-GB');
    expect(firstOf(['fr', 'it-CH'])).toBeUndefined();
    expect(firstOf([])).toBeUndefined();
  });
});

describe('German', () => {
  it('has its numbers, sizes, times and lists', async () => {
    const de = await whole('de');

    expect(de.health.share(412_000_000, 1_900_000_000)).toBe('412 MB von 1,9 GB');
    expect(de.errors.byKey.slow_mode({ seconds: 200_000 })).toBe(
      'In diesem Kanal geht es mit Absicht langsam. Du kannst in 3 Tagen wieder schreiben.',
    );
    expect(de.voice.people(1)).toBe('1 Person');
    expect(de.voice.people(2500)).toBe('2.500 Leute');
    expect(de.chat.several(['Rose', 'Tom', 'Mia'])).toBe('Rose, Tom und Mia');
    expect([de.doors.login.mismatch(1), de.doors.login.mismatch(3)]).toEqual([
      'Name und Passwort passen nicht zusammen. Ein Versuch bleibt, dann gibt es eine Pause.',
      'Name und Passwort passen nicht zusammen. Drei Versuche bleiben, dann gibt es eine Pause.',
    ]);
  });
});
