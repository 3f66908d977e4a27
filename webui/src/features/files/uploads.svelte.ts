/**
 * The files that one sends: in the tray of a channel until Send, then with their message until it is out.
 *
 * A file begins to travel when it is chosen, two at a time. A newcomer would let two tabs go on with the same one after a
 * reload: each would cut the other off. So a file is carried by whoever holds its lock (Web Locks), and the others look on.
 */
import { SvelteMap } from 'svelte/reactivity';

import { ApiError, gateway, Unreachable } from '@/api';
import type { Id } from '@/api/model';
import { account } from '@/features/accounts';
import { t } from '@/i18n';
import { explain, toasts } from '@/ui/toasts.svelte';

import {
  forgetUpload,
  storeBytes,
  storedBytes,
  storedUpload,
  storedUploads,
  storeUpload,
  sweepBytes,
} from './shelf';
import { run, Stopped, throwAway } from './tus';
import { Upload } from './upload.svelte';
import type { UploadState, WireFile } from './upload.svelte';

/** A message has at most so many (Discord's limit). */
export const MOST_FILES = 10;
const AT_ONCE = 2;

export class Uploads {
  #byKey = new SvelteMap<string, Upload>();
  #owner: Id = '';
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen depends on it
  #waiters = new Map<string, () => void>();

  constructor() {
    // With a line again, what waited for it goes on at once.
    gateway.onStatus((status) => {
      if (status === 'online')
        for (const one of this.#byKey.values()) if (one.state === 'waiting') this.#begin();
    });
    // The browser asks before the page goes while that would cost somebody a file.
    addEventListener('beforeunload', (event) => {
      if ([...this.#byKey.values()].some((one) => one.isOnlyHere)) event.preventDefault();
    });
  }

  get(key: string): Upload | undefined {
    return this.#byKey.get(key);
  }

  /** What stands in a channel's tray, in its order. */
  tray(channelId: Id): Upload[] {
    return this.#of((one) => one.channelId === channelId && one.nonce === undefined);
  }

  with(nonce: string): Upload[] {
    return this.#of((one) => one.nonce === nonce);
  }

  /** Chosen, pasted, dropped or recorded; beyond the limit nothing is taken, and that is said. */
  add(channelId: Id, files: readonly (File | Blob)[], voice?: { duration: number; waveform: string }): void {
    this.#own();
    const tray = this.tray(channelId);
    const room = MOST_FILES - tray.length;
    if (files.length > room) toasts.failed(t.chat.files.tooMany(MOST_FILES));
    let order = (tray.at(-1)?.order ?? 0) + 1;
    for (const file of files.slice(0, Math.max(0, room))) {
      const upload = new Upload({
        key: crypto.randomUUID(),
        channelId,
        name: nameOf(file),
        size: file.size,
        type: file.type.split(';')[0] ?? '',
        description: '',
        spoiler: false,
        order,
        ...voice,
      });
      order += 1;
      upload.show(file);
      this.#byKey.set(upload.key, upload);
      this.store(upload);
      void this.#copy(upload, file);
    }
    this.#begin();
  }

  store(upload: Upload): void {
    if (this.#byKey.has(upload.key)) storeUpload(this.#owner, upload.kept());
  }

  /** One place earlier (−1) or later (1). */
  move(upload: Upload, step: -1 | 1): void {
    const tray = this.tray(upload.channelId);
    const other = tray[tray.indexOf(upload) + step];
    if (other === undefined) return;
    [upload.order, other.order] = [other.order, upload.order];
    this.store(upload);
    this.store(other);
  }

  /** To the place of another, which makes room. */
  moveTo(upload: Upload, target: Upload): void {
    for (;;) {
      const tray = this.tray(upload.channelId);
      const [at, to] = [tray.indexOf(upload), tray.indexOf(target)];
      if (at === to || at < 0 || to < 0) return;
      this.move(upload, at < to ? 1 : -1);
      if (Math.abs(at - to) === 1) return;
    }
  }

  /** From the tray into a message; what fails is told there. */
  attach(channelId: Id, nonce: string): void {
    for (const upload of this.tray(channelId)) {
      upload.nonce = nonce;
      this.store(upload);
    }
  }

  /** Back into the tray: the message is written anew. */
  takeBack(nonce: string): void {
    for (const upload of this.with(nonce)) {
      upload.nonce = undefined;
      this.store(upload);
    }
  }

  /** Left out: the box throws away what it has of it. */
  cancel(upload: Upload): void {
    if (upload.running) upload.running.stop(true);
    else if (upload.url !== undefined) throwAway(upload.url);
    this.#forget(upload);
  }

  cancelAll(nonce: string): void {
    for (const upload of this.with(nonce)) this.cancel(upload);
  }

  /** The message is out. */
  delivered(nonce: string): void {
    for (const upload of this.with(nonce)) this.#forget(upload);
  }

  retry(upload: Upload): void {
    upload.state = 'waiting';
    upload.error = '';
    this.#begin();
  }

  /** The file that was chosen again after a reload; in words why it is not the one. */
  giveAgain(upload: Upload, file: File): void {
    if (file.size !== upload.size) {
      upload.error = t.chat.files.another;
      return;
    }
    upload.error = '';
    upload.show(file);
    void this.#copy(upload, file);
    upload.state = 'waiting';
    this.#begin();
  }

  /** Resolves when nothing of a message is on its way any more: all there, or left out. */
  async settled(nonce: string): Promise<WireFile[]> {
    while (this.with(nonce).some((one) => one.state !== 'done'))
      await new Promise<void>((resolve) => this.#waiters.set(nonce, resolve));
    return this.with(nonce).map((one, index) => one.wire(index));
  }

  /** What an earlier visit left: in trays, and with the messages of `nonces`. The rest is nobody's. */
  async restore(nonces: ReadonlySet<string>): Promise<void> {
    this.#own();
    for (const kept of storedUploads(this.#owner)) {
      if (this.#byKey.has(kept.key)) continue;
      if (kept.nonce !== undefined && !nonces.has(kept.nonce)) {
        forgetUpload(this.#owner, kept.key);
        continue;
      }
      const upload = new Upload(kept);
      this.#byKey.set(upload.key, upload);
      const bytes = await storedBytes(upload.key);
      upload.isCopied = bytes !== null;
      if (bytes !== null) upload.show(bytes);
      else if (upload.state !== 'done') upload.state = 'missing';
    }
    await sweepBytes();
    this.#begin();
  }

  /** Until the copy is whole, a page that is left takes the file with it. */
  async #copy(upload: Upload, file: Blob): Promise<void> {
    upload.isCopied = await storeBytes(upload.key, file);
  }

  #of(which: (upload: Upload) => boolean): Upload[] {
    return [...this.#byKey.values()].filter(which).sort((a, b) => a.order - b.order);
  }

  /** What somebody else began on this page waits in the browser for their return. */
  #own(): void {
    if (account.id === this.#owner) return;
    for (const upload of this.#byKey.values()) upload.running?.stop(false);
    this.#byKey.clear();
    this.#owner = account.id;
  }

  #begin(): void {
    const all = this.#of(() => true);
    let room = AT_ONCE - all.filter((one) => one.state === 'running').length;
    for (const upload of all) {
      if (room <= 0) return;
      if (upload.state !== 'waiting' || upload.bytes === null) continue;
      upload.state = 'running';
      room -= 1;
      void this.#carry(upload, upload.bytes);
    }
  }

  async #carry(upload: Upload, bytes: Blob): Promise<void> {
    try {
      await exclusively(`hearth-upload-${upload.key}`, () => this.#send(upload, bytes));
      this.#change(upload, 'done');
    } catch (error) {
      if (!(error instanceof Stopped)) this.#failed(upload, error);
    }
    this.#begin();
  }

  async #send(upload: Upload, bytes: Blob): Promise<void> {
    const kept = storedUpload(this.#owner, upload.key);
    upload.url = kept?.url ?? upload.url;
    // Another tab has carried it to its end.
    if (kept?.done === true) return;
    upload.began = { at: performance.now(), sent: upload.sent };
    upload.running = run(bytes, {
      endpoint: `/api/hearth/v1/channels/${upload.channelId}/uploads`,
      url: upload.url,
      name: upload.name,
      type: upload.type,
      onUrl: (url) => {
        upload.url = url;
        this.store(upload);
      },
      onSent: (sent) => (upload.sent = sent),
    });
    try {
      await upload.running.done;
    } finally {
      upload.running = null;
    }
  }

  #failed(upload: Upload, error: unknown): void {
    upload.error = explain(error);
    upload.final = error instanceof ApiError && error.status < 500;
    this.#change(upload, error instanceof Unreachable && gateway.status !== 'online' ? 'waiting' : 'failed');
  }

  #change(upload: Upload, state: UploadState): void {
    upload.state = state;
    if (state === 'done') upload.sent = upload.size;
    this.store(upload);
    this.#tell(upload.nonce);
  }

  #forget(upload: Upload): void {
    this.#byKey.delete(upload.key);
    if (upload.preview !== undefined) URL.revokeObjectURL(upload.preview);
    forgetUpload(this.#owner, upload.key);
    this.#tell(upload.nonce);
    this.#begin();
  }

  #tell(nonce: string | undefined): void {
    if (nonce === undefined) return;
    this.#waiters.get(nonce)?.();
    this.#waiters.delete(nonce);
  }
}

/** What the clipboard brings has no name of its own, or one that all pictures have. */
function nameOf(file: File | Blob): string {
  if (file instanceof File && file.name !== '') return file.name.normalize();
  const [kind = '', rest = ''] = file.type.split(';')[0]?.split('/') ?? [];
  return `${kind === '' ? 'file' : kind}.${rest === '' ? 'bin' : rest}`;
}

async function exclusively(name: string, task: () => Promise<void>): Promise<void> {
  const { locks } = navigator as { locks?: LockManager | null };
  if (locks) await locks.request(name, task);
  else await task();
}

export const uploads = new Uploads();
