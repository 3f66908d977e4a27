/** Messages that one has chosen in the open conversation, to do something to all of them at once. */
import { SvelteSet } from 'svelte/reactivity';

import type { Id } from '@/api/model';

/** As many as the box deletes at once. */
export const MOST_SELECTED = 100;

export class Selection {
  readonly ids = new SvelteSet<Id>();
  /** The last one that was pressed: where a range begins. */
  #anchor: Id | null = null;

  constructor(first: Id) {
    this.press(first, false, [first]);
  }

  /** Chosen or no longer; with `through` all from the one before to this one. `all`: the messages in their order. */
  press(id: Id, through: boolean, all: readonly Id[]): void {
    const from = this.#anchor === null ? -1 : all.indexOf(this.#anchor);
    const to = all.indexOf(id);
    if (through && from >= 0 && to >= 0) {
      const range = all.slice(Math.min(from, to), Math.max(from, to) + 1);
      for (const one of from <= to ? range : range.toReversed()) this.#add(one);
    } else if (this.ids.has(id)) {
      this.ids.delete(id);
    } else {
      this.#add(id);
    }
    this.#anchor = id;
  }

  /** They are gone. */
  drop(ids: readonly Id[]): void {
    for (const id of ids) this.ids.delete(id);
  }

  #add(id: Id): void {
    if (this.ids.size < MOST_SELECTED) this.ids.add(id);
  }
}
