/** What other people are to oneself: friends, requests, blocks. Nobody else sees them. */
import { SvelteMap } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import { RelationshipType } from '@/api/constants';
import type { Id, Relationship } from '@/api/model';

export { RelationshipType };
export type Kind = keyof typeof RelationshipType;

class Relationships {
  #byId = new SvelteMap<Id, Relationship>();

  constructor() {
    gateway.on('READY', (ready) => {
      this.#byId.clear();
      for (const one of ready.relationships) this.#byId.set(one.id, one);
    });
    gateway.on('RELATIONSHIP_ADD', (one) => this.#byId.set(one.id, one));
    gateway.on('RELATIONSHIP_UPDATE', (one) => this.#byId.set(one.id, one));
    gateway.on('RELATIONSHIP_REMOVE', ({ id }) => this.#byId.delete(id));
  }

  /** What somebody is to oneself; undefined if nothing in particular. */
  kind(userId: Id): Kind | undefined {
    const type = this.#byId.get(userId)?.type;
    return (Object.keys(RelationshipType) as Kind[]).find((kind) => RelationshipType[kind] === type);
  }

  get(userId: Id): Relationship | undefined {
    return this.#byId.get(userId);
  }

  isBlocked(userId: Id): boolean {
    return this.#byId.get(userId)?.type === RelationshipType.blocked;
  }

  /** Everybody of one kind, the latest first. */
  of(kind: Kind): Relationship[] {
    return [...this.#byId.values()]
      .filter((one) => one.type === RelationshipType[kind])
      .sort((a, b) => b.since.localeCompare(a.since));
  }

  /** By the name that they sign in with; the box answers the same for a name that nobody has and for one that takes no requests. */
  askByName(username: string): Promise<void> {
    return rest.post('v10/users/@me/relationships', { username });
  }

  /** Ask somebody one can see, or accept what they asked. */
  ask(userId: Id): Promise<void> {
    return rest.put(`v10/users/@me/relationships/${userId}`, { type: RelationshipType.friend });
  }

  block(userId: Id): Promise<void> {
    return rest.put(`v10/users/@me/relationships/${userId}`, { type: RelationshipType.blocked });
  }

  /** Friends no more, declined, taken back or unblocked: whatever it was, it is over. */
  remove(userId: Id): Promise<void> {
    return rest.delete(`v10/users/@me/relationships/${userId}`);
  }
}

export const relationships = new Relationships();
