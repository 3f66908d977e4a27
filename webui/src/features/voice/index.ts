/** Calls: `voice` is the call that this page is in and who is in every room; the rest are its screens. */
export { default as CallBar } from './CallBar.svelte';
export { default as CallView } from './CallView.svelte';
export { default as Clock } from './Clock.svelte';
export { default as DeviceSettings } from './DeviceSettings.svelte';
export { default as RoomPeople } from './RoomPeople.svelte';
export { voice } from './voice';
