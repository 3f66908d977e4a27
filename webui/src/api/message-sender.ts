/**
 * Sends messages over the gateway's socket.
 *
 * One's own message comes as MESSAGE_CREATE, like everybody's, and with it the box says that it is safe; an answer of its own
 * comes only to what was refused or said before.  When the line goes before either, nobody knows: the same nonce said again
 * is the same message.
 */
import { ApiError, Unreachable } from './errors';
import { refuseLoneSurrogates } from './surrogates';
import type { Gateway } from './gateway';
import { Op } from './gateway';
import type { ErrorBody, Id } from './model';
import { retryAfterPause } from './retry-after';

export interface OutgoingMessage {
  channel_id: Id;
  nonce: string;
  content: string;
  message_reference?: { message_id: Id; fail_if_not_exists: boolean };
  allowed_mentions?: { parse: string[]; replied_user: boolean };
}

interface Answer {
  nonce: string;
  id?: Id;
  refused?: { status: number; problem: Partial<ErrorBody>; retry_after?: number };
}

interface Waiting {
  resolve: (id: Id) => void;
  reject: (error: Error) => void;
  doubt: ReturnType<typeof setTimeout>;
  /** Monotonic, ms. */
  at: number;
}

/** A box answers in a tenth of this; it is asked again, and a line that has gone without a word shows itself so. */
const DOUBT_MS = 5000;
/** A living line over which a message is never answered: more of the same would not help. */
const MOST_ASKS = 4;
/** The line was closed because of what was sent: RFC 6455, 7.4.1, and “Close codes” in docs/protocol.md. */
const FAULTS: ReadonlySet<number> = new Set([1002, 1003, 1007, 1009, 4001, 4002]);
/** Closed for a reason that has nothing to do with what was sent. */
const INNOCENT: ReadonlySet<number> = new Set([1000, 1001, 1012, 1013, 4003, 4004, 4005, 4007, 4008, 4009]);
/** Any other close this soon after a message is its doing, if it happens again: a box that fails over it. */
const SOON_MS = 3000;
const MOST_STRIKES = 2;

export class MessageSender {
  #gateway: Gateway;
  #waiting = new Map<string, Waiting>();
  /** How often the line went right after a message was sent, by its nonce. */
  #strikes = new Map<string, number>();
  #me: Id = '';

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    gateway.on('READY', ({ user }) => {
      this.#me = user.id;
    });
    gateway.on('MESSAGE_CREATE', ({ author, nonce, id }) => {
      if (nonce !== undefined && author.id === this.#me) this.#answered({ nonce: String(nonce), id });
    });
    gateway.onAnswer(Op.said, (data) => this.#answered(data as Answer));
    gateway.onStatus((status) => {
      if (status !== 'online') this.#giveUp();
    });
  }

  /** The id of the message. Throws ApiError, or Unreachable if it is not known whether the box has it. */
  async send(message: OutgoingMessage): Promise<Id> {
    refuseLoneSurrogates(message.content);
    return await retryAfterPause(() => this.#ask(message));
  }

  #ask(message: OutgoingMessage): Promise<Id> {
    return new Promise((resolve, reject) => {
      if (this.#gateway.status !== 'online' || !this.#gateway.send(Op.say, message)) {
        reject(new Unreachable('There is no connection to the box.'));
        return;
      }
      const doubt = setTimeout(() => this.#askAgain(message, 2), DOUBT_MS);
      this.#waiting.set(message.nonce, { resolve, reject, doubt, at: performance.now() });
    });
  }

  #askAgain(message: OutgoingMessage, asks: number): void {
    const waiting = this.#waiting.get(message.nonce);
    if (!waiting) return;
    if (asks > MOST_ASKS) {
      this.#waiting.delete(message.nonce);
      waiting.reject(new ApiError(500, { key: 'no_answer' }));
      return;
    }
    waiting.at = performance.now();
    waiting.doubt = setTimeout(() => this.#askAgain(message, asks + 1), DOUBT_MS);
    this.#gateway.send(Op.say, message);
    this.#gateway.probe();
  }

  #answered({ nonce, id, refused }: Answer): void {
    const waiting = this.#waiting.get(nonce);
    if (!waiting) return;
    this.#waiting.delete(nonce);
    this.#strikes.delete(nonce);
    clearTimeout(waiting.doubt);
    if (refused) waiting.reject(new ApiError(refused.status, { ...refused.problem, ...pause(refused) }));
    else waiting.resolve(id ?? '');
  }

  #giveUp(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [nonce, { reject, doubt, at }] of waiting) {
      clearTimeout(doubt);
      reject(
        this.#verdict(nonce, at, waiting.length) ?? new Unreachable('The connection to the box was lost.'),
      );
    }
  }

  /** An error if this message ends the line each time that it is sent: then it must not be sent again by itself. */
  #verdict(nonce: string, at: number, suspects: number): ApiError | null {
    const code = this.#gateway.closeCode;
    if (code === null || INNOCENT.has(code)) return null;
    const isBlamed = FAULTS.has(code);
    if (!isBlamed && performance.now() - at > SOON_MS) return null;
    const strikes = (this.#strikes.get(nonce) ?? 0) + 1;
    this.#strikes.set(nonce, strikes);
    if (strikes < MOST_STRIKES && !(isBlamed && suspects === 1)) return null;
    this.#strikes.delete(nonce);
    // Without blame it may have been the line itself, twice: a person may well try once more.
    return isBlamed ? new ApiError(400, { key: 'unsendable' }) : new ApiError(500, { key: 'line_lost' });
  }
}

function pause({ retry_after }: { retry_after?: number }): Partial<ErrorBody> {
  return retry_after === undefined ? {} : { retry_after };
}
