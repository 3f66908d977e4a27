/** The health page, and the mark that leads to it. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Health } from '@/api/model';
import AccountBar from '@/app/AccountBar.svelte';
import { t } from '@/i18n';
import { FakeBox, Refusal } from '@/testing/fake-box';
import SettingsPage from '@/app/SettingsPage.svelte';

import { health } from './health.svelte';
import HealthPane from './HealthPane.svelte';
import { percent, span } from './numbers';

const WELL: Health = {
  verdict: 'good',
  problems: 0,
  checked_at: '2026-11-24T12:00:00.000000+00:00',
  rows: [
    {
      check: 'clock',
      key: 'clock',
      state: 'good',
      title: 'Clock',
      sentence: 'It is set from the internet.',
      fix: null,
      facts: {},
    },
  ],
  numbers: {
    processor_percent: 17.6,
    memory_used: 412_000_000,
    memory_total: 1_900_000_000,
    storage_used: 41_000_000_000,
    storage_total: 118_000_000_000,
    celsius: 51.4,
    slows_down_celsius: 80,
  },
  board: 'Raspberry Pi 4',
  version: '1.3.2',
  slot: 'A',
  uptime_seconds: 23 * 24 * 3600 + 7200,
};
const WEAK: Health = {
  ...WELL,
  verdict: 'serious',
  problems: 1,
  rows: [
    {
      check: 'undervoltage',
      key: 'under_voltage',
      state: 'serious',
      title: 'The power supply is too weak',
      sentence: 'The box gets too little voltage right now.',
      fix: 'Use the power supply that is made for this board.',
      facts: {},
    },
    ...WELL.rows,
  ],
};
const WARM: Health = { ...WEAK, verdict: 'warning', problems: 2 };

let box: FakeBox;
let answer: Health | Refusal;

beforeEach(() => {
  box = new FakeBox();
  answer = WELL;
  box.on('GET hearth/v1/health', () => answer);
});

afterEach(() => {
  cleanup();
  health.forget();
  box.close();
});

const asked = () => box.asked.filter(({ path }) => path === 'hearth/v1/health').length;

describe('the health page', () => {
  it('says the verdict first, then what each check found, then the numbers', async () => {
    await box.ready();
    answer = WEAK;
    render(HealthPane);

    const verdict = within(await screen.findByRole('region', { name: 'Result' }));
    expect(verdict.getByRole('heading').textContent).toBe('Something is wrong. One thing needs you.');
    expect(verdict.getByText(/^Use the power supply that is made for this board/)).toBeTruthy();
    const rows = screen.getAllByRole('listitem');
    expect(rows.map((row) => within(row).getByRole('heading').textContent)).toEqual([
      'The power supply is too weak',
      'Clock',
    ]);
    expect(rows.map((row) => within(row).getByRole('img').getAttribute('aria-label'))).toEqual([
      'Does not work',
      'Good',
    ]);
    const numbers = screen.getByRole('region', { name: 'Right now' }).textContent;
    for (const words of [
      '18\u00a0%',
      '412 MB of 1.9 GB',
      '41 of 118 GB',
      '51 °C of 80',
      '23 days',
      'Raspberry Pi 4',
      'A',
    ])
      expect(numbers).toContain(words);
  });

  it('counts what needs somebody while everything works', async () => {
    await box.ready();
    answer = WARM;
    render(HealthPane);

    expect(await screen.findByText('Everything works. 2 things need you.')).toBeTruthy();
    expect(screen.getByText('What to do stands with each of them.')).toBeTruthy();
    expect(
      within(screen.getAllByRole('listitem')[0] as HTMLElement).getByText(/^Use the power supply/),
    ).toBeTruthy();
  });

  it('leaves out what the box cannot measure', async () => {
    await box.ready();
    const numbers = { ...WELL.numbers, celsius: null, processor_percent: null, storage_used: null };
    answer = { ...WELL, slot: null, numbers };
    render(HealthPane);

    await screen.findByText('Everything works.');
    for (const label of ['Temperature', 'Processor', 'Storage', 'System half'])
      expect(screen.queryByText(label)).toBeNull();
  });

  it('looks again when asked, and tells ears what came of it', async () => {
    await box.ready();
    render(HealthPane);
    await screen.findByText('Everything works.');

    answer = WEAK;
    await userEvent.click(await screen.findByRole('button', { name: 'Check now' }));

    await waitFor(() =>
      expect(screen.getByRole('status').textContent).toBe('Something is wrong. One thing needs you.'),
    );
    expect(asked()).toBe(2);
  });

  it('says when the box cannot be asked, keeps what it knew, and offers another try', async () => {
    await box.ready();
    render(HealthPane);
    await screen.findByText('Everything works.');

    answer = new Refusal(503, { code: 130000, key: 'health_unknown', message: 'x' });
    await userEvent.click(await screen.findByRole('button', { name: 'Check now' }));

    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('its card or disk may hang');
    expect(screen.getByText('Clock')).toBeTruthy();
    answer = WELL;
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('is not for members, whose page does not even ask', async () => {
    box.me = { ...box.me, hearth_admin: false };
    await box.ready();
    render(HealthPane);

    expect(screen.getByText('Only those who look after the box can see this.')).toBeTruthy();
    expect(asked()).toBe(0);
  });
});

describe('the way to it', () => {
  const open = () => render(SettingsPage, { props: { route: { page: 'settings', section: 'account' } } });

  it('stands in the settings of those who look after the box, with what is waiting', async () => {
    await box.ready();
    answer = WARM;
    await health.look();
    open();

    const link = screen.getByRole('link', { name: /^Health/ });
    expect(within(link).getByRole('img', { name: '2 things to do' }).textContent).toBe('2');
  });

  it('is not in the settings of members', async () => {
    box.me = { ...box.me, hearth_admin: false };
    await box.ready();
    open();

    expect(screen.queryByRole('link', { name: /^Health/ })).toBeNull();
  });

  it('is marked at the settings only when something needs somebody', async () => {
    await box.ready();
    render(AccountBar, { props: { guild: undefined } });
    await health.look();
    expect(screen.getByRole('link', { name: 'Settings' })).toBeTruthy();

    answer = WARM;
    await health.look();

    expect(await screen.findByRole('link', { name: 'Settings, 2 things to do' })).toBeTruthy();
  });

  it('is looked at now and again, and no longer when nobody is there', async () => {
    await box.ready();
    vi.useFakeTimers();
    const stop = health.keepLooking(1000);
    await vi.advanceTimersByTimeAsync(2500);
    expect(asked()).toBe(3);

    stop();
    await vi.advanceTimersByTimeAsync(5000);

    expect(asked()).toBe(3);
    vi.useRealTimers();
  });
});

describe('numbers', () => {
  it('name a unit once where both have the same', () => {
    expect(t.health.share(41_000_000_000, 118_000_000_000)).toBe('41 of 118 GB');
    expect(t.health.share(412_000_000, 1_900_000_000)).toBe('412 MB of 1.9 GB');
    expect(t.health.share(0, 9_960_000_000)).toBe('0 MB of 10 GB');
  });

  it('are never more than all', () => {
    expect(percent(90, 80)).toBe(100);
    expect(percent(1, 0)).toBe(0);
  });

  it('of time are told by the largest unit', () => {
    expect([span(10), span(3600), span(86_399), span(200_000)]).toEqual([
      '1 minute',
      '1 hour',
      '23 hours',
      '2 days',
    ]);
  });
});
