/** Marks the page while somebody walks it by keyboard, so that only then a field which is always focused shows a ring. */
export function watchKeys(): void {
  const { dataset } = document.documentElement;
  addEventListener('keydown', (event) => {
    if (event.key === 'Tab' || event.key === 'F6') dataset['keys'] = '';
  });
  addEventListener('pointerdown', () => delete dataset['keys']);
}

/** F6 walks from one part of the page to the next, Shift+F6 back. Parts carry `data-region`, in the order of the page. */
export function walkRegions(event: KeyboardEvent): void {
  if (event.key !== 'F6') return;
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null && region.closest('[inert]') === null,
  );
  if (regions.length === 0) return;
  event.preventDefault();
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const step = event.shiftKey ? -1 : 1;
  const next = regions[here < 0 ? 0 : (here + step + regions.length) % regions.length];
  if (next === undefined) return;
  // Where one is in it, else the whole of it if it scrolls, else the first thing that can be pressed.
  const current = next.querySelector<HTMLElement>('[aria-current="page"], textarea');
  const first = next.querySelector<HTMLElement>('a[href], button, [tabindex="0"]');
  (current ?? (next.tabIndex >= 0 ? next : first))?.focus();
}

/** Up and down between the rows of a list; the list holds them as `data-row`. */
export function walkRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const here = rows.findIndex((row) => row === document.activeElement);
  if (here < 0) return;
  event.preventDefault();
  const last = rows.length - 1;
  let to = here + (step ?? 0);
  if (event.key === 'Home') to = 0;
  else if (event.key === 'End') to = last;
  rows[Math.max(0, Math.min(to, last))]?.focus();
}
