/** Which voice messages were listened to in this browser; the oldest are forgotten, and count as heard. */
import { SvelteSet } from 'svelte/reactivity';

import type { Id } from '@/api/model';
import { compareIds } from '@/api/snowflake';
import { keep, kept } from '@/ui/storage';

const MOST = 500;

class Heard {
  #ids = new SvelteSet<Id>();

  constructor() {
    const list = kept('heard');
    if (Array.isArray(list)) for (const id of list) if (typeof id === 'string') this.#ids.add(id);
  }

  has(id: Id): boolean {
    if (this.#ids.has(id)) return true;
    const [oldest] = this.#ids;
    return this.#ids.size >= MOST && oldest !== undefined && compareIds(id, oldest) < 0;
  }

  add(id: Id): void {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const newest = [...this.#ids].sort(compareIds).slice(-MOST);
    for (const one of this.#ids) if (!newest.includes(one)) this.#ids.delete(one);
    keep('heard', newest);
  }
}

export const heard = new Heard();
