import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Thread } from '@/api/model';
import { channels, reads } from '@/features/channels';
import { CHANNEL, FakeBox, GUILD, message, NORA, ROSE } from '@/testing/fake-box';

import { threads } from './threads.svelte';

const ID = '5000000000000000000';
const ME = {
  id: ID,
  user_id: NORA.id,
  join_timestamp: '2026-11-20T17:00:00.000000+00:00',
  flags: 0,
} as const;

function thread(part: Partial<Thread> = {}): Thread {
  return {
    id: ID,
    type: 11,
    guild_id: GUILD,
    parent_id: CHANNEL,
    owner_id: ROSE.id,
    name: 'Boiler man',
    last_message_id: null,
    last_pin_timestamp: null,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    rate_limit_per_user: 0,
    thread_metadata: {
      archived: false,
      auto_archive_duration: 10_080,
      archive_timestamp: '2026-11-20T17:00:00.000000+00:00',
      create_timestamp: '2026-11-20T17:00:00.000000+00:00',
      locked: false,
    },
    flags: 0,
    ...part,
  };
}

let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  await box.ready({ threads: [thread()] });
});

afterEach(() => box.close());

test('a thread is known, but stands among no channels of the space', () => {
  expect(channels.of(GUILD).map(({ id }) => id)).toEqual([CHANNEL]);
  expect(channels.threadsIn(CHANNEL).map(({ name }) => name)).toEqual(['Boiler man']);
  expect(channels.followed(GUILD)).toEqual([]);
});

test('only what one follows is new, and counts for the space', () => {
  box.says('MESSAGE_CREATE', message('5000000000000000009', 'hi', { channel_id: ID }));
  expect(reads.unread(ID)).toBe(false);
  expect(channels.byId.get(ID)?.thread?.message_count).toBe(1);

  box.says('THREAD_MEMBER_UPDATE', { ...ME, guild_id: GUILD });

  expect(reads.unread(ID)).toBe(true);
  expect(reads.unreadIn(GUILD)).toBe(true);
  box.says('THREAD_UPDATE', thread({ name: 'Plumber' }));
  expect(channels.byId.get(ID)).toMatchObject({ name: 'Plumber', last_message_id: '5000000000000000009' });
  expect(channels.followed(GUILD)).toHaveLength(1);
  box.says('THREAD_MEMBERS_UPDATE', {
    id: ID,
    guild_id: GUILD,
    member_count: 1,
    added_members: [],
    removed_member_ids: [NORA.id],
  });
  expect(channels.followed(GUILD)).toHaveLength(0);
});

test('a thread that is deleted is at no message any more, and one goes with its channel', () => {
  const at = message(ID, 'The boiler man comes.', { thread: thread(), flags: 32 });
  expect(threads.at(at)?.name).toBe('Boiler man');

  box.says('THREAD_DELETE', { id: ID, guild_id: GUILD, parent_id: CHANNEL, type: 11 });

  expect(threads.at(at)).toBeUndefined();
  box.says('THREAD_CREATE', thread({ id: '6000000000000000000' }));
  box.says('CHANNEL_DELETE', channels.byId.get(CHANNEL));
  expect(channels.threadsIn(CHANNEL)).toEqual([]);
});

test('a locked thread is for those who look after threads', () => {
  const shut = threads.put(thread({ thread_metadata: { ...thread().thread_metadata, locked: true } }));

  // Nora owns the space.
  expect(threads.looksAfter(shut)).toBe(true);
  expect(channels.can(shut, 1n << 11n)).toBe(true);
});
