/** Ctrl+B and its like in a field in which one writes a message; what they do is only loaded when one is pressed. */
import type { Format } from './formatting';

const KEYS: Partial<Record<string, Format>> = { b: 'bold', i: 'italic', u: 'underline' };

/** What a key asks for; null: nothing of this. */
export function formatOf(event: KeyboardEvent): Format | null {
  if (event.ctrlKey === event.metaKey || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.shiftKey) return key === 'x' ? 'strike' : null;
  return KEYS[key] ?? null;
}

export function formatKeys(field: HTMLTextAreaElement): () => void {
  function down(event: KeyboardEvent): void {
    const format = formatOf(event);
    if (format === null) return;
    event.preventDefault();
    event.stopPropagation();
    void import('./formatting').then(({ apply }) => apply(field, format));
  }
  field.addEventListener('keydown', down);
  return () => field.removeEventListener('keydown', down);
}
