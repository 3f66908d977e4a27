/**
 * What a text consists of: code, links, mentions, signs and plain words, as `docs/markup.md` says. The server reads texts
 * by the same rules (`appliance/messages/markup.py`), and a test holds both together: who is shown as mentioned here is
 * who is mentioned there. Linear in the length of the text.
 */
import { before, isBorderAfter, isBorderBefore, isWord, STOP } from './characters';

type Plain = 'text' | 'mark' | 'newline' | 'quote' | 'heading' | 'item';
type Valued =
  'code' | 'fence' | 'link' | 'label' | 'user' | 'role' | 'channel' | 'everyone' | 'time' | 'emoji';

/** A piece of a text: the pieces' sources, one after another, are the text. */
export interface Run {
  kind: Plain | Valued;
  source: string;
  /** Where it begins, in UTF-16 units. */
  at: number;
  /** The code, the address, the number or the name. */
  value: string;
  /** A fence's language, a link's words, a time's style. */
  more: string;
}

const SCHEME = String.raw`(?:[hH][tT][tT][pP][sS]?:\/\/(?=[A-Za-z0-9\[\u00a1-\u{10ffff}])|[mM][aA][iI][lL][tT][oO]:(?=[A-Za-z0-9]))`;
const ADDRESS = new RegExp(String.raw`(?:(?!\|\||\*\*|~~)[^${STOP}])+`, 'uy');
const TARGET = String.raw`${SCHEME}[^${STOP}\(\)\[\]]*(?:\([^${STOP}\(\)\[\]]*\)[^${STOP}\(\)\[\]]*)*`;
/** Numbers are as long as the server's can be, and have one spelling. */
const NUMBER = '[1-9][0-9]{0,18}';
const NEXT = new RegExp(
  [
    String.raw`(?<newline>\n)`,
    String.raw`(?<escape>\\(?:\x60+|\*+|_+|~+|\|+|[\\<@#\[])?)`,
    String.raw`(?<ticks>\x60+)`,
    String.raw`(?<mark>\*+|_+|~~+|\|\|+)`,
    `(?<link>${SCHEME})`,
    String.raw`\[(?<label>[^\[\]\n\x60]+)\]\((?<target>${TARGET})\)`,
    `<(?:@!?(?<user>${NUMBER})|@&(?<role>${NUMBER})|#(?<channel>${NUMBER}))>`,
    '<t:(?<time>-?[0-9]{1,12})(?::(?<style>[tTdDfFR]))?>',
    `<a?(?<emoji>:[A-Za-z0-9_]{2,32}:)(?<emojiId>${NUMBER})>`,
    '@(?<everyone>everyone|here)',
  ].join('|'),
  'gu',
);
const TICKS = /`+/g;
const PREFIX =
  /(?<heading>#{1,3}[ \t]+(?=[^ \t\n]))|(?<item>[ \t]{0,6}(?:[-*]|[0-9]{1,9}[.)])[ \t]{1,3}(?=[^ \t\n]))/uy;
const LANGUAGE = /^([A-Za-z0-9_+#.-]{1,20})[ \t]*\n(?=[^ \t\n]|[ \t\n]+[^ \t\n])/u;
const READABLE = /[^ \t\n]/;
/** With the commas, full stops and question marks of Arabic, Devanagari and Ethiopic. */
const TRAILING = ".,:;!?'*_~|…،؛؟।॥።";
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The text in pieces, from left to right; plain pieces are as long as they can be. */
export function runs(text: string): Run[] {
  return new Reader(text).runs();
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** One pass over one text. */
class Reader {
  #text: string;
  #at = 0;
  #isQuote = false;
  #closing: Map<number, [begin: number, end: number]>;
  #found: Run[] = [];
  /** Up to where the text is in runs. */
  #done = 0;

  constructor(text: string) {
    this.#text = text;
    this.#closing = closingTicks(text);
  }

  runs(): Run[] {
    this.#lineStart();
    for (let found = this.#next(); found !== null; found = this.#next()) {
      this.#at = found.index + found[0].length;
      this.#read(found, found.groups ?? {});
    }
    this.#plain(this.#text.length);
    return this.#found;
  }

  #next(): RegExpExecArray | null {
    return matchAt(NEXT, this.#text, this.#at);
  }

  #plain(end: number): void {
    if (end <= this.#done) return;
    const source = this.#text.slice(this.#done, end);
    this.#found.push({ kind: 'text', source, at: this.#done, value: '', more: '' });
    this.#done = end;
  }

  /** Notes a piece that ends where the reader stands. */
  #note(kind: Run['kind'], source: string, value = '', more = ''): void {
    const at = this.#at - source.length;
    this.#plain(at);
    this.#found.push({ kind, source, at, value, more });
    this.#done = this.#at;
  }

  #lineStart(): void {
    this.#isQuote = this.#text.startsWith('> ', this.#at);
    if (this.#isQuote) {
      this.#at += 2;
      this.#note('quote', '> ');
    }
    const found = matchAt(PREFIX, this.#text, this.#at);
    if (found === null) return;
    this.#at += found[0].length;
    this.#note(found.groups?.['heading'] === undefined ? 'item' : 'heading', found[0]);
  }

  #read(found: RegExpExecArray, groups: Record<string, string | undefined>): void {
    if (groups['newline'] !== undefined) {
      this.#note('newline', '\n');
      this.#lineStart();
    } else if (groups['mark'] !== undefined) this.#note('mark', found[0]);
    else if (groups['ticks'] !== undefined) this.#code(found);
    else if (groups['link'] !== undefined) this.#link(found);
    else if (groups['target'] !== undefined) this.#labelled(found, groups['target'], groups['label'] ?? '');
    else if (groups['everyone'] !== undefined) this.#everyone(found, groups['everyone']);
    else if (groups['time'] !== undefined)
      this.#note('time', found[0], groups['time'], groups['style'] ?? 'f');
    else {
      for (const kind of ['user', 'role', 'channel', 'emoji'] as const) {
        const value = groups[kind];
        const more = kind === 'emoji' ? groups['emojiId'] : '';
        if (value !== undefined) this.#note(kind, found[0], value, more);
      }
    }
  }

  #code(found: RegExpExecArray): void {
    const closing = this.#closing.get(found.index);
    const opened = found[0].length;
    if (closing === undefined) {
      if (opened > 2) this.#openFence(found.index, opened);
      return;
    }
    const [begin, end] = closing;
    const isFence = opened > 2;
    // A fence that is closed by more than opened it has the rest in it.
    let content = this.#text.slice(found.index + opened, isFence ? end - opened : begin);
    if (!READABLE.test(content)) return;
    this.#at = end;
    const source = this.#text.slice(found.index, end);
    if (this.#isQuote) content = content.replaceAll('\n> ', '\n');
    if (!isFence) {
      this.#note('code', source, unpadded(content));
      return;
    }
    const [language, code] = fence(content);
    this.#note('fence', source, code, language);
  }

  /** A fence that nothing closes has all the rest in it if it begins a line; elsewhere it is plain. */
  #openFence(begin: number, opened: number): void {
    const content = this.#text.slice(begin + opened);
    if ((begin > 0 && this.#text[begin - 1] !== '\n') || !READABLE.test(content)) return;
    this.#at = this.#text.length;
    const [language, code] = fence(content);
    this.#note('fence', this.#text.slice(begin), code, language);
  }

  #link(found: RegExpExecArray): void {
    // First the border: a text of addresses that are glued together would be read to its end by each of them.
    if (isWord(before(this.#text, found.index))) return;
    const rest = matchAt(ADDRESS, this.#text, this.#at);
    if (rest === null) return;
    const address = trimmed(found[0] + rest[0]);
    this.#at = found.index + address.length;
    this.#note('link', address, address);
  }

  #labelled(found: RegExpExecArray, target: string, label: string): void {
    if (READABLE.test(label)) this.#note('label', found[0], target, label);
    else this.#at = found.index + 1;
  }

  #everyone(found: RegExpExecArray, name: string): void {
    if (isBorderBefore(this.#text, found.index) && isBorderAfter(this.#text, this.#at))
      this.#note('everyone', found[0], name);
  }
}

/** Where each row of backticks is closed: one or two by the next as long, more by the next at least as long. */
function closingTicks(text: string): Map<number, [number, number]> {
  const closing = new Map<number, [number, number]>();
  const exact = new Map<number, [number, number]>();
  // Those to the right that could close a fence, the nearest last; one that hides behind a longer one is gone.
  const fences: [number, number][] = [];
  const all = [...text.matchAll(TICKS)].reverse();
  for (const { index: begin, 0: ticks } of all) {
    const length = ticks.length;
    for (let last = fences.at(-1); last && last[1] - last[0] < length; last = fences.at(-1)) fences.pop();
    const close = length < 3 ? exact.get(length) : fences.at(-1);
    if (close) closing.set(begin, close);
    exact.set(length, [begin, begin + length]);
    if (length > 2) fences.push([begin, begin + length]);
  }
  return closing;
}

/** A block of code without the line ends of its own marks; the first word of it may be its language. */
function fence(content: string): [language: string, code: string] {
  const found = LANGUAGE.exec(content);
  let code = found ? content.slice(found[0].length) : content;
  if (!found) {
    const first = code.indexOf('\n');
    if (first >= 0 && !READABLE.test(code.slice(0, first))) code = code.slice(first + 1);
  }
  return [found?.[1] ?? '', code.endsWith('\n') ? code.slice(0, -1) : code];
}

/** Code that begins or ends with a backtick is written with a space around it, which is not part of it. */
function unpadded(content: string): string {
  const begin = content.startsWith(' `') ? 1 : 0;
  return content.slice(begin, content.endsWith('` ') ? -1 : undefined);
}

/** An address without what belongs to the sentence: marks at its end, brackets that it did not open. */
function trimmed(address: string): string {
  const surplus = new Map<string, number>();
  for (const [close, opening] of Object.entries(PAIRS))
    surplus.set(close, address.split(close).length - address.split(opening).length);
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const over = surplus.get(last) ?? 0;
    if (over > 0) surplus.set(last, over - 1);
    else if (!TRAILING.includes(last)) break;
  }
  return address.slice(0, end);
}
