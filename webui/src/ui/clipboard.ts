import { t } from '@/i18n';
import { toasts } from './toasts.svelte';

/** False if the browser refused, which it does without a trusted certificate; the person has been told. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toasts.failed(t.app.copyFailed);
    return false;
  }
}
