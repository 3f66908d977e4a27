/** What is looked for, and what was found: kept while one goes from hit to hit. */
import { gateway, rest } from '@/api';
import { boxClock } from '@/api/clock';
import type { Channel, Id, Message } from '@/api/model';
import { account } from '@/features/accounts';
import { channels } from '@/features/channels';
import { members } from '@/features/guilds';
import { people } from '@/features/people';

import { daysOf, hasOf, isSame, openToken, parametersOf, plainName, tokensOf, without } from './operators';
import type { Chip, Token } from './operators';
import type { Span } from './snippet';

export interface Hit extends Message {
  hit: true;
  hearth_spans: Span[];
}

interface Results {
  doing_deep_historical_index: boolean;
  documents_indexed: number;
  total_results: number;
  messages: Hit[][];
  hearth_is_exact: boolean;
  hearth_cursor: string | null;
}

export type Order = 'newest' | 'best';
export type Phase = 'idle' | 'searching' | 'ready' | 'failed';

/** Somebody is still typing for so long. */
const PAUSE_MS = 250;
const PAGE = 25;

export class Search {
  /** What stands in the field beside the chips. */
  text = $state('');
  chips: Chip[] = $state.raw([]);
  order: Order = $state('newest');
  /** Only in the channel that is open, or in all of its space or all conversations. */
  onlyHere = $state(false);
  phase: Phase = $state('idle');
  hits: Hit[] = $state.raw([]);
  total = $state(0);
  exact = $state(true);
  /** The box reads old messages for the first time. */
  incomplete = $state(false);
  more = $state(false);
  loadingMore = $state(false);
  error: unknown = $state.raw(null);
  /** The channel from which one looks. */
  channel: Channel | undefined = $state.raw();
  #cursor: string | null = null;
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';

  constructor() {
    gateway.on('MESSAGE_DELETE', ({ id }) => this.#removed([id]));
    gateway.on('MESSAGE_DELETE_BULK', ({ ids }) => this.#removed(ids));
    gateway.on('MESSAGE_UPDATE', (change) => this.#changed(change));
  }

  /** What cannot be a chip yet: nobody is called that, or it is no day. */
  readonly unknown = $derived.by(() => {
    const open = openToken(this.text);
    return tokensOf(this.text).filter((token) => token !== open && token.start !== open?.start);
  });

  /** One looks from here now; what was found elsewhere stays if it was looked for in the same space. */
  moveTo(channel: Channel): void {
    const before = this.channel;
    this.channel = channel;
    if (before === undefined || before.id === channel.id) return;
    if (before.guild_id !== channel.guild_id) this.clear();
  }

  clear(): void {
    this.text = '';
    this.chips = [];
    this.onlyHere = false;
    this.#forget();
  }

  add(chip: Chip): void {
    if (!this.chips.some((one) => isSame(one, chip))) this.chips = [...this.chips, chip];
  }

  remove(chip: Chip): void {
    this.chips = this.chips.filter((one) => one !== chip);
  }

  /** Make chips of every operator that says who, where or when; `final`: also of one that might go on. */
  takeOperators(final: boolean): void {
    const open = openToken(this.text);
    const taken: Token[] = [];
    for (const token of tokensOf(this.text)) {
      if (!final && token.start === open?.start) continue;
      const chip = this.chipOf(token);
      if (chip === undefined) continue;
      this.add(chip);
      taken.push(token);
    }
    if (taken.length > 0) this.text = without(this.text, taken);
  }

  /** The one chip that an operator can mean. */
  chipOf({ operator, value }: Token): Chip | undefined {
    if (value === '') return undefined;
    switch (operator) {
      case 'from':
      case 'mentions': {
        const userId = only(this.peopleFor(value), value);
        return userId === undefined ? undefined : { operator, userId };
      }
      case 'in': {
        const channelId = only(this.channelsFor(value), value);
        return channelId === undefined ? undefined : { operator, channelId };
      }
      case 'has': {
        const what = hasOf(value);
        return what && { operator, what };
      }
      default: {
        const days = daysOf(value, boxClock.now());
        return days && { operator, days };
      }
    }
  }

  /** Whoever may be meant by the beginning of a name, those first whose name begins with it. */
  peopleFor(beginning: string): Named[] {
    const { channel } = this;
    if (!channel) return [];
    const scope = channel.guild_id;
    const all =
      scope === undefined
        ? [...people.list, ...(account.me ? [account.me] : [])]
        : members.sorted(scope).map(({ user }) => user);
    const named = all.map((user) => ({
      id: user.id,
      name: scope === undefined ? people.name(null, user.id, user) : members.name(scope, user.id, user),
      also: user.username,
    }));
    return matching(named, beginning);
  }

  channelsFor(beginning: string): Named[] {
    const guildId = this.channel?.guild_id;
    const all = guildId === undefined ? channels.conversations : channels.of(guildId).filter(hasMessages);
    const named = all.map((one) => ({
      id: one.id,
      name: one.guild_id === undefined ? people.nameOf(one) : one.name,
      also: '',
    }));
    return matching(named, beginning.replace(/^#/u, ''));
  }

  /** Ask the box a moment after the last change. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), PAUSE_MS);
  }

  /** Ask the box now, unless it has answered that already. */
  async run(anew = false): Promise<void> {
    clearTimeout(this.#timer);
    const path = this.#path();
    if (path === null) {
      this.#forget();
      return;
    }
    if (path === this.#asked && !anew && this.phase !== 'failed') return;
    this.#asked = path;
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.phase = 'searching';
    try {
      const found = await rest.get<Results>(path, { signal: asking.signal });
      if (asking.signal.aborted) return;
      this.hits = found.messages.flat();
      this.#show(found);
      this.phase = 'ready';
    } catch (error) {
      if (asking.signal.aborted) return;
      this.error = error;
      this.phase = 'failed';
    }
  }

  async loadMore(): Promise<void> {
    if (!this.more || this.loadingMore) return;
    this.loadingMore = true;
    const path = this.#asked;
    try {
      const next = this.#cursor === null ? `offset=${this.hits.length}` : `hearth_cursor=${this.#cursor}`;
      const found = await rest.get<Results>(`${path}&${next}`);
      if (path !== this.#asked) return;
      const added = found.messages.flat().filter(({ id }) => this.hits.every((hit) => hit.id !== id));
      this.hits = [...this.hits, ...added];
      this.#show(found);
    } finally {
      this.loadingMore = false;
    }
  }

  #removed(ids: readonly Id[]): void {
    const left = this.hits.filter(({ id }) => !ids.includes(id));
    this.total -= this.hits.length - left.length;
    this.hits = left;
  }

  /** It may no longer be what was looked for; it says what it says now, and nothing in it is marked. */
  #changed(change: Pick<Message, 'id'> & Partial<Message>): void {
    this.hits = this.hits.map((hit) => {
      if (hit.id !== change.id || change.content === hit.content) return hit;
      return { ...hit, ...change, hearth_spans: [] };
    });
  }

  #show(found: Results): void {
    this.total = found.total_results;
    this.exact = found.hearth_is_exact;
    this.incomplete = found.doing_deep_historical_index;
    this.#cursor = found.hearth_cursor;
    const isFull = found.messages.length === PAGE && this.hits.length < found.total_results;
    this.more = found.hearth_cursor !== null || (this.order === 'best' && isFull);
  }

  #forget(): void {
    this.#asking?.abort();
    this.#asked = '';
    this.#cursor = null;
    this.hits = [];
    this.total = 0;
    this.more = false;
    this.incomplete = false;
    this.phase = 'idle';
  }

  /** The whole question; null while there is none. */
  #path(): string | null {
    const { channel, chips } = this;
    if (!channel || this.unknown.length > 0) return null;
    const open = openToken(this.text);
    const words = open ? without(this.text, [open]) : this.text;
    const sent = parametersOf(words, chips);
    if (sent.size === 0) return null;
    if (this.order === 'best') sent.set('sort_by', 'relevance');
    sent.set('limit', String(PAGE));
    return `${this.#where(channel)}/messages/search?${sent.toString()}`;
  }

  #where(channel: Channel): string {
    if (this.onlyHere) return `v10/channels/${channel.id}`;
    return channel.guild_id === undefined ? 'hearth/v1/conversations' : `v10/guilds/${channel.guild_id}`;
  }
}

interface Named {
  id: Id;
  name: string;
  also: string;
}

const MOST = 7;
const TEXT_TYPES: readonly number[] = [0, 5, 10, 11, 12];

function hasMessages(channel: Channel): boolean {
  return TEXT_TYPES.includes(channel.type);
}

function matching(named: Named[], beginning: string): Named[] {
  const wanted = plainName(beginning);
  const rank = ({ name, also }: Named): number => {
    const plain = plainName(name);
    if (plain === wanted || plainName(also) === wanted) return 4;
    if (plain.startsWith(wanted)) return 3;
    if (plain.split(/\s+/u).some((word) => word.startsWith(wanted))) return 2;
    return plainName(also).startsWith(wanted) ? 1 : 0;
  };
  return named
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST)
    .map(({ one }) => one);
}

/** The id of the one who is called exactly so, else of the only one who may be meant. */
function only(found: Named[], value: string): Id | undefined {
  const wanted = plainName(value.replace(/^#/u, ''));
  const exact = found.filter(({ name, also }) => [name, also].some((one) => plainName(one) === wanted));
  if (exact.length === 1) return exact[0]?.id;
  return found.length === 1 ? found[0]?.id : undefined;
}

export const search = new Search();
