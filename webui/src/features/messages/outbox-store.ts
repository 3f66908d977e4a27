/**
 * The outbox in this browser: one entry for each message that waits, so that tabs do not overwrite each other's.
 *
 * What is read back may have been written by an older version, by another clock or by hand: whatever does not fit is left
 * out, since one odd entry must not keep a channel from being drawn.
 */
import type { Id, Message } from '@/api/model';
import { keep, kept, keptNames } from '@/ui/storage';

import type { Pending } from './outbox.svelte';

/** The last moment that a Date can be (ECMA-262, 21.4.1.1). */
const LAST_MS = 8.64e15;

const nameOf = (userId: Id, nonce: string) => `outbox.${userId}.${nonce}`;

/** Under which a message waits, as other tabs hear of it. */
export function storedName(userId: Id, nonce: string): string {
  return `hearth.${nameOf(userId, nonce)}`;
}

export function storeItem(userId: Id, item: Pending): void {
  if (userId !== '') keep(nameOf(userId, item.nonce), item);
}

export function forgetStored(userId: Id, nonce: string): void {
  keep(nameOf(userId, nonce), undefined);
}

/** What a person has not sent yet, in its order. */
export function storedItems(userId: Id): Pending[] {
  takeOver(userId);
  const found = keptNames(`outbox.${userId}.`).map((name) => readItem(kept(name), 0));
  return found.filter((item) => item !== null).sort((a, b) => a.order - b.order);
}

/** Earlier versions kept all of them in one list. */
function takeOver(userId: Id): void {
  const old = kept(`outbox.${userId}`);
  if (old === undefined) return;
  const list: unknown[] = Array.isArray(old) ? old : [];
  for (const [index, value] of list.entries()) {
    const item = readItem(value, index);
    if (item !== null) storeItem(userId, item);
  }
  keep(`outbox.${userId}`, undefined);
}

/** `order` for an item of a version that counted none. */
function readItem(value: unknown, order: number): Pending | null {
  if (typeof value !== 'object' || value === null) return null;
  const item = value as Partial<Pending>;
  const { nonce, channelId, content } = item;
  if (typeof nonce !== 'string' || nonce === '') return null;
  if (typeof channelId !== 'string' || typeof content !== 'string') return null;
  const failed = item.state === 'failed';
  return {
    nonce,
    order: isTime(item.order) ? item.order : order,
    channelId,
    content,
    replyTo: isMessage(item.replyTo) ? item.replyTo : null,
    mentionReplied: item.mentionReplied !== false,
    at: isTime(item.at) ? item.at : 0,
    state: failed ? 'failed' : 'waiting',
    ...(failed && typeof item.error === 'string' ? { error: item.error } : {}),
    ...(failed && item.final === true ? { final: true } : {}),
    ...(failed && item.isShut === true ? { isShut: true } : {}),
    ...(isTime(item.triedAt) ? { triedAt: item.triedAt } : {}),
    ...(item.hasFiles === true ? { hasFiles: true } : {}),
    ...(item.isVoice === true ? { isVoice: true } : {}),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LAST_MS;
}

/** As far as a quote needs it. */
export function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { id, content, author } = value as Partial<Message>;
  return typeof id === 'string' && typeof content === 'string' && typeof author?.id === 'string';
}
