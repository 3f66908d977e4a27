/** What takes up the room, and everybody's files, for those who look after the box. */
import { rest } from '@/api';
import type { Id, KeptFile, StorageLimits, Usage } from '@/api/model';

export type Order = 'largest' | 'oldest' | 'newest';
/** So many at once. */
const PAGE = 50;
/** As many as the box deletes in one request. */
const AT_ONCE = 100;

export class Storage {
  usage: Usage | null = $state.raw(null);
  files: KeptFile[] = $state.raw([]);
  /** Whether there are more files than those shown. */
  hasMore = $state(false);
  /** The list that was asked for last; an answer to another comes too late. */
  #asked = 0;

  /** Throws ApiError or Unreachable, as all of these. */
  async look(): Promise<void> {
    this.usage = await rest.get<Usage>('hearth/v1/storage');
  }

  /** `of` is whose files, everybody's if it is empty; `goOn` with those behind the ones that are shown. */
  async list(order: Order, of: Id, goOn = false): Promise<void> {
    const asked = ++this.#asked;
    const skip = goOn ? this.files.length : 0;
    const whose = of === '' ? '' : `&account_id=${of}`;
    const found = await rest.get<KeptFile[]>(
      `hearth/v1/storage/files?order=${order}&limit=${PAGE}&skip=${skip}${whose}`,
    );
    if (asked !== this.#asked) return;
    this.files = goOn ? [...this.files, ...found] : found;
    this.hasMore = found.length === PAGE;
  }

  /** Deletes files; how many went. */
  async remove(ids: readonly Id[]): Promise<number> {
    let gone = 0;
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const these = ids.slice(at, at + AT_ONCE);
      const answer = await rest.post<{ files: number }>('hearth/v1/storage/files/delete', { ids: these });
      gone += answer.files;
      this.files = this.files.filter((file) => !these.includes(file.id));
    }
    await this.look();
    return gone;
  }

  async limit(limits: Partial<StorageLimits>): Promise<void> {
    const changed = await rest.patch<StorageLimits>('hearth/v1/storage/limits', limits);
    if (this.usage !== null) this.usage = { ...this.usage, limits: changed };
  }
}

/** What a full disk is made of, as parts of the whole in percent, in the order of the bar. */
export interface Part {
  key: 'picture' | 'video' | 'sound' | 'other' | 'made' | 'rest' | 'free' | 'kept';
  bytes: number;
  percent: number;
}

export function parts(usage: Usage): Part[] {
  const of = (kind: string): number => usage.kinds.find((one) => one.kind === kind)?.size ?? 0;
  const kept = Math.min(usage.reserve, usage.free);
  const files = usage.kept + usage.renditions;
  const bytes: [Part['key'], number][] = [
    ['picture', of('picture')],
    ['video', of('video')],
    ['sound', of('sound')],
    ['other', of('other')],
    ['made', usage.renditions],
    ['rest', Math.max(0, usage.total - usage.free - files)],
    ['free', usage.free - kept],
    ['kept', kept],
  ];
  return bytes.map(([key, size]) => ({ key, bytes: size, percent: (100 * size) / Math.max(1, usage.total) }));
}
