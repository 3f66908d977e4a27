/** What takes up the room: whose it is, deleting it, and how much may be kept. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { KeptFile, Usage } from '@/api/model';
import { t } from '@/i18n';
import { FakeBox, NORA, ROSE } from '@/testing/fake-box';

import FilesPane from './FilesPane.svelte';
import { parts } from './storage.svelte';

const words = t.storage;

const USAGE: Usage = {
  total: 118e9,
  free: 77e9,
  reserve: 6e9,
  kept: 30e9,
  renditions: 1e9,
  limits: { largest: 4 << 20, member: null, guild: null },
  members: [
    { id: NORA.id, name: 'Nora', files: 2, size: 20e9 },
    { id: ROSE.id, name: 'Rose', files: 1, size: 10e9 },
  ],
  guilds: [{ id: null, name: '', files: 3, size: 30e9 }],
  kinds: [
    { kind: 'video', files: 2, size: 28e9 },
    { kind: 'picture', files: 1, size: 2e9 },
  ],
};

function file(id: string, name: string, size: number): KeptFile {
  return {
    id,
    channel_id: '2000',
    channel_name: 'photos',
    guild_id: '1000',
    guild_name: 'Maple Street',
    account_id: NORA.id,
    account_name: 'Nora',
    filename: name,
    content_type: 'video/mp4',
    size,
    sent_at: '2026-06-12T12:00:00.000000+00:00',
  };
}

describe('the storage page', () => {
  let box: FakeBox;
  let asked: string[];

  beforeEach(async () => {
    box = new FakeBox();
    asked = [];
    box.on('GET hearth/v1/storage', () => USAGE);
    box.on('GET hearth/v1/storage/files', (_, url) => {
      asked.push(url.search);
      return [file('5', 'birthday.mp4', 1.9e9), file('6', 'notes.pdf', 2e6)];
    });
    await box.ready();
  });
  afterEach(() => {
    cleanup();
    box.close();
  });

  it('tells how full the box is, and whose files take how much', async () => {
    render(FilesPane);

    expect(await screen.findByText(words.of(41e9, 118e9))).toBeTruthy();
    const people = screen.getByRole('region', { name: words.byPerson });
    expect(within(people).getByText('Nora')).toBeTruthy();
    expect(within(people).getByText(words.size(20e9))).toBeTruthy();
    expect(await screen.findByRole('checkbox', { name: /birthday\.mp4/ })).toBeTruthy();
    const sum = parts(USAGE).reduce((all, part) => all + part.bytes, 0);
    expect(sum).toBe(USAGE.total);
  });

  it('asks for another order and another person', async () => {
    render(FilesPane);
    const person = userEvent.setup();
    await screen.findByText('birthday.mp4');

    await person.click(screen.getByRole('radio', { name: words.orders.oldest }));
    await person.selectOptions(screen.getByRole('combobox', { name: words.whose }), ROSE.id);

    await waitFor(() => {
      expect(asked.at(-1)).toContain(`account_id=${ROSE.id}`);
    });
    expect(asked.at(-1)).toContain('order=oldest');
  });

  it('deletes what was chosen, after asking once', async () => {
    let gone: unknown = null;
    box.on('POST hearth/v1/storage/files/delete', (body) => {
      gone = body;
      return { files: 1 };
    });
    render(FilesPane);
    const person = userEvent.setup();

    await person.click(await screen.findByRole('checkbox', { name: /birthday/ }));
    expect(screen.getByText(words.chosen(1, 1.9e9))).toBeTruthy();
    await person.click(screen.getByRole('button', { name: words.remove(1) }));
    const dialog = await screen.findByRole('alertdialog');
    await person.click(within(dialog).getByRole('button', { name: words.remove(1) }));

    await waitFor(() => {
      expect(screen.queryByText('birthday.mp4')).toBeNull();
    });
    expect(gone).toEqual({ ids: ['5'] });
  });

  it('sets limits in megabytes, and none where a field is empty', async () => {
    let sent: unknown = null;
    box.on('PATCH hearth/v1/storage/limits', (body) => {
      sent = body;
      return { largest: 100 << 20, member: 500 << 20, guild: null };
    });
    render(FilesPane);
    const person = userEvent.setup();
    const largest = await screen.findByRole('textbox', { name: words.largest });

    await person.clear(largest);
    await person.type(largest, '100');
    await person.type(screen.getByRole('textbox', { name: words.member }), '500');
    await person.click(screen.getByRole('button', { name: t.settings.save }));

    await waitFor(() => {
      expect(sent).toEqual({ largest: 100 << 20, member: 500 << 20, guild: null });
    });
  });
});
