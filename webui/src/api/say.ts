/**
 * Saying something over the gateway's socket.
 *
 * One's own message comes as MESSAGE_CREATE, like everybody's, and with it the box says that it is safe; an answer of its own
 * comes only to what was refused or said before.  When the line goes before either, nobody knows: the same nonce said again
 * is the same message.
 */
import { ApiError, Unreachable } from './errors';
import type { Gateway } from './gateway';
import { Op } from './gateway';
import type { ErrorBody, Id } from './model';
import { patiently } from './patience';

export interface Saying {
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
}

/** A box answers in a tenth of this; it is asked again, and a line that has gone without a word shows itself so. */
const DOUBT_MS = 5000;

export class Sayings {
  #gateway: Gateway;
  #waiting = new Map<string, Waiting>();
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
  say(saying: Saying): Promise<Id> {
    return patiently(() => this.#ask(saying));
  }

  #ask(saying: Saying): Promise<Id> {
    return new Promise((resolve, reject) => {
      if (this.#gateway.status !== 'online' || !this.#gateway.send(Op.say, saying)) {
        reject(new Unreachable('There is no connection to the box.'));
        return;
      }
      const doubt = setTimeout(() => this.#askAgain(saying), DOUBT_MS);
      this.#waiting.set(saying.nonce, { resolve, reject, doubt });
    });
  }

  #askAgain(saying: Saying): void {
    this.#gateway.send(Op.say, saying);
    this.#gateway.probe();
  }

  #answered({ nonce, id, refused }: Answer): void {
    const waiting = this.#waiting.get(nonce);
    if (!waiting) return;
    this.#waiting.delete(nonce);
    clearTimeout(waiting.doubt);
    if (refused) waiting.reject(new ApiError(refused.status, { ...refused.problem, ...pause(refused) }));
    else waiting.resolve(id ?? '');
  }

  #giveUp(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, doubt } of waiting) {
      clearTimeout(doubt);
      reject(new Unreachable('The connection to the box was lost.'));
    }
  }
}

function pause({ retry_after }: { retry_after?: number }): Partial<ErrorBody> {
  return retry_after === undefined ? {} : { retry_after };
}
