/** Home: conversations and friends. Its pages are loaded when the first is opened. */
import { Lazy } from '@/ui/lazy.svelte';

export { default as JustYouTwo } from './JustYouTwo.svelte';

export const home = new Lazy(() => import('./pages'));
export const loadHome = () => home.load();
