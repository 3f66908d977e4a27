/** Channels and what is unread in them. */
export { default as ChannelDialog } from './ChannelDialog.svelte';
export { default as ChannelRow } from './ChannelRow.svelte';
export { channels, isFollowed } from './channels.svelte';
export { default as DeleteChannel } from './DeleteChannel.svelte';
export { iconOf } from './icon';
export { reads } from './reads.svelte';
