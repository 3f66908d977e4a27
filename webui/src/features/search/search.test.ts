/** The pane: operators become chips, the box is asked, hits are marked and lead to where they were said. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { channels } from '@/features/channels';
import { paths } from '@/navigation/router.svelte';
import { OTHER } from '@/testing/chat-page';
import { CHANNEL, channel, FakeBox, GUILD, guild, message, Refusal, ROSE, TOM } from '@/testing/fake-box';

import { search } from './search.svelte';
import SearchPane from './SearchPane.svelte';

let box: FakeBox;
let people: ReturnType<typeof userEvent.setup>;
let questions: URL[] = [];

function results(...found: { id: string; content: string; spans?: number[][]; in?: string }[]) {
  return {
    doing_deep_historical_index: false,
    documents_indexed: 12,
    total_results: found.length,
    messages: found.map((one) => [
      {
        ...message(one.id, one.content, { channel_id: one.in ?? CHANNEL }),
        hit: true,
        hearth_spans: one.spans ?? [],
      },
    ]),
    hearth_is_exact: true,
    hearth_cursor: null as string | null,
  };
}

const field = () => screen.getByRole('combobox', { name: 'Search words' });
const lastQuestion = () => questions.at(-1)?.searchParams ?? new URLSearchParams();

/** What the box answers from now on. */
function answers(found: object, route = 'v10/guilds/\\d+/messages/search'): void {
  box.on(`GET ${route}`, (_, url) => {
    questions.push(url);
    return found;
  });
}

async function open(part: { onopen?: () => void; onclose?: () => void; text?: string } = {}): Promise<void> {
  const { onopen = () => undefined, onclose = () => undefined, ...request } = part;
  await box.ready(guild({ channels: [channel(), channel({ id: OTHER, name: 'garden', position: 1 })] }));
  const shown = channels.byId.get(CHANNEL);
  if (!shown) throw new Error('no channel');
  render(SearchPane, { props: { channel: shown, request, current: null, onopen, onclose } });
}

beforeEach(() => {
  box = new FakeBox();
  people = userEvent.setup();
  questions = [];
  answers(results({ id: '90', content: 'The boiler man comes', spans: [[4, 10]] }));
});

afterEach(() => {
  search.clear();
  cleanup();
  box.close();
});

describe('search', () => {
  it('shows what was found, marked, under its channel, as a link to where it was said', async () => {
    await open();

    await people.type(field(), 'boiler');

    const link = await screen.findByRole('link', { name: /The boiler man comes/ });
    expect(link.getAttribute('href')).toBe(paths.message(GUILD, CHANNEL, '90'));
    expect(link.querySelector('mark')?.textContent).toBe('boiler');
    expect(screen.getByRole('heading', { name: 'general' })).toBeTruthy();
    expect(screen.getByText('1 found')).toBeTruthy();
    expect(lastQuestion().get('content')).toBe('boiler');
  });

  it('makes chips of operators, by typing and by choosing, and takes them away again', async () => {
    await open();

    await people.type(field(), 'from:to');
    expect(screen.getByRole('option', { name: /Tom/ })).toBeTruthy();
    await people.keyboard('{Enter}');
    await people.type(field(), 'has:link in:gard{Enter}boiler');

    await waitFor(() => expect(lastQuestion().get('content')).toBe('boiler'));
    expect(lastQuestion().get('author_id')).toBe(TOM.id);
    expect(lastQuestion().get('has')).toBe('link');
    expect(lastQuestion().get('channel_id')).toBe(OTHER);

    await people.click(screen.getByRole('button', { name: 'Remove from Tom' }));
    await waitFor(() => expect(lastQuestion().get('author_id')).toBeNull());
    await people.clear(field());
    await people.keyboard('{Backspace}');
    await waitFor(() => expect(lastQuestion().get('channel_id')).toBeNull());
    expect(lastQuestion().get('has')).toBe('link');
  });

  it('says what fits nobody, and does not ask for it', async () => {
    await open();

    await people.type(field(), 'from:nobody soup');

    expect(await screen.findByText(/“from:nobody” fits nobody/)).toBeTruthy();
    await new Promise((done) => setTimeout(done, 300));
    expect(questions).toEqual([]);
  });

  it('asks for the best, and in this channel only', async () => {
    answers(results(), 'v10/channels/\\d+/messages/search');
    await open({ text: 'boiler' });
    await screen.findByRole('link', { name: /boiler/ });

    await people.click(screen.getByRole('radio', { name: 'Best' }));
    await waitFor(() => expect(lastQuestion().get('sort_by')).toBe('relevance'));
    await people.click(screen.getByRole('radio', { name: 'Only here' }));

    await waitFor(() => expect(questions.at(-1)?.pathname).toContain(`channels/${CHANNEL}/messages/search`));
    expect(await screen.findByText('Nothing found')).toBeTruthy();
    const empty = screen.getByText('Nothing found').parentElement;
    if (!empty) throw new Error('no empty state');
    await people.click(within(empty).getByRole('button', { name: 'Whole space' }));
    await waitFor(() => expect(questions.at(-1)?.pathname).toContain(`guilds/${GUILD}/messages/search`));
  });

  it('turns pages by the cursor', async () => {
    const first = { ...results({ id: '90', content: 'boiler one' }), hearth_cursor: '90', total_results: 2 };
    answers(first);
    await open({ text: 'boiler' });
    await screen.findByRole('link', { name: /boiler one/ });
    answers({
      ...results({ id: '80', content: 'boiler two', in: OTHER }),
      total_results: 2,
    });

    await people.click(screen.getByRole('button', { name: 'Show more' }));

    expect(await screen.findByRole('link', { name: /boiler two/ })).toBeTruthy();
    expect(screen.getByRole('link', { name: /boiler one/ })).toBeTruthy();
    expect(lastQuestion().get('hearth_cursor')).toBe('90');
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
    expect(screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent.trim())).toEqual([
      'general',
      'garden',
    ]);
  });

  it('says in words what went wrong, and asks once more', async () => {
    answers(new Refusal(503, { code: 0, key: 'unavailable' }));
    await open({ text: 'boiler' });
    await screen.findByText('The search did not go through');
    answers(results({ id: '90', content: 'boiler' }));

    await people.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await screen.findByRole('link', { name: /boiler/ })).toBeTruthy();
  });

  it('folds away what somebody blocked has written', async () => {
    await open();
    box.says('RELATIONSHIP_ADD', {
      id: ROSE.id,
      type: 2,
      user: ROSE,
      nickname: null,
      since: '2026-11-18T09:00:00.000000+00:00',
    });

    await people.type(field(), 'boiler');

    const link = await screen.findByRole('link', { name: /Rose/ });
    expect(link.textContent).not.toContain('boiler');
  });

  it('loses what is deleted, and shows what is edited as it is now', async () => {
    answers(
      results({ id: '90', content: 'boiler one' }, { id: '80', content: 'boiler two', spans: [[0, 6]] }),
    );
    await open({ text: 'boiler' });
    await screen.findByText('2 found');

    box.says('MESSAGE_DELETE', {
      id: '90',
      channel_id: CHANNEL,
      guild_id: GUILD,
      hearth_last_message_id: '80',
    });
    box.says('MESSAGE_UPDATE', message('80', 'stove'));

    expect(await screen.findByText('1 found')).toBeTruthy();
    const link = screen.getByRole('link', { name: /stove/ });
    expect(link.querySelector('mark')).toBeNull();
    expect(screen.queryByRole('link', { name: /boiler/ })).toBeNull();
  });

  it('closes with Escape, and with nothing typed says what it can do', async () => {
    let closed = 0;
    await open({ onclose: () => (closed += 1) });
    expect(screen.getByText('What are you looking for?')).toBeTruthy();

    await people.type(field(), '{Escape}');

    expect(closed).toBe(1);
  });
});
