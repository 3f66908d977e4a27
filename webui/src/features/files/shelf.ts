/**
 * Files on their way, in this browser: what they are in localStorage, their bytes in IndexedDB, so that a reload goes on.
 *
 * A file over the limit is not copied: after a reload its person is asked to choose it again, and the upload goes on where it
 * stopped. What is read back may be of an older version: whatever does not fit is left out.
 */
import { createStore, del, get, keys, set } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';

import type { Id } from '@/api/model';
import { keep, kept, keptNames } from '@/ui/storage';

export interface KeptUpload {
  key: string;
  channelId: Id;
  name: string;
  size: number;
  type: string;
  description: string;
  spoiler: boolean;
  /** Its place among the files of its message. */
  order: number;
  duration?: number;
  waveform?: string;
  /** Where the box takes its bytes; begun. */
  url?: string;
  /** All of it is there. */
  done?: boolean;
  /** The message that it goes out with; none: it stands in the tray. */
  nonce?: string;
}

/** Copied at most: a phone's browser gives a page some hundreds of megabytes. */
export const COPIED_BYTES = 100e6;

const nameOf = (userId: Id, key: string) => `upload.${userId}.${key}`;

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore('hearth-files', 'uploads'));

export function storeUpload(userId: Id, upload: KeptUpload): void {
  keep(nameOf(userId, upload.key), upload);
}

export function storedUpload(userId: Id, key: string): KeptUpload | null {
  return readUpload(kept(nameOf(userId, key)));
}

export function storedUploads(userId: Id): KeptUpload[] {
  const found = keptNames(`upload.${userId}.`).map((name) => readUpload(kept(name)));
  return found.filter((one) => one !== null).sort((a, b) => a.order - b.order);
}

export function forgetUpload(userId: Id, key: string): void {
  keep(nameOf(userId, key), undefined);
  void attempt(async () => del(key, store()));
}

/** Keeps the bytes if there is room; false: without them one is asked for the file again after a reload. */
export async function storeBytes(key: string, bytes: Blob): Promise<boolean> {
  if (bytes.size > COPIED_BYTES) return false;
  return (await attempt(async () => set(key, bytes, store()).then(() => true))) ?? false;
}

export async function storedBytes(key: string): Promise<Blob | null> {
  const found: unknown = await attempt(async () => get<unknown>(key, store()));
  return found instanceof Blob ? found : null;
}

/** Throws away bytes that no entry of anybody speaks of. */
export async function sweepBytes(): Promise<void> {
  const known = new Set(keptNames('upload.').map((name) => name.slice(name.lastIndexOf('.') + 1)));
  for (const key of (await attempt(async () => keys(store()))) ?? [])
    if (typeof key === 'string' && !known.has(key)) await attempt(async () => del(key, store()));
}

/** Undefined if the browser has no store for pages, has closed it (a private window) or has no room. */
async function attempt<Result>(task: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await task();
  } catch {
    return undefined;
  }
}

function readUpload(value: unknown): KeptUpload | null {
  if (typeof value !== 'object' || value === null) return null;
  const it = value as Partial<KeptUpload>;
  if (typeof it.key !== 'string' || typeof it.channelId !== 'string' || typeof it.name !== 'string')
    return null;
  if (typeof it.size !== 'number' || !Number.isSafeInteger(it.size) || it.size < 0) return null;
  return {
    key: it.key,
    channelId: it.channelId,
    name: it.name,
    size: it.size,
    type: typeof it.type === 'string' ? it.type : '',
    description: typeof it.description === 'string' ? it.description : '',
    spoiler: it.spoiler === true,
    order: typeof it.order === 'number' && Number.isFinite(it.order) ? it.order : 0,
    ...(typeof it.duration === 'number' ? { duration: it.duration } : {}),
    ...(typeof it.waveform === 'string' ? { waveform: it.waveform } : {}),
    ...(typeof it.url === 'string' ? { url: it.url } : {}),
    ...(it.done === true ? { done: true } : {}),
    ...(typeof it.nonce === 'string' ? { nonce: it.nonce } : {}),
  };
}
