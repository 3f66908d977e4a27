/** The languages that there are. The box has the list of their tags; which words belong to a tag stands here. */
import type { Info } from '@/api/model';

import type { First, Later } from '.';

export type Language = Info['language'];

interface Entry {
  /** In itself, so that whoever has landed in the wrong one finds their own. */
  name: string;
  load: () => Promise<First>;
  loadLater: () => Promise<Later>;
}

export const LANGUAGES: Readonly<Record<Language, Entry>> = {
  'en-GB': {
    name: 'English',
    load: async () => (await import('./en/en')).first,
    loadLater: async () => (await import('./en/later')).later,
  },
  de: {
    name: 'Deutsch',
    load: async () => (await import('./de/de')).first,
    loadLater: async () => (await import('./de/later')).later,
  },
};

export const TAGS = Object.keys(LANGUAGES) as Language[];

/** The first that we have of the languages that somebody reads, by the first part of each tag. */
export function firstOf(wanted: readonly string[]): Language | undefined {
  const primary = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? '';
  for (const tag of wanted) {
    const found = TAGS.find((one) => primary(one) === primary(tag));
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && value in LANGUAGES;
}
