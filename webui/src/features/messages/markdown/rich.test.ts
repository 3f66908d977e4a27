/** What the components make of a text, where that is more than the tree. */
import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import corpus from '../../../../../tests/fixtures/markup.json';
import { FakeBox, GUILD } from '@/testing/fake-box';

import { parse } from './parse';
import Rich from './Rich.svelte';

/** For six hundred drawings on a busy machine. */
const PATIENCE_MS = 60_000;

let box: FakeBox;

beforeEach(async () => {
  box = new FakeBox();
  await box.ready();
});

afterEach(() => {
  cleanup();
  box.close();
});

const draw = (source: string) => render(Rich, { blocks: parse(source), scope: GUILD }).container;

/** Letters and figures, without those of ids, for which names stand. */
const letters = (text: string) =>
  text.replace(/<(?:@[!&]?|#|t:|a?:)[^>]*>/g, '').match(/[\p{L}\p{N}]/gu) ?? [];

describe('a message on screen', () => {
  it(
    'has every letter of every text of the corpus in it',
    () => {
      for (const { text, mentions, runs } of corpus) {
        const isNamed = mentions.users.length + mentions.roles.length + mentions.channels.length > 0;
        if (isNamed || runs.some(([kind]) => kind === 'time' || kind === 'emoji')) continue;
        const container = draw(text);
        // What a button for copying says is not of the text.
        expect(letters(container.textContent), JSON.stringify(text)).toEqual(letters(text));
        cleanup();
      }
    },
    PATIENCE_MS,
  );

  it('keeps the spaces of a line, and puts none of its own there', () => {
    for (const text of ['  a  b', '# a', '- a', 'a **b c', '  1. a', 'a\n\n  b', '> a  b'])
      expect(draw(text).querySelector('.line')?.textContent).toBe(text.replace(/^> /, ''));
  });

  it('finds its own direction, line for line, and code has none to find', () => {
    const container = draw('> שלום\n- مرحبا\n# x\n\nhi `code`\n```\nblock\n```');

    expect([...container.querySelectorAll('.line')].map((line) => line.getAttribute('dir'))).toEqual(
      Array(4).fill('auto'),
    );
    for (const code of container.querySelectorAll('code'))
      expect(code.closest('[dir]')?.getAttribute('dir')).toBe('ltr');
  });

  it('says where a link leads, whatever it is called', () => {
    draw('[https://bank.example](https://evil.example/a_(b))');

    const link = screen.getByRole('link');
    expect(link.getAttribute('href')).toBe('https://evil.example/a_(b)');
    expect(link.textContent).toBe('https://bank.example (https://evil.example/a_(b))');
    expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  });

  it('hides a block of code in a spoiler until somebody wants to see it', async () => {
    const container = draw('||who:\n```\nthe cat\n```||');
    expect(container.querySelector('figure')?.closest('[inert]')).not.toBeNull();

    await userEvent.setup().click(screen.getByRole('button', { name: 'Hidden. Press to show' }));
    expect(container.querySelector('figure')?.closest('[inert]')).toBeNull();
  });
});
