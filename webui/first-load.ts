/**
 * What a browser loads before anything is on the screen, weighed at each build, which fails above the limit.
 *
 * It is the script of index.html, all that this imports at once, and the words of one language, each file packed as `gzip -9` does.
 * What is loaded on demand counts nothing. A newcomer would raise the limit; load it later instead (`src/ui/lazy.svelte.ts`).
 * The weights are recorded in first-load.json so that a failure can say what grew: `npm run first-load:record` after a success.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';

import recorded from './first-load.json' with { type: 'json' };

const LIMIT_BYTES = 140_000;
/** Of what grew. */
const MOST_NAMED = 8;

/** As much of a built file as is asked here. */
interface Built {
  fileName: string;
  name: string;
  code: string;
  isEntry: boolean;
  facadeModuleId: string | null;
  imports: readonly string[];
  modules: Readonly<Record<string, { renderedLength: number }>>;
}

/** Bytes by name. */
export type Weights = Readonly<Record<string, number>>;

export interface FirstLoad {
  /** Of the built files, packed, for each language. */
  files: Readonly<Record<string, Weights>>;
  /** Of what they are made of, before it is made small. */
  sources: Weights;
}

const bytesOf = ({ code }: Built): number => gzipSync(code, { level: 9 }).length;

const sum = (weights: Weights): number => Object.values(weights).reduce((all, one) => all + one, 0);

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** A file and all that it imports at once, each once. */
function withImports(first: readonly Built[], all: ReadonlyMap<string, Built>): Built[] {
  const found = new Set(first);
  for (const one of found) {
    for (const name of one.imports) {
      const imported = all.get(name);
      if (imported) found.add(imported);
    }
  }
  return [...found];
}

/** What each language's first load is made of; a language is a folder of `src/i18n` with a file of its own name. */
function firstLoads(all: ReadonlyMap<string, Built>): ReadonlyMap<string, Built[]> {
  const files = [...all.values()];
  const entries = files.filter((one) => one.isEntry);
  const loads = new Map<string, Built[]>();
  for (const one of files) {
    const language = /\/i18n\/(\w+)\/\1\.ts$/.exec(one.facadeModuleId ?? '')?.[1];
    if (language !== undefined) loads.set(language, withImports([...entries, one], all));
  }
  return loads;
}

/** Two files may have the same name: together they are one line. */
function weigh(files: readonly Built[]): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const one of files) weights[one.name] = (weights[one.name] ?? 0) + bytesOf(one);
  return weights;
}

function sourcesOf(files: readonly Built[]): Record<string, number> {
  const modules = files.flatMap((one) => Object.entries(one.modules));
  return Object.fromEntries(
    modules
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([id, { renderedLength }]): [string, number] => [nameOf(id), renderedLength])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The same wherever somebody has put the repository. */
const nameOf = (id: string): string =>
  id
    .replace('\0', '')
    .replace(/^.*\/(?=node_modules\/)/, '')
    .replace(/^\/.*?\/webui\/(?=src\/)/, '');

/** In words, what is heavier than it was recorded, the most first. */
function growth(now: Weights, before: Weights): string[] {
  return Object.entries(now)
    .map(([name, bytes]) => ({ name, bytes, more: bytes - (before[name] ?? 0) }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more)
    .slice(0, MOST_NAMED)
    .map(({ name, bytes, more }) => `  ${name}: ${kilobytes(bytes)}, ${kilobytes(more)} more than recorded`);
}

/** Null if each language's first load is within the limit; else what is wrong, and what grew. */
export function complaint(now: FirstLoad, recorded: FirstLoad, limit = LIMIT_BYTES): string | null {
  const tooHeavy = Object.entries(now.files).filter(([, files]) => sum(files) > limit);
  if (tooHeavy.length === 0) return null;
  const lines = tooHeavy.flatMap(([language, files]) => [
    `The first load (${language}) is ${kilobytes(sum(files))} of script; at most ${kilobytes(limit)}:`,
    ...growth(files, recorded.files[language] ?? {}),
  ]);
  return [...lines, 'In its source:', ...growth(now.sources, recorded.sources)].join('\n');
}

export function firstLoad(): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    // Not before: until they are written, files do not have all of each other's names.
    writeBundle(_, bundle) {
      const built = Object.values(bundle).filter((one) => one.type === 'chunk');
      const loads = firstLoads(new Map(built.map((one) => [one.fileName, one])));
      if (loads.size === 0) this.error('No language is among what was built: see first-load.ts.');
      const now: FirstLoad = {
        files: Object.fromEntries([...loads].map(([language, load]) => [language, weigh(load)])),
        sources: sourcesOf([...new Set([...loads.values()].flat())]),
      };
      if (process.env['FIRST_LOAD'] === 'record')
        writeFileSync('first-load.json', JSON.stringify(now, null, 2));
      const wrong = complaint(now, recorded);
      if (wrong !== null) this.error(wrong);
    },
  };
}
