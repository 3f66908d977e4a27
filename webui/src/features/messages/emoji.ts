/** Finding an emoji by its name or by what it is used for. */
import { keep, kept } from '@/ui/storage';

export interface EmojiEntry {
  sign: string;
  /** As Unicode calls it. */
  name: string;
  /** The name, then other words for it. */
  words: string;
  /** The same from light to dark skin; none if it has no skin. */
  tones: string[];
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

/** `❤️ red heart; love`, and with skin tones `👋 waving hand; hello|👋🏻 👋🏼 👋🏽 👋🏾 👋🏿` */
function entryOf(whole: string): EmojiEntry {
  const [text = '', tones] = whole.split('|');
  const space = text.indexOf(' ');
  const semicolon = text.indexOf(';');
  const name = text.slice(space + 1, semicolon);
  const words = `${name}${text.slice(semicolon + 1)}`.toLowerCase();
  return { sign: text.slice(0, space), name, words, tones: tones?.split(' ') ?? [] };
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
  const entries = new Map<string, EmojiEntry>();
  for (const { emoji } of groups)
    for (const one of emoji)
      for (const sign of [one.sign, ...one.tones]) entries.set(bare(sign), { ...one, sign, tones: [] });
  return [...new Set(signs.map((sign) => entries.get(bare(sign))).filter((one) => one !== undefined))];
}

/** 0: none; 1 to 5: from light to dark. */
export type Tone = number;

function isTone(value: unknown): value is Tone {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 5;
}

/** What one has chosen in this browser: for all emoji, and for some another. */
export interface Tones {
  all: Tone;
  /** By the sign without a tone. */
  own: Record<string, Tone>;
}

export function keptTones(): Tones {
  const [all, own] = [kept('emoji-tone'), kept('emoji-tones')];
  const entries = typeof own === 'object' && own !== null ? Object.entries(own) : [];
  return {
    all: isTone(all) ? all : 0,
    own: Object.fromEntries(entries.filter((entry): entry is [string, Tone] => isTone(entry[1]))),
  };
}

export function keepTones({ all, own }: Tones): void {
  keep('emoji-tone', all);
  keep('emoji-tones', own);
}

/** The emoji as one likes it. */
export function toned({ sign, tones }: EmojiEntry, { all, own }: Tones): string {
  return tones[(own[sign] ?? all) - 1] ?? sign;
}

function bare(sign: string): string {
  return sign.replace(/[\ufe0e\ufe0f]/g, '');
}

export function used(sign: string): void {
  keep('emoji', [sign, ...usedLately().filter((one) => one !== sign)].slice(0, REMEMBERED));
}
