/** A message's text as a tree. It is drawn by components, node by node: no HTML is ever put together from it. */
import type { Id } from '../../api/model';

/** What is written as an id and shown as a name. */
type Named = 'user' | 'role' | 'channel';

export type Mark = 'strong' | 'em' | 'u' | 's' | 'spoiler';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { [M in Mark]: { kind: M; inside: Inline[] } }[Mark]
  | { kind: 'link'; href: string; inside: Inline[] }
  | { [M in Named]: { kind: M; id: Id } }[Named]
  | { kind: 'everyone'; text: string }
  | { kind: 'time'; at: number; style: string };

export type Block =
  | { kind: 'paragraph'; inside: Inline[] }
  | { kind: 'heading'; level: number; inside: Inline[] }
  | { kind: 'quote'; inside: Block[] }
  | { kind: 'list'; start: number | null; items: Block[][] }
  | { kind: 'code'; language: string; text: string };

/** The words alone: for quotes, titles and what a screen reader announces. */
export function plain(blocks: readonly Block[], name: (node: Inline) => string): string {
  const inline = (nodes: readonly Inline[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'text' || node.kind === 'code') return node.text;
        if (node.kind === 'break') return ' ';
        if (node.kind === 'spoiler') return '▒▒▒';
        return 'inside' in node ? inline(node.inside) : name(node);
      })
      .join('');
  return blocks
    .map((block) => {
      if (block.kind === 'code') return block.text;
      if (block.kind === 'list') return block.items.map((item) => plain(item, name)).join(' ');
      if (block.kind === 'quote') return plain(block.inside, name);
      return inline(block.inside);
    })
    .join(' ')
    .trim();
}
