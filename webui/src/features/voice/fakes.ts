/** A browser's media parts as far as calls use them, for tests: happy-dom has none of them. */
import { vi } from 'vitest';

import type { GatewayEvents, Id, RtcOffer, TrackKind } from '@/api/model';
import type { GatewayPort } from './ports';

export class FakeTrack extends EventTarget {
  enabled = true;
  muted = false;
  contentHint = '';
  readyState: MediaStreamTrackState = 'live';

  constructor(readonly kind: 'audio' | 'video') {
    super();
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device was pulled out, or the person stopped sharing in the browser's own bar. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export function fakeTrack(kind: 'audio' | 'video'): MediaStreamTrack & FakeTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack & FakeTrack;
}

export class FakeStream {
  constructor(private readonly tracks: MediaStreamTrack[] = []) {}

  getTracks(): MediaStreamTrack[] {
    return this.tracks;
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.tracks.filter((one) => one.kind === 'audio');
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.tracks.filter((one) => one.kind === 'video');
  }
}

interface FakeTransceiver {
  mid: string;
  direction: RTCRtpTransceiverDirection;
  receiver: { track: MediaStreamTrack };
  sender: {
    track: MediaStreamTrack | null;
    replaceTrack: (track: MediaStreamTrack | null) => Promise<void>;
    getParameters: () => RTCRtpSendParameters;
    setParameters: (parameters: RTCRtpSendParameters) => Promise<void>;
    parameters: RTCRtpSendParameters;
  };
}

/** Reads `m=` lines of the form `mid:kind` from the fake SDP that `offer` makes. */
export class FakePeer extends EventTarget {
  static made: FakePeer[] = [];
  connectionState: RTCPeerConnectionState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  answered = 0;
  transceivers: FakeTransceiver[] = [];

  constructor(readonly configuration: RTCConfiguration) {
    super();
    FakePeer.made.push(this);
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    if (sdp === 'broken') return Promise.reject(new DOMException('bad', 'InvalidAccessError'));
    this.remote.push(sdp);
    for (const mid of sdp.split(' ').slice(1))
      if (!this.transceivers.some((one) => one.mid === mid)) this.transceivers.push(transceiver(mid));
    return Promise.resolve();
  }

  createAnswer(): Promise<{ type: 'answer'; sdp: string }> {
    this.answered += 1;
    const directions = this.transceivers.map((one) => `${one.mid}=${one.direction}`);
    return Promise.resolve({ type: 'answer', sdp: `${this.remote.at(-1) ?? ''} ${directions.join(' ')}` });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map<string, unknown>());
  }

  close(): void {
    this.connectionState = 'closed';
  }

  /** Let the connection change its state. */
  become(state: RTCPeerConnectionState, ice: RTCIceConnectionState = 'new'): void {
    this.connectionState = state;
    this.iceConnectionState = ice;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  slot(mid: string): FakeTransceiver {
    const found = this.transceivers.find((one) => one.mid === mid);
    if (found === undefined) throw new Error(`no transceiver ${mid}`);
    return found;
  }

  static last(): FakePeer {
    const last = FakePeer.made.at(-1);
    if (last === undefined) throw new Error('no connection was made');
    return last;
  }
}

function transceiver(mid: string): FakeTransceiver {
  const sender: FakeTransceiver['sender'] = {
    track: null,
    parameters: { encodings: [{}] } as unknown as RTCRtpSendParameters,
    replaceTrack: vi.fn((track: MediaStreamTrack | null) => {
      sender.track = track;
      return Promise.resolve();
    }),
    getParameters: () => structuredClone(sender.parameters),
    setParameters: (parameters) => {
      sender.parameters = parameters;
      return Promise.resolve();
    },
  };
  return { mid, direction: 'recvonly', sender, receiver: { track: fakeTrack('video') } };
}

export function offer(
  revision: number,
  tracks: { mid: string; user_id: Id; kind: TrackKind }[] = [],
  session = 'rtc-1',
): RtcOffer {
  const mids = ['0', '1', '2', '3', ...tracks.map((one) => one.mid)];
  return {
    rtc_session_id: session,
    revision,
    sdp: `r${revision} ${mids.join(' ')}`,
    tracks,
    slots: { mic: '0', camera: '1', screen: '2', screen_audio: '3' },
  };
}

export class FakeGateway implements GatewayPort {
  sessionId: string | null = 'session-1';
  online = true;
  sent: Record<string, unknown>[] = [];
  #handlers = new Map<string, ((data: never) => void)[]>();

  on<E extends keyof GatewayEvents>(event: E, handler: (data: GatewayEvents[E]) => void): () => void {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
    return () => undefined;
  }

  send(_op: number, d: unknown): boolean {
    if (this.online) this.sent.push(d as Record<string, unknown>);
    return this.online;
  }

  say<E extends keyof GatewayEvents>(event: E, data: Partial<GatewayEvents[E]>): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(data as never);
  }
}

/** Everything a call touches in a browser; `vi.unstubAllGlobals()` takes it away again. */
export function stubMedia(): { microphone: ReturnType<typeof vi.fn>; screen: ReturnType<typeof vi.fn> } {
  FakePeer.made = [];
  const microphone = vi.fn((wanted: MediaStreamConstraints) =>
    Promise.resolve(new FakeStream([fakeTrack(wanted.audio === undefined ? 'video' : 'audio')])),
  );
  const screen = vi.fn(() => Promise.resolve(new FakeStream([fakeTrack('video'), fakeTrack('audio')])));
  vi.stubGlobal('RTCPeerConnection', FakePeer);
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('AudioContext', FakeAudioContext);
  vi.stubGlobal('GainNode', FakeAudioNode);
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia: microphone,
    getDisplayMedia: screen,
    enumerateDevices: () => Promise.resolve([]),
  });
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: mediaDevices });
  // happy-dom takes streams of its own making only.
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    writable: true,
    value: null,
  });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockReturnValue(undefined);
  return { microphone, screen };
}

/** Suspended, as before the first touch: nothing sounds. */
class FakeAudioContext {
  state = 'suspended';

  resume(): Promise<void> {
    return Promise.resolve();
  }

  createMediaStreamSource(): FakeAudioNode {
    return new FakeAudioNode();
  }

  createMediaStreamDestination(): FakeAudioNode & { stream: FakeStream } {
    return Object.assign(new FakeAudioNode(), { stream: new FakeStream() });
  }
}

class FakeAudioNode {
  gain = { value: 1 };

  connect<T>(to: T): T {
    return to;
  }

  disconnect(): void {
    // Nothing is connected.
  }
}

/** Lets everything that is already settled run to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
