/** How the page looks, per person and per browser. */
import { keep, kept } from './storage';

export type Theme = 'system' | 'dark' | 'light' | 'black';

interface Stored {
  theme: Theme;
  compact: boolean;
  large: boolean;
  members: boolean;
}

const DEFAULTS: Stored = { theme: 'system', compact: false, large: false, members: true };

class Preferences {
  theme: Theme = $state('system');
  compact = $state(false);
  large = $state(false);
  /** Whether the people beside a channel are shown on wide screens. */
  members = $state(true);
  #person = '';

  /** Everything as this person left it; before anyone has signed in, as the last one left it. */
  load(person: string): void {
    this.#person = person;
    const stored = { ...DEFAULTS, ...read('look'), ...(person === '' ? {} : read(`look.${person}`)) };
    this.theme = stored.theme;
    this.compact = stored.compact;
    this.large = stored.large;
    this.members = stored.members;
    this.apply();
  }

  change(part: Partial<Stored>): void {
    Object.assign(this, part);
    const { theme, compact, large, members } = this;
    keep('look', { theme, compact, large, members });
    if (this.#person !== '') keep(`look.${this.#person}`, { theme, compact, large, members });
    this.apply();
  }

  apply(): void {
    const root = document.documentElement;
    set(root, 'data-theme', this.theme === 'system' ? null : this.theme);
    set(root, 'data-density', this.compact ? 'compact' : null);
    set(root, 'data-text', this.large ? 'large' : null);
    requestAnimationFrame(colourBrowserFrame);
  }
}

function read(name: string): Partial<Stored> {
  const value = kept(name);
  return typeof value === 'object' && value !== null ? value : {};
}

function set(element: HTMLElement, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** The bars of a phone's browser take the colour of the frame. */
function colourBrowserFrame(): void {
  let meta = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
  if (meta === null) {
    meta = document.createElement('meta');
    meta.name = 'theme-color';
    document.head.append(meta);
  }
  // The property itself may be light-dark(…); only a colour in use has one value.
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--surface-1)';
  meta.content = getComputedStyle(probe).color;
  probe.remove();
}

export const preferences = new Preferences();
