/** Which language is on the screen, and that it changes there at once. */
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '@/app/App.svelte';
import { t } from '@/i18n';
import { LANGUAGES } from '@/i18n/languages';
import { time, day } from '@/i18n/time';
import { FakeBox, Refusal } from '@/testing/fake-box';
import Toasts from '@/ui/Toasts.svelte';
import { toasts } from '@/ui/toasts.svelte';

import { account } from './account.svelte';
import AppearancePane from './AppearancePane.svelte';
import { language } from './language.svelte';
import LoginPage from './LoginPage.svelte';

let box: FakeBox;

// Once, so that no test waits for a file.
beforeAll(() => Promise.all([LANGUAGES.de.load(), LANGUAGES.de.loadLater()]));

beforeEach(async () => {
  box = new FakeBox();
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['en-GB']);
  // As whatever shows the doors and the settings does before.
  await language.loadLater();
});

afterEach(async () => {
  cleanup();
  for (const { id } of toasts.list) toasts.close(id);
  language.heardAccount(null);
  await language.choose(null);
  box.close();
});

describe('at the door', () => {
  it('another language is one press away, and every word on the page changes with it', async () => {
    render(LoginPage);
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeTruthy();

    await userEvent.click(screen.getByRole('button', { name: 'Deutsch' }));

    expect(await screen.findByRole('button', { name: 'Anmelden' })).toBeTruthy();
    expect(screen.getByLabelText('Passwort')).toBeTruthy();
    expect(screen.queryByText(/Sign in|Password|Welcome/)).toBeNull();
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['de', 'ltr']);
    expect(document.title).toMatch(/^Anmelden/);
    expect(screen.getByRole('button', { name: 'Deutsch' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('what was typed stays when the language changes', async () => {
    await box.ready();
    box.on('POST hearth/v1/auth/logout', () => undefined);
    await account.logout();
    render(App);
    await userEvent.type(await screen.findByLabelText('Name'), 'nora');

    await userEvent.click(screen.getByRole('button', { name: 'Deutsch' }));

    await screen.findByRole('button', { name: 'Anmelden' });
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('nora');
  });

  it('times and dates change too', async () => {
    const at = Date.parse('2026-11-20T17:05:00');
    expect(day(at)).toMatch(/^Friday, 20 November/);

    await language.choose('de');

    expect(day(at)).toMatch(/^Freitag, 20\. November/);
    expect(time(at)).toBe('17:05');
  });

  it('the box decides where the browser speaks none of ours, and the browser where it does', async () => {
    language.heardBox('de');
    await waitFor(() => expect(t.locale).toBe('en-GB'));

    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['fr']);
    await language.choose(null);

    expect(t.locale).toBe('de');
  });
});

describe('of an account', () => {
  it('is chosen in the settings, told to the box and shown at once', async () => {
    await box.ready();
    box.on('PATCH v10/users/@me', (body) => ({ ...box.me, ...(body as object) }));
    render(AppearancePane);

    await userEvent.selectOptions(screen.getByLabelText(/^Language/), 'Deutsch');

    expect(await screen.findByText('Hell und dunkel')).toBeTruthy();
    expect(screen.getByText(/Ich hole Leo um fünf ab/)).toBeTruthy();
    expect(box.asked.at(-1)).toMatchObject({
      method: 'PATCH',
      path: 'v10/users/@me',
      body: { locale: 'de' },
    });

    await userEvent.selectOptions(screen.getByLabelText(/^Sprache/), 'Wie das Gerät');

    expect(await screen.findByText('Light and dark')).toBeTruthy();
    expect(box.asked.at(-1)).toMatchObject({ body: { locale: null } });
  });

  it('stays as it was if the box does not take it', async () => {
    await box.ready();
    box.on('PATCH v10/users/@me', () => new Refusal(503, { code: 130000, key: 'unavailable', message: 'x' }));
    render(AppearancePane);
    render(Toasts);
    const list = screen.getByLabelText<HTMLSelectElement>(/^Language/);

    await userEvent.selectOptions(list, 'Deutsch');

    expect(await screen.findByText(/This part of the box is starting again/)).toBeTruthy();
    expect(list.value).toBe('');
    expect(t.locale).toBe('en-GB');
  });

  it('follows what was chosen on another device, and goes with the person to the door', async () => {
    await box.ready();

    box.says('USER_UPDATE', { ...box.me, locale: 'de' });

    await waitFor(() => expect(t.locale).toBe('de'));
    box.on('POST hearth/v1/auth/logout', () => undefined);
    await account.logout();
    render(LoginPage);
    expect(screen.getByRole('button', { name: 'Anmelden' })).toBeTruthy();
  });

  it('brings the words of the settings in the language that is chosen while they come', async () => {
    const coming = language.loadLater();
    await Promise.all([language.choose('de'), coming]);

    expect([t.locale, t.settings.nav, t.app.close]).toEqual(['de', 'Einstellungen', 'Schließen']);

    await language.choose('en-GB');
    expect([t.locale, t.settings.nav]).toEqual(['en-GB', 'Settings']);
  });
});
