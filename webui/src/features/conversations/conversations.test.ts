/** A channel that is in no guild: its name, its people, what one may do there, what is unread. */
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { RelationshipType } from '@/api/constants';
import type { Channel, Conversation } from '@/api/model';
import { channels } from '@/features/channels/channels.svelte';
import { reads } from '@/features/channels/reads.svelte';
import { members, scopeOf } from '@/features/guilds/members.svelte';
import { Permission } from '@/features/guilds/permissions';
import ChatView from '@/features/messages/ChatView.svelte';
import { toWire } from '@/features/messages/mentions';
import { suggest } from '@/features/messages/suggest';
import { FakeBox, message, NORA, ROSE, TOM, user } from '@/testing/fake-box';

const PAIR: Conversation = { id: '3001', type: 1, last_message_id: '90', recipients: [ROSE] };
const GROUP: Conversation = {
  id: '3002',
  type: 3,
  last_message_id: null,
  recipients: [ROSE, TOM],
  name: null,
  icon: null,
  owner_id: NORA.id,
};

let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  box.on('GET v10/channels/\\d+/messages', () => []);
  await box.ready({}, [{ id: PAIR.id, last_message_id: '90', mention_count: 0 }], 'online', [PAIR, GROUP]);
});

afterEach(() => {
  cleanup();
  for (const { id } of channels.conversations) box.says('CHANNEL_DELETE', { id });
  box.close();
});

function conversation(id: string): Channel {
  const found = channels.byId.get(id);
  if (!found) throw new Error('not there');
  return found;
}

function written(id: string, author = ROSE) {
  const one = message(id, 'Hello', { author, channel_id: PAIR.id });
  delete one.guild_id;
  return one;
}

it('is called after its people until it is named', () => {
  expect(conversation(PAIR.id).name).toBe('Rose');
  expect(conversation(GROUP.id).name).toBe('Rose and Tom');

  box.says('CHANNEL_UPDATE', { ...GROUP, name: 'Lake weekend' });
  box.says('CHANNEL_RECIPIENT_ADD', { channel_id: GROUP.id, user: user('9500000000000000', 'Ines') });

  expect(conversation(GROUP.id).name).toBe('Lake weekend');
  expect(conversation(GROUP.id).recipients?.map((one) => one.id)).toContain('9500000000000000');
});

it('follows who comes, goes and is called otherwise', () => {
  box.says('CHANNEL_RECIPIENT_REMOVE', { channel_id: GROUP.id, user: TOM });
  box.says('USER_UPDATE', { ...ROSE, global_name: 'Rosie' });

  expect(conversation(GROUP.id).name).toBe('Rosie');
  expect(conversation(PAIR.id).name).toBe('Rosie');
  expect(members.of(GROUP.id).map((one) => one.user.id)).toEqual([ROSE.id, NORA.id]);
});

it('lets everyone write and nobody manage', () => {
  expect(channels.can(conversation(PAIR.id), Permission.SEND_MESSAGES)).toBe(true);
  expect(channels.can(conversation(PAIR.id), Permission.MANAGE_MESSAGES)).toBe(false);
  expect(channels.can(conversation(GROUP.id), Permission.MENTION_EVERYONE)).toBe(false);
});

it('leaves reading to somebody who has blocked the other of a pair, and all of a group', () => {
  box.says('RELATIONSHIP_ADD', {
    id: ROSE.id,
    type: RelationshipType.blocked,
    nickname: null,
    user: ROSE,
    since: '2026-11-30T10:00:00.000000+00:00',
  });

  expect(channels.can(conversation(PAIR.id), Permission.SEND_MESSAGES)).toBe(false);
  expect(channels.can(conversation(PAIR.id), Permission.ADD_REACTIONS)).toBe(false);
  expect(channels.can(conversation(PAIR.id), Permission.READ_MESSAGE_HISTORY)).toBe(true);
  expect(channels.can(conversation(GROUP.id), Permission.SEND_MESSAGES)).toBe(true);

  box.says('RELATIONSHIP_REMOVE', { id: ROSE.id, type: RelationshipType.blocked });

  expect(channels.can(conversation(PAIR.id), Permission.SEND_MESSAGES)).toBe(true);
});

it('counts every message of others as one for me', () => {
  box.says('MESSAGE_CREATE', written('91'));
  box.says('MESSAGE_CREATE', written('92'));

  expect(reads.unread(PAIR.id)).toBe(true);
  expect(reads.mentions(PAIR.id)).toBe(2);
  expect(reads.mentionsInConversations).toBe(2);
  expect(channels.conversations.map((one) => one.id)[0]).toBe(GROUP.id);

  box.says('MESSAGE_CREATE', written('93', NORA));

  expect(reads.mentions(PAIR.id)).toBe(0);
});

it('offers and understands the names of its people', async () => {
  const scope = scopeOf(conversation(GROUP.id));

  expect((await suggest({ sign: '@', query: 'to', start: 0 }, scope)).map((one) => one.insert)).toEqual([
    '@Tom',
  ]);
  expect(toWire('@Tom, look', scope)).toBe(`<@${TOM.id}>, look`);
  expect(toWire('@Tom, look', PAIR.id)).toBe('@Tom, look');
});

it('is shown with its name and without what only a space has', async () => {
  render(ChatView, { props: { channel: conversation(PAIR.id), target: null } });

  await waitFor(() => expect(screen.getByRole('log').getAttribute('aria-busy')).toBe('false'));
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Rose');
  expect(screen.getByRole('textbox', { name: /Rose/ })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Menu|menu/ })).toBeNull();
});
