/** That `npm run lint` fails on an import that goes the wrong way. */
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import { breach, FEATURES, findCircle, imports } from '../../borders.js';

describe('an import', () => {
  it.each([
    ['ui/Dialog.svelte', '@/features/guilds'],
    ['i18n/time.ts', '@/ui/text'],
    ['api/rest.ts', '@/i18n'],
    ['navigation/router.svelte.ts', '@/app/Shell.svelte'],
    ['features/messages/ChatView.svelte', '@/app/palette'],
  ])('from %s to %s goes up', (file, specifier) => {
    expect(breach(file, specifier)).toContain('lies below');
  });

  it.each([
    ['ui/Dialog.svelte', '@/i18n'],
    ['features/voice/voice.ts', '@/navigation/router.svelte'],
    ['features/voice/voice.ts', '@/features/accounts'],
    ['features/messages/markdown/parse.ts', '../preview'],
    ['features/messages/markdown/parse.ts', 'svelte'],
    ['app/Shell.svelte', '@/features/voice/CallView.svelte'],
    ['ui/Dialog.test.ts', '@/features/guilds/members.svelte'],
    ['main.ts', './app/App.svelte'],
  ])('from %s to %s is fine', (file, specifier) => {
    expect(breach(file, specifier)).toBeNull();
  });

  it('of another feature takes its index, and only of one that lies below', () => {
    expect(breach('features/voice/voice.ts', '@/features/accounts/account.svelte')).toContain('by its index');
    expect(breach('features/accounts/account.svelte.ts', '@/features/voice')).toContain('lies below');
  });

  it('is written @/ across folders and relative within one', () => {
    expect(breach('ui/Avatar.svelte', '../i18n')).toContain('begins with');
    expect(breach('ui/Avatar.svelte', '@/ui/text')).toContain('relative');
  });

  it('from a folder that nobody has given a layer is refused', () => {
    expect(breach('helpers/one.ts', '@/ui/text')).toContain('no layer');
    expect(breach('features/helpers/one.ts', '@/ui/text')).toContain('no place');
    expect(FEATURES).not.toContain('helpers');
  });
});

describe('circles', () => {
  const graph: Record<string, string[]> = { a: ['b', 'd'], b: ['c'], c: ['a'], d: ['d'] };
  const importsOf = (node: string) => graph[node] ?? [];

  it('are found with the way round', () => {
    expect(findCircle('a', importsOf)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('are not: a component that holds itself, and what hangs on a circle', () => {
    expect(findCircle('d', importsOf)).toBeNull();
  });
});

it('the rule reports what the functions say', () => {
  const linter = new Linter();
  const found = linter.verify(
    "import { voice } from '@/features/voice';\nexport const later = import('@/app/Shell.svelte');\nexport { voice };",
    [
      {
        files: ['**/*.ts'],
        plugins: { borders: { rules: { imports } } },
        rules: { 'borders/imports': 'error' },
      },
    ],
    { filename: `${process.cwd()}/src/ui/text.ts` },
  );

  expect(found.map(({ message }) => message)).toEqual([
    'ui lies below features and may not import it.',
    'ui lies below app and may not import it.',
  ]);
});
