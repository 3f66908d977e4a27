/**
 * The WebSocket over which the box tells what happens.
 *
 * A lost connection is resumed with the last sequence number, so that nothing is missed; only when the box has
 * forgotten the session does a new READY replace everything.  The page's clock stops while a laptop sleeps: therefore
 * coming back to the page asks for a sign of life at once.
 */
import type { GatewayEvent, GatewayEvents } from './model';

export type GatewayStatus = 'connecting' | 'online' | 'lost';

export const Op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voiceState: 4,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalidSession: 9,
  hello: 10,
  ack: 11,
  say: 100,
  said: 101,
} as const;

export interface GatewayDeps {
  url: () => string;
  token: () => Promise<string>;
  WebSocket: typeof WebSocket;
  random: () => number;
}

type Handler<E extends GatewayEvent> = (data: GatewayEvents[E]) => void;
interface Frame {
  op: number;
  d: unknown;
  s?: number | null;
  t?: string | null;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
/** A box on the same network says hello within milliseconds; a slow uplink has this long. */
const HELLO_MS = 10_000;
/** How long a connection that we doubt has to prove itself. */
const PROOF_MS = 4000;
/** Token refused, or the device was signed out. */
const REFUSED = 4004;
/** After these the box will not know our session: 4007 bad sequence, 4009 timed out. */
const FORGETS = new Set([4003, 4005, 4007, 4009]);

export class Gateway {
  #deps: GatewayDeps;
  #handlers = new Map<string, Set<(data: never) => void>>();
  #statusHandlers = new Set<(status: GatewayStatus) => void>();
  #refusedHandlers = new Set<() => void>();
  #answerHandlers = new Map<number, (data: unknown) => void>();
  #socket: WebSocket | null = null;
  #wanted = false;
  #status: GatewayStatus = 'connecting';
  #attempts = 0;
  #seq: number | null = null;
  #sessionId: string | null = null;
  #acked = true;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #firstBeat: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryAt: number | null = null;
  #closeCode: number | null = null;

  constructor(deps: Partial<GatewayDeps> & Pick<GatewayDeps, 'token'>) {
    this.#deps = {
      url: deps.url ?? gatewayUrl,
      token: deps.token,
      WebSocket: deps.WebSocket ?? globalThis.WebSocket,
      random: deps.random ?? Math.random,
    };
  }

  get status(): GatewayStatus {
    return this.#status;
  }

  /** The gateway session of this page; a voice state with another one belongs to another device. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** When the next attempt starts (by `performance.now()`, ms), or null if none is waiting. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** With which code the last line was closed from the other end (1006: cut); null if we let go of it ourselves. */
  get closeCode(): number | null {
    return this.#closeCode;
  }

  on<E extends GatewayEvent>(event: E, handler: Handler<E>): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers);
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  onStatus(handler: (status: GatewayStatus) => void): () => void {
    this.#statusHandlers.add(handler);
    return () => void this.#statusHandlers.delete(handler);
  }

  /** The box refused the token (4004); whoever owns the session decides what comes next. */
  onRefused(handler: () => void): () => void {
    this.#refusedHandlers.add(handler);
    return () => void this.#refusedHandlers.delete(handler);
  }

  /** Frames of ours with this opcode, which answer something that was sent. */
  onAnswer(op: number, handler: (data: unknown) => void): void {
    this.#answerHandlers.set(op, handler);
  }

  /** False if there is no connection: the frame was not sent and will not be. */
  send(op: number, d: unknown): boolean {
    if (this.#socket === null || this.#socket.readyState !== 1) return false;
    this.#socket.send(JSON.stringify({ op, d }));
    return true;
  }

  connect(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    void this.#open();
  }

  /** Ends the session for good: the next connect() identifies anew. */
  disconnect(): void {
    this.#wanted = false;
    removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#forget();
    this.#drop(1000);
    clearTimeout(this.#retry);
    this.#retryAt = null;
    this.#attempts = 0;
    this.#setStatus('connecting');
  }

  /** Try now instead of at `retryAt`. */
  retryNow(): void {
    if (this.#retryAt === null) return;
    clearTimeout(this.#retry);
    this.#retryAt = null;
    void this.#open();
  }

  /** The line is in doubt: it has a moment to prove itself. */
  probe(): void {
    if (this.#status !== 'online') return;
    this.#acked = false;
    this.send(Op.heartbeat, this.#seq);
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lose(), PROOF_MS);
  }

  async #open(): Promise<void> {
    if (this.#attempts === 0) this.#setStatus('connecting');
    let token: string;
    try {
      token = await this.#deps.token();
    } catch {
      // Signed out: whoever handles that has called disconnect().  Otherwise the box did not answer.
      this.#later();
      return;
    }
    if (!this.#isWanted() || this.#socket !== null) return;
    const socket = new this.#deps.WebSocket(this.#deps.url());
    this.#socket = socket;
    this.#deadline = setTimeout(() => this.#lose(), HELLO_MS);
    socket.onmessage = (event: MessageEvent) => {
      if (this.#socket === socket && typeof event.data === 'string') this.#receive(event.data, token);
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  // A method, because #wanted may change while #open() waits and the compiler would not believe it.
  #isWanted(): boolean {
    return this.#wanted;
  }

  #receive(data: string, token: string): void {
    const frame = JSON.parse(data) as Frame;
    if (typeof frame.s === 'number') this.#seq = frame.s;
    switch (frame.op) {
      case Op.dispatch:
        this.#dispatch(frame.t ?? '', frame.d);
        break;
      case Op.heartbeat:
        this.send(Op.heartbeat, this.#seq);
        break;
      case Op.ack:
        this.#acked = true;
        clearTimeout(this.#deadline);
        break;
      case Op.reconnect:
        this.#drop(4000);
        void this.#open();
        break;
      case Op.invalidSession:
        if (frame.d !== true) this.#forget();
        this.#introduce(token);
        break;
      case Op.hello:
        clearTimeout(this.#deadline);
        this.#beat((frame.d as { heartbeat_interval: number }).heartbeat_interval);
        this.#introduce(token);
        break;
      default:
        this.#answerHandlers.get(frame.op)?.(frame.d);
    }
  }

  #introduce(token: string): void {
    if (this.#sessionId !== null && this.#seq !== null) {
      this.send(Op.resume, { token, session_id: this.#sessionId, seq: this.#seq });
      return;
    }
    this.send(Op.identify, {
      token,
      properties: { os: 'web', browser: 'hearth-web', device: 'hearth-web' },
    });
  }

  #dispatch(name: string, data: unknown): void {
    if (name === 'READY') this.#sessionId = (data as { session_id: string }).session_id;
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        handler(data as never);
      } catch (error) {
        // One part of the screen must not keep the others from hearing of it.
        reportError(error);
      }
    }
    if (name === 'READY' || name === 'RESUMED') {
      this.#attempts = 0;
      this.#setStatus('online');
    }
  }

  #beat(interval: number): void {
    this.#acked = true;
    // Spread, so that not every page in the house beats at the same moment after a restart of the box.
    this.#firstBeat = setTimeout(() => {
      this.#pulse();
      this.#heartbeat = setInterval(() => this.#pulse(), interval);
    }, interval * this.#deps.random());
  }

  #pulse(): void {
    if (!this.#acked) {
      this.#lose();
      return;
    }
    this.#acked = false;
    this.send(Op.heartbeat, this.#seq);
  }

  #hurry = (): void => {
    if (document.visibilityState === 'hidden') return;
    if (this.#retryAt !== null) this.retryNow();
    else this.probe();
  };

  #lose(): void {
    this.#drop(4000);
    this.#later();
  }

  #closed(code: number): void {
    this.#drop(null);
    this.#closeCode = code;
    if (code === REFUSED) {
      this.#forget();
      this.#setStatus('lost');
      for (const handler of this.#refusedHandlers) handler();
      return;
    }
    if (FORGETS.has(code)) this.#forget();
    this.#later();
  }

  #later(): void {
    if (!this.#wanted) return;
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempts);
    const delay = longest / 2 + (longest / 2) * this.#deps.random();
    this.#attempts += 1;
    this.#retryAt = performance.now() + delay;
    this.#retry = setTimeout(() => this.retryNow(), delay);
    this.#setStatus('lost');
  }

  #forget(): void {
    this.#sessionId = null;
    this.#seq = null;
  }

  #drop(code: number | null): void {
    clearTimeout(this.#firstBeat);
    clearInterval(this.#heartbeat);
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    this.#closeCode = null;
    if (socket !== null && code !== null) socket.close(code);
  }

  #setStatus(status: GatewayStatus): void {
    this.#status = status;
    for (const handler of this.#statusHandlers) handler(status);
  }
}

function gatewayUrl(): string {
  const scheme = location.protocol === 'http:' ? 'ws:' : 'wss:';
  return `${scheme}//${location.host}/ws?v=10&encoding=json`;
}
