/**
 * Files that are pasted or dropped: they cannot be sent yet, and that is said.
 *
 * A newcomer would leave a drop alone: then the browser opens the file in place of this page, and what was typed is gone.
 */
import { t } from '@/i18n';
import { toasts } from './toasts.svelte';

const bringsFiles = (data: DataTransfer | null): data is DataTransfer =>
  data !== null && data.types.includes('Files');

/** Text in the same paste goes where it would anyway. */
export function pasted(event: ClipboardEvent): void {
  if (bringsFiles(event.clipboardData)) tell();
}

/** Without this the browser would not let us have the drop. */
export function draggedOver(event: DragEvent): void {
  if (bringsFiles(event.dataTransfer)) event.preventDefault();
}

/** Text that is dropped with them is put where it was dropped. */
export function dropped(event: DragEvent): void {
  if (!bringsFiles(event.dataTransfer)) return;
  event.preventDefault();
  const text = event.dataTransfer.getData('text/plain');
  if (text !== '' && isField(event.target)) write(event.target, text);
  tell();
}

function tell(): void {
  toasts.failed(t.chat.noFiles);
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
