/** The one switch for cards of links. */
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { t } from '@/i18n';
import { toasts } from '@/ui/toasts.svelte';
import { FakeBox } from '@/testing/fake-box';

import LinksPane from './LinksPane.svelte';

const words = t.settings.links;

describe('the page of links', () => {
  let box: FakeBox;

  beforeEach(() => {
    box = new FakeBox();
  });
  afterEach(() => {
    cleanup();
    box.close();
  });

  it('is off until somebody switches it on, and says what the box does then', async () => {
    const person = userEvent.setup();
    const asked: unknown[] = [];
    box.on('GET hearth/v1/previews', () => ({ enabled: false }));
    box.on('PATCH hearth/v1/previews', (body) => {
      asked.push(body);
      return body;
    });
    await box.ready();
    render(LinksPane);

    const button = await screen.findByRole('switch', { name: words.show });
    expect(button.getAttribute('aria-checked')).toBe('false');
    expect(screen.getByText(words.learns)).toBeTruthy();
    await person.click(button);
    await waitFor(() => expect(button.getAttribute('aria-checked')).toBe('true'));
    await person.click(button);
    await waitFor(() => expect(button.getAttribute('aria-checked')).toBe('false'));
    expect(asked).toEqual([{ enabled: true }, { enabled: false }]);
    expect(toasts.list.map((one) => one.text)).toContain(words.isOff);
  });

  it('is for those who look after the box', async () => {
    box.me.hearth_admin = false;
    await box.ready();
    render(LinksPane);
    expect(screen.getByText(t.health.adminsOnly)).toBeTruthy();
    expect(screen.queryByRole('switch')).toBeNull();
  });
});
