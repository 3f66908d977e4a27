/** What people show each other. Light words here; everything with a screen is loaded when it is needed. */
export { filesInWords } from './words';
export { isSpoiler, isVoice, kindOf } from './kinds';
export { sending, showing } from './lazy.svelte';
export { filesIn } from './transfer';
export type { Recorded } from './recording.svelte';
export type { Upload, WireFile } from './upload.svelte';

export const loadChannelFiles = () => import('./ChannelFiles.svelte');
