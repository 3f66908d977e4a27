/** Friends, requests and blocks. */
export { relationships, RelationshipType } from './relationships.svelte';
export type { Kind } from './relationships.svelte';
