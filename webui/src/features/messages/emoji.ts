/** Finding an emoji by its name or by what it is used for. */
import { keep, kept } from '@/ui/storage';

export interface EmojiEntry {
  sign: string;
  /** As Unicode calls it. */
  name: string;
  /** The name, then other words for it. */
  words: string;
}

export interface EmojiGroup {
  key: string;
  emoji: EmojiEntry[];
}

let loading: Promise<EmojiGroup[]> | undefined;

/** The list is only fetched when somebody looks for an emoji. */
export function loadEmoji(): Promise<EmojiGroup[]> {
  loading ??= import('./emoji-data.json').then(({ default: groups }) =>
    Object.entries(groups).map(([key, entries]) => ({ key, emoji: entries.map(entryOf) })),
  );
  return loading;
}

/** `❤️ red heart; love` */
function entryOf(text: string): EmojiEntry {
  const space = text.indexOf(' ');
  const semicolon = text.indexOf(';');
  const name = text.slice(space + 1, semicolon);
  const words = `${name}${text.slice(semicolon + 1)}`.toLowerCase();
  return { sign: text.slice(0, space), name, words };
}

/** Best first: a word of the name that is the query, then any word, one that begins with it, one that contains it. */
export function findEmoji(groups: readonly EmojiGroup[], query: string, most: number): EmojiEntry[] {
  const wanted = query.toLowerCase().replaceAll('_', ' ').trim();
  if (wanted === '') return [];
  const scored = groups
    .flatMap((group) => group.emoji)
    .map((entry) => ({ entry, score: score(entry, wanted) }))
    .filter(({ score }) => score > 0);
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function score({ name, words }: EmojiEntry, wanted: string): number {
  if (` ${name.toLowerCase()} `.includes(` ${wanted} `)) return 4;
  if (` ${words} `.includes(` ${wanted} `)) return 3;
  if (` ${words}`.includes(` ${wanted}`)) return 2;
  return words.includes(wanted) ? 1 : 0;
}

const ONLY_EMOJI =
  /^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)(?:\u200d\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}])*\s*){1,6}$/u;

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

/** Of some emoji those that are in the list, as the box spells them: an earlier Hearth kept others. */
export function inOneSpelling(groups: readonly EmojiGroup[], signs: readonly string[]): EmojiEntry[] {
  const entries = new Map(groups.flatMap((group) => group.emoji.map((one) => [bare(one.sign), one])));
  return [...new Set(signs.map((sign) => entries.get(bare(sign))).filter((one) => one !== undefined))];
}

function bare(sign: string): string {
  return sign.replace(/[\ufe0e\ufe0f]/g, '');
}

export function used(sign: string): void {
  keep('emoji', [sign, ...usedLately().filter((one) => one !== sign)].slice(0, REMEMBERED));
}
