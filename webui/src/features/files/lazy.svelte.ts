/** Parts of this feature that are loaded when the first message has need of them, and are there at once from then on. */
import { Lazy } from '@/ui/lazy.svelte';

/** Files that go out: the tray, the uploads, the recorder. */
export const sending = new Lazy(() => import('./sending'));
/** Files that came: pictures, players, cards. */
export const showing = new Lazy(() => import('./showing'));
