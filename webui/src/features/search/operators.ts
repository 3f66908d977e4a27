/** What can be written before a colon to narrow a search down: `from:tom`, `before:2026-03-01`, and the same in the screen's language. */
import { idAt } from '@/api/snowflake';
import type { Id } from '@/api/model';
import { t } from '@/i18n';

export const OPERATORS = ['from', 'in', 'has', 'mentions', 'before', 'after', 'during'] as const;
export type Operator = (typeof OPERATORS)[number];
export const HAS = ['link', 'file', 'image', 'video', 'sound', 'embed', 'poll', 'pin'] as const;
export type Has = (typeof HAS)[number];

/** One thing that narrows the search down, as it stands in the field. */
export type Chip =
  | { operator: 'from' | 'mentions'; userId: Id }
  | { operator: 'in'; channelId: Id }
  | { operator: 'has'; what: Has }
  | { operator: 'before' | 'after' | 'during'; days: Days };

/** From the first moment of a day, a month or a year until the first of the next (epoch ms, in the time of this browser). */
export interface Days {
  from: number;
  to: number;
  /** What was meant; only its label depends on it. */
  span: 'day' | 'month' | 'year';
}

export interface Token {
  operator: Operator;
  /** What stands behind the colon, without quotes. */
  value: string;
  /** Where it begins and ends in the text. */
  start: number;
  end: number;
}

/** The operator's words in any language that somebody may be used to: ours and the screen's. */
function operatorOf(word: string): Operator | undefined {
  const wanted = word.toLowerCase().normalize('NFC');
  return OPERATORS.find((one) => one === wanted || t.search.operators[one].toLowerCase() === wanted);
}

// A name in quotes may have spaces; closing quotes are not waited for.
const TOKEN = /(?<=^|\s)([\p{L}\p{M}]{1,16}):(?:["“„”]([^"“„”]*)(["“„”]?)|(\S*))/gu;

/** Every operator in a text, in its order. */
export function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const operator = operatorOf(match[1] ?? '');
    if (operator === undefined) continue;
    const value = (match[2] ?? match[4] ?? '').trim();
    found.push({ operator, value, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The operator that is being written: the last one, if nothing but its value follows. */
export function openToken(text: string): Token | undefined {
  const last = tokensOf(text).at(-1);
  return last?.end === text.length ? last : undefined;
}

/** A text without some of its parts. */
export function without(text: string, parts: readonly Token[]): string {
  let rest = text;
  for (const { start, end } of parts.toSorted((a, b) => b.start - a.start))
    rest = `${rest.slice(0, start)} ${rest.slice(end)}`;
  return rest.replace(/\s+/gu, ' ').trimStart();
}

/** Names as one compares them: without case, accents and width. */
export function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .trim();
}

export function hasOf(value: string): Has | undefined {
  const wanted = plainName(value);
  return HAS.find((one) => one === wanted || plainName(t.search.has[one]) === wanted);
}

/** Days as somebody writes them: `2026-03-01`, `1.3.2026`, `1/3/2026`, `2026-03`, `2026`, `yesterday`. `now` is epoch ms. */
export function daysOf(value: string, now: number): Days | undefined {
  const words: Record<string, number> = { today: 0, yesterday: -1 };
  words[plainName(t.search.today)] = 0;
  words[plainName(t.search.yesterday)] = -1;
  const back = words[plainName(value)];
  if (back !== undefined) {
    const day = new Date(now);
    return dayOf(day.getFullYear(), day.getMonth() + 1, day.getDate() + back, false);
  }
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value);
  if (iso) return spanOf(Number(iso[1]), iso[2], iso[3]);
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(value);
  return local ? dayOf(Number(local[3]), Number(local[2]), Number(local[1])) : undefined;
}

function spanOf(year: number, month: string | undefined, day: string | undefined): Days | undefined {
  if (month === undefined) return between(new Date(year, 0, 1), new Date(year + 1, 0, 1), 'year');
  const number = Number(month);
  if (number < 1 || number > 12) return undefined;
  if (day === undefined) return between(new Date(year, number - 1, 1), new Date(year, number, 1), 'month');
  return dayOf(year, number, Number(day));
}

function dayOf(year: number, month: number, day: number, exact = true): Days | undefined {
  const first = new Date(year, month - 1, day);
  // 31 February is no day.
  if (exact && (first.getMonth() !== month - 1 || first.getDate() !== day)) return undefined;
  const next = new Date(first.getFullYear(), first.getMonth(), first.getDate() + 1);
  return between(first, next, 'day');
}

function between(first: Date, next: Date, span: Days['span']): Days {
  return { from: first.getTime(), to: next.getTime(), span };
}

/** Two chips that say the same. */
export function isSame(a: Chip, b: Chip): boolean {
  return keyOf(a) === keyOf(b);
}

export function keyOf(chip: Chip): string {
  if ('userId' in chip) return `${chip.operator}:${chip.userId}`;
  if ('channelId' in chip) return `in:${chip.channelId}`;
  if ('what' in chip) return `has:${chip.what}`;
  return `${chip.operator}:${chip.days.from}-${chip.days.to}`;
}

/** What the box is asked for, as the part of an address behind the question mark. */
export function parametersOf(words: string, chips: readonly Chip[]): URLSearchParams {
  const sent = new URLSearchParams();
  const content = words.trim();
  if (content !== '') sent.set('content', content);
  let [after, before] = [0n, 0n];
  for (const chip of chips) {
    if ('userId' in chip) sent.append(chip.operator === 'from' ? 'author_id' : 'mentions', chip.userId);
    else if ('channelId' in chip) sent.append('channel_id', chip.channelId);
    else if ('what' in chip) {
      if (chip.what === 'pin') sent.set('pinned', 'true');
      else sent.append('has', chip.what);
    } else {
      const { from, to } = chip.days;
      // Both bounds are exclusive, and everything narrows: the latest beginning, the earliest end.
      const first = BigInt(idAt(chip.operator === 'after' ? to : from)) - 1n;
      const end = BigInt(idAt(chip.operator === 'during' ? to : from));
      if (chip.operator !== 'before' && first > after) after = first;
      if (chip.operator !== 'after' && (before === 0n || end < before)) before = end;
    }
  }
  if (after > 0n) sent.set('min_id', String(after));
  if (before > 0n) sent.set('max_id', String(before));
  return sent;
}
