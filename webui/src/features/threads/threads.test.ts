import userEvent from '@testing-library/user-event';
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Thread } from '@/api/model';
import { channels, reads } from '@/features/channels';
import { CHANNEL, FakeBox, GUILD, message, NORA, ROSE } from '@/testing/fake-box';

import { Chat } from '@/features/messages/chat.svelte';
import ThreadFollowers from './ThreadFollowers.svelte';
import { threads } from './threads.svelte';
import ThreadSettings from './ThreadSettings.svelte';

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

test('in a thread that rests nothing is offered that would be refused', () => {
  const resting = threads.put(thread({ thread_metadata: { ...thread().thread_metadata, archived: true } }));
  const chat = new Chat(resting);

  expect([chat.mayReact, chat.mayPin, threads.mayBring(resting), threads.mayTakeOut(resting)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(chat.mayDelete(message('1'))).toBe(true);
  threads.put(thread());
  expect([chat.mayReact, chat.mayPin]).toEqual([true, true]);
});

test('who follows a thread is listed, brought in and taken out, and seen as others do it', async () => {
  const follower = (id: string, at: string) => ({ id: ID, user_id: id, join_timestamp: at, flags: 0 });
  box.on('GET v10/channels/\\d+/thread-members', () => [follower(NORA.id, '2026-11-20T17:00:00+00:00')]);
  box.on('PUT v10/channels/\\d+/thread-members/\\d+', () => ({}));
  box.on('DELETE v10/channels/\\d+/thread-members/\\d+', () => ({}));
  const shown = channels.byId.get(ID);
  if (!shown) throw new Error('not there');
  render(ThreadFollowers, { props: { thread: shown, onclose: () => undefined } });
  await screen.findByText('1 person follows it');

  await fireEvent.click(screen.getByRole('button', { name: 'Add Rose' }));
  await vi.waitFor(() =>
    expect(box.asked.at(-1)).toMatchObject({
      method: 'PUT',
      path: `v10/channels/${ID}/thread-members/${ROSE.id}`,
    }),
  );
  const change = { id: ID, guild_id: GUILD, member_count: 2, removed_member_ids: [] };
  box.says('THREAD_MEMBERS_UPDATE', {
    ...change,
    added_members: [follower(ROSE.id, '2026-11-20T18:00:00+00:00')],
  });
  await screen.findByText('2 people follow it');

  const remove = () => screen.getByRole('button', { name: 'Remove Rose' });
  await vi.waitFor(() => expect(remove().getAttribute('aria-busy')).toBe('false'));
  await fireEvent.click(remove());
  await vi.waitFor(() => expect(box.asked.at(-1)).toMatchObject({ method: 'DELETE' }));
  box.says('THREAD_MEMBERS_UPDATE', {
    ...change,
    member_count: 1,
    added_members: [],
    removed_member_ids: [ROSE.id],
  });
  await screen.findByText('1 person follows it');
  cleanup();
});

test('only what was changed of a thread is sent', async () => {
  box.on('PATCH v10/channels/\\d+', () => thread({ rate_limit_per_user: 30 }));
  const shown = channels.byId.get(ID);
  if (!shown?.thread) throw new Error('not there');
  render(ThreadSettings, { props: { channel: shown, thread: shown.thread, onclose: () => undefined } });

  await userEvent.selectOptions(screen.getByLabelText('Slow mode'), '30 seconds');
  const form = document.querySelector('#thread-settings');
  if (form) await fireEvent.submit(form);

  await vi.waitFor(() => expect(box.asked.at(-1)?.method).toBe('PATCH'));
  expect(box.asked.at(-1)?.body).toEqual({ rate_limit_per_user: 30 });
  cleanup();
});
