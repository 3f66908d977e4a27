/** That a build fails whose first load is too heavy, and says what grew. */
import { expect, it } from 'vitest';

import { complaint, firstLoad } from '../../first-load.ts';
import type { FirstLoad } from '../../first-load.ts';

const recorded: FirstLoad = {
  files: { en: { index: 70_000, en: 15_000 }, de: { index: 70_000, de: 17_000 } },
  sources: { 'src/main.ts': 1_000, 'src/app/App.svelte': 2_000 },
};

it('says nothing while every language is within the limit', () => {
  const now = { ...recorded, files: { en: { index: 72_000, en: 15_000 } } };

  expect(complaint(now, recorded, 87_000)).toBeNull();
});

it('names the language, the file and the source that grew, the most first', () => {
  const now = {
    files: { en: { index: 71_000, en: 15_000 }, de: { index: 71_000, de: 17_500, extra: 2_000 } },
    sources: { 'src/main.ts': 1_000, 'src/app/App.svelte': 2_500, 'src/app/New.svelte': 4_000 },
  };

  expect(complaint(now, recorded, 90_000)).toBe(
    [
      'The first load (de) is 90.5 kB of script; at most 90.0 kB:',
      '  extra: 2.0 kB, 2.0 kB more than recorded',
      '  index: 71.0 kB, 1.0 kB more than recorded',
      '  de: 17.5 kB, 0.5 kB more than recorded',
      'In its source:',
      '  src/app/New.svelte: 4.0 kB, 4.0 kB more than recorded',
      '  src/app/App.svelte: 2.5 kB, 0.5 kB more than recorded',
    ].join('\n'),
  );
});

it('weighs what the first script imports at once and the words of a language, and nothing that comes later', () => {
  const chunk = (name: string, code: string, more: object = {}) => ({
    type: 'chunk',
    fileName: `assets/${name}.js`,
    name,
    code,
    isEntry: false,
    facadeModuleId: null,
    imports: [],
    modules: {},
    ...more,
  });
  const later = chunk('later', noise(200_000));
  const words = { facadeModuleId: '/somewhere/webui/src/i18n/de/de.ts', imports: ['assets/plurals.js'] };
  const build = (heavy: number): (() => void) => {
    const files = [
      chunk('index', 'first', { isEntry: true, imports: ['assets/shared.js'] }),
      chunk('shared', noise(heavy)),
      chunk('de', 'words', words),
      chunk('plurals', noise(60_000)),
      later,
    ];
    const plugin = firstLoad() as unknown as { writeBundle: (options: object, bundle: object) => void };
    const context = {
      error: (message: string) => {
        throw new Error(message);
      },
    };
    return () =>
      plugin.writeBundle.call(context, {}, Object.fromEntries(files.map((one) => [one.fileName, one])));
  };

  expect(build(60_000)).not.toThrow();
  expect(build(120_000)).toThrow('The first load (de) is 14');
});

/** So many bytes that cannot be packed, the same each time. */
function noise(bytes: number): string {
  let state = 1;
  return Array.from({ length: bytes }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 94));
  }).join('');
}
