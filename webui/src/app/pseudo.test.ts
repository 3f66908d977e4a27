/** No word is wired into a screen: with a language that nobody speaks, everything that is read or heard is in its brackets. */
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Conversation, Health, Relationship } from '@/api/model';
import InvitePage from '@/features/accounts/InvitePage.svelte';
import LoginPage from '@/features/accounts/LoginPage.svelte';
import SetupPage from '@/features/accounts/SetupPage.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import PhoneHome from '@/features/home/PhoneHome.svelte';
import { en } from '@/i18n/en';
import { LANGUAGES } from '@/i18n/languages';
import { show } from '@/i18n/words.svelte';
import { profile } from '@/navigation/profile.svelte';
import { router, paths } from '@/navigation/router.svelte';
import { FakeBox, GUILD, NORA, ROSE, TOM, message, user } from '@/testing/fake-box';
import { accented, hardWired, pseudo } from '@/testing/pseudo';

import SettingsPage from './SettingsPage.svelte';
import Shell from './Shell.svelte';

/** What people wrote or are called here, addresses, versions, and times, which `Intl` writes. */
const THEIRS: (string | RegExp)[] = [
  /[A-Z]\w+, \d+ \w+ \d{4} at [\d:]+/,
  'rose',
  'tom',
  'Maple Street',
  'general',
  'Nora',
  'nora',
  'Petra',
  'petra',
  'Ben',
  'ben',
  'Lake weekend',
  'Rose',
  'Tom',
  'Raspberry Pi 4',
  /message \d+/,
  /https?:\S+/,
  /@?everyone/,
  /\d+ (MB|GB)/,
  /[A-Z]\w+, \d+ \w+( \d{4})?/,
  /\d+ \w+ \d{4}/,
  /\d{1,2} [A-Z][a-z]{2,8}(?![a-z])/,
  /Chrome/,
];

const HEALTH: Health = {
  verdict: 'serious',
  problems: 1,
  checked_at: '2026-11-24T12:00:00.000000+00:00',
  rows: [
    {
      check: 'clock',
      key: 'clock',
      state: 'good',
      title: 'Clock',
      sentence: 'Told by the box.',
      fix: null,
      facts: {},
    },
    {
      check: 'disk_space',
      key: 'disk_full',
      state: 'serious',
      title: 'Full',
      sentence: 'Told by the box.',
      fix: 'Do it.',
      facts: { free: 1e9, total: 9e10 },
    },
  ],
  numbers: {
    processor_percent: 17.6,
    memory_used: 4e8,
    memory_total: 2e9,
    storage_used: 4e10,
    storage_total: 1e11,
    celsius: 51,
    slows_down_celsius: 80,
  },
  board: 'Raspberry Pi 4',
  version: '1.3.2',
  slot: 'A',
  uptime_seconds: 100_000,
};

const PETRA = user('7100000000000000', 'Petra');
const BEN = user('7200000000000000', 'Ben');
const PAIR: Conversation = {
  id: '3001',
  type: 1,
  last_message_id: '90',
  recipients: [ROSE],
  hearth_last_message: { id: '90', author_id: NORA.id, type: 0, content: 'message 1' },
};
const GROUP: Conversation = {
  id: '3002',
  type: 3,
  last_message_id: '95',
  recipients: [ROSE, TOM],
  name: 'Lake weekend',
  icon: null,
  owner_id: NORA.id,
  hearth_last_message: { id: '95', author_id: TOM.id, type: 0, content: 'message 2' },
};

/** Friends, one request each way, and somebody blocked. */
const RELATIONSHIPS = [relation(ROSE, 1), relation(TOM, 2), relation(PETRA, 3), relation(BEN, 4)];

function relation(who: typeof NORA, type: number): Relationship {
  return { id: who.id, type, user: who, nickname: null, since: '2026-11-18T09:00:00.000000+00:00' };
}

// Pages are loaded when they are first opened, and on a busy machine that takes its time.
configure({ asyncUtilTimeout: 5000 });
vi.setConfig({ testTimeout: 20_000 });

let box: FakeBox;

afterAll(() => show(en));

beforeEach(() => {
  vi.spyOn(LANGUAGES['en-GB'], 'load').mockResolvedValue(pseudo);
  show(pseudo);
  box = new FakeBox();
  box.on('GET .*', () => []);
  box.on('GET v10/channels/\\d+/messages', () => [
    message('5001', 'message 1'),
    message('5000', 'message 2', { author: TOM }),
  ]);
  box.on('GET v10/invites/\\w+', () => ({
    code: 'maple',
    guild: { id: GUILD, name: 'Maple Street' },
    inviter: NORA,
    approximate_member_count: 3,
  }));
  box.on('GET v10/guilds/\\d+/(invites|bots)', () => []);
  box.on('GET hearth/v1/auth/sessions', () => []);
  box.on('GET hearth/v1/health', () => HEALTH);
});

afterEach(() => {
  cleanup();
  box.close();
  guilds.ready = false;
});

function expectNoWord(): void {
  const root = document.body;
  expect(hardWired(root, THEIRS)).toEqual([]);
  const title = document.title.replace(/Maple Street|general|Hearth|Rose|Lake weekend/g, '');
  if (/\p{L}{2}/u.test(title)) expect(document.title).toMatch(/⟦.*⟧/);
}

describe('the test itself', () => {
  it('finds a word that is seen, heard or held out, and lets names and sentences be', () => {
    document.body.innerHTML =
      `<p>${accented('All is well')}</p><p>Rose</p><button aria-label="Close"></button><input placeholder="Search" />` +
      `<b>Bold</b><code>code</code>`;

    expect(hardWired(document.body, ['Rose'])).toEqual(['Close', 'Search', 'Bold']);
    document.body.innerHTML = '';
  });
});

describe('no word is wired into', () => {
  it('the doors', async () => {
    render(LoginPage);
    expectNoWord();
    cleanup();
    render(SetupPage, { props: { token: 'token' } });
    expectNoWord();
    cleanup();
    render(SetupPage, { props: { token: '' } });
    expectNoWord();
    cleanup();
    render(InvitePage, { props: { code: 'maple' } });
    await screen.findByRole('heading', { name: 'Maple Street' });
    expectNoWord();
  });

  it('a channel', async () => {
    await box.ready();
    router.go(paths.space(GUILD));
    render(Shell);
    await waitFor(() => expect(document.body.textContent).toContain('message 1'));
    expectNoWord();
  });

  it.each(['account', 'devices', 'appearance', 'voice', 'health'] as const)(
    'the settings: %s',
    async (section) => {
      await box.ready();
      render(SettingsPage, { props: { route: { page: 'settings', section } } });
      await waitFor(() => expect(document.querySelectorAll('main *').length).toBeGreaterThan(5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expectNoWord();
    },
  );

  it.each(['overview', 'people', 'invites', 'bots'] as const)(
    'the settings of a space: %s',
    async (section) => {
      await box.ready();
      render(SettingsPage, { props: { route: { page: 'space-settings', guild: GUILD, section } } });
      await waitFor(() => expect(document.querySelectorAll('main *').length).toBeGreaterThan(5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expectNoWord();
    },
  );

  describe('home:', () => {
    const people = userEvent.setup();
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    const unread = [{ id: PAIR.id, last_message_id: '80', mention_count: 2 }];
    const come = (conversations: Conversation[] = [], relationships: Relationship[] = []) =>
      box.ready({}, unread, 'online', conversations, relationships);
    const opened = async (name: string) =>
      within(await screen.findByRole('dialog', { name: accented(name) }));

    afterEach(() => {
      profile.close();
      box.says('CHANNEL_DELETE', { id: PAIR.id });
      box.says('CHANNEL_DELETE', { id: GROUP.id });
    });

    it('nobody there yet', async () => {
      await come();
      router.go(paths.conversations);
      render(Shell);
      await screen.findByText(accented(en.home.friends.noneTitle));
      expectNoWord();

      await people.click(screen.getByRole('button', { name: accented(en.home.start) }));
      await opened(en.home.start);
      expectNoWord();
    });

    it('friends, requests and the blocked', async () => {
      await come([PAIR, GROUP], RELATIONSHIPS);
      router.go(paths.conversations);
      render(Shell);
      await screen.findByText(accented(en.home.friends.asks));
      expectNoWord();

      for (const name of [en.home.friends.all(1), en.home.friends.blocked]) {
        await people.click(screen.getByRole('radio', { name: accented(name) }));
        expectNoWord();
      }
      await people.click(screen.getByRole('button', { name: accented(en.home.friends.add) }));
      const dialog = await opened(en.home.friends.add);
      await people.click(dialog.getByRole('button', { name: accented(en.home.friends.addSubmit) }));
      await screen.findByText(accented(en.home.friends.addNobody));
      expectNoWord();
    });

    it.each([
      ['a friend', ROSE.id],
      ['somebody blocked', TOM.id],
      ['somebody who asks', PETRA.id],
      ['somebody who was asked', BEN.id],
      ['oneself', NORA.id],
    ])('the card of %s', async (_whose, userId) => {
      await come([PAIR, GROUP], RELATIONSHIPS);
      router.go(paths.space(GUILD));
      render(Shell);
      const at = { x: 10, y: 10 };
      const found = [ROSE, TOM, PETRA, BEN, NORA].find(({ id }) => id === userId);
      profile.open({ at, userId, guildId: GUILD, user: found });
      const card = await screen.findByRole('dialog');
      expectNoWord();

      const more = within(card).queryByRole('button', { name: /⟦Mørë/ });
      if (!more) return;
      await people.click(more);
      await screen.findByRole('menu');
      expectNoWord();
    });

    it('what asks first: to block, to end a friendship', async () => {
      for (const item of [en.people.card.block('Rose'), en.people.card.unfriend]) {
        await come([], [relation(ROSE, 1)]);
        router.go(paths.conversations);
        render(Shell);
        profile.open({ at: { x: 10, y: 10 }, userId: ROSE.id, guildId: null, user: ROSE });
        const card = within(await screen.findByRole('dialog'));
        await people.click(card.getByRole('button', { name: /⟦Mørë/ }));
        await people.click(await screen.findByRole('menuitem', { name: accented(item) }));
        await screen.findByRole('alertdialog');
        expectNoWord();
        cleanup();
        profile.close();
      }
    });

    it('a pair, a group, and what is in their menus', async () => {
      await come([PAIR, GROUP], [relation(TOM, 2)]);
      for (const [channel, name] of [
        [PAIR, 'Rose'],
        [GROUP, 'Lake weekend'],
      ] as const) {
        router.go(paths.conversation(channel.id));
        render(Shell);
        await waitFor(() => expect(document.body.textContent).toContain('message 1'));
        await pause();
        expectNoWord();
        const header = document.querySelector<HTMLElement>('header[data-region="header"]');
        if (!header) throw new Error(`no header in ${name}`);
        await people.click(
          within(header).getByRole('button', { name: accented(en.spaces.channelMenu(name)) }),
        );
        await screen.findByRole('menu');
        expectNoWord();
        cleanup();
      }
    });

    it.each([en.home.group.add, en.home.group.rename, en.home.group.leave])(
      'what a group asks: %s',
      async (item) => {
        await come([GROUP]);
        router.go(paths.conversation(GROUP.id));
        render(Shell);
        const menu = { name: accented(en.spaces.channelMenu('Lake weekend')) };
        await people.click((await screen.findAllByRole('button', menu)).at(-1) as HTMLElement);
        await people.click(await screen.findByRole('menuitem', { name: accented(item) }));
        await waitFor(() => expect(document.querySelector('dialog[open], [role="dialog"]')).not.toBeNull());
        expectNoWord();
      },
    );

    it('what happened to a group', async () => {
      box.on('GET v10/channels/\\d+/messages', () => [
        message('5004', 'Lake weekend', { type: 4 }),
        message('5003', '', { type: 2, author: TOM, mentions: [TOM] }),
        message('5002', '', { type: 2, mentions: [BEN] }),
        message('5001', '', { type: 1, mentions: [BEN] }),
      ]);
      await come([GROUP]);
      router.go(paths.conversation(GROUP.id));
      render(Shell);
      await waitFor(() => expect(document.querySelectorAll('.notice')).toHaveLength(4));
      expectNoWord();
    });

    it('the list on a phone, and its filters', async () => {
      await come([PAIR, GROUP], RELATIONSHIPS);
      render(PhoneHome);
      await screen.findByRole('radiogroup');
      expectNoWord();
      for (const radio of screen.getAllByRole('radio')) {
        await people.click(radio);
        expectNoWord();
      }
    });
  });
});
