/** Links that let others in. */
export { default as InviteDialog } from './InviteDialog.svelte';
