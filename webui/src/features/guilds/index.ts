/** Spaces, their people, and what everyone may do there. */
import { Lazy } from '@/ui/lazy.svelte';

export { guilds } from './guilds.svelte';
export { members, scopeOf } from './members.svelte';
export { channelPermissions, Permission } from './permissions';
/** The dialog that makes one. */
export const createSpace = new Lazy(() => import('./CreateSpace.svelte'));
export { emojiAddress, emojiSource, usableEmoji } from './emojis';
