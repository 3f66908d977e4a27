/** Looking for messages. The pane is loaded when it is first opened. */
import { Lazy } from '@/ui/lazy.svelte';

export const pane = new Lazy(() => import('./SearchPane.svelte'));
