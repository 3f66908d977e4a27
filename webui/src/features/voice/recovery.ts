/**
 * When a call's line breaks: wait a little, ask for new ICE credentials, and give up in the end.
 *
 * It knows states and clocks only. Attempts that never reached the box do not count: as long as the house is offline
 * there is nothing to give up, and the SFU tells us (`gone`) when it has stopped waiting.
 */

/** How a REST call about the connection ended. `stale`: a newer offer is on its way. `gone`: the box has let us go. */
export type Delivery = 'done' | 'stale' | 'gone' | 'unreachable';

export interface RecoveryActions {
  restart(): Promise<Delivery>;
  /** Nothing helps: join the call anew. */
  giveUp(): void;
}

/** A short dip (a door closes, the phone changes masts) mends itself; ICE needs about this long to notice. */
const GRACE_MS = 2000;
/** Chromium takes 15 s to call a first connection failed; a person has given up by then. */
const FIRST_CONNECTION_MS = 10_000;
/** An offer, an answer, ICE checks and nothing more fit well into this, also over a mobile line. */
const RESTART_MS = 6000;
/** Interfaces come up in bursts: an address, another address, a route. */
const SETTLE_MS = 500;
const MAX_RESTARTS = 4;
const MAX_WAIT_MS = 10_000;

export class Recovery {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #restarts = 0;
  #unreached = 0;
  #asking = false;
  #closed = false;
  #state: RTCPeerConnectionState = 'new';

  constructor(private readonly actions: RecoveryActions) {}

  /** The first answer has been sent: from here on the connection should come up. */
  begin(): void {
    if (this.#state === 'new' || this.#state === 'connecting') this.#plan(FIRST_CONNECTION_MS);
  }

  /** The connection's new state; `iceUp` tells a broken path from a broken handshake. */
  state(state: RTCPeerConnectionState, iceUp: boolean): void {
    if (this.#closed || state === this.#state) return;
    this.#state = state;
    if (state === 'connected') {
      this.#restarts = 0;
      this.#unreached = 0;
      if (!this.#asking) this.#cancel();
    } else if (state === 'disconnected') {
      if (this.#timer === null && !this.#asking) this.#plan(GRACE_MS);
    } else if (state === 'failed') {
      // ICE is up and the call still failed: it was DTLS, which no new credentials repair.
      if (iceUp) this.#end();
      else if (!this.#asking) this.#plan(0);
    }
  }

  /** Another network, or the old one is back: do not wait for ICE to find out. */
  networkChanged(): void {
    if (this.#closed || this.#asking || this.#state === 'new') return;
    this.#unreached = 0;
    this.#plan(SETTLE_MS);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #plan(ms: number): void {
    this.#cancel();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#attempt();
    }, ms);
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #attempt(): Promise<void> {
    if (this.#closed) return;
    if (this.#restarts >= MAX_RESTARTS) {
      this.#end();
      return;
    }
    this.#asking = true;
    const told = await this.actions.restart();
    this.#asking = false;
    if (this.#isClosed()) return;
    if (told === 'gone') {
      this.#end();
    } else if (told === 'unreachable') {
      this.#unreached += 1;
      this.#plan(Math.min(500 * 2 ** this.#unreached, MAX_WAIT_MS));
    } else {
      this.#restarts += 1;
      this.#cancel();
      this.#timer = setTimeout(() => {
        this.#timer = null;
        if (this.#state !== 'connected') void this.#attempt();
      }, RESTART_MS * this.#restarts);
    }
  }

  /** A method of its own, because it changes while a request is on its way. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #end(): void {
    this.close();
    this.actions.giveUp();
  }
}
