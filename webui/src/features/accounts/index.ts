/** Who is signed in, and the rules for names. */
export { account } from './account.svelte';
export { language } from './language.svelte';
export { lineError, shownNameError } from './checks';
export { trimmed } from './rules';
