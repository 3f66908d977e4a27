/** No word is wired into a screen: with a language that nobody speaks, everything that is read or heard is in its brackets. */
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Health } from '@/api/model';
import InvitePage from '@/features/accounts/InvitePage.svelte';
import LoginPage from '@/features/accounts/LoginPage.svelte';
import SetupPage from '@/features/accounts/SetupPage.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import { en } from '@/i18n/en';
import { LANGUAGES } from '@/i18n/languages';
import { show } from '@/i18n/words.svelte';
import { FakeBox, GUILD, NORA, TOM, message } from '@/testing/fake-box';
import { accented, hardWired, pseudo } from '@/testing/pseudo';

import SettingsPage from './SettingsPage.svelte';
import Shell from './Shell.svelte';
import { router, paths } from '@/navigation/router.svelte';

/** What people wrote or are called here, addresses, versions, and times, which `Intl` writes. */
const THEIRS: (string | RegExp)[] = [
  /[A-Z]\w+, \d+ \w+ \d{4} at [\d:]+/,
  'rose',
  'tom',
  'Maple Street',
  'general',
  'Nora',
  'nora',
  'Rose',
  'Tom',
  'Raspberry Pi 4',
  /message \d+/,
  /https?:\S+/,
  /@?everyone/,
  /\d+ (MB|GB)/,
  /[A-Z]\w+, \d+ \w+( \d{4})?/,
  /\d+ \w+ \d{4}/,
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
  const title = document.title.replace(/Maple Street|general|Hearth/g, '');
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
});
