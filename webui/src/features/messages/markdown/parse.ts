/** From a text's runs to what is drawn: spoilers first, then lines, then emphasis within them (`docs/markup.md`). */
import { emphasise } from './emphasis';
import type { Piece } from './emphasis';
import { runs } from './runs';
import type { Run } from './runs';
import type { Block, Inline } from './tree';

/** Long ago parsed is parsed for good: a conversation shows the same texts again and again. */
const cache = new Map<string, Block[]>();
const CACHED = 500;

/** `calls`: whether `@everyone` called them; from somebody who may not it is two words like others. */
export function parse(source: string, calls = true): Block[] {
  const key = `${calls ? '+' : '-'}${source}`;
  const known = cache.get(key);
  if (known) return known;
  const all = runs(source).map((run): Run =>
    run.kind === 'everyone' && !calls ? { ...run, kind: 'text' } : run,
  );
  const blocks = new Builder(source).blocks(lines(hide(all)));
  if (cache.size >= CACHED) cache.clear();
  cache.set(key, blocks);
  return blocks;
}

interface Spoiler {
  kind: 'spoiler';
  inside: Run[];
}
type Node = Run | Spoiler;

interface Line {
  isQuote: boolean;
  /** A heading's or an item's sign. */
  prefix: Run | null;
  nodes: Node[];
}

const READABLE = /[^ \t\n]/;
const PIPES = '||';

/** Puts what stands between two `||` into spoilers, whatever else it is. */
function hide(all: readonly Run[]): Node[] {
  const nodes: Node[] = [];
  let opened: number | null = null;
  let hasContent = false;
  for (const run of all) {
    if (run.kind !== 'mark' || !run.source.startsWith(PIPES)) {
      nodes.push(run);
      hasContent ||=
        run.kind === 'text' ? READABLE.test(run.source) : run.kind !== 'newline' && run.kind !== 'quote';
      continue;
    }
    for (const pair of pairsOf(run)) {
      if (opened !== null && hasContent && pair.source === PIPES) {
        const inside = nodes.slice(opened + 1) as Run[];
        nodes.length = opened;
        nodes.push({ kind: 'spoiler', inside });
        opened = null;
      } else {
        if (pair.source === PIPES) opened = nodes.length;
        nodes.push(pair);
      }
      hasContent = pair.source !== PIPES;
    }
  }
  return nodes;
}

/** A row of pipes in twos, and the odd one. */
function pairsOf(run: Run): Run[] {
  const pairs: Run[] = [];
  for (let at = 0; at < run.source.length; at += 2)
    pairs.push({ ...run, kind: 'text', at: run.at + at, source: run.source.slice(at, at + 2) });
  return pairs;
}

function lines(nodes: readonly Node[]): Line[] {
  const result: Line[] = [];
  let line: Line = { isQuote: false, prefix: null, nodes: [] };
  for (const node of nodes) {
    if (node.kind === 'quote') line.isQuote = true;
    else if (node.kind === 'heading' || node.kind === 'item') line.prefix = node;
    else if (node.kind === 'newline') {
      result.push(line);
      line = { isQuote: false, prefix: null, nodes: [] };
    } else line.nodes.push(node);
  }
  result.push(line);
  return result;
}

/** One text while its lines become blocks. */
class Builder {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  blocks(all: readonly Line[], isQuoted = false): Block[] {
    const blocks: Block[] = [];
    for (let at = 0; at < all.length;) {
      const end = endOfGroup(all, at);
      blocks.push(this.#block(all.slice(at, end), end < all.length, isQuoted));
      at = end;
    }
    return blocks;
  }

  #block(group: readonly Line[], goesOn: boolean, isQuoted: boolean): Block {
    const [first] = group;
    if (first?.isQuote) {
      const inner = group.map((line) => ({ ...line, isQuote: false }));
      return { kind: 'quote', inside: this.blocks(inner, true) };
    }
    const prefix = first?.prefix ?? null;
    const inside = this.#stretch(group, goesOn && prefix === null, isQuoted);
    if (prefix === null) return { kind: 'paragraph', inside };
    const sign = prefix.source;
    if (prefix.kind === 'item') return { kind: 'item', sign, inside };
    return { kind: 'heading', level: sign.trimEnd().length, sign, inside };
  }

  /** Lines with their ends, which are on screen as they are; the last of a message ends by itself. */
  #stretch(group: readonly Line[], goesOn: boolean, isQuoted: boolean): Inline[] {
    const pieces: Piece[] = [];
    group.forEach(({ nodes }, index) => {
      for (const node of nodes) pieces.push(...this.#pieces(node, isQuoted));
      if (nodes.every((node) => node.kind === 'text' && !READABLE.test(node.source))) pieces.push('gap');
      const isBlock = nodes.at(-1)?.kind === 'fence';
      if ((goesOn || index < group.length - 1) && !isBlock) pieces.push(plainPiece('\n'));
    });
    return emphasise(this.#text, pieces);
  }

  #pieces(node: Node, isQuoted: boolean): Piece[] {
    if (node.kind === 'mark') return [{ sign: node.source, at: node.at }];
    if (node.kind !== 'spoiler') {
      const inline = inlineOf(node);
      return inline === null ? [plainPiece(node.source)] : [{ node: inline, atom: true }];
    }
    const inside: Piece[] = [];
    for (const [index, run] of node.inside.entries()) {
      // Within it lines are nothing but lines; those of a quote are still quoted, and a block ends its own.
      if (run.kind === 'quote' && isQuoted) continue;
      if (run.kind === 'newline' && node.inside[index - 1]?.kind === 'fence') continue;
      inside.push(...this.#pieces(run, isQuoted));
    }
    return [{ node: { kind: 'spoiler', inside: emphasise(this.#text, inside) }, atom: true }];
  }
}

function plainPiece(text: string): Piece {
  return { node: { kind: 'text', text }, atom: false };
}

/** Quoted lines belong together, and so do those that are nothing special. */
function endOfGroup(all: readonly Line[], at: number): number {
  const first = all[at];
  let end = at + 1;
  if (first === undefined || (!first.isQuote && first.prefix)) return end;
  const isAlike = (line: Line) => (first.isQuote ? line.isQuote : !line.isQuote && line.prefix === null);
  for (let line = all[end]; line && isAlike(line); line = all[end]) end += 1;
  return end;
}

/** What is more than its characters; null for plain text. */
function inlineOf({ kind, source, value, more }: Run): Inline | null {
  switch (kind) {
    case 'code':
      return { kind, text: value };
    case 'fence':
      return { kind, text: value, language: more };
    case 'link':
      return { kind, href: value };
    case 'label':
      return { kind, href: value, text: more };
    case 'user':
    case 'role':
    case 'channel':
      return { kind, id: value };
    case 'everyone':
      return { kind, text: source };
    case 'time':
      return { kind, at: Number(value) * 1000, style: more };
    case 'emoji':
      return { kind, id: more, name: value.slice(1, -1) };
    default:
      return null;
  }
}
