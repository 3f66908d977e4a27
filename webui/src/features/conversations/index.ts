/** Pairs and groups, without their screens. */
export { conversations, isConversation } from './conversations.svelte';
export { lastMessages } from './last-messages.svelte';
export type { LastShown } from './last-messages.svelte';
