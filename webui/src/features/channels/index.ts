/** Channels and what is unread in them. */
export { default as ChannelRow } from './ChannelRow.svelte';
export { channels, isFollowed } from './channels.svelte';
export { iconOf } from './icon';
export { OPEN_MINUTES, openWords, SLOW_SECONDS, slowWords } from './pace';
export { reads } from './reads.svelte';

/** What asks before a channel is made, changed or deleted. */
export { dialogs } from './dialogs';
