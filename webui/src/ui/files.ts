/**
 * Files that are pasted or dropped anywhere on the page: the open conversation takes them; where there is none, that is said.
 *
 * A newcomer would leave a drop alone: then the browser opens the file in place of this page, and what was typed is gone.
 */
import { t } from '@/i18n';
import { toasts } from './toasts.svelte';

export interface FileTaker {
  /** False: not these, what else was brought is meant. */
  take: (data: DataTransfer, by: 'paste' | 'drop') => boolean;
  /** They are held over the page, or no longer. */
  hover: (over: boolean) => void;
}

let taker: FileTaker | null = null;

/** From here on until what is returned is called. */
export function takesFiles(one: FileTaker): () => void {
  taker = one;
  return () => {
    if (taker === one) taker = null;
  };
}

const bringsFiles = (data: DataTransfer | null): data is DataTransfer =>
  data !== null && data.types.includes('Files');

/** Into the field for messages, or nowhere in particular; fields of dialogs take text alone. */
export function pasted(event: ClipboardEvent): void {
  if (!bringsFiles(event.clipboardData)) return;
  const meant = !isField(event.target) || event.target.matches('[data-composer]');
  if (!meant) return;
  if (taker === null) toasts.failed(t.chat.noFiles);
  else if (taker.take(event.clipboardData, 'paste')) event.preventDefault();
}

/** Without this the browser would not let us have the drop. */
export function draggedOver(event: DragEvent): void {
  if (!bringsFiles(event.dataTransfer)) return;
  event.preventDefault();
  taker?.hover(true);
}

/** Out of the window; between its parts there is somewhere that one comes to. */
export function draggedAway(event: DragEvent): void {
  if (event.relatedTarget === null) taker?.hover(false);
}

/** Text that is dropped with them is put where it was dropped. */
export function dropped(event: DragEvent): void {
  taker?.hover(false);
  if (!bringsFiles(event.dataTransfer)) return;
  event.preventDefault();
  const text = event.dataTransfer.getData('text/plain');
  if (text !== '' && isField(event.target)) write(event.target, text);
  if (taker === null) toasts.failed(t.chat.noFiles);
  else taker.take(event.dataTransfer, 'drop');
}

function isField(target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function write(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const at = field.selectionStart ?? field.value.length;
  field.setRangeText(text, at, field.selectionEnd ?? at, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromDrop', data: text }));
  field.focus();
}
