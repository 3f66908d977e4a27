/** What is written in a channel: its view, its words in one line, and the rooms that are lit above it on a phone. */
export { default as ChatView } from './ChatView.svelte';
export { summary, summaryOf } from './preview';
export { default as RoomStrip } from './RoomStrip.svelte';
