/** Find or go to: whatever was typed may be in a message, and leads there. */
import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { paths, router } from '@/navigation/router.svelte';
import { shell } from '@/navigation/shell.svelte';
import { CHANNEL, FakeBox, GUILD, message } from '@/testing/fake-box';

import Palette from './Palette.svelte';

let box: FakeBox;
const people = userEvent.setup();

beforeEach(async () => {
  box = new FakeBox();
  await box.ready();
});

afterEach(() => {
  shell.search = null;
  cleanup();
  box.close();
});

it('finds messages too, and goes to the one that is chosen', async () => {
  let asked = new URLSearchParams();
  box.on('GET v10/guilds/\\d+/messages/search', (_, url) => {
    asked = url.searchParams;
    return { messages: [[{ ...message('90', 'The boiler man comes'), hit: true, hearth_spans: [[4, 10]] }]] };
  });
  render(Palette, { props: { guildId: GUILD, withMessages: true, onclose: () => undefined } });

  await people.type(screen.getByRole('combobox'), 'boiler');
  await people.click(await screen.findByRole('option', { name: /Rose: The boiler man comes/ }));

  expect(asked.get('content')).toBe('boiler');
  expect(router.path).toBe(paths.message(GUILD, CHANNEL, '90'));
});

it('leads to the search with what was typed', async () => {
  render(Palette, { props: { guildId: GUILD, withMessages: true, onclose: () => undefined } });

  await people.type(screen.getByRole('combobox'), 'stop tap');
  await people.click(screen.getByRole('option', { name: /Search messages for/ }));

  expect(shell.search).toEqual({ text: 'stop tap', onlyHere: false });
});

it('asks for no messages where no channel is open', async () => {
  render(Palette, { props: { guildId: GUILD, withMessages: false, onclose: () => undefined } });

  await people.type(screen.getByRole('combobox'), 'boiler');
  await new Promise((done) => setTimeout(done, 350));

  expect(box.asked.some(({ path }) => path.includes('search'))).toBe(false);
  expect(screen.queryByRole('option', { name: /Search messages/ })).toBeNull();
});
