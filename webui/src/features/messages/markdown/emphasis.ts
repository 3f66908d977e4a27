/** Pairs the signs of emphasis: `*`, `**`, `_`, `__`, `~~`. Each that finds no partner stays what was typed. */
import { after, before, isLetter, isWord } from './characters';
import type { Inline, Mark } from './tree';

/** A piece of one stretch of text: a row of signs with its place in the text, or what is ready. */
export type Piece =
  | { sign: string; at: number }
  | { node: Inline; atom: boolean }
  /** Over an empty line nothing is emphasised. */
  | 'gap';

/** What is the first of an emphasised text: a letter, a figure, an emoji, or what opens a phrase. */
const OPENS =
  /[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\p{Ps}\p{Pi}\p{Sc}"'#&+\-=.…¿¡:/%@*_~|]/u;
/** And its last. `^`, `<` and `>` are in neither: they make faces. */
const CLOSES =
  /[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u{e007f}\p{Pe}\p{Pf}\p{Pi}\p{Po}\p{Sc}°+\-=_~|]/u;
/** Something that one reads, not only sees: `*-*` is a face, `*.*` a pattern. */
const READABLE = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const SPACE = /\s/;
const LONGEST = 3;

interface Opener {
  sign: string;
  /** How many signs of the row have no partner yet. */
  left: number;
  index: number;
  /** How much that one reads stood before it. */
  read: number;
}

/** The stretch with its emphasis; `text` is the whole that the pieces' places are in. */
export function emphasise(text: string, pieces: readonly Piece[]): Inline[] {
  return new EmphasisParser(text, pieces).inline();
}

class EmphasisParser {
  #text: string;
  #pieces: readonly Piece[];
  #out: Inline[] = [];
  #openers: Opener[] = [];
  /** How many openers of each kind wait, as `**`: whoever finds none looks at none. */
  #waiting = new Map<string, number>();
  #read = 0;

  constructor(text: string, pieces: readonly Piece[]) {
    this.#text = text;
    this.#pieces = pieces;
  }

  inline(): Inline[] {
    this.#pieces.forEach((piece, index) => {
      if (piece === 'gap') this.#forget();
      else if ('sign' in piece) this.#sign(piece.sign, piece.at, index);
      else {
        this.#out.push(piece.node);
        if (piece.atom || (piece.node.kind === 'text' && READABLE.test(piece.node.text))) this.#read += 1;
      }
    });
    return joined(this.#out);
  }

  #forget(): void {
    this.#openers = [];
    this.#waiting.clear();
  }

  #sign(row: string, at: number, index: number): void {
    const sign = row.charAt(0);
    let left = row.length;
    if (left <= LONGEST && (sign !== '~' || left === 2)) {
      if (this.#mayClose(row, at, index)) left = this.#close(sign, left);
      if (left === row.length && this.#mayOpen(row, at, index)) {
        this.#openers.push({ sign, left, index: this.#out.length, read: this.#read });
        this.#count(row, 1);
      }
    }
    if (left > 0) this.#out.push({ kind: 'text', text: sign.repeat(left) });
  }

  /** Pairs as many signs as it can; how many are left. */
  #close(sign: string, length: number): number {
    let left = length;
    while (left > 0 && this.#waits(sign, left)) {
      let opener = this.#openers.at(-1);
      while (opener && !(opener.sign === sign && fits(opener.left, left))) {
        this.#drop(opener);
        opener = this.#openers.at(-1);
      }
      if (!opener || opener.read === this.#read) break;
      const used = Math.min(opener.left, left);
      this.#wrap(opener, used);
      left -= used;
    }
    return left;
  }

  #waits(sign: string, left: number): boolean {
    for (let length = 1; length <= LONGEST; length += 1)
      if (fits(length, left) && (this.#waiting.get(sign.repeat(length)) ?? 0) > 0) return true;
    return false;
  }

  #wrap(opener: Opener, used: number): void {
    let inside = this.#out.slice(opener.index + 1);
    this.#out.length = opener.index + 1;
    for (const kind of kinds(opener.sign, used)) inside = [{ kind, inside: joined(inside) }];
    this.#drop(opener);
    opener.left -= used;
    this.#out.pop();
    if (opener.left > 0) {
      this.#out.push({ kind: 'text', text: opener.sign.repeat(opener.left) });
      this.#openers.push(opener);
      this.#count(opener.sign.repeat(opener.left), 1);
    }
    this.#out.push(...inside);
  }

  /** Takes the last opener away. */
  #drop(opener: Opener): void {
    this.#openers.pop();
    this.#count(opener.sign.repeat(opener.left), -1);
  }

  #count(row: string, change: number): void {
    this.#waiting.set(row, (this.#waiting.get(row) ?? 0) + change);
  }

  #mayOpen(row: string, at: number, index: number): boolean {
    const first = after(this.#text, at + row.length);
    const outside = before(this.#text, at);
    if (!this.#touches(index + 1, OPENS, first)) return false;
    return this.#isBorder(row, outside, first, ')]}>', index - 1, before(this.#text, at - outside.length));
  }

  #mayClose(row: string, at: number, index: number): boolean {
    const end = at + row.length;
    const outside = after(this.#text, end);
    const last = before(this.#text, at);
    if (!this.#touches(index - 1, CLOSES, last)) return false;
    return this.#isBorder(row, outside, last, '([{<', index + 1, after(this.#text, end + outside.length));
  }

  /** Whether what is emphasised begins or ends right at its sign. */
  #touches(index: number, allowed: RegExp, character: string): boolean {
    const piece = this.#pieces[index];
    if (piece === undefined || piece === 'gap') return false;
    return ('node' in piece && piece.atom) || allowed.test(character);
  }

  /** Whether a word may end at a sign that has `inside` on its one side and `outside`, then `beyond`, on the other. */
  #isBorder(
    row: string,
    outside: string,
    inside: string,
    brackets: string,
    index: number,
    beyond: string,
  ): boolean {
    const next = this.#pieces[index];
    if (next === undefined || next === 'gap' || SPACE.test(outside)) return true;
    if ('node' in next && next.atom) return true;
    // `_` is part of names and of faces in every script.
    if (row.startsWith('_') && isLetter(outside)) return false;
    // `-_-` is a face too.
    if (isWord(outside) || outside === inside || brackets.includes(outside)) return false;
    // A file's name or a path goes on.
    if (outside === '.') return !isWord(beyond);
    return !'/\\'.includes(outside) || !(beyond === '' || SPACE.test(beyond) || isWord(beyond));
  }
}

/** Whether a row of `left` signs can pair with `closing` signs; of three, one or two may stay for another. */
function fits(left: number, closing: number): boolean {
  return left === closing || left === LONGEST || closing === LONGEST;
}

/** From the inmost. */
function kinds(sign: string, used: number): Mark[] {
  if (sign === '~') return ['s'];
  const double: Mark = sign === '_' ? 'u' : 'strong';
  return used === 1 ? ['em'] : used === 2 ? [double] : ['em', double];
}

/** Texts that follow each other as one. */
export function joined(nodes: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.kind === 'text' && last?.kind === 'text')
      result[result.length - 1] = { kind: 'text', text: last.text + node.text };
    else result.push(node);
  }
  return result;
}
