/** A message's text as a tree. It is drawn by components, node by node: no HTML is ever put together from it. */
import type { Id } from '@/api/model';

/** What is written as an id and shown as a name. */
type Named = 'user' | 'role' | 'channel';

export type Mark = 'strong' | 'em' | 'u' | 's' | 'spoiler';

export type Inline =
  /** With its spaces and line ends. */
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'fence'; language: string; text: string }
  | { [M in Mark]: { kind: M; inside: Inline[] } }[Mark]
  | { kind: 'link'; href: string }
  /** Somebody's words for an address, which is shown as well. */
  | { kind: 'label'; href: string; text: string }
  | { [M in Named]: { kind: M; id: Id } }[Named]
  | { kind: 'everyone'; text: string }
  /** A space's own, by its number; `name` without colons. */
  | { kind: 'emoji'; id: Id; name: string }
  | { kind: 'time'; at: number; style: string };

export type Block =
  | { kind: 'paragraph'; inside: Inline[] }
  /** Its sign is shown, as everything that somebody typed. */
  | { kind: 'heading'; level: number; sign: string; inside: Inline[] }
  | { kind: 'item'; sign: string; inside: Inline[] }
  | { kind: 'quote'; inside: Block[] };

/** The words alone, in one line: for quotes, titles and what a screen reader announces. */
export function plain(blocks: readonly Block[], name: (node: Inline) => string): string {
  return words(blocks, name).replace(/\s+/g, ' ').trim();
}

function words(blocks: readonly Block[], name: (node: Inline) => string): string {
  const inline = (nodes: readonly Inline[]): string => nodes.map(one).join('');
  const one = (node: Inline): string => {
    if (node.kind === 'text' || node.kind === 'code' || node.kind === 'label') return node.text;
    if (node.kind === 'fence') return ` ${node.text} `;
    if (node.kind === 'emoji') return `:${node.name}:`;
    if (node.kind === 'link') return node.href;
    if (node.kind === 'spoiler') return '▒▒▒';
    return 'inside' in node ? inline(node.inside) : name(node);
  };
  return blocks
    .map((block) => {
      if (block.kind === 'quote') return words(block.inside, name);
      return block.kind === 'item' ? block.sign + inline(block.inside) : inline(block.inside);
    })
    .join(' ');
}
