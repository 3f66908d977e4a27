/**
 * One channel's conversation: an unbroken run of messages, oldest first, which may end before the newest one.
 *
 * It never holds more than MOST messages: going far up lets go of the newest, coming back down of the oldest, so the
 * page stays light however long somebody reads.
 */
import { rest } from '@/api';
import type { Emoji, Id, Message, Poll } from '@/api/model';
import { compareIds, isNewer } from '@/api/snowflake';

const PAGE = 50;
const MOST = 250;

export type Phase = 'empty' | 'loading' | 'ready' | 'failed';

export class Timeline {
  readonly channelId: Id;
  /** Waited for with each page before it is shown. */
  prepare: (page: readonly Message[]) => Promise<void> = () => Promise.resolve();
  messages: Message[] = $state.raw([]);
  phase: Phase = $state('empty');
  atStart = $state(false);
  /** The newest message is among them, and what is written now belongs at the end. */
  atEnd = $state(true);
  loadingOlder = $state(false);
  loadingNewer = $state(false);
  /** The message to show when the page has loaded; the view clears it. */
  target: Id | null = $state(null);
  error: unknown = $state.raw(null);
  #generation = 0;
  /** What came while a page was on its way, which may have been read before it happened: done once more on top of it. */
  #meanwhile: (() => void)[] | null = null;

  constructor(channelId: Id) {
    this.channelId = channelId;
  }

  /** The newest page; anew also when something is already there. */
  async load(): Promise<void> {
    await this.#replace('limit=50', (page) => {
      this.atStart = page.length < PAGE;
      this.atEnd = true;
    });
  }

  /** The neighbourhood of one message. Whether the message itself is there; null: the box did not say. */
  async around(messageId: Id): Promise<boolean | null> {
    if (this.#has(messageId)) {
      this.target = messageId;
      return true;
    }
    let isThere: boolean | null = null;
    await this.#replace(`around=${messageId}&limit=${PAGE}`, (page) => {
      const older = page.filter((message) => isNewer(messageId, message.id)).length;
      const newer = page.filter((message) => isNewer(message.id, messageId)).length;
      this.atStart = older < PAGE / 2 - 1;
      this.atEnd = newer < PAGE / 2 - 1;
      this.target = messageId;
      isThere = this.#has(messageId);
    });
    return isThere;
  }

  async older(): Promise<void> {
    const first = this.messages[0];
    if (first === undefined || this.atStart || this.loadingOlder) return;
    this.loadingOlder = true;
    try {
      await this.#extend(`before=${first.id}&limit=${PAGE}`, (page) => {
        this.atStart = page.length < PAGE;
        const all = [...page, ...this.messages];
        if (all.length > MOST) this.atEnd = false;
        this.messages = all.slice(0, MOST);
      });
    } finally {
      this.loadingOlder = false;
    }
  }

  async newer(): Promise<void> {
    const last = this.messages.at(-1);
    if (last === undefined || this.atEnd || this.loadingNewer) return;
    this.loadingNewer = true;
    try {
      await this.#extend(`after=${last.id}&limit=${PAGE}`, (page) => {
        this.atEnd = page.length < PAGE;
        const all = [...this.messages, ...page];
        if (all.length > MOST) this.atStart = false;
        this.messages = all.slice(-MOST);
      });
    } finally {
      this.loadingNewer = false;
    }
  }

  /** A message from the gateway or from the answer to a request; twice the same one is one message. */
  add(message: Message): void {
    this.#note(() => this.add(message));
    const at = this.messages.findIndex((one) => one.id === message.id);
    if (at >= 0) {
      this.messages = this.messages.with(at, { ...this.messages[at], ...message });
      return;
    }
    // It will come with newer() when somebody scrolls there.
    if (!this.atEnd || this.phase !== 'ready') return;
    const after = this.messages.findLastIndex((one) => compareIds(one.id, message.id) < 0);
    const all = this.messages.toSpliced(after + 1, 0, message);
    if (all.length > MOST) this.atStart = false;
    this.messages = all.slice(-MOST);
  }

  change(id: Id, change: Partial<Message>): void {
    this.#note(() => this.change(id, change));
    this.messages = this.messages.map((message) => {
      if (message.id === id) return { ...message, ...change };
      const answered = message.referenced_message;
      return answered?.id === id ? { ...message, referenced_message: { ...answered, ...change } } : message;
    });
  }

  remove(ids: readonly Id[]): void {
    this.#note(() => this.remove(ids));
    this.messages = this.messages
      .filter((message) => !ids.includes(message.id))
      .map((message) =>
        message.referenced_message && ids.includes(message.referenced_message.id)
          ? { ...message, referenced_message: null }
          : message,
      );
  }

  react(id: Id, emoji: Emoji, by: { me: boolean; delta: 1 | -1 }): void {
    const message = this.messages.find((one) => one.id === id);
    if (!message) return;
    const at = message.reactions.findIndex((one) => sameEmoji(one.emoji, emoji));
    const before = message.reactions[at];
    // What we did ourselves was shown at once; the echo of it changes nothing.
    if (by.me && (before?.me ?? false) === (by.delta === 1)) return;
    const count = (before?.count ?? 0) + by.delta;
    const me = by.me ? by.delta === 1 : (before?.me ?? false);
    let reactions = message.reactions.filter((_, index) => index !== at);
    if (count > 0) {
      const now = { emoji, count, me };
      reactions = before ? message.reactions.with(at, now) : [...reactions, now];
    }
    this.change(id, { reactions });
  }

  #has(id: Id): boolean {
    return this.messages.some((message) => message.id === id);
  }

  /** What a vote makes of the poll under a message, if it is among them. */
  vote(id: Id, change: (poll: Poll) => Poll): void {
    this.#note(() => this.vote(id, change));
    this.messages = this.messages.map((message) =>
      message.id === id && message.poll ? { ...message, poll: change(message.poll) } : message,
    );
  }

  #note(happened: () => void): void {
    this.#meanwhile?.push(happened);
  }

  #catchUp(): void {
    const meanwhile = this.#meanwhile ?? [];
    this.#meanwhile = null;
    for (const happened of meanwhile) happened();
  }

  /** More at one end, and on top of it what has happened while it was on its way. */
  async #extend(query: string, then: (page: Message[]) => void): Promise<void> {
    const generation = this.#generation;
    this.#meanwhile ??= [];
    const meanwhile = this.#meanwhile;
    const from = meanwhile.length;
    try {
      const page = await this.#fetch(query);
      if (generation !== this.#generation) return;
      then(page);
      for (const happened of meanwhile.slice(from)) happened();
    } finally {
      // Unless the other end is being extended as well.
      const isLast = this.loadingOlder !== this.loadingNewer;
      if (generation === this.#generation && isLast) this.#meanwhile = null;
    }
  }

  async #replace(query: string, then: (page: Message[]) => void): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    if (this.messages.length === 0) this.phase = 'loading';
    this.#meanwhile = [];
    try {
      const page = await this.#fetch(query);
      if (generation !== this.#generation) return;
      this.messages = page;
      then(page);
      this.phase = 'ready';
      this.#catchUp();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.error = error;
      this.#meanwhile = null;
      if (this.messages.length === 0) this.phase = 'failed';
      // There may be a gap behind what is shown; coming to its end asks for the rest.
      else this.atEnd = false;
    }
  }

  async #fetch(query: string): Promise<Message[]> {
    const page = await rest.get<Message[]>(`v10/channels/${this.channelId}/messages?${query}`);
    // Newest first on the wire, whatever was asked for.
    page.sort((a, b) => compareIds(a.id, b.id));
    await this.prepare(page);
    return page;
  }
}

export function sameEmoji(a: Emoji, b: Emoji): boolean {
  return a.id === b.id && (a.id !== null || a.name === b.name);
}

/** How an emoji stands in an address. */
export function emojiKey(emoji: Emoji): string {
  return encodeURIComponent(emoji.id === null ? (emoji.name ?? '') : `${emoji.name ?? 'gone'}:${emoji.id}`);
}
