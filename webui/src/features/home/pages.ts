/** What is loaded when one comes home. */
export { default as ConversationList } from './ConversationList.svelte';
export { default as ConversationView } from './ConversationView.svelte';
export { default as FriendsPage } from './FriendsPage.svelte';
export { default as PhoneHome } from './PhoneHome.svelte';
export { default as StartConversation } from './StartConversation.svelte';
