/** What is open around the conversation: drawers on a phone, the people beside it, the palette. */
import { MediaQuery } from 'svelte/reactivity';

import { preferences } from '@/ui/preferences.svelte';

/** What the search is opened with: words, and whether to look only in the channel that is open. */
export interface SearchRequest {
  text?: string;
  onlyHere?: boolean;
}

class Shell {
  #phone = new MediaQuery('max-width: 639px');
  #wide = new MediaQuery('min-width: 1024px');
  #touch = new MediaQuery('pointer: coarse');
  /** Over the conversation: the channels from the left, the people from the right. */
  drawer: 'none' | 'channels' | 'people' = $state('none');
  palette = $state(false);
  /** Beside the conversation instead of the people, or over it; null: closed. Each time that it is asked for another object. */
  search: SearchRequest | null = $state.raw(null);

  get phone(): boolean {
    return this.#phone.current;
  }

  get wide(): boolean {
    return this.#wide.current;
  }

  get touch(): boolean {
    return this.#touch.current;
  }

  /** The people stand beside the conversation; where it is narrower they open over it. */
  get peopleBeside(): boolean {
    return this.#wide.current && preferences.members && this.search === null;
  }

  get peopleShown(): boolean {
    return this.#wide.current ? this.peopleBeside : this.drawer === 'people';
  }

  togglePeople(): void {
    if (this.#wide.current) {
      preferences.change({ members: this.search !== null || !preferences.members });
      this.search = null;
    } else this.drawer = this.drawer === 'people' ? 'none' : 'people';
  }

  close(): void {
    this.drawer = 'none';
  }
}

export const shell = new Shell();
