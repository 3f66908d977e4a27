/** A press on the opener of an open popover first closes it; the click that follows must not open it anew. */
const SAME_PRESS_MS = 250;

export function justClosed(opener: HTMLElement): boolean {
  return performance.now() - Number(opener.dataset['closedAt'] ?? -Infinity) < SAME_PRESS_MS;
}
