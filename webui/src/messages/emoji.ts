/** Finding an emoji by its name or by what it is used for. */
import { keep, kept } from '../ui/storage';

export interface EmojiEntry {
  sign: string;
  /** Unicode's name, then other words for it. */
  words: string;
}

export interface EmojiGroup {
  key: string;
  emoji: EmojiEntry[];
}

let loading: Promise<EmojiGroup[]> | undefined;

/** The list is only fetched when somebody looks for an emoji. */
export function loadEmoji(): Promise<EmojiGroup[]> {
  loading ??= import('./emoji-data').then(({ EMOJI }) =>
    Object.entries(EMOJI).map(([key, text]) => ({
      key,
      emoji: text
        .split(/[|\n]/)
        .filter((entry) => entry !== '')
        .map((entry) => {
          const space = entry.indexOf(' ');
          return { sign: entry.slice(0, space), words: entry.slice(space + 1) };
        }),
    })),
  );
  return loading;
}

/** Best first: a word that is the query, then one that begins with it, then one that contains it. */
export function findEmoji(groups: readonly EmojiGroup[], query: string, most: number): EmojiEntry[] {
  const wanted = query.toLowerCase().replaceAll('_', ' ').trim();
  if (wanted === '') return [];
  const scored = groups
    .flatMap((group) => group.emoji)
    .map((entry) => ({ entry, score: score(entry.words, wanted) }))
    .filter(({ score }) => score > 0);
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function score(words: string, wanted: string): number {
  if (` ${words} `.includes(` ${wanted} `)) return 3;
  if (` ${words}`.includes(` ${wanted}`)) return 2;
  return words.includes(wanted) ? 1 : 0;
}

const ONLY_EMOJI =
  /^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2})(?:\u200d\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})*\s*){1,6}$/u;

/** A message of a few emoji and nothing else is shown larger. */
export function onlyEmoji(text: string): boolean {
  return text.length < 80 && ONLY_EMOJI.test(text);
}

const REMEMBERED = 16;
const USUAL = ['👍', '❤️', '😂', '🎉', '🙏', '😮', '😢', '👀'];

/** What one has used in this browser, the last first, filled up with what most use. */
export function usedLately(): string[] {
  const stored = kept('emoji');
  const signs = Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string') : [];
  return [...new Set([...signs, ...USUAL])].slice(0, REMEMBERED);
}

export function used(sign: string): void {
  keep('emoji', [sign, ...usedLately().filter((one) => one !== sign)].slice(0, REMEMBERED));
}
