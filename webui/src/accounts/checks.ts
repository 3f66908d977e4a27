/** What the page can say about a name or a password before the box is asked. */
import type { ApiError } from '../api';
import { t } from '../ui/strings';
import { lengthOf } from '../ui/text';

/** What a form for a new account holds. */
export interface NewPerson {
  shown: string;
  name: string;
  password: string;
}

export const SHORTEST_PASSWORD = 8;
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
  const missing = SHORTEST_PASSWORD - lengthOf(password);
  if (missing > 0) return { hint: t.doors.checks.passwordShort(missing) };
  if (COMMON.test(password)) return { error: t.doors.checks.passwordPlain };
  if (password.length >= GOOD_LENGTH) return { hint: t.doors.checks.passwordGood, good: true };
  return { hint: t.doors.checks.passwordWeak };
}

/** Only what keeps a form from being sent. */
export function passwordError(password: string): string | undefined {
  const missing = SHORTEST_PASSWORD - lengthOf(password);
  if (password === '') return t.doors.checks.nameEmpty;
  return missing > 0 ? t.doors.checks.passwordShort(missing) : checkPassword(password).error;
}

export function signInNameError(name: string): string | undefined {
  if (name === '') return t.doors.checks.nameEmpty;
  if (!/^[a-z0-9._]*$/.test(name)) return t.doors.checks.nameShape;
  if (name.length < 2) return t.doors.checks.nameShort;
  return name.length > 32 ? t.doors.checks.nameLong(32) : undefined;
}

export function shownNameError(name: string, most = 32): string | undefined {
  if (name.trim() === '') return t.doors.checks.nameEmpty;
  return lengthOf(name) > most ? t.doors.checks.nameLong(most) : undefined;
}

/** A sign-in name to start with, from what people call somebody: “Ben O'Hara” → `ben.ohara`. */
export function suggestName(shown: string): string {
  return shown
    .normalize('NFD')
    .toLowerCase()
    .replace(/\s+/g, '.')
    .replace(/[^a-z0-9._]/g, '')
    .replace(/^\.+|\.+$/g, '')
    .slice(0, 32);
}

/** What the box said about each field, by its name on the wire. */
export function fieldErrors(error: ApiError): Readonly<Record<string, string>> {
  const taken = t.errors.byKey[error.key];
  return error.key === 'username_taken' && taken ? { username: taken({}) } : error.errors;
}
