/** Calls: `voice` is the call that this page is in and who is in every room. Its screens are loaded by the shell when they are needed. */
export { voice } from './voice';
export { default as Clock } from './Clock.svelte';
export { asMediaError } from './media';
export { borrowMicrophone } from './microphone';
