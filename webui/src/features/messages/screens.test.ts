/** The conversation and the doors, drawn. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import LoginForm from '@/features/accounts/LoginForm.svelte';
import LoginPage from '@/features/accounts/LoginPage.svelte';
import type { Channel, Guild } from '@/api/model';
import { channels } from '@/features/channels/channels.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';
import { CHANNEL, FakeBox, GUILD, message, NORA, Refusal, ROSE } from '@/testing/fake-box';
import { FakeSocket } from '@/testing/fake-socket';
import { router } from '@/navigation/router.svelte';

import ChatView from './ChatView.svelte';
import { parse } from './markdown/parse';
import Rich from './markdown/Rich.svelte';
import { outbox } from './outbox.svelte';
import { loadAhead } from './lazy.svelte';

let box: FakeBox;

// Once, so that no test waits for a file.
beforeAll(() => loadAhead(), 30_000);

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  for (const item of outbox.in(CHANNEL)) outbox.discard(item.nonce);
  // The conversation is kept for a return to it; the next test begins with an empty one.
  if (FakeSocket.all.length > 0) box.says('CHANNEL_DELETE', { id: CHANNEL, guild_id: GUILD });
  box.close();
});

function known<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('not there');
  return thing;
}

async function open(...history: ReturnType<typeof message>[]): Promise<void> {
  box.on(`GET v10/channels/${CHANNEL}/messages`, () => [...history].reverse());
  await box.ready();
  const guild: Guild = known(guilds.byId.get(GUILD));
  const channel: Channel = known(channels.byId.get(CHANNEL));
  render(ChatView, { props: { guild, channel, target: null } });
  await waitFor(() => expect(screen.getByRole('log').getAttribute('aria-busy')).toBe('false'));
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message general' });

describe('a conversation', () => {
  it('shows who said what, and code, mentions and hidden words as such', async () => {
    await open(message('1', `**Hi** <@${NORA.id}> ||secret|| \`x\``), message('2', 'and more'));

    const log = within(screen.getByRole('log'));
    expect(log.getAllByRole('article')).toHaveLength(2);
    expect(log.getByText('Hi').tagName).toBe('STRONG');
    expect(log.getByText('@Nora').className).toContain('at');
    expect(log.getByRole('button', { name: 'Hidden. Press to show' })).toBeTruthy();
    expect(log.getAllByText('Rose')).toHaveLength(1);
  });

  it('shows a call to everybody as one only where it was one', async () => {
    await open(
      message('1', 'dinner @everyone', { mention_everyone: true }),
      message('2', 'no dinner @everyone', { mention_everyone: false }),
    );

    const log = within(screen.getByRole('log'));
    expect(log.getByText('@everyone').className).toContain('at');
    expect(log.getByText('no dinner @everyone')).toBeTruthy();
  });

  it('says what a new channel is for', async () => {
    await open();
    expect(screen.getByRole('heading', { name: 'general is new' })).toBeTruthy();
  });

  it('sends with Enter, and keeps a refused message with its way out', async () => {
    await open(message('1'));
    const person = userEvent.setup();
    box.on('SAY', () => new Refusal(403, { code: 50013, key: 'missing_permissions', message: 'No.' }));

    await person.type(field(), 'Two light bulbs please{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Not sent: You may not do that here.');
    expect(field().value).toBe('');

    box.on('SAY', (body) =>
      message('9', 'Two light bulbs please', { author: NORA, ...(body as { nonce: string }) }),
    );
    await person.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.getAllByText('Two light bulbs please')).toHaveLength(1);
  });

  it('shows what others do while one looks on', async () => {
    await open(message('1', 'first'));

    box.says('MESSAGE_CREATE', message('2', 'second'));
    await screen.findByText('second');
    box.says('MESSAGE_UPDATE', {
      id: '2',
      channel_id: CHANNEL,
      content: 'changed',
      edited_timestamp: '2026-11-20T17:01:00.000000+00:00',
    });
    await screen.findByText('changed');
    expect(screen.getByText('(edited)')).toBeTruthy();
    box.says('MESSAGE_DELETE', { id: '1', channel_id: CHANNEL });
    await waitFor(() => expect(screen.queryByText('first')).toBeNull());
    box.says('TYPING_START', { channel_id: CHANNEL, user_id: ROSE.id, timestamp: 0 });
    await screen.findByText('is typing', { exact: false });
  });

  it('takes a reaction back when the box refuses it', async () => {
    const bird = { id: null, name: '🐦' };
    await open(message('1', 'look', { reactions: [{ emoji: bird, count: 1, me: false }] }));
    box.on('PUT .*', () => new Refusal(403, { code: 50013, key: 'missing_permissions', message: 'No.' }));

    const pill = screen.getByRole('button', { name: '🐦, 1 person' });
    await fireEvent.click(pill);

    await waitFor(() => expect(screen.getByRole('button', { name: '🐦, 1 person' })).toBeTruthy());
    expect(box.asked.at(-1)?.method).toBe('PUT');
  });

  it('edits the last of one’s own messages with the arrow key, and Escape keeps it', async () => {
    await open(message('1', 'mine', { author: NORA }), message('2', 'theirs'));
    const person = userEvent.setup();

    await person.click(field());
    await person.keyboard('{ArrowUp}');
    const editor = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Edit, Nora' });
    expect(editor.value).toBe('mine');
    await person.keyboard('{Escape}');

    expect(screen.queryByRole('textbox', { name: 'Edit, Nora' })).toBeNull();
    expect(box.asked.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('offers names while one writes and takes the one that is chosen', async () => {
    await open(message('1'));
    const person = userEvent.setup();

    await person.type(field(), 'Hello @ro');
    await screen.findByRole('option', { name: /Rose/ });
    await person.keyboard('{Enter}');

    await waitFor(() => expect(field().value).toBe('Hello @Rose '));
    expect(box.asked.some(({ method }) => method === 'SAY')).toBe(false);
  });
});

describe('what others write', () => {
  const hostile = [
    '<script>window.hurt = true</script>',
    '<img src=x onerror="window.hurt = true">',
    '[x](javascript:window.hurt=true)',
    '[x](data:text/html,<script>window.hurt=true</script>)',
    '<javascript:window.hurt=true>',
    '<svg><animate onbegin=window.hurt=true>',
    '```html\n<script>window.hurt = true</script>\n```',
    '||<iframe src="javascript:window.hurt=true">||',
    '> <style>*{display:none}</style>',
    'https://example.org/"onmouseover="window.hurt=true',
    '[**x**](https://example.org/"><script>window.hurt=true</script>)',
    '&lt;script&gt;window.hurt=true&lt;/script&gt;',
    '- [ ](vbscript:x)\n1. <object data="javascript:x">',
    '# <base href="//evil.example/">',
  ];

  it.each(hostile)('never becomes anything but text and safe links: %s', async (source) => {
    await box.ready();
    const { container } = render(Rich, { blocks: parse(source), scope: GUILD });

    expect(
      container.querySelector('script, img, iframe, object, style, base, animate, form, link'),
    ).toBeNull();
    for (const element of container.querySelectorAll('*')) {
      for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
    }
    for (const link of container.querySelectorAll('a')) {
      expect(link.getAttribute('href')).toMatch(/^(https?|mailto):/);
      expect(link.rel).toContain('noopener');
    }
    expect('hurt' in window).toBe(false);
  });
});

describe('the door', () => {
  async function tryIn(): Promise<void> {
    const person = userEvent.setup();
    await person.type(screen.getByLabelText('Name'), 'walter');
    await person.type(screen.getByLabelText('Password'), 'twelve-chars');
    await person.click(screen.getByRole('button', { name: 'Sign in' }));
  }

  it('says how many tries are left', async () => {
    box.on(
      'POST hearth/v1/auth/login',
      () => new Refusal(401, { key: 'bad_credentials', message: '', facts: { tries_left: 4 } }),
    );
    render(LoginForm);
    await tryIn();

    expect((await screen.findByRole('alert')).textContent).toContain(
      'Name and password do not match. Four tries left, then a pause.',
    );
    expect(screen.getByLabelText('Password').getAttribute('aria-invalid')).toBe('true');
  });

  it('counts the seconds of a pause and asks nobody meanwhile', async () => {
    box.on(
      'POST hearth/v1/auth/login',
      () => new Refusal(429, { key: 'login_paused', message: '', facts: { seconds: 42 } }),
    );
    render(LoginForm);
    await tryIn();

    expect((await screen.findByRole('alert')).textContent).toContain('You can try again in 42 seconds.');
    const asked = box.asked.length;
    await fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(box.asked).toHaveLength(asked);
  });

  it('says why a setup link that was used leads there', () => {
    router.go('/setup');
    render(LoginPage);
    expect(screen.getByRole('status').textContent).toContain('This box is set up already');
    cleanup();

    router.go('/login');
    render(LoginPage);
    expect(screen.queryByRole('status')).toBeNull();
  });
});
