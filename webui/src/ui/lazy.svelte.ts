/** Parts of the screen that are loaded when something first has need of them, and are there at once from then on. */
import { Unreachable } from '@/api/errors';

import { attempt } from './toasts.svelte';

export class Lazy<Parts> {
  /** Undefined until they are there. */
  parts: Parts | undefined = $state.raw();
  readonly #import: () => Promise<Parts>;
  #loading: Promise<Parts> | null = null;

  constructor(load: () => Promise<Parts>) {
    this.#import = load;
  }

  /** Throws `Unreachable` if the box does not answer; the next call asks again. */
  async load(): Promise<Parts> {
    this.#loading ??= this.#import();
    try {
      this.parts = await this.#loading;
      return this.parts;
    } catch (error) {
      this.#loading = null;
      // Browsers have no better word for a script that did not come.
      throw error instanceof TypeError ? new Unreachable() : error;
    }
  }

  /** The same for a place on the screen that shows them as soon as they are there. */
  readonly want = (): void => {
    if (this.parts === undefined) void attempt(() => this.load());
  };
}
