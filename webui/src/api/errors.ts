import type { ErrorBody } from './model';

/** The box answered and refused. `key` is stable and translated in i18n; `message` is the box's own sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly key: string;
  readonly facts: Readonly<Record<string, number>>;
  /** First sentence about each field, by its name; only with 50035. */
  readonly errors: Readonly<Record<string, string>>;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.message ?? '');
    this.status = status;
    this.code = body.code ?? 0;
    this.key = body.key ?? 'unknown';
    const facts = { ...body.facts };
    if (body.retry_after !== undefined && facts['seconds'] === undefined) facts['seconds'] = body.retry_after;
    this.facts = facts;
    this.errors = firstSentences(body.errors ?? {});
  }
}

/** The box did not answer: no network, it is off, or its certificate is not accepted. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

function firstSentences(errors: Record<string, unknown>, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(errors)) {
    if (typeof value !== 'object' || value === null) continue;
    const here = prefix === '' ? name : `${prefix}.${name}`;
    const list = (value as { _errors?: unknown })._errors;
    if (Array.isArray(list)) {
      const first = list[0] as { message?: unknown } | undefined;
      if (typeof first?.message === 'string') found[here] = first.message;
    } else {
      Object.assign(found, firstSentences(value as Record<string, unknown>, here));
    }
  }
  return found;
}
