/** What is written in a channel: its view, its words in one line, and the rooms that are lit above it on a phone. */
export { default as ChatView } from './ChatView.svelte';
/** Only loaded when somebody opens it. */
export const loadInbox = () => import('./InboxPanel.svelte');
export { loadAhead } from './lazy.svelte';
export { summary, pollResult, summaryOf } from './preview';

/** A thread's view, which many an evening does without. */
export const loadThreadPane = () => import('./ThreadPane.svelte');
export { default as RoomStrip } from './RoomStrip.svelte';
