/** What is needed to send files; loaded when the first is chosen. */
export { default as FileDialog } from './FileDialog.svelte';
export { default as PendingFiles } from './PendingFiles.svelte';
export { default as Recorder } from './Recorder.svelte';
export { default as Tray } from './Tray.svelte';
export { uploads } from './uploads.svelte';
export { recordableType } from './recording.svelte';
