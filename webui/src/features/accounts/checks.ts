/** What the page can say about a name or a password before the box is asked. */
import type { ApiError } from '@/api';
import { limits } from '@/api/constants';
import { formRules } from '@/api/form-rules';
import { t } from '@/i18n';
import { fieldSentences } from '@/i18n/errors';
import { lengthOf } from '@/ui/text';

import type { Checked, LineProblem } from './rules';
import { checkDisplayName, checkLine, checkUsername } from './rules';

export { suggestName } from './rules';

/** What a form for a new account holds. */
export interface NewPerson {
  shown: string;
  name: string;
  password: string;
}

const COMMON =
  /^(?:password|passwort|12345678\d*|qwert\w*|letmein\w*|iloveyou\w*|welcome\w*|abcd?1234\w*|(.)\1+|hearth\w{0,4})$/i;
const GOOD_LENGTH = 14;

export interface Verdict {
  hint?: string;
  good?: boolean;
  /** Why it would not do; the form is not sent. */
  error?: string;
}

export function checkPassword(password: string): Verdict {
  if (password === '') return { hint: t.doors.passwordHint };
  const missing = limits.shortestPassword - lengthOf(password);
  if (missing > 0) return { hint: t.checks.passwordShort(missing) };
  if (COMMON.test(password)) return { error: t.checks.passwordPlain };
  if (password.length >= GOOD_LENGTH) return { hint: t.checks.passwordGood, good: true };
  return { hint: t.checks.passwordWeak };
}

/** Only what keeps a form from being sent. */
export function passwordError(password: string): string | undefined {
  const missing = limits.shortestPassword - lengthOf(password);
  if (password === '') return t.checks.nameEmpty;
  return missing > 0 ? t.checks.passwordShort(missing) : checkPassword(password).error;
}

/** By the box's own rule; who has the name already only the box knows. */
export function signInNameError(name: string): string | undefined {
  if (name === '') return t.checks.nameEmpty;
  const checked = checkUsername(name);
  return 'problem' in checked ? t.checks.username[checked.problem] : undefined;
}

/** A name that others read and mention: of a person, a bot. */
export function shownNameError(name: string): string | undefined {
  const [shortest, longest] = formRules.displayNameLength;
  return lineProblem(name, checkDisplayName(name), shortest, longest);
}

/** A name that only stands there: of a household, a space, a channel. */
export function lineError(name: string, shortest: number, longest: number): string | undefined {
  return lineProblem(name, checkLine(name, shortest, longest), shortest, longest);
}

function lineProblem(
  name: string,
  checked: Checked<LineProblem>,
  shortest: number,
  longest: number,
): string | undefined {
  if (name.trim() === '') return t.checks.nameEmpty;
  if (!('problem' in checked)) return undefined;
  const words = t.checks;
  if (checked.problem === 'short') return words.nameShort(shortest);
  if (checked.problem === 'long') return words.nameLong(longest);
  return words.line[checked.problem];
}

/** What the box said about each field, by its name on the wire. */
export function fieldErrors(error: ApiError): Readonly<Record<string, string>> {
  return fieldSentences(error);
}

/** What is left of it when somebody writes into a field again: it was about what stood there before. */
export function withoutField(
  errors: Readonly<Record<string, string>>,
  field: string,
): Readonly<Record<string, string>> {
  return field in errors
    ? Object.fromEntries(Object.entries(errors).filter(([name]) => name !== field))
    : errors;
}
