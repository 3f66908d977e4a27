/** What is needed to show files; loaded with the first message that has one. */
export { default as Attachments } from './Attachments.svelte';
