/** Who is here: only what they still tell one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RelationshipType } from '@/api/constants';
import { FakeBox, NORA, TOM, user } from '@/testing/fake-box';

import { members } from './members.svelte';

const STRANGER = user('4242', 'Stranger');
let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  await box.ready({});
});

afterEach(() => box.close());

const comes = (id: string) =>
  box.says('PRESENCE_UPDATE', { user: { id }, status: 'online', activities: [], client_status: {} });

describe('a stranger in a group', () => {
  it('is listed apart, for nobody tells whether they are here', () => {
    const channel = {
      id: '3000',
      type: 3,
      name: 'Party',
      owner_id: NORA.id,
      recipients: [TOM, STRANGER],
      last_message_id: null,
      last_pin_timestamp: null,
      flags: 0,
    };
    box.says('CHANNEL_CREATE', channel);
    comes(TOM.id);

    const groups = members.grouped('3000').map((one) => [one.key, one.members.map(({ user }) => user.id)]);
    expect(groups).toEqual([
      ['here', expect.arrayContaining([TOM.id])],
      ['unknown', [STRANGER.id]],
    ]);
  });
});

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
