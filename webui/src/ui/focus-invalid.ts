import { tick } from 'svelte';

/** Focuses the first invalid field of a form, after it was refused. */
export async function focusFirstInvalid(form: EventTarget | null): Promise<void> {
  await tick();
  if (form instanceof HTMLElement) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
