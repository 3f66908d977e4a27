/** The pins of one channel, newest first, kept in step while they are looked at. */
import { gateway, rest } from '@/api';
import type { Id, Message } from '@/api/model';

export interface Pin {
  pinned_at: string;
  message: Message;
}

interface Page {
  items: Pin[];
  has_more: boolean;
}

const PAGE = 25;

const path = ({ channel_id, id }: Pick<Message, 'channel_id' | 'id'>) =>
  `v10/channels/${channel_id}/messages/pins/${id}`;

export async function pin(message: Message): Promise<void> {
  await rest.put(path(message));
}

export async function unpin(message: Message): Promise<void> {
  await rest.delete(path(message));
}

export class Pins {
  readonly channelId: Id;
  list: Pin[] = $state.raw([]);
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  hasMore = $state(false);
  error: unknown = $state.raw(null);
  #stop: (() => void)[] = [];

  constructor(channelId: Id) {
    this.channelId = channelId;
  }

  /** Until what it returns is called. */
  watch(): () => void {
    void this.load();
    const here = (change: { channel_id: Id }) => change.channel_id === this.channelId;
    this.#stop = [
      gateway.on('READY', () => void this.load()),
      gateway.on('CHANNEL_PINS_UPDATE', (change) => {
        if (here(change)) void this.load();
      }),
      gateway.on('MESSAGE_UPDATE', (change) => {
        if (!here(change)) return;
        this.list = this.list.map((one) =>
          one.message.id === change.id ? { ...one, message: { ...one.message, ...change } } : one,
        );
      }),
      gateway.on('MESSAGE_DELETE', (gone) => {
        if (here(gone)) this.#drop([gone.id]);
      }),
      gateway.on('MESSAGE_DELETE_BULK', (gone) => {
        if (here(gone)) this.#drop(gone.ids);
      }),
    ];
    return () => {
      for (const stop of this.#stop) stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#page(''), []);
    } catch (error) {
      this.error = error;
      if (this.list.length === 0) this.phase = 'failed';
    }
  }

  async older(): Promise<void> {
    const last = this.list.at(-1);
    if (last === undefined || !this.hasMore) return;
    this.#take(await this.#page(`&before=${encodeURIComponent(last.pinned_at)}`), this.list);
  }

  #take(page: Page, before: Pin[]): void {
    this.list = [...before, ...page.items];
    this.hasMore = page.has_more;
    this.phase = 'ready';
  }

  #drop(ids: readonly Id[]): void {
    this.list = this.list.filter((one) => !ids.includes(one.message.id));
  }

  #page(more: string): Promise<Page> {
    return rest.get<Page>(`v10/channels/${this.channelId}/messages/pins?limit=${PAGE}${more}`);
  }
}
