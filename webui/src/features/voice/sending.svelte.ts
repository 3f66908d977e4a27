/**
 * What this browser sends: the microphone, the camera, a shared screen.
 *
 * Tracks live here and outlast a connection: after a new session the engine sends the same ones again.
 */
import {
  asMediaError,
  openCamera,
  openMicrophone,
  openScreen,
  type MediaError,
  type SharedScreen,
} from './media';
import type { Prefs } from './prefs.svelte';
import type { RtcEngine, Tuning } from './rtc';

export type Switch = 'off' | 'starting' | 'on';

/** 720p30 in VP8 looks right at this; a household's uplink carries several. */
const CAMERA: Tuning = { maxBitrateBps: 1_700_000, degradation: 'balanced' };
/** Letters need few but whole frames; films need many. */
const SCREEN: Record<'text' | 'motion', Tuning> = {
  text: { maxBitrateBps: 3_000_000, degradation: 'maintain-resolution' },
  motion: { maxBitrateBps: 5_000_000, degradation: 'maintain-framerate' },
};

export interface SendingEvents {
  /** Camera or screen went on or off. */
  changed(): void;
  failed(error: MediaError): void;
}

export class Sending {
  camera = $state<Switch>('off');
  screen = $state<Switch>('off');
  microphone = $state.raw<MediaStreamTrack | null>(null);
  cameraTrack = $state.raw<MediaStreamTrack | null>(null);
  screenTrack = $state.raw<MediaStreamTrack | null>(null);
  /** Whether the shared screen brought its sound. */
  screenSound = $state(false);
  facing = $state<'user' | 'environment'>('user');
  #wantsVoice = false;
  #open = true;
  /** Only the last of several requests for the same thing may win. */
  #turn = { microphone: 0, camera: 0, screen: 0 };
  #screenSoundTrack: MediaStreamTrack | null = null;
  #flipped = false;

  constructor(
    private readonly engine: RtcEngine,
    private readonly prefs: Prefs,
    private readonly events: SendingEvents,
  ) {}

  /** Be heard or not. The microphone stays open while muted, so that unmuting is heard from the first syllable. */
  async setVoice(wanted: boolean): Promise<void> {
    this.#wantsVoice = wanted;
    if (wanted && this.microphone === null) await this.reopenMicrophone();
    else await this.#sendVoice();
  }

  /** Push to talk: close the gate without stopping the track, so that opening it costs nothing. */
  setGate(open: boolean): void {
    this.#open = open;
    if (this.microphone !== null) this.microphone.enabled = open;
  }

  /** Another device or other processing was chosen, or the old one was unplugged. */
  async reopenMicrophone(): Promise<void> {
    const turn = ++this.#turn.microphone;
    let track: MediaStreamTrack;
    try {
      track = await openMicrophone(this.prefs.value);
    } catch (error) {
      if (turn !== this.#turn.microphone) return;
      this.#setMicrophone(null);
      await this.#sendVoice();
      this.events.failed(asMediaError(error, 'microphone'));
      return;
    }
    if (turn !== this.#turn.microphone) {
      track.stop();
      return;
    }
    track.enabled = this.#open;
    track.addEventListener('ended', () => {
      if (this.microphone === track) void this.reopenMicrophone();
    });
    this.#setMicrophone(track);
    await this.#sendVoice();
  }

  async setCamera(on: boolean): Promise<void> {
    const turn = ++this.#turn.camera;
    if (!on) {
      await this.#setCamera(null);
      return;
    }
    if (this.cameraTrack === null) this.camera = 'starting';
    try {
      // A phone opens one camera at a time: the old one must go first.
      this.cameraTrack?.stop();
      const track = await openCamera(this.prefs.value.camera, this.#facingAsked());
      if (turn !== this.#turn.camera) {
        track.stop();
        return;
      }
      track.addEventListener('ended', () => {
        if (this.cameraTrack === track) void this.setCamera(false);
      });
      await this.#setCamera(track);
    } catch (error) {
      if (turn !== this.#turn.camera) return;
      await this.#setCamera(null);
      this.events.failed(asMediaError(error, 'camera'));
    }
  }

  /** Front or back, on a phone. */
  async flip(): Promise<void> {
    this.facing = this.facing === 'user' ? 'environment' : 'user';
    this.#flipped = true;
    if (this.camera === 'on') await this.setCamera(true);
  }

  /** Asks the person what to show. While the picker is open, asking again does nothing. */
  async setScreen(on: boolean): Promise<void> {
    if (on && this.screen !== 'off') return;
    const turn = ++this.#turn.screen;
    if (!on) {
      await this.#setScreen(null);
      return;
    }
    this.screen = 'starting';
    try {
      const shared = await openScreen(this.prefs.value.screenFor);
      if (turn !== this.#turn.screen) {
        stop(shared);
        return;
      }
      shared?.picture.addEventListener('ended', () => {
        if (this.screenTrack === shared.picture) void this.setScreen(false);
      });
      await this.#setScreen(shared);
    } catch (error) {
      if (turn !== this.#turn.screen) return;
      await this.#setScreen(null);
      this.events.failed(asMediaError(error, 'screen'));
    }
  }

  /** Text or motion: the running share follows. */
  async retuneScreen(): Promise<void> {
    if (this.screenTrack === null) return;
    this.screenTrack.contentHint = this.prefs.value.screenFor === 'text' ? 'text' : 'motion';
    await this.engine.send('screen', this.screenTrack, SCREEN[this.prefs.value.screenFor]);
  }

  /** The call is over: every device lets go, and its light goes out. */
  stop(): void {
    for (const what of ['microphone', 'camera', 'screen'] as const) this.#turn[what] += 1;
    this.#wantsVoice = false;
    this.#flipped = false;
    this.facing = 'user';
    this.#setMicrophone(null);
    this.cameraTrack?.stop();
    stop({ picture: this.screenTrack, sound: this.#screenSoundTrack });
    this.cameraTrack = this.screenTrack = this.#screenSoundTrack = null;
    this.screenSound = false;
    this.camera = this.screen = 'off';
  }

  #facingAsked(): 'user' | 'environment' | null {
    return this.#flipped ? this.facing : null;
  }

  async #sendVoice(): Promise<void> {
    await this.engine.send('mic', this.#wantsVoice ? this.microphone : null);
  }

  #setMicrophone(track: MediaStreamTrack | null): void {
    if (this.microphone !== track) this.microphone?.stop();
    this.microphone = track;
  }

  async #setCamera(track: MediaStreamTrack | null): Promise<void> {
    if (this.cameraTrack !== track) this.cameraTrack?.stop();
    this.cameraTrack = track;
    this.camera = track === null ? 'off' : 'on';
    await this.engine.send('camera', track, CAMERA);
    this.events.changed();
  }

  async #setScreen(shared: SharedScreen | null): Promise<void> {
    stop({ picture: this.screenTrack, sound: this.#screenSoundTrack });
    this.screenTrack = shared?.picture ?? null;
    this.#screenSoundTrack = shared?.sound ?? null;
    this.screenSound = this.#screenSoundTrack !== null;
    this.screen = shared === null ? 'off' : 'on';
    await this.engine.send('screen', this.screenTrack, SCREEN[this.prefs.value.screenFor]);
    await this.engine.send('screen_audio', this.#screenSoundTrack);
    this.events.changed();
  }
}

function stop(shared: { picture: MediaStreamTrack | null; sound: MediaStreamTrack | null } | null): void {
  shared?.picture?.stop();
  shared?.sound?.stop();
}
