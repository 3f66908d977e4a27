import { ApiError, Unreachable } from '@/api';

import { t } from '@/i18n';
import { fieldSentence, sentenceFor } from '@/i18n/errors';

export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'failed';
  action?: { label: string; run: () => void };
}

/** From the visual language: six seconds, ten with something to press; what failed stays until it is closed. */
const SHORT_MS = 6000;
const LONG_MS = 10_000;

class Toasts {
  list: Toast[] = $state.raw([]);
  #next = 1;

  done(text: string, action?: Toast['action']): void {
    const id = this.#add(action ? { text, kind: 'done', action } : { text, kind: 'done' });
    setTimeout(() => this.close(id), action ? LONG_MS : SHORT_MS);
  }

  failed(text: string, action?: Toast['action']): void {
    if (this.list.some((toast) => toast.kind === 'failed' && toast.text === text)) return;
    this.#add(action ? { text, kind: 'failed', action } : { text, kind: 'failed' });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = this.#next;
    this.#next += 1;
    this.list = [...this.list.slice(-2), { ...toast, id }];
    return id;
  }
}

export const toasts = new Toasts();

/** What to tell a person about something that went wrong. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return t.errors.unreachable;
  if (error instanceof ApiError) {
    const [field] = Object.values(error.errors);
    if (field !== undefined) return fieldSentence(field);
    const known = sentenceFor(error.key, error.facts);
    if (known !== undefined) return known;
    if (error.status === 429) return t.errors.slowDown(error.facts['seconds'] ?? 1);
    if (error.message !== '') return error.message;
  } else {
    reportError(error);
  }
  return t.errors.unknown;
}

/** Runs what a press of a button asks for; what fails is told in a toast. Resolves to whether it worked. */
export async function attempt(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    toasts.failed(explain(error));
    return false;
  }
}
