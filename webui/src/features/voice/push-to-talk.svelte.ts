/**
 * Hold a key to be heard. A web page hears keys only while it has the focus; the settings say so.
 */

/** Keys that write nothing: these also work while one types a message. */
const SILENT = /^(Control|Alt|Shift|Meta|F\d|Pause|ScrollLock|Insert|ContextMenu)/;

export class PushToTalk {
  held = $state(false);
  #key: string | null = null;

  constructor(private readonly changed: () => void) {}

  /** Listen for this key (`KeyboardEvent.code`); null ends it. */
  listen(key: string | null): void {
    if (key === this.#key) return;
    if ((key === null) !== (this.#key === null)) {
      const act = key === null ? 'removeEventListener' : 'addEventListener';
      window[act]('keydown', this.#down as EventListener);
      window[act]('keyup', this.#up as EventListener);
      window[act]('blur', this.#let);
    }
    this.#key = key;
    this.set(false);
  }

  /** Also for a button that is held with a finger. */
  set(held: boolean): void {
    if (held === this.held) return;
    this.held = held;
    this.changed();
  }

  #down = (event: KeyboardEvent): void => {
    if (event.code !== this.#key || event.repeat || writes(event)) return;
    this.set(true);
  };

  #up = (event: KeyboardEvent): void => {
    if (event.code === this.#key) this.set(false);
  };

  #let = (): void => this.set(false);
}

function writes(event: KeyboardEvent): boolean {
  if (SILENT.test(event.code) || !(event.target instanceof HTMLElement)) return false;
  // Space and Enter press a button that has the focus: they stay the button's.
  const presses =
    (event.code === 'Space' || event.code === 'Enter') && event.target.closest('button, a') !== null;
  return presses || event.target.closest('input, textarea, select, [contenteditable]') !== null;
}
