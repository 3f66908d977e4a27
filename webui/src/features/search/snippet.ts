/** A message in two lines, cut around what was looked for. Parts of plain text: who draws them marks the hits. */
export interface Part {
  text: string;
  hit: boolean;
}

export type Span = readonly [start: number, end: number];

/** So much before the first hit, and so much in all (UTF-16 units): two to three lines of the pane. */
const BEFORE = 40;
const LONGEST = 220;

/** What a spoiler hides stays hidden, also from whoever looks for it. */
const SPOILER = /\|\|[\s\S]+?\|\|/gu;

export function snippet(
  content: string,
  spans: readonly Span[],
  nameOf: (reference: string) => string,
): Part[] {
  const hidden = [...content.matchAll(SPOILER)].map((match): Span => [
    match.index,
    match.index + match[0].length,
  ]);
  const shown = spans.filter(([start, end]) => !hidden.some(([from, to]) => start < to && end > from));
  const text = content.replace(SPOILER, (secret) => secret.replace(/[^\s|]/g, '▒'));
  const begin = start(text, shown[0]?.[0] ?? 0);
  const end = Math.min(text.length, whole(text, begin + LONGEST));
  const parts: Part[] = [];
  if (begin > 0) parts.push({ text: '…', hit: false });
  let at = begin;
  for (const [from, to] of shown) {
    if (from < at || from >= end) continue;
    if (from > at) parts.push({ text: legible(text.slice(at, from), nameOf), hit: false });
    parts.push({ text: text.slice(from, Math.min(to, end)), hit: true });
    at = Math.min(to, end);
  }
  if (at < end) parts.push({ text: legible(text.slice(at, end), nameOf), hit: false });
  if (end < text.length) parts.push({ text: '…', hit: false });
  return parts.filter((part) => part.text !== '');
}

/** Where the cut begins: at the first word within BEFORE of the hit. */
function start(text: string, hit: number): number {
  if (hit <= BEFORE) return 0;
  const from = whole(text, hit - BEFORE);
  const space = text.slice(from, hit).search(/\s/u);
  return space < 0 ? from : from + space + 1;
}

/** Never between the two halves of a character. */
function whole(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at + 1 : at;
}

const REFERENCE = /<(?:@[!&]?|#)\d{1,20}>|<a?:\w{2,32}:\d{1,20}>/gu;

function legible(text: string, nameOf: (reference: string) => string): string {
  return text
    .replace(REFERENCE, nameOf)
    .replace(/\*\*|__|~~|`+/gu, '')
    .replace(/\s+/gu, ' ');
}
