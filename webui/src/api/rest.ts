/**
 * The way to the box over HTTP.
 *
 * A newcomer would get the refresh wrong: its cookie rotates at each use and an old one ends the session, so there must
 * never be two refreshes at once, neither in this tab (one promise) nor in two tabs (a Web Lock).
 */
import { boxClock } from './clock';
import { ApiError, Unreachable } from './errors';
import { encode } from './surrogates';
import type { Session } from './model';
import { retryAfterPause } from './retry-after';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  /** Send no token: doors and previews. */
  anonymous?: boolean;
  signal?: AbortSignal;
}

export interface RestDeps {
  fetch: typeof fetch;
  /** Milliseconds. */
  now: () => number;
  /** Runs one at a time among all tabs. */
  exclusively: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Ahead of expiry by this much, so that a slow request does not arrive with a dead token. */
const AHEAD_MS = 60_000;

const REFRESH_PATH = 'hearth/v1/auth/refresh';

export class Rest {
  #deps: RestDeps;
  #token: string | null = null;
  #expiresAt = 0;
  #refreshing: Promise<Session> | null = null;
  #onSession: ((session: Session) => void)[] = [];
  #onSignedOut: (() => void)[] = [];

  constructor(deps: Partial<RestDeps> = {}) {
    this.#deps = {
      fetch: deps.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      now: deps.now ?? (() => Date.now()),
      exclusively: deps.exclusively ?? exclusively,
    };
  }

  get signedIn(): boolean {
    return this.#token !== null;
  }

  /** Called with every new session: sign-in, registration and refresh. */
  onSession(handler: (session: Session) => void): void {
    this.#onSession.push(handler);
  }

  /** Called when the box no longer takes our session. */
  onSignedOut(handler: () => void): void {
    this.#onSignedOut.push(handler);
  }

  accept(session: Session): void {
    this.#token = session.access_token;
    this.#expiresAt = this.#deps.now() + session.expires_in * 1000;
    for (const handler of this.#onSession) handler(session);
  }

  forget(): void {
    this.#token = null;
  }

  /** A token that will live for a while yet; throws ApiError 401 or Unreachable. */
  async token(): Promise<string> {
    if (this.#token === null || this.#deps.now() > this.#expiresAt - AHEAD_MS) await this.refresh();
    if (this.#token === null) throw new ApiError(401, { key: 'session_expired' });
    return this.#token;
  }

  /** New tokens for the cookie; every caller at the same time shares one request. */
  refresh(): Promise<Session> {
    this.#refreshing ??= this.#deps
      .exclusively(() => this.#send<Session>('POST', REFRESH_PATH, undefined, { anonymous: true }))
      .then(
        (session) => {
          this.accept(session);
          return session;
        },
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 401) this.#signedOut();
          throw error;
        },
      )
      .finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  get<T>(path: string, options?: RequestOptions): Promise<T> {
    return this.request<T>('GET', path, undefined, options);
  }

  post<T = void>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
    return this.request<T>('POST', path, body, options);
  }

  put<T = void>(path: string, body?: unknown): Promise<T> {
    return this.request<T>('PUT', path, body);
  }

  patch<T = void>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PATCH', path, body);
  }

  delete<T = void>(path: string): Promise<T> {
    return this.request<T>('DELETE', path);
  }

  /** `path` is below `/api/`: `v10/channels/7` or `hearth/v1/info`. Throws ApiError or Unreachable. */
  async request<T>(method: Method, path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
    if (options.anonymous === true) return this.#send<T>(method, path, body, options);
    const token = await this.token();
    try {
      return await this.#send<T>(method, path, body, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    // Someone else may have refreshed in the meantime; then the new token only has to be used.
    if (this.#token === token) await this.refresh();
    return this.#send<T>(method, path, body, options);
  }

  #send<T>(method: Method, path: string, body: unknown, options: RequestOptions): Promise<T> {
    return retryAfterPause(async () => {
      const response = await this.#fetch(method, path, body, options);
      boxClock.heardDate(response.headers.get('Date'));
      if (!response.ok) throw new ApiError(response.status, (await parse(response)) ?? {});
      return (await parse(response)) as T;
    });
  }

  async #fetch(method: Method, path: string, body: unknown, options: RequestOptions): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.anonymous !== true && this.#token !== null)
      headers['Authorization'] = `Bearer ${this.#token}`;
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (body !== undefined) init.body = encode(body);
    if (options.signal) init.signal = options.signal;
    try {
      return await this.#deps.fetch(`/api/${path}`, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Unreachable('The box did not answer.', { cause: error });
    }
  }

  #signedOut(): void {
    this.#token = null;
    for (const handler of this.#onSignedOut) handler();
  }
}

async function parse(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's HTML page: the status says enough.
    return undefined;
  }
}

async function exclusively<T>(task: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return task();
  return await navigator.locks.request('hearth-refresh', task);
}
