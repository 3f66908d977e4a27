/**
 * The media connection of a call: the box offers, we answer, and nothing here knows a screen.
 *
 * The trap: a microphone, camera or screen is started and stopped with `replaceTrack` on one of four standing
 * transceivers. Adding or removing tracks would need an offer from us, and the box never takes one.
 */
import type { Id, RtcOffer, TrackKind } from '@/api/model';
import { Recovery, type Delivery } from './recovery';

export interface Signalling {
  answer(sessionId: string, revision: number, sdp: string): Promise<Delivery>;
  restart(sessionId: string): Promise<Delivery>;
}

/** Something that one receives. The same `track` may later carry somebody else's picture: look at `userId`. */
export interface RemoteTrack {
  mid: string;
  userId: Id;
  kind: TrackKind;
  track: MediaStreamTrack;
}

/** How a kind of track is encoded; absent means that the box's offer decides. */
export interface Tuning {
  maxBitrateBps?: number;
  degradation?: RTCDegradationPreference;
}

interface Outgoing {
  track: MediaStreamTrack | null;
  tuning: Tuning;
}

export interface RtcListener {
  tracks(tracks: RemoteTrack[]): void;
  state(state: RTCPeerConnectionState): void;
  /** The connection is beyond repair; whoever still wants the call joins again. */
  lost(): void;
}

/** Told on `window` as `hearth:rtc` whenever a connection is made, so that tests can ask it for `getStats`. */
export interface RtcEventDetail {
  pc: RTCPeerConnection;
}

export const KINDS: readonly TrackKind[] = ['mic', 'camera', 'screen', 'screen_audio'];

const ANSWER_RETRY_MS = 700;

type Outbox = ReadonlyMap<TrackKind, Outgoing>;

/** One peer connection, from its first offer until it is closed. */
class RtcSession {
  readonly pc: RTCPeerConnection;
  readonly recovery: Recovery;
  #revision = -1;
  #waiting: RtcOffer | null = null;
  #working = false;
  #closed = false;
  #slots = new Map<TrackKind, RTCRtpTransceiver>();

  constructor(
    readonly id: string,
    private readonly signalling: Signalling,
    private readonly outbox: Outbox,
    private readonly listener: RtcListener,
  ) {
    // The box is ICE-lite and reached at its own address: no STUN server is asked, nobody outside hears of a call.
    this.pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: [] });
    this.recovery = new Recovery({
      restart: () => signalling.restart(id),
      giveUp: () => this.#fail(),
    });
    this.pc.addEventListener('connectionstatechange', () => this.#stateChanged());
    window.dispatchEvent(new CustomEvent<RtcEventDetail>('hearth:rtc', { detail: { pc: this.pc } }));
  }

  /** Take an offer; one that is older than what has been applied, or than what waits, is dropped. */
  offer(offer: RtcOffer): void {
    if (this.#closed || offer.revision <= Math.max(this.#revision, this.#waiting?.revision ?? -1)) return;
    this.#waiting = offer;
    if (!this.#working) void this.#work();
  }

  /** Start, swap or stop what a slot sends. Before the first offer there is no slot: `outbox` is read then. */
  async send(kind: TrackKind, { track, tuning }: Outgoing): Promise<void> {
    const sender = this.#slots.get(kind)?.sender;
    if (sender === undefined) return;
    try {
      await sender.replaceTrack(track);
      if (track !== null) await tune(sender, tuning);
    } catch (error) {
      // The connection closed meanwhile, or the browser knows no such parameter: the track goes out as it is.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#waiting = null;
    this.recovery.close();
    this.pc.close();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#take(); next !== null; next = this.#take()) await this.#apply(next);
    this.#working = false;
  }

  #take(): RtcOffer | null {
    const next = this.#closed ? null : this.#waiting;
    this.#waiting = null;
    if (next !== null) this.#revision = next.revision;
    return next;
  }

  async #apply(offer: RtcOffer): Promise<void> {
    let sdp: string;
    try {
      await this.pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
      await this.#fillSlots(offer.slots);
      this.#report(offer);
      await this.pc.setLocalDescription(await this.pc.createAnswer());
      sdp = this.pc.localDescription?.sdp ?? '';
    } catch (error) {
      if (!this.#isClosed()) console.error('the call could not be negotiated', error);
      this.#fail();
      return;
    }
    await this.#deliver(offer.revision, sdp);
  }

  /** The same answer again until it has arrived, unless a newer offer made it worthless. */
  async #deliver(revision: number, sdp: string): Promise<void> {
    for (let tries = 1; !this.#isClosed(); tries += 1) {
      const told = await this.signalling.answer(this.id, revision, sdp);
      if (told === 'gone') {
        this.#fail();
        return;
      }
      if (told !== 'unreachable' || this.#waiting !== null) break;
      await new Promise((resume) => setTimeout(resume, Math.min(ANSWER_RETRY_MS * tries, 5000)));
    }
    if (!this.#isClosed()) this.recovery.begin();
  }

  async #fillSlots(slots: RtcOffer['slots']): Promise<void> {
    const byMid = new Map(this.pc.getTransceivers().map((one) => [one.mid, one]));
    for (const kind of KINDS) {
      const transceiver = byMid.get(slots[kind]);
      if (transceiver === undefined || this.#slots.has(kind)) continue;
      // Also with nothing to send yet: the answer must say sendonly, or starting later would need a new offer.
      transceiver.direction = 'sendonly';
      this.#slots.set(kind, transceiver);
      const outgoing = this.outbox.get(kind);
      if (outgoing !== undefined && outgoing.track !== null) await this.send(kind, outgoing);
    }
  }

  #report(offer: RtcOffer): void {
    const byMid = new Map(this.pc.getTransceivers().map((one) => [one.mid, one.receiver.track]));
    const tracks: RemoteTrack[] = [];
    for (const { mid, user_id: userId, kind } of offer.tracks) {
      const track = byMid.get(mid);
      if (track !== undefined) tracks.push({ mid, userId, kind, track });
    }
    if (!this.#isClosed()) this.listener.tracks(tracks);
  }

  #stateChanged(): void {
    if (this.#closed) return;
    const { connectionState: state, iceConnectionState: ice } = this.pc;
    // Some encoders accept their limits only once the connection is up.
    if (state === 'connected') for (const [kind, one] of this.outbox) void this.#retune(kind, one);
    this.listener.state(state);
    this.recovery.state(state, ice === 'connected' || ice === 'completed');
  }

  async #retune(kind: TrackKind, { track, tuning }: Outgoing): Promise<void> {
    const sender = this.#slots.get(kind)?.sender;
    if (sender === undefined || track === null) return;
    try {
      await tune(sender, tuning);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #fail(): void {
    if (this.#closed) return;
    this.close();
    this.listener.lost();
  }
}

async function tune(sender: RTCRtpSender, tuning: Tuning): Promise<void> {
  if (tuning.maxBitrateBps === undefined && tuning.degradation === undefined) return;
  const parameters = sender.getParameters();
  const encoding = parameters.encodings[0];
  // Before the answer is in force there may be no encoding yet; it comes again once the connection is up.
  if (encoding === undefined) return;
  if (tuning.maxBitrateBps !== undefined) encoding.maxBitrate = tuning.maxBitrateBps;
  if (tuning.degradation !== undefined) parameters.degradationPreference = tuning.degradation;
  await sender.setParameters(parameters);
}

/** The connection of the call that one is in: makes a new one for every session that the box opens. */
export class RtcEngine {
  #session: RtcSession | null = null;
  #outbox = new Map<TrackKind, Outgoing>();
  /** Sessions that are over. An offer that was still on its way must not bring one back. */
  #over = new Set<string>();
  #expected: string | null = null;

  constructor(
    private readonly signalling: Signalling,
    private readonly listener: RtcListener,
  ) {}

  get pc(): RTCPeerConnection | null {
    return this.#session?.pc ?? null;
  }

  /** The session whose connection is held; it lets a page that had to identify anew claim its call. */
  get sessionId(): string | null {
    return this.#session?.id ?? null;
  }

  /** The box names the session of the call (VOICE_SERVER_UPDATE); another one is closed. */
  expect(sessionId: string): void {
    if (sessionId === this.#expected) return;
    if (this.#expected !== null) this.#over.add(this.#expected);
    this.#end();
    this.#expected = sessionId;
  }

  /** An offer of a session that was not named before opens it: the SFU may have restarted. */
  offer(offer: RtcOffer): void {
    if (this.#over.has(offer.rtc_session_id)) return;
    this.expect(offer.rtc_session_id);
    this.#session ??= new RtcSession(offer.rtc_session_id, this.signalling, this.#outbox, {
      tracks: (tracks) => this.listener.tracks(tracks),
      state: (state) => this.listener.state(state),
      lost: () => {
        this.#end();
        this.listener.lost();
      },
    });
    this.#session.offer(offer);
  }

  /** What to send from now on; null stops. Survives a new session. */
  async send(kind: TrackKind, track: MediaStreamTrack | null, tuning: Tuning = {}): Promise<void> {
    const outgoing = { track, tuning };
    this.#outbox.set(kind, outgoing);
    await this.#session?.send(kind, outgoing);
  }

  networkChanged(): void {
    this.#session?.recovery.networkChanged();
  }

  /** Close the connection and keep what is to be sent: another room, or another try, follows. */
  drop(): void {
    this.#end();
    if (this.#expected !== null) this.#over.add(this.#expected);
    this.#expected = null;
  }

  /** Leave: nothing is sent any more, and no late offer opens the call again. */
  close(): void {
    this.drop();
    this.#outbox.clear();
  }

  #end(): void {
    if (this.#session === null) return;
    this.#over.add(this.#session.id);
    this.#session.close();
    this.#session = null;
    this.listener.tracks([]);
  }
}
