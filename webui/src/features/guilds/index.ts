/** Spaces, their people, and what everyone may do there. */
export { guilds } from './guilds.svelte';
export { members, scopeOf } from './members.svelte';
export { channelPermissions, Permission } from './permissions';
export { emojiAddress, emojiSource, usableEmoji } from './emojis';
