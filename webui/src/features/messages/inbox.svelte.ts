/** What has named one in the last week, wherever it was; kept in step while it is looked at. */
import { gateway, rest } from '@/api';
import type { Id, Message } from '@/api/model';
import { isNewer } from '@/api/snowflake';
import { channels, reads } from '@/features/channels';

const PAGE = 25;

export interface Wanted {
  guildId: Id | null;
  roles: boolean;
  everyone: boolean;
}

export class Inbox {
  list: Message[] = $state.raw([]);
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  hasMore = $state(false);
  error: unknown = $state.raw(null);
  wanted: Wanted = $state.raw({ guildId: null, roles: true, everyone: true });
  #generation = 0;

  /** Until what it returns is called. */
  watch(): () => void {
    void this.load();
    const stop = [
      gateway.on('READY', () => void this.load()),
      // The box knows best whether it is one of those that are wanted.
      gateway.on('MESSAGE_CREATE', (message) => {
        const named = message.guild_id !== undefined || message.mentions.length > 0;
        if (named && reads.namesMe(message)) void this.load();
      }),
      gateway.on('MESSAGE_UPDATE', (change) => {
        this.list = this.list.map((one) => (one.id === change.id ? { ...one, ...change } : one));
      }),
      gateway.on('MESSAGE_DELETE', ({ id }) => this.#drop([id])),
      gateway.on('MESSAGE_DELETE_BULK', ({ ids }) => this.#drop(ids)),
      gateway.on('CHANNEL_DELETE', ({ id }) => {
        this.list = this.list.filter((one) => one.channel_id !== id);
      }),
    ];
    return () => {
      for (const one of stop) one();
    };
  }

  want(change: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...change };
    void this.load();
  }

  isNew(message: Message): boolean {
    return channels.byId.has(message.channel_id) && isNewer(message.id, reads.lastRead(message.channel_id));
  }

  async load(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    try {
      const page = await this.#page('');
      if (generation !== this.#generation) return;
      this.list = page;
      this.hasMore = page.length === PAGE;
      this.phase = 'ready';
    } catch (error) {
      if (generation !== this.#generation) return;
      this.error = error;
      if (this.list.length === 0) this.phase = 'failed';
    }
  }

  async older(): Promise<void> {
    const last = this.list.at(-1);
    if (last === undefined) return;
    const generation = this.#generation;
    const page = await this.#page(`&before=${last.id}`);
    if (generation !== this.#generation) return;
    this.list = [...this.list, ...page];
    this.hasMore = page.length === PAGE;
  }

  #drop(ids: readonly Id[]): void {
    this.list = this.list.filter((one) => !ids.includes(one.id));
  }

  #page(more: string): Promise<Message[]> {
    const { guildId, roles, everyone } = this.wanted;
    const guild = guildId === null ? '' : `&guild_id=${guildId}`;
    return rest.get<Message[]>(
      `v10/users/@me/mentions?limit=${PAGE}&roles=${roles}&everyone=${everyone}${guild}${more}`,
    );
  }
}
