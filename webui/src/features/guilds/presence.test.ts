/** Who is here: only what they still tell one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RelationshipType } from '@/api/constants';
import { FakeBox, TOM } from '@/testing/fake-box';

import { members } from './members.svelte';

let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  await box.ready({});
});

afterEach(() => box.close());

const comes = (id: string) =>
  box.says('PRESENCE_UPDATE', { user: { id }, status: 'online', activities: [], client_status: {} });

describe('somebody who is no friend any more', () => {
  it('is not shown as here if one shares no space with them', () => {
    comes('777');
    expect(members.status('777')).toBe('online');
    box.says('RELATIONSHIP_REMOVE', { id: '777', type: RelationshipType.friend });
    expect(members.status('777')).toBe('offline');
  });

  it('is still shown as here in a space', () => {
    comes(TOM.id);
    box.says('RELATIONSHIP_REMOVE', { id: TOM.id, type: RelationshipType.friend });
    expect(members.status(TOM.id)).toBe('online');
  });
});
