/** Who somebody is, wherever one knows them from, and their card. */
export { people } from './people.svelte';
export { unblock } from './unblock';

/** The card is loaded when the first is opened. */
export const loadProfileCard = () => import('./ProfileCard.svelte');
