import { tick } from 'svelte';

/** After a form was refused: to the first field that is wrong, so that nobody has to look for it. */
export async function toFirstWrong(form: EventTarget | null): Promise<void> {
  await tick();
  if (form instanceof HTMLElement) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
