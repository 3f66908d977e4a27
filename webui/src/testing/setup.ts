/** What the test DOM lacks of a browser, and a WebSocket that no network stands behind. */
import { vi } from 'vitest';

import { en } from '@/i18n/en';
import { show } from '@/i18n/words.svelte';

import { FakeSocket } from './fake-socket';

show(en);

vi.stubGlobal('WebSocket', FakeSocket);

const proto = HTMLElement.prototype as Partial<HTMLElement>;
proto.showPopover ??= function show(this: HTMLElement) {
  this.setAttribute('data-open', '');
};
proto.hidePopover ??= function hide(this: HTMLElement) {
  this.removeAttribute('data-open');
};
