/** What a check of the box found, in the language that is shown. */
import type { HealthRow } from '@/api/model';
import { t } from '@/i18n';
import type { Row } from '@/i18n/sentences';

export interface Told {
  title: string;
  sentence: string;
  fix: string | null;
}

type Rows = Readonly<Record<string, Row<HealthRow['facts']> | undefined>>;

/** By its key and its numbers; a key that this page does not know yet keeps the box's own sentences. */
export function tell(row: HealthRow): Told {
  const words = (t.health.rows as unknown as Rows)[row.key];
  if (words === undefined) return { title: row.title, sentence: row.sentence, fix: row.fix };
  return { title: words.title, sentence: words.sentence(row.facts), fix: words.fix ?? null };
}
