import type { Token } from 'markdown-it';

import { messageParser } from './rules';
import type { Block, Inline, Mark } from './tree';

const parser = messageParser();

/** Long ago parsed is parsed for good: a conversation shows the same texts again and again. */
const cache = new Map<string, Block[]>();
const CACHED = 500;

export function parse(source: string): Block[] {
  const known = cache.get(source);
  if (known) return known;
  const blocks = new Reader(parser.parse(source, {})).blocks();
  if (cache.size >= CACHED) cache.clear();
  cache.set(source, blocks);
  return blocks;
}

const MARKS: Record<string, Mark> = { em_open: 'em', s_open: 's', spoiler_open: 'spoiler' };

class Reader {
  #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Up to the token that closes what one is in, which is eaten too. */
  blocks(): Block[] {
    const found: Block[] = [];
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.nesting < 0) return found;
      const block = this.#block(token);
      if (block) found.push(block);
    }
    return found;
  }

  #block(token: Token): Block | null {
    switch (token.type) {
      case 'paragraph_open':
        return { kind: 'paragraph', inside: this.#children() };
      case 'heading_open':
        return { kind: 'heading', level: Number(token.tag.slice(1)), inside: this.#children() };
      case 'blockquote_open':
        return { kind: 'quote', inside: this.blocks() };
      case 'bullet_list_open':
        return { kind: 'list', start: null, items: this.#items() };
      case 'ordered_list_open':
        return { kind: 'list', start: Number(token.attrGet('start') ?? 1), items: this.#items() };
      case 'fence':
        return {
          kind: 'code',
          language: token.info.trim().slice(0, 20),
          text: token.content.replace(/\n$/, ''),
        };
      default:
        return null;
    }
  }

  #items(): Block[][] {
    const items: Block[][] = [];
    for (let token = this.#next(); token !== undefined && token.nesting >= 0; token = this.#next()) {
      items.push(this.blocks());
    }
    return items;
  }

  #children(): Inline[] {
    const inline = this.#next();
    // The closing token.
    this.#at += 1;
    return new Reader(inline?.children ?? []).inlines();
  }

  inlines(): Inline[] {
    const found: Inline[] = [];
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.nesting < 0) return found;
      const node = this.#inline(token);
      if (node) found.push(node);
    }
    return found;
  }

  #inline(token: Token): Inline | null {
    const mark = MARKS[token.type];
    if (mark) return { kind: mark, inside: this.inlines() };
    switch (token.type) {
      case 'strong_open':
        return { kind: token.markup === '__' ? 'u' : 'strong', inside: this.inlines() };
      case 'link_open':
        return { kind: 'link', href: String(token.attrGet('href') ?? ''), inside: this.inlines() };
      case 'code_inline':
        return { kind: 'code', text: token.content };
      case 'softbreak':
      case 'hardbreak':
        return { kind: 'break' };
      case 'mention':
        return { kind: token.tag as 'user' | 'role' | 'channel', id: token.content };
      case 'everyone':
        return { kind: 'everyone', text: token.content };
      case 'time':
        return { kind: 'time', at: Number(token.content) * 1000, style: token.info };
      default:
        return token.content === '' ? null : { kind: 'text', text: token.content };
    }
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }
}
