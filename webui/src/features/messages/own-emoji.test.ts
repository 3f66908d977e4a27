/** A space's own emoji: drawn, picked, completed, reacted with, and looked after in the settings. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { GuildEmoji } from '@/api/model';
import EmojiPane from '@/features/guilds/EmojiPane.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import { acceptAll, closeChannels, field, openChannel, say, said } from '@/testing/chat-page';
import { FakeBox, GUILD, message, NORA } from '@/testing/fake-box';
import { toasts } from '@/ui/toasts.svelte';

import { fromWire, toWire } from './mentions';

const SOUP: GuildEmoji = {
  id: '500',
  name: 'soup',
  roles: [],
  require_colons: true,
  managed: false,
  animated: false,
  available: true,
};
const DANCE: GuildEmoji = { ...SOUP, id: '501', name: 'dance', animated: true };
let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  closeChannels(box);
});

async function open(...history: ReturnType<typeof message>[]): Promise<void> {
  await openChannel(box, ...history);
  box.says('GUILD_EMOJIS_UPDATE', { guild_id: GUILD, emojis: [SOUP, DANCE] });
}

describe('an emoji of the space', () => {
  it('is a picture in a message, and its name once it is gone', async () => {
    await open(message('1', 'Look: <:soup:500> <a:dance:501>'));

    const picture = screen.getByRole('img', { name: ':soup:' });
    expect(picture.getAttribute('src')).toBe('/emojis/500.webp');
    await fireEvent.error(picture);
    expect(screen.getByRole('log').textContent).toContain(':soup:');
  });

  it('is typed by its name, and sent by its number', async () => {
    await open();
    acceptAll(box);

    expect(toWire(':soup: and `:soup:` :dance: :none:', GUILD)).toBe(
      '<:soup:500> and `:soup:` <a:dance:501> :none:',
    );
    expect(fromWire('<:soup:500>!', GUILD)).toBe(':soup:!');
    await say('More :soup:');
    await waitFor(() => expect(said(box)).toEqual(['More <:soup:500>']));
  });

  it('comes up after a colon before the others', async () => {
    await open();
    field().focus();
    await fireEvent.input(field(), { target: { value: ':sou' } });

    const options = await screen.findAllByRole('option', {}, { timeout: 5000 });
    expect(options[0]?.textContent).toContain('soup');
    expect(options[0]?.querySelector('img')).not.toBeNull();
  });

  it('counts under a message, and is reacted with by its number', async () => {
    const reactions = [{ ...REACTION, emoji: { id: '500', name: 'soup', animated: false } }];
    await open(message('1', 'Soup?', { reactions }));

    await userEvent.setup().click(screen.getByRole('button', { name: /soup, 1 person/ }));

    await waitFor(() =>
      expect(box.asked.at(-1)?.path).toBe('v10/channels/2000/messages/1/reactions/soup%3A500/@me'),
    );
  });
});

const REACTION = {
  count: 1,
  count_details: { normal: 1, burst: 0 },
  me: false,
  me_burst: false,
  burst_colors: [],
};

describe('the emoji of a space in its settings', () => {
  it('are listed with whoever made them, renamed and deleted', async () => {
    let list = [{ ...SOUP, user: NORA }];
    box.on(`GET v10/guilds/${GUILD}/emojis`, () => list);
    box.on(`PATCH v10/guilds/${GUILD}/emojis/500`, (body) => {
      list = [{ ...SOUP, ...(body as object), user: NORA }];
      return list[0];
    });
    box.on(`DELETE v10/guilds/${GUILD}/emojis/500`, () => {
      list = [];
      return undefined;
    });
    await box.ready();
    const guild = guilds.byId.get(GUILD);
    if (!guild) throw new Error('not there');
    render(EmojiPane, { props: { guild } });
    const person = userEvent.setup();

    expect(await screen.findByText('Made by Nora')).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'Rename :soup:' }));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await person.clear(name);
    await person.type(name, 'stew');
    await person.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Rename' }));
    expect(await screen.findByText(':stew:')).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'Delete :stew:' }));
    await person.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete' }));
    expect(await screen.findByText('No emoji of your own yet')).toBeTruthy();
  });

  it('goes to the box as it is, and is refused in words if it moves and is too large', async () => {
    box.on(`GET v10/guilds/${GUILD}/emojis`, () => []);
    box.on(`POST v10/guilds/${GUILD}/emojis`, () => SOUP);
    await box.ready();
    const guild = guilds.byId.get(GUILD);
    if (!guild) throw new Error('not there');
    render(EmojiPane, { props: { guild } });
    const person = userEvent.setup({ applyAccept: false });

    await screen.findByText('No emoji of your own yet');
    const moving = new File(['RIFF....WEBPVP8X ANIM'], 'soup pot.webp', { type: 'image/webp' });
    await person.upload(screen.getByLabelText('Add emoji', { selector: 'input' }), moving);
    await waitFor(() => expect(box.asked.some(({ method }) => method === 'POST')).toBe(true));
    const large = new File(['ANIM', new Uint8Array(2 * 1024 * 1024)], 'dance.webp', { type: 'image/webp' });
    await person.upload(screen.getByLabelText('Add emoji', { selector: 'input' }), large);

    await waitFor(() =>
      expect(toasts.list.map((one) => one.text)).toContain(
        'dance.webp is too large. One that moves can have 2 MB.',
      ),
    );
    const posts = box.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(posts).toEqual([
      { name: 'soup_pot', image: `data:image/webp;base64,${btoa('RIFF....WEBPVP8X ANIM')}` },
    ]);
  });
});
