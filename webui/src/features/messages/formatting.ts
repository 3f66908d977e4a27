/**
 * Signs of markdown around what is selected in a field, and away again.
 *
 * A newcomer would write the whole text anew: then the browser's own undo ends there.  `apply` types instead.
 */
export type Format = 'bold' | 'italic' | 'underline' | 'strike' | 'code' | 'spoiler' | 'quote' | 'link';

/** What to type over which stretch of the text, and what is selected afterwards. */
export interface Edit {
  from: number;
  to: number;
  text: string;
  select: readonly [number, number];
}

const MARKS: Partial<Record<Format, string>> = {
  bold: '**',
  italic: '*',
  underline: '__',
  strike: '~~',
  code: '`',
  spoiler: '||',
};
const FENCE = '```';
const LINK = /^\[([^\]]*)\]\(([^)\s]*)\)$/;
const ADDRESS = /^https?:\/\/\S+$/;

export function toggle(text: string, start: number, end: number, format: Format): Edit {
  if (format === 'quote') return quote(text, start, end);
  // Signs beside a space stand for themselves.
  const inside = text.slice(start, end);
  const from = inside.trim() === '' ? start : start + inside.length - inside.trimStart().length;
  const to = inside.trim() === '' ? end : end - (inside.length - inside.trimEnd().length);
  if (format === 'link') return link(text, from, to);
  if (format === 'code' && text.slice(from, to).includes('\n')) return fence(text, from, to);
  const mark = MARKS[format] ?? '';
  return around(text, from, to, mark);
}

function around(text: string, from: number, to: number, mark: string): Edit {
  const inside = text.slice(from, to);
  const size = mark.length;
  if (inside.length >= 2 * size && has(run(inside, mark, 1), run(inside, mark, -1), mark)) {
    const bare = inside.slice(size, -size);
    return { from, to, text: bare, select: [from, from + bare.length] };
  }
  if (has(run(text.slice(0, from), mark, -1), run(text.slice(to), mark, 1), mark))
    return { from: from - size, to: to + size, text: inside, select: [from - size, to - size] };
  return { from, to, text: mark + inside + mark, select: [from + size, to + size] };
}

/** How many of the mark's sign stand at the beginning of a text, or at its end. */
function run(text: string, mark: string, direction: 1 | -1): number {
  const sign = mark.charAt(0);
  let length = 0;
  while (text.at(direction === 1 ? length : -1 - length) === sign) length += 1;
  return length;
}

/** Whether so many signs on both sides have this mark among them: three asterisks are bold and italic. */
function has(before: number, after: number, mark: string): boolean {
  const both = Math.min(before, after);
  return mark === '*' ? both === 1 || both === 3 : both >= mark.length;
}

function fence(text: string, from: number, to: number): Edit {
  const inside = text.slice(from, to);
  const [open, shut] = [`${FENCE}\n`, `\n${FENCE}`];
  if (inside.startsWith(open) && inside.endsWith(shut) && inside.length > open.length + shut.length) {
    const bare = inside.slice(open.length, -shut.length);
    return { from, to, text: bare, select: [from, from + bare.length] };
  }
  if (text.slice(0, from).endsWith(open) && text.slice(to).startsWith(shut)) {
    const start = from - open.length;
    return { from: start, to: to + shut.length, text: inside, select: [start, start + inside.length] };
  }
  return {
    from,
    to,
    text: open + inside + shut,
    select: [from + open.length, from + open.length + inside.length],
  };
}

function quote(text: string, start: number, end: number): Edit {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split('\n');
  const quoted = lines.every((line) => line.startsWith('> '));
  const changed = lines.map((line) => (quoted ? line.slice(2) : `> ${line}`)).join('\n');
  return { from, to, text: changed, select: [from, from + changed.length] };
}

function link(text: string, from: number, to: number): Edit {
  const inside = text.slice(from, to);
  const linked = LINK.exec(inside);
  if (linked) {
    const words = linked[1] ?? '';
    return { from, to, text: words, select: [from, from + words.length] };
  }
  // Of an address the words are missing, of words the address.
  if (ADDRESS.test(inside)) return { from, to, text: `[](${inside})`, select: [from + 1, from + 1] };
  const address = 'https://';
  const at = from + inside.length + 3;
  return { from, to, text: `[${inside}](${address})`, select: [at, at + address.length] };
}

/** Done as if it were typed, so that the browser can take it back. */
export function apply(field: HTMLTextAreaElement, format: Format): void {
  const edit = toggle(field.value, field.selectionStart, field.selectionEnd, format);
  field.focus();
  field.setSelectionRange(edit.from, edit.to);
  if (!type(edit.text)) {
    field.setRangeText(edit.text, edit.from, edit.to, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  field.setSelectionRange(...edit.select);
}

function type(text: string): boolean {
  // Nothing else leaves the browser's undo whole.
  /* eslint-disable @typescript-eslint/no-deprecated, @typescript-eslint/no-unnecessary-condition */
  return document.execCommand?.(text === '' ? 'delete' : 'insertText', false, text) ?? false;
  /* eslint-enable */
}
