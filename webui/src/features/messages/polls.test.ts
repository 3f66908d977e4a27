/** Polls: made, voted in, followed while others vote; and the cards of bots. */
import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Message, Poll } from '@/api/model';
import { closeChannels, openChannel, showChannel } from '@/testing/chat-page';
import { CHANNEL, FakeBox, GUILD, guild, message, NORA, Refusal, ROSE, TOM } from '@/testing/fake-box';

import { forgetPollDraft } from './poll-drafts.svelte';
import { withOwn, withVote } from './polls';
import { loadAhead } from './lazy.svelte';

let box: FakeBox;

// Once, so that no test waits for a file.
beforeAll(() => loadAhead(), 30_000);

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  forgetPollDraft(CHANNEL);
  closeChannels(box);
});

function poll(votes: string[][] = [[], []], part: Partial<Poll> = {}, over = false): Poll {
  return {
    question: { text: 'Which weekend?' },
    answers: [
      { answer_id: 1, poll_media: { text: 'In November', emoji: { id: null, name: '🍂', animated: false } } },
      { answer_id: 2, poll_media: { text: 'After Christmas' } },
    ],
    expiry: '2099-11-29T20:00:00.000000+00:00',
    allow_multiselect: false,
    layout_type: 1,
    results: {
      is_finalized: over,
      answer_counts: votes.map((voters, index) => ({
        id: index + 1,
        count: voters.length,
        me_voted: voters.includes(NORA.id),
        hearth_voters: voters,
      })),
    },
    ...part,
  };
}

const asked = (part: Poll, more: Partial<Message> = {}) => message('100', '', { poll: part, ...more });
const option = (name: RegExp) => screen.getByRole('radio', { name });
const vote = (user: string, answer: number) => ({
  user_id: user,
  channel_id: CHANNEL,
  message_id: '100',
  guild_id: GUILD,
  answer_id: answer,
});

describe('the counts of a poll', () => {
  it('follow votes, and take the echo of what is known for one', () => {
    const by = { id: NORA.id, me: true, delta: 1 as const };
    const once = withVote(poll(), 1, by);
    const twice = withVote(once, 1, by);
    const back = withVote(twice, 1, { ...by, delta: -1 });

    expect(once.results.answer_counts[0]).toMatchObject({ count: 1, me_voted: true });
    expect(twice).toEqual(once);
    expect(back).toEqual(poll());
  });

  it('keep what one voted when an event says it of nobody', () => {
    const before = poll([[NORA.id], []]);
    const told = poll([[NORA.id, TOM.id], []]);
    for (const one of told.results.answer_counts) one.me_voted = false;

    expect(withOwn(told, before, NORA.id).results.answer_counts.map((one) => one.me_voted)).toEqual([
      true,
      false,
    ]);
  });
});

describe('a poll under a message', () => {
  it('takes a vote at once, changes it, and follows the votes of others', async () => {
    await openChannel(box, asked(poll([[TOM.id], []])));
    const person = userEvent.setup();

    await person.click(option(/In November, 1 of 1 vote/));
    expect(option(/In November, 2 of 2 votes/).getAttribute('aria-checked')).toBe('true');
    box.says('MESSAGE_POLL_VOTE_ADD', vote(NORA.id, 1));
    box.says('MESSAGE_POLL_VOTE_ADD', vote(ROSE.id, 2));
    await waitFor(() => option(/After Christmas, 1 of 3 votes/));
    await person.click(option(/After Christmas/));
    await waitFor(() => option(/After Christmas, 2 of 3 votes/));

    const puts = box.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    expect(puts).toEqual([{ answer_ids: ['1'] }, { answer_ids: ['2'] }]);
    await person.click(screen.getByRole('button', { name: 'Take my vote back' }));
    await waitFor(() => option(/After Christmas, 1 of 2 votes/));
  });

  it('takes a refused vote back and says why', async () => {
    await openChannel(box, asked(poll()));
    box.on('PUT .*', () => new Refusal(400, { code: 520001, key: 'poll_is_over', message: 'No.' }));

    await userEvent.setup().click(option(/In November/));

    await waitFor(() => option(/In November, 0 of 0 votes/));
    expect(box.asked.some(({ method }) => method === 'PUT')).toBe(true);
  });

  it('lets one choose several where that is asked, and walks by the arrows', async () => {
    await openChannel(box, asked(poll([[NORA.id], []], { allow_multiselect: true })));
    const person = userEvent.setup();

    screen.getByRole('checkbox', { name: /In November/ }).focus();
    await person.keyboard('{ArrowDown} ');

    const puts = box.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    expect(puts).toEqual([{ answer_ids: ['1', '2'] }]);
  });

  it('is ended by whoever asked, after one question, and by nobody else', async () => {
    await openChannel(box, asked(poll([[TOM.id], []]), { author: NORA }));
    const person = userEvent.setup();
    box.on('POST .*/expire', () => asked(poll([[TOM.id], []], {}, true), { author: NORA }));

    await person.click(screen.getByRole('button', { name: 'End the poll' }));
    await person.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'End the poll' }));

    await waitFor(() => screen.getByText('This poll is over.'));
    expect(option(/In November/).getAttribute('aria-disabled')).toBe('true');
  });

  it('tells its result in a line that leads to it', async () => {
    const fields = { poll_question_text: 'Which weekend?', total_votes: '3', victor_answer_votes: '2' };
    const winner = { victor_answer_text: 'In November', victor_answer_emoji_name: '🍂' };
    const result = (facts: object) => ({
      type: 46,
      embeds: [
        {
          type: 'poll_result' as const,
          fields: Object.entries(facts).map(([name, value]) => ({
            name,
            value: String(value),
            inline: false,
          })),
        },
      ],
    });
    await openChannel(
      box,
      message('101', '', result({ ...fields, ...winner })),
      message('102', '', result(fields)),
      message('103', '', result({ ...fields, total_votes: '0' })),
    );

    expect(screen.getByText(/is over: 🍂 In November, with 2 of 3 votes\./)).toBeTruthy();
    expect(screen.getByText(/over without a winner, after 3 votes/)).toBeTruthy();
    expect(screen.getByText(/Nobody voted/)).toBeTruthy();
  });

  it('shows an emoji of the space’s own at an answer', async () => {
    const soup = { id: '77', name: 'soup', animated: false };
    const answers = [
      { answer_id: 1, poll_media: { text: 'Soup', emoji: soup } },
      { answer_id: 2, poll_media: { text: 'No' } },
    ];
    await openChannel(box, asked(poll([[], []], { answers })));

    const picture = within(option(/^:soup: Soup/)).getByRole('img', { name: ':soup:' });
    expect(picture.getAttribute('src')).toBe('/emojis/77.webp');
  });

  it('lets whoever may delete messages delete its result, but not what happened to the channel', async () => {
    await openChannel(
      box,
      message('101', '', { type: 46, author: NORA }),
      message('102', 'Boiler', { type: 18 }),
    );
    box.on('DELETE .*/messages/101', () => null);
    const person = userEvent.setup();

    await person.click(screen.getByRole('button', { name: 'Delete this line' }));
    await person.click(
      within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete message' }),
    );

    await waitFor(() => expect(box.asked.some(({ method }) => method === 'DELETE')).toBe(true));
  });

  it('says who voted, asked answer by answer', async () => {
    await openChannel(box, asked(poll([[TOM.id], []])));
    box.on('GET .*/polls/100/answers/1', () => ({ users: [TOM] }));
    box.on('GET .*/polls/100/answers/2', () => ({ users: [] }));

    await userEvent.setup().click(screen.getByRole('button', { name: 'Who voted' }));

    const dialog = await screen.findByRole('dialog', { name: 'Who voted' });
    await waitFor(() => expect(within(dialog).getByText('Tom')).toBeTruthy());
    expect(within(dialog).getByText('Nobody yet')).toBeTruthy();
  });
});

describe('making a poll', () => {
  async function openDialog(): Promise<ReturnType<typeof userEvent.setup>> {
    const person = userEvent.setup();
    const [everyone] = guild().roles;
    if (everyone) everyone.permissions = String(BigInt(everyone.permissions) | (1n << 49n));
    await openChannel(box, message('1'));
    box.says('GUILD_ROLE_UPDATE', { guild_id: GUILD, role: everyone });
    await person.click(await screen.findByRole('button', { name: 'Add something' }));
    await person.click(screen.getByRole('menuitem', { name: 'Ask a poll' }));
    await screen.findByRole('dialog', { name: 'Ask everybody' }, { timeout: 5000 });
    return person;
  }

  it('sends what was typed, once, and without empty answers', async () => {
    const person = await openDialog();
    const posted = vi.fn<(body: unknown) => Message>(() => asked(poll(), { author: NORA }));
    box.on('POST v10/channels/\\d+/messages', posted);

    await person.click(screen.getByRole('button', { name: 'Ask' }));
    expect(screen.getByRole('alert').textContent).toContain('at least two answers');
    await person.type(screen.getByRole('textbox', { name: 'Question' }), 'Soup?');
    await person.type(screen.getByRole('textbox', { name: 'Answer 1' }), 'Yes');
    await person.click(screen.getByRole('button', { name: 'Another answer' }));
    await person.type(screen.getByRole('textbox', { name: 'Answer 3' }), 'No');
    await person.click(screen.getByRole('switch'));
    await person.click(screen.getByRole('button', { name: 'Ask' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(posted).toHaveBeenCalledTimes(1);
    expect(posted.mock.calls[0]?.[0]).toMatchObject({
      enforce_nonce: true,
      poll: {
        question: { text: 'Soup?' },
        answers: [{ poll_media: { text: 'Yes' } }, { poll_media: { text: 'No' } }],
        duration: 24,
        allow_multiselect: true,
      },
    });
  });

  it('keeps what was typed when the dialog is closed', async () => {
    const person = await openDialog();
    await person.type(screen.getByRole('textbox', { name: 'Question' }), 'Soup?');
    await person.click(screen.getByRole('button', { name: 'Cancel' }));

    await person.click(screen.getByRole('button', { name: 'Add something' }));
    await person.click(screen.getByRole('menuitem', { name: 'Ask a poll' }));

    const question = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Question' });
    expect(question.value).toBe('Soup?');
  });
});

describe('the card of a bot', () => {
  it('shows its words and fields, links what is of the web, and loads nothing from elsewhere', async () => {
    await openChannel(
      box,
      message('1', '', {
        embeds: [
          {
            type: 'rich',
            title: 'Cold and clear',
            url: 'javascript:alert(1)',
            description: '**Snow** on Sunday',
            color: 0xcf6a3d,
            author: { name: 'Lake cabin', url: 'https://lake.example/' },
            fields: [{ name: 'Friday', value: '3°', inline: true }],
            image: { url: 'https://lake.example/snow.png' },
          },
        ],
      }),
    );

    const card = screen.getByRole('region', { name: 'Cold and clear' });
    expect(within(card).getByText('Snow').tagName).toBe('STRONG');
    expect(within(card).getByRole('heading').querySelector('a')).toBeNull();
    expect(within(card).getByRole('link', { name: 'Lake cabin' }).getAttribute('href')).toBe(
      'https://lake.example/',
    );
    expect(within(card).getByText('3°')).toBeTruthy();
    expect(card.querySelector('img')).toBeNull();
    expect(within(card).getByRole('link', { name: /Picture/ })).toBeTruthy();
  });

  it('is taken away by who may, and leaves the keyboard at its message', async () => {
    const person = userEvent.setup();
    const sent: unknown[] = [];
    box.on(`PATCH v10/channels/${CHANNEL}/messages/1`, (body) => {
      sent.push(body);
      return message('1', 'https://lake.example/', { flags: 4, embeds: [] });
    });
    await openChannel(
      box,
      message('1', 'https://lake.example/', {
        author: NORA,
        embeds: [
          {
            type: 'link',
            title: 'Cabin 7',
            url: 'https://lake.example/',
            provider: { name: 'Lake cabins' },
            thumbnail: {
              url: 'https://lake.example/7.jpg',
              proxy_url: 'https://192.168.0.9:8443/files/0/77/preview.webp?ex=1&k=preview&sig=2',
              width: 400,
              height: 300,
            },
          },
          {
            type: 'image',
            url: 'https://lake.example/8.jpg',
            thumbnail: { url: 'https://lake.example/8.jpg' },
          },
        ],
      }),
    );

    const card = screen.getByRole('region', { name: 'Cabin 7' });
    // From where the page itself is, whatever the box calls itself.
    expect(card.querySelector('img')?.getAttribute('src')).toBe(
      '/files/0/77/preview.webp?ex=1&k=preview&sig=2',
    );
    // What the box has no picture of is a link.
    expect(document.querySelectorAll('section.embed img')).toHaveLength(1);
    await person.click(screen.getByRole('button', { name: 'Hide the cards' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Cabin 7' })).toBeNull());
    expect(sent).toEqual([{ flags: 4 }]);
    expect(document.activeElement?.getAttribute('data-id')).toBe('1');
  });

  it('stays where one may not', async () => {
    const embeds = [{ type: 'link' as const, title: 'Cabin 7', url: 'https://a.example/' }];
    box.on(`GET v10/channels/\\d+/messages`, () => [message('1', 'x', { author: ROSE, embeds })]);
    await box.ready({ ...guild(), owner_id: ROSE.id });
    await showChannel();

    expect(screen.getByRole('region', { name: 'Cabin 7' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Hide the cards' })).toBeNull();
  });
});
