/** A box with one space in it: answers requests from a table and says what a test wants over the gateway. */
import { expect, vi } from 'vitest';

import { gateway, rest } from '@/api';
import type { OutgoingMessage } from '@/api';
import type {
  ChosenStatus,
  Conversation,
  FullGuild,
  GuildChannel,
  Me,
  Member,
  Message,
  ReadState,
  Relationship,
  User,
} from '@/api/model';

import { FakeSocket } from './fake-socket';

export const GUILD = '1000';
export const CHANNEL = '2000';

type Answer = (body: unknown, url: URL) => unknown;

export class Refusal {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {}
}

export function user(id: string, name: string): User {
  return {
    id,
    username: name.toLowerCase(),
    global_name: name,
    discriminator: '0',
    avatar: null,
    bot: false,
  };
}

export const NORA = user('7000000000000000', 'Nora');
export const ROSE = user('8000000000000000', 'Rose');
export const TOM = user('9000000000000000', 'Tom');

export function member(who: User, roles: string[] = []): Member {
  return {
    user: who,
    nick: null,
    avatar: null,
    roles,
    joined_at: '2015-01-02T00:00:00.000000+00:00',
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

export function channel(part: Partial<GuildChannel> = {}): GuildChannel {
  return {
    id: CHANNEL,
    type: 0,
    guild_id: GUILD,
    name: 'general',
    position: 0,
    parent_id: null,
    permission_overwrites: [],
    nsfw: false,
    topic: null,
    last_message_id: null,
    ...part,
  };
}

export function message(id: string, content = `message ${id}`, part: Partial<Message> = {}): Message {
  return {
    id,
    channel_id: CHANNEL,
    guild_id: GUILD,
    author: ROSE,
    content,
    timestamp: '2026-11-20T17:00:00.000000+00:00',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    reactions: [],
    pinned: false,
    type: 0,
    flags: 0,
    ...part,
  };
}

export function guild(part: Partial<FullGuild> = {}): FullGuild {
  return {
    id: GUILD,
    name: 'Maple Street',
    icon: null,
    description: null,
    owner_id: NORA.id,
    roles: [
      {
        id: GUILD,
        name: '@everyone',
        color: 0,
        hoist: false,
        icon: null,
        position: 0,
        permissions: String((1n << 6n) | (1n << 10n) | (1n << 11n) | (1n << 16n)),
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    emojis: [],
    stickers: [],
    features: [],
    member_count: 3,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    system_channel_id: CHANNEL,
    afk_channel_id: null,
    afk_timeout: 300,
    premium_tier: 0,
    preferred_locale: 'en-GB',
    nsfw_level: 0,
    system_channel_flags: 0,
    joined_at: '2015-01-02T00:00:00.000000+00:00',
    large: false,
    unavailable: false,
    channels: [channel()],
    members: [member(NORA), member(ROSE), member(TOM)],
    threads: [],
    stage_instances: [],
    guild_scheduled_events: [],
    voice_states: [],
    presences: [],
    ...part,
  };
}

export class FakeBox {
  me: Me = {
    ...NORA,
    mfa_enabled: false,
    verified: true,
    email: null,
    locale: null,
    flags: 0,
    hearth_admin: true,
    hearth_takes_friend_requests: true,
  };
  asked: { method: string; path: string; body: unknown }[] = [];
  #routes: [pattern: RegExp, answer: Answer][] = [];
  #seq = 0;
  /** Nothing is answered at all. */
  away = false;
  /** What becomes of the line when something is said over it, in place of an answer. */
  onSay: ((socket: FakeSocket) => void) | undefined;

  constructor() {
    vi.stubGlobal('fetch', (input: string, init: RequestInit) => this.#answer(input, init));
    FakeSocket.onSent = (socket, { op, d }) => {
      if (op === 100) queueMicrotask(() => this.#onMessage(socket, d as OutgoingMessage));
    };
  }

  /** `on('POST v10/channels/\\d+/messages', …)`; the newest of several that fit answers. */
  on(route: string, answer: Answer): void {
    this.#routes.unshift([new RegExp(`^${route}$`), answer]);
  }

  /** Somebody is signed in and READY has come. */
  async ready(
    part: Partial<FullGuild> = {},
    readState: ReadState[] = [],
    status: ChosenStatus = 'online',
    conversations: Conversation[] = [],
    relationships: Relationship[] = [],
  ): Promise<void> {
    rest.accept({ access_token: 'token', expires_in: 900, user: this.me });
    gateway.retryNow();
    await vi.waitFor(() => FakeSocket.last);
    await new Promise((resolve) => setTimeout(resolve));
    FakeSocket.last.says(10, { heartbeat_interval: 41_250 });
    this.says('READY', {
      v: 10,
      user: this.me,
      guilds: [guild(part)],
      private_channels: conversations,
      relationships,
      presences: [],
      read_state: readState,
      user_settings: { status },
      session_id: 'session',
      resume_gateway_url: '',
      hearth: { version: '0', features: [], limits: { message_length: 4000 } },
    });
  }

  /** The page has lost its line and found it again. */
  async resumed(): Promise<void> {
    const lost = FakeSocket.all.length;
    gateway.retryNow();
    await vi.waitFor(() => expect(FakeSocket.all.length).toBeGreaterThan(lost));
    FakeSocket.last.says(10, { heartbeat_interval: 41_250 });
    this.says('RESUMED', {});
  }

  says(event: string, data: unknown): void {
    this.#seq += 1;
    FakeSocket.last.says(0, data, event, this.#seq);
  }

  close(): void {
    gateway.disconnect();
    rest.forget();
    FakeSocket.all = [];
    FakeSocket.onSent = undefined;
    localStorage.clear();
    vi.unstubAllGlobals();
    vi.stubGlobal('WebSocket', FakeSocket);
  }

  /** What is said over the socket: `on('SAY', …)` answers with the message or with a Refusal. */
  #onMessage(socket: FakeSocket, message: OutgoingMessage): void {
    if (this.away) {
      socket.drops();
      return;
    }
    this.asked.push({ method: 'SAY', path: message.channel_id, body: message });
    if (this.onSay) {
      this.onSay(socket);
      return;
    }
    const answer = this.#routes.find(([pattern]) => pattern.test('SAY'))?.[1](
      message,
      new URL('wss://box.test'),
    );
    if (answer instanceof Refusal) {
      const refused = { status: answer.status, problem: answer.body };
      socket.says(101, { nonce: message.nonce, refused });
    } else if (answer !== undefined) {
      const said = answer as Message;
      this.says('MESSAGE_CREATE', { ...said, nonce: message.nonce });
    }
  }

  #answer(input: string, init: RequestInit): Promise<Response> {
    if (this.away) return Promise.reject(new TypeError('network'));
    const url = new URL(input, 'https://box.test');
    const path = url.pathname.replace(/^\/api\//, '');
    const method = init.method ?? 'GET';
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    this.asked.push({ method, path, body });
    const route = this.#routes.find(([pattern]) => pattern.test(`${method} ${path}`));
    const answer = route?.[1](body, url);
    if (answer instanceof Refusal) {
      return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
    }
    if (answer === undefined) return Promise.resolve(new Response(null, { status: 204 }));
    return Promise.resolve(new Response(JSON.stringify(answer), { status: 200 }));
  }
}
