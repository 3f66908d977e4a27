/** The files in what was pasted or dropped. */
import { t } from '@/i18n';
import { toasts } from '@/ui/toasts.svelte';

/** Word processors paste a picture of the text beside it; then the text is meant. */
const RICH: readonly string[] = ['text/html', 'text/rtf'];

export function filesIn(data: DataTransfer, by: 'paste' | 'drop'): File[] {
  if (by === 'paste' && RICH.some((type) => data.types.includes(type))) return [];
  const items = [...data.items].filter((item) => item.kind === 'file');
  const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry()?.isDirectory === true;
  if (items.some(isFolder)) toasts.failed(t.chat.files.noFolders);
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
  return files.filter((file) => file !== null);
}
