/** The box and the screen judge every name alike; the box is asked for its verdicts. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { checkDisplayName, checkUsername, suggestName } from './rules';

interface Verdict {
  text: string;
  username: { kept: string } | { problem: string };
  line: { kept: string } | { problem: string };
}

function ask(...more: readonly string[]): string {
  return execFileSync(resolve('../.venv/bin/python'), ['-m', 'tests.names_corpus', ...more.slice(0, 1)], {
    cwd: '..',
    encoding: 'utf-8',
    input: more[1] ?? '',
    maxBuffer: 64 << 20,
  });
}

// Python starts, and a busy machine is slow.
describe('the box’s rules for names', { timeout: 60_000 }, () => {
  const corpus = JSON.parse(ask()) as Verdict[];

  it('are the screen’s', () => {
    expect(corpus.length).toBeGreaterThan(10_000);
    const different = corpus.flatMap(({ text, username, line }) => {
      const ours = { username: checkUsername(text), line: checkDisplayName(text) };
      const same = JSON.stringify(ours) === JSON.stringify({ username, line });
      return same ? [] : [{ text, theirs: { username, line }, ours }];
    });
    expect(different).toEqual([]);
    // A corpus in which everything fails would show nothing.
    expect(corpus.filter(({ username }) => 'kept' in username).length).toBeGreaterThan(500);
    expect(corpus.filter(({ line }) => 'kept' in line).length).toBeGreaterThan(1000);
  });

  it('take whatever the screen suggests', () => {
    const suggested = corpus.map(({ text }) => suggestName(text)).filter((name) => name !== '');
    expect(suggested.length).toBeGreaterThan(2000);
    expect(JSON.parse(ask('--check', JSON.stringify(suggested)))).toEqual([]);
  });
});
