/**
 * Which language is shown: the one that the account has chosen, on whichever device; else the one chosen at a door of this
 * device; else the first of the browser's that we have; else the box's.
 */
import { untrack } from 'svelte';

import { firstOf, isLanguage, LANGUAGES } from '@/i18n/languages';
import type { Language } from '@/i18n/languages';
import { show } from '@/i18n/words.svelte';
import { keep, kept } from '@/ui/storage';

const FALLBACK: Language = 'en-GB';
/** Under this name a device keeps what was chosen on it last. */
const KEY = 'language';

class ShownLanguage {
  /** What is on the screen, or on its way there. */
  current: Language | undefined = $state();
  /** What the account has chosen: null follows the device. */
  account: Language | null = $state(null);
  #device: Language | null = null;
  #box: Language | undefined;
  #coming: Promise<void> = Promise.resolve();
  /** The later words have been asked for, so that another language is to bring its own. */
  #withLater = false;

  constructor() {
    const last = kept(KEY);
    if (isLanguage(last)) this.#device = last;
  }

  /** False where only the box knows: nothing was chosen, and the browser speaks none of ours. */
  get isKnown(): boolean {
    return this.#wanted() !== undefined;
  }

  /** Shows what is wanted; the words are there when this resolves, in English if the others could not be had. */
  async start(): Promise<void> {
    await this.#follow().catch(async () => show(await LANGUAGES[FALLBACK].load()));
  }

  /** The box has told its own. */
  heardBox(language: Language): void {
    this.#box = language;
    this.#follow().catch(() => undefined);
  }

  /** The account has told what it chose. Its words come at once; what is shown stays if they cannot be had. */
  heardAccount(language: Language | null): void {
    // An account that never chose leaves what was chosen at this device's door.
    if (language !== null || this.account !== null) this.#keep(language);
    this.account = language;
    this.#follow().catch(() => undefined);
  }

  /** Nobody is signed in any more; the doors go on in the language of whoever was. */
  forgetAccount(): void {
    this.account = null;
  }

  /** Chooses for this device; rejects if the words cannot be had. */
  async choose(language: Language | null): Promise<void> {
    this.#keep(language);
    await this.#follow();
  }

  /** The words of the doors, calls and settings as well; rejects if they cannot be had. */
  loadLater(): Promise<void> {
    // A template that waits for them is not to wait anew, and lose what was typed, when the language changes.
    return untrack(() => this.#loadLater());
  }

  async #loadLater(): Promise<void> {
    this.#withLater = true;
    let loaded: Language | undefined;
    do {
      loaded = this.current;
      const later = await LANGUAGES[loaded ?? FALLBACK].loadLater();
      await this.#coming.catch(() => undefined);
      if (loaded === this.current) show(later);
    } while (loaded !== this.current);
  }

  #keep(language: Language | null): void {
    this.#device = language;
    keep(KEY, language);
  }

  #wanted(): Language | undefined {
    return this.account ?? this.#device ?? firstOf(navigator.languages) ?? this.#box;
  }

  #follow(): Promise<void> {
    const wanted = this.#wanted() ?? FALLBACK;
    if (wanted === this.current) return this.#coming;
    const before = this.current;
    this.current = wanted;
    const { load, loadLater } = LANGUAGES[wanted];
    this.#coming = Promise.all([load(), this.#withLater ? loadLater() : null]).then(
      ([first, later]) => {
        // Of two choices in a row the later one stays.
        if (this.current === wanted) show({ ...first, ...later });
      },
      (error: unknown) => {
        if (this.current === wanted) this.current = before;
        throw error;
      },
    );
    return this.#coming;
  }
}

export const language = new ShownLanguage();
