/** The sentences for the box's refusals, whose keys come over the wire. */
import type { ApiError, FieldProblem } from '@/api/errors';

import { t } from '.';

type Facts = Readonly<Record<string, number | string>>;
type Table = Readonly<Record<string, ((facts: Facts) => string) | undefined>>;

/** Undefined for a key that this page does not know. */
export function sentenceFor(key: string, facts: Facts = {}): string | undefined {
  return (t.errors.byKey as unknown as Table)[key]?.(facts);
}

/** What is wrong with a field; in the box's own words if this page does not know its key. */
export function fieldSentence({ key, facts, message }: FieldProblem): string {
  return (t.errors.byField as unknown as Table)[key]?.(facts) ?? message;
}

/** The same of each field that a form had, by its name on the wire. */
export function fieldSentences(error: ApiError): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(error.errors).map(([field, problem]) => [field, fieldSentence(problem)]),
  );
}
