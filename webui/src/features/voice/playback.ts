/**
 * The sound of a call: one hidden `<audio>` for each voice and each shared screen, whatever screen is shown.
 *
 * Up to 100 % the element's own volume does; beyond, or where a phone ignores that volume, the sound goes through a
 * gain node first. Chromium lets a remote track flow only while an element plays it, so that one stays, muted.
 */
import type { Id } from '@/api/model';
import { audioContext } from './audio';
import { canChooseSpeaker } from './devices.svelte';
import { screenVolume, type Prefs } from './prefs.svelte';
import type { RemoteTrack } from './rtc';

/** −12 dB: one still notices that the others speak. */
const DUCKED_GAIN = 0.25;

interface Voice {
  readonly userId: Id;
  /** Under which its volume is remembered. */
  readonly key: string;
  readonly track: MediaStreamTrack;
  readonly plain: HTMLAudioElement;
  boosted: { element: HTMLAudioElement; gain: GainNode; source: MediaStreamAudioSourceNode } | null;
}

export class Playback {
  #voices = new Map<string, Voice>();
  #deaf = false;
  #loud: ReadonlySet<Id> | null = null;
  #home: HTMLElement | null = null;

  /** `blocked`: the browser refuses to play before the page is touched; offer a button that calls `resume`. */
  constructor(
    private readonly prefs: Prefs,
    private readonly blocked: (blocked: boolean) => void,
  ) {}

  update(tracks: readonly RemoteTrack[]): void {
    const wanted = new Map<string, RemoteTrack>();
    for (const one of tracks)
      if (one.kind === 'mic' || one.kind === 'screen_audio') wanted.set(`${one.userId}:${one.kind}`, one);
    for (const [name, voice] of this.#voices)
      if (wanted.get(name)?.track !== voice.track) this.#remove(name, voice);
    for (const [name, one] of wanted) if (!this.#voices.has(name)) this.#add(name, one);
    if (wanted.size === 0) this.blocked(false);
  }

  setDeaf(deaf: boolean): void {
    this.#deaf = deaf;
    this.applyVolumes();
  }

  /** All but these people are softer, until it is called with null. */
  duck(loud: ReadonlySet<Id> | null): void {
    this.#loud = loud;
    this.applyVolumes();
  }

  applyVolumes(): void {
    for (const voice of this.#voices.values()) this.#setVolume(voice);
  }

  applySpeaker(): void {
    for (const { plain, boosted } of this.#voices.values()) {
      this.#route(plain);
      if (boosted !== null) this.#route(boosted.element);
    }
  }

  /** From a touch or a key: now the browser lets us. */
  resume(): void {
    this.blocked(false);
    audioContext();
    for (const { plain, boosted } of this.#voices.values()) {
      this.#start(plain);
      if (boosted !== null) this.#start(boosted.element);
    }
  }

  #add(name: string, { userId, kind, track }: RemoteTrack): void {
    const plain = this.#element(userId, kind, new MediaStream([track]));
    const key = kind === 'mic' ? userId : screenVolume(userId);
    const voice: Voice = { userId, key, track, plain, boosted: null };
    this.#voices.set(name, voice);
    this.#setVolume(voice);
    this.#start(plain);
  }

  #remove(name: string, voice: Voice): void {
    this.#voices.delete(name);
    discard(voice.plain);
    this.#unboost(voice);
  }

  #setVolume(voice: Voice): void {
    const chosen = this.prefs.volume(voice.key) / 100;
    const share = this.#loud?.has(voice.userId) === false ? chosen * DUCKED_GAIN : chosen;
    // By what was chosen: a boosted voice keeps its gain node while it is ducked, or it would click.
    const direct = chosen <= 1 && (share === 1 || share === 0 || elementVolumeWorks());
    if (direct) {
      this.#unboost(voice);
      voice.plain.volume = share;
      voice.plain.muted = this.#deaf || share === 0;
      return;
    }
    voice.boosted ??= this.#boost(voice);
    voice.boosted.gain.gain.value = share;
    voice.boosted.element.muted = this.#deaf;
    voice.plain.muted = true;
  }

  #boost(voice: Voice): NonNullable<Voice['boosted']> {
    const audio = audioContext();
    const source = audio.createMediaStreamSource(new MediaStream([voice.track]));
    const gain = new GainNode(audio);
    const output = audio.createMediaStreamDestination();
    source.connect(gain).connect(output);
    const element = this.#element(voice.plain.dataset['userId'] ?? '', 'boosted', output.stream);
    this.#start(element);
    return { element, gain, source };
  }

  #unboost(voice: Voice): void {
    if (voice.boosted === null) return;
    voice.boosted.source.disconnect();
    discard(voice.boosted.element);
    voice.boosted = null;
  }

  #element(userId: Id, kind: string, stream: MediaStream): HTMLAudioElement {
    if (this.#home === null) {
      this.#home = document.createElement('div');
      this.#home.hidden = true;
      this.#home.dataset['testid'] = 'call-sound';
      document.body.append(this.#home);
    }
    const element = document.createElement('audio');
    element.autoplay = true;
    element.srcObject = stream;
    element.dataset['userId'] = userId;
    element.dataset['kind'] = kind;
    this.#home.append(element);
    this.#route(element);
    return element;
  }

  #start(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      // AbortError: the track was swapped before it began, and the new one starts by itself.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.blocked(true);
    });
  }

  #route(element: HTMLAudioElement): void {
    if (!canChooseSpeaker()) return;
    // A speaker that is gone: the system's own choice stays.
    element.setSinkId(this.prefs.value.speaker ?? '').catch(() => undefined);
  }
}

function discard(element: HTMLAudioElement): void {
  element.pause();
  element.srcObject = null;
  element.remove();
}

let volumeWorks: boolean | null = null;

/** On an iPhone the volume of an element is read-only: the buttons at its side are meant to be the only way. */
function elementVolumeWorks(): boolean {
  if (volumeWorks === null) {
    const probe = document.createElement('audio');
    probe.volume = 0.5;
    volumeWorks = probe.volume === 0.5;
  }
  return volumeWorks;
}
