import type { ErrorBody } from './model';

/** The first thing that is wrong with a field; translated like the whole. */
export interface FieldProblem {
  readonly key: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, number | string>>;
}

/** The box answered and refused. `key` is stable and translated in i18n; `message` is the box's own sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly key: string;
  readonly facts: Readonly<Record<string, number>>;
  /** What is wrong with each field, by its name; only with 50035. */
  readonly errors: Readonly<Record<string, FieldProblem>>;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.message ?? '');
    this.status = status;
    this.code = body.code ?? 0;
    this.key = body.key ?? 'unknown';
    const facts = { ...body.facts };
    if (body.retry_after !== undefined && facts['seconds'] === undefined) facts['seconds'] = body.retry_after;
    this.facts = facts;
    this.errors = firstProblems(body.errors ?? {});
  }
}

/** The box did not answer: no network, it is off, or its certificate is not accepted. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

function firstProblems(errors: Record<string, unknown>, prefix = ''): Record<string, FieldProblem> {
  const found: Record<string, FieldProblem> = {};
  for (const [name, value] of Object.entries(errors)) {
    if (typeof value !== 'object' || value === null) continue;
    const here = prefix === '' ? name : `${prefix}.${name}`;
    const list = (value as { _errors?: unknown })._errors;
    if (Array.isArray(list)) {
      const [first] = list as Partial<FieldProblem>[];
      if (first)
        found[here] = { key: first.key ?? '', message: first.message ?? '', facts: first.facts ?? {} };
    } else {
      Object.assign(found, firstProblems(value as Record<string, unknown>, here));
    }
  }
  return found;
}
