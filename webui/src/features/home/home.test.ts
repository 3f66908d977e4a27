/** Home: the conversations and what was said last in them, friends and requests, beginning a conversation, groups. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Channel, Conversation, Relationship, User } from '@/api/model';
import { findEntries } from '@/app/palette';
import { channels } from '@/features/channels/channels.svelte';
import { reads } from '@/features/channels/reads.svelte';
import { conversations } from '@/features/conversations';
import { paths, router } from '@/navigation/router.svelte';
import { FakeBox, guild, member, message, NORA, Refusal, ROSE, TOM, user } from '@/testing/fake-box';

import ConversationList from './ConversationList.svelte';
import ConversationView from './ConversationView.svelte';
import FriendsPage from './FriendsPage.svelte';
import JustYouTwo from './JustYouTwo.svelte';
import PhoneHome from './PhoneHome.svelte';
import StartConversation from './StartConversation.svelte';

const PETRA = user('7100000000000000', 'Petra');
const BEN = user('7200000000000000', 'Ben');
const LUNA = { ...user('7300000000000000', 'Luna'), bot: true };
const PAIR: Conversation = {
  id: '3001',
  type: 1,
  last_message_id: '90',
  recipients: [ROSE],
  hearth_last_message: { id: '90', author_id: ROSE.id, type: 0, content: 'Landing at **nine**' },
};
const GROUP: Conversation = {
  id: '3002',
  type: 3,
  last_message_id: '95',
  recipients: [ROSE, TOM],
  name: 'Lake weekend',
  icon: null,
  owner_id: NORA.id,
  hearth_last_message: { id: '95', author_id: TOM.id, type: 0, content: 'Cabin is booked' },
};

let box: FakeBox;
let people: ReturnType<typeof userEvent.setup>;

beforeEach(() => {
  box = new FakeBox();
  box.on('GET v10/channels/\\d+/messages', () => []);
  people = userEvent.setup();
});

afterEach(() => {
  cleanup();
  for (const { id } of channels.conversations) box.says('CHANNEL_DELETE', { id });
  box.close();
});

function relation(who: User, type: number): Relationship {
  return { id: who.id, type, user: who, nickname: null, since: '2026-11-18T09:00:00.000000+00:00' };
}

function come(conversations: Conversation[] = [], relationships: Relationship[] = []): Promise<void> {
  return box.ready(
    {},
    [{ id: PAIR.id, last_message_id: '80', mention_count: 2 }],
    'online',
    conversations,
    relationships,
  );
}

function conversation(id: string): Channel {
  const found = channels.byId.get(id);
  if (!found) throw new Error('not there');
  return found;
}

const asked = (method: string, path: string) =>
  box.asked.filter((one) => one.method === method && one.path === path);

describe('the list', () => {
  it('says who, what was said last by whom, and how much is unread', async () => {
    await come([PAIR, GROUP]);
    render(ConversationList, { props: { current: undefined } });

    const [friends, first, second] = screen.getAllByRole('link');
    expect(friends?.getAttribute('aria-current')).toBe('page');
    expect(first?.getAttribute('href')).toBe(paths.conversation(GROUP.id));
    expect(first?.textContent).toMatch(/Lake weekend\s*Tom:\s+Cabin is booked/);
    expect(second?.textContent).toMatch(/Rose\s*Landing at nine/);
    expect(second?.textContent).toContain('2 unread');
  });

  it('follows what is written, changed and deleted, and puts the newest first', async () => {
    await come([PAIR, GROUP]);
    render(ConversationList, { props: { current: undefined } });
    const row = () => screen.getByRole('link', { name: /Rose/ });
    const written = message('99', 'Gate B4', { author: NORA, channel_id: PAIR.id });
    delete written.guild_id;

    box.says('MESSAGE_CREATE', written);
    await waitFor(() => expect(row().textContent).toMatch(/You:\s+Gate B4/));
    expect(screen.getAllByRole('link')[1]).toBe(row());

    box.says('MESSAGE_UPDATE', { id: '99', channel_id: PAIR.id, content: 'Gate B5' });
    await waitFor(() => expect(row().textContent).toContain('Gate B5'));

    const before = message('90', 'Landing at ten', { channel_id: PAIR.id });
    delete before.guild_id;
    box.on(`GET v10/channels/${PAIR.id}/messages`, () => [before]);
    box.says('MESSAGE_DELETE', { id: '99', channel_id: PAIR.id, hearth_last_message_id: '90' });
    await waitFor(() => expect(row().textContent).toContain('Landing at ten'));
  });

  it('says in words what a message without words is', async () => {
    const photo = { id: '5', filename: 'robin.jpg', content_type: 'image/jpeg', hearth: { state: 'ready' } };
    const attachments = [photo, { ...photo, id: '6' }];
    box.on(`GET v10/channels/${PAIR.id}/messages`, () => [
      { ...message('90', '', { channel_id: PAIR.id }), attachments },
    ]);
    await come([{ ...PAIR, hearth_last_message: { id: '90', author_id: ROSE.id, type: 0, content: '' } }]);
    render(ConversationList, { props: { current: undefined } });
    const row = () => screen.getByRole('link', { name: /Rose/ });
    await waitFor(() => expect(row().textContent).toContain('2 photos'));

    const voice = { id: '7', filename: 'v.m4a', content_type: 'audio/mp4', duration_secs: 12 };
    const said = { ...message('99', '', { channel_id: PAIR.id, flags: 1 << 13 }), attachments: [voice] };
    delete said.guild_id;
    box.says('MESSAGE_CREATE', said);
    await waitFor(() => expect(row().textContent).toContain('Voice message 0:12'));
  });

  it('shows nothing of what somebody blocked wrote in a group', async () => {
    await come([GROUP], [relation(TOM, 2)]);
    render(ConversationList, { props: { current: undefined } });

    expect(screen.queryByText(/Cabin/)).toBeNull();
    expect(screen.getByText('1 message from someone you have blocked')).toBeTruthy();
  });

  it('shows no pair with somebody blocked, and counts nothing of it', async () => {
    await come([PAIR, GROUP]);
    render(ConversationList, { props: { current: undefined } });
    expect(reads.mentionsInConversations).toBe(2);

    box.says('RELATIONSHIP_ADD', relation(ROSE, 2));
    await waitFor(() => expect(screen.getAllByRole('link')).toHaveLength(2));
    expect(reads.mentionsInConversations).toBe(0);
    expect(await conversations.openPair(ROSE.id)).toBe(PAIR.id);
  });

  it('closes a pair from its menu, and leaves a group only when asked again', async () => {
    await come([PAIR, GROUP]);
    render(ConversationList, { props: { current: undefined } });

    await people.click(screen.getByRole('button', { name: 'Rose, menu' }));
    await people.click(screen.getByRole('menuitem', { name: 'Close the conversation' }));
    await waitFor(() => expect(asked('DELETE', `v10/channels/${PAIR.id}`)).toHaveLength(1));

    await people.click(screen.getByRole('button', { name: 'Lake weekend, menu' }));
    await people.click(screen.getByRole('menuitem', { name: 'Leave the group' }));
    expect(asked('DELETE', `v10/channels/${GROUP.id}`)).toHaveLength(0);
    await people.click(
      within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Leave the group' }),
    );
    await waitFor(() => expect(asked('DELETE', `v10/channels/${GROUP.id}`)).toHaveLength(1));
  });

  it('on a phone is the page, with those that are unread and the groups apart', async () => {
    await come([PAIR, GROUP], [relation(PETRA, 3)]);
    box.says('MESSAGE_ACK', { channel_id: GROUP.id, message_id: '95', mention_count: 0, manual: false });
    render(PhoneHome);

    expect(screen.getByRole('link', { name: /^Friends\s+Petra would like to be friends/ })).toBeTruthy();
    await people.click(screen.getByRole('radio', { name: 'Unread 1' }));
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      paths.conversation(PAIR.id),
    ]);
    await people.keyboard('{ArrowRight}');
    expect(screen.getByRole('radio', { name: 'Groups' }).getAttribute('aria-checked')).toBe('true');
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      paths.conversation(GROUP.id),
    ]);
  });

  it('stands in a space with those who are in it', async () => {
    await come([PAIR, { ...PAIR, id: '3003', recipients: [PETRA] }, GROUP]);
    render(JustYouTwo, { props: { guild: guild() } });

    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      paths.conversation(PAIR.id),
    ]);
  });
});

describe('friends', () => {
  it('shows requests to answer, who is here, and who has not answered', async () => {
    await come([], [relation(PETRA, 3), relation(ROSE, 1), relation(TOM, 1), relation(BEN, 4)]);
    box.says('PRESENCE_UPDATE', { user: { id: ROSE.id }, status: 'idle', activities: [] });
    render(FriendsPage);

    const here = within(screen.getByRole('region', { name: /Here now/ }));
    expect(here.getByRole('button', { name: /^Rose/ }).textContent).toContain('Away');
    expect(here.queryByText('Tom')).toBeNull();
    expect(screen.getByRole('region', { name: /Waiting for an answer/ }).textContent).toContain('Ben');

    await people.click(screen.getByRole('button', { name: 'Accept Petra' }));
    await waitFor(() =>
      expect(asked('PUT', `v10/users/@me/relationships/${PETRA.id}`)[0]?.body).toEqual({ type: 1 }),
    );
    await people.click(screen.getByRole('button', { name: 'Take it back' }));
    await waitFor(() => expect(asked('DELETE', `v10/users/@me/relationships/${BEN.id}`)).toHaveLength(1));

    await people.click(screen.getByRole('radio', { name: 'All 2' }));
    expect(screen.getByText('Tom')).toBeTruthy();
  });

  it('opens the conversation with a friend', async () => {
    box.on('POST v10/users/@me/channels', () => ({ ...PAIR, id: '3009', recipients: [TOM] }));
    await come([], [relation(TOM, 1)]);
    render(FriendsPage);

    await people.click(screen.getByRole('radio', { name: 'All 1' }));
    await people.click(screen.getByRole('button', { name: 'Message Tom' }));
    await waitFor(() => expect(router.path).toBe(paths.conversation('3009')));
    expect(asked('POST', 'v10/users/@me/channels')[0]?.body).toEqual({ recipient_id: TOM.id });
  });

  it('helps where there is none yet, and asks by name', async () => {
    await come();
    box.on('POST v10/users/@me/relationships', (body) =>
      (body as { username: string }).username === 'petra'
        ? undefined
        : new Refusal(400, { code: 80004, key: 'nobody_takes_requests', message: 'No' }),
    );
    render(FriendsPage);

    expect(screen.getByRole('heading', { name: 'Add your first friend' })).toBeTruthy();
    await people.click(screen.getByRole('button', { name: 'Add a friend' }));
    await people.type(screen.getByRole('textbox', { name: 'Sign-in name' }), 'Peter{Enter}');
    expect((await screen.findByRole('alert')).textContent).toMatch(/Nobody takes friend requests/);
    await people.clear(screen.getByRole('textbox', { name: 'Sign-in name' }));
    await people.type(screen.getByRole('textbox', { name: 'Sign-in name' }), ' @Petra{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked('POST', 'v10/users/@me/relationships').at(-1)?.body).toEqual({ username: 'petra' });
  });

  it('shows the blocked only under Blocked, and lets them go', async () => {
    await come([], [relation(TOM, 2), relation(ROSE, 1)]);
    render(FriendsPage);

    await people.click(screen.getByRole('radio', { name: 'All 1' }));
    expect(screen.queryByText('Tom')).toBeNull();
    await people.click(screen.getByRole('radio', { name: 'Blocked' }));
    await people.click(screen.getByRole('button', { name: 'Unblock' }));
    await waitFor(() => expect(asked('DELETE', `v10/users/@me/relationships/${TOM.id}`)).toHaveLength(1));
  });
});

describe('beginning', () => {
  it('with one person opens the pair that there is', async () => {
    await come([PAIR]);
    render(StartConversation, { props: { onclose: () => undefined } });

    await people.type(screen.getByRole('combobox'), 'ros{Enter}');
    await people.click(screen.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(router.path).toBe(paths.conversation(PAIR.id)));
    expect(asked('POST', 'v10/users/@me/channels')).toHaveLength(0);
  });

  it('with several makes a group with a name, without the blocked and with no bot', async () => {
    box.on('POST v10/users/@me/channels', () => ({ ...GROUP, id: '3010' }));
    const there = [member(NORA), member(ROSE), member(TOM), member(BEN), member(LUNA)];
    await box.ready({ members: there }, [], 'online', [], [relation(BEN, 2)]);
    render(StartConversation, { props: { onclose: () => undefined } });

    const names = () => screen.getAllByRole('option').map((one) => one.textContent.trim().split(/\s/)[0]);
    expect(names().map((name) => name?.slice(-4))).toHaveLength(3);
    await people.click(screen.getByRole('option', { name: /Tom/ }));
    await people.click(screen.getByRole('option', { name: /Rose/ }));
    expect(screen.queryByRole('option', { name: /Luna/ })).toBeNull();
    await people.type(screen.getByRole('textbox', { name: 'Name of the group' }), 'Lake');
    await people.click(screen.getByRole('button', { name: 'Make the group' }));
    await waitFor(() => expect(router.path).toBe(paths.conversation('3010')));
    expect(asked('POST', 'v10/users/@me/channels')[0]?.body).toEqual({ recipients: [TOM.id, ROSE.id] });
    expect(asked('PATCH', 'v10/channels/3010')[0]?.body).toEqual({ name: 'Lake' });
  });

  it('adds to a group those who are not in it yet', async () => {
    const there = [member(NORA), member(ROSE), member(TOM), member(BEN)];
    await box.ready({ members: there }, [], 'online', [GROUP]);
    render(StartConversation, { props: { channel: conversation(GROUP.id), onclose: () => undefined } });

    expect(screen.getAllByRole('option')).toHaveLength(1);
    await people.click(screen.getByRole('option', { name: /Ben/ }));
    await people.click(screen.getByRole('button', { name: 'Add people' }));
    await waitFor(() =>
      expect(asked('PUT', `v10/channels/${GROUP.id}/recipients/${BEN.id}`)).toHaveLength(1),
    );
  });
});

describe('a conversation', () => {
  it('tells what happened to the group in sentences', async () => {
    const notice = (id: string, type: number, content: string, mentions: User[], author = TOM) => {
      const one = message(id, content, { type, mentions, author, channel_id: GROUP.id });
      delete one.guild_id;
      return one;
    };
    box.on(`GET v10/channels/${GROUP.id}/messages`, () => [
      notice('94', 4, '', []),
      notice('93', 4, 'Lake', []),
      notice('92', 2, '', [ROSE]),
      notice('91', 2, '', [TOM]),
      notice('90', 1, '', [BEN]),
    ]);
    await come([GROUP]);
    render(ConversationView, { props: { channel: conversation(GROUP.id), target: null } });

    const log = within(screen.getByRole('log'));
    await waitFor(() => expect(log.getByText('Tom has added Ben.')).toBeTruthy());
    expect(log.getByText('Tom has left the group.')).toBeTruthy();
    expect(log.getByText('Tom has removed Rose.')).toBeTruthy();
    expect(log.getByText('Tom has named the group Lake.')).toBeTruthy();
    expect(log.getByText('Tom has taken the name off the group.')).toBeTruthy();
    expect(log.queryByRole('img')).toBeNull();
  });

  it('lets the owner remove somebody, and asks first', async () => {
    await come([GROUP]);
    render(ConversationView, { props: { channel: conversation(GROUP.id), target: null } });

    const show = screen.getByRole('button', { name: 'People' });
    if (show.getAttribute('aria-pressed') !== 'true') await people.click(show);
    await people.click(screen.getByRole('button', { name: 'More about Tom' }));
    await people.click(screen.getByRole('menuitem', { name: 'Remove Tom' }));
    await people.click(screen.getByRole('button', { name: 'Remove Tom' }));
    await waitFor(() =>
      expect(asked('DELETE', `v10/channels/${GROUP.id}/recipients/${TOM.id}`)).toHaveLength(1),
    );
  });

  it('with somebody one has blocked has a way back where one would write', async () => {
    await come([PAIR], [relation(ROSE, 2)]);
    render(ConversationView, { props: { channel: conversation(PAIR.id), target: null } });

    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getByText('You have blocked Rose, so you cannot write to each other.')).toBeTruthy();
    await people.click(screen.getByRole('button', { name: 'Unblock' }));
    await waitFor(() => expect(asked('DELETE', `v10/users/@me/relationships/${ROSE.id}`)).toHaveLength(1));
  });

  it('says where one would write that the other cannot be written to, once the box has refused', async () => {
    box.on('SAY', () => new Refusal(403, { code: 50007, key: 'cannot_write_to_them', message: 'No' }));
    await come([PAIR]);
    render(ConversationView, { props: { channel: conversation(PAIR.id), target: null } });

    await people.type(screen.getByRole('textbox', { name: 'Message Rose' }), 'Hello{Enter}');
    expect(await screen.findByText(/Rose cannot be written to at the moment/)).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    await people.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.getByRole('textbox', { name: 'Message Rose' })).toBeTruthy();
  });
});

describe('Ctrl K', () => {
  it('finds people and conversations, each pair once, and opens a pair that there is not yet', async () => {
    box.on('POST v10/users/@me/channels', () => ({ ...PAIR, id: '3011', recipients: [TOM] }));
    await come([PAIR, GROUP], [relation(BEN, 2)]);

    const rose = findEntries('rose', undefined).filter((one) => one.label === 'Rose');
    expect(rose.map((one) => one.path)).toEqual([paths.conversation(PAIR.id)]);
    expect(findEntries('lake', undefined)[0]?.path).toBe(paths.conversation(GROUP.id));
    expect(findEntries('ben', undefined).map((one) => one.label)).not.toContain('Ben');
    findEntries('tom', undefined)[0]?.run?.();
    await waitFor(() => expect(router.path).toBe(paths.conversation('3011')));
  });
});
