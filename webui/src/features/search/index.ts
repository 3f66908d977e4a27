/** Looking for messages. The pane is loaded when it is first opened. */
export const loadPane = () => import('./SearchPane.svelte');
