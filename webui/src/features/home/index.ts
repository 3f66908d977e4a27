/** Home: conversations and friends. Its pages are loaded when the first is opened. */
export { default as JustYouTwo } from './JustYouTwo.svelte';

export const loadHome = () => import('./pages');
