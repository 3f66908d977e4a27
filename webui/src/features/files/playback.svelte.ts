/** One sound or voice that is listened to. Whoever begins another one ends the first. */
import { keep, kept } from '@/ui/storage';

/** Of voice messages: normal first, then as people who are in a hurry listen. */
export const SPEEDS = [1, 1.5, 2] as const;
const STEP_SECONDS = 5;

let playing: Playback | null = null;

class Speed {
  now: number = $state(readSpeed());

  next(): void {
    const at = SPEEDS.findIndex((one) => one === this.now);
    this.now = SPEEDS[(at + 1) % SPEEDS.length] ?? 1;
    keep('speed', this.now);
    if (playing) playing.hasten(this.now);
  }
}

function readSpeed(): number {
  const value = kept('speed');
  return SPEEDS.find((one) => one === value) ?? 1;
}

export const speed = new Speed();

function begins(one: Playback): void {
  playing?.pause();
  playing = one;
}

export class Playback {
  running: boolean = $state(false);
  failed: boolean = $state(false);
  at: number = $state(0);
  /** Seconds; as the message says until the sound itself says it. */
  length: number = $state(0);
  #audio: HTMLAudioElement | undefined;
  #frame = 0;
  readonly #hastens: boolean;

  constructor(length: number, hastens: boolean) {
    this.length = length;
    this.#hastens = hastens;
  }

  /** Plays, or pauses. */
  async toggle(url: string): Promise<void> {
    if (this.running) {
      this.pause();
      return;
    }
    const audio = (this.#audio ??= this.#make(url));
    begins(this);
    if (this.#hastens) audio.playbackRate = speed.now;
    if (Math.abs(audio.currentTime - this.at) > 0.1) audio.currentTime = this.at;
    this.failed = false;
    try {
      await audio.play();
    } catch (error) {
      // Paused before it began is no failure.
      this.failed = !(error instanceof DOMException && error.name === 'AbortError');
    }
  }

  pause(): void {
    this.#audio?.pause();
  }

  seek(seconds: number): void {
    this.at = Math.min(this.length, Math.max(0, seconds));
    if (this.#audio) this.#audio.currentTime = this.at;
  }

  /** Arrow keys on its slider; true: taken. */
  key(event: KeyboardEvent): boolean {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowUp: 1, ArrowLeft: -rtl, ArrowDown: -1 }[event.key];
    if (step !== undefined) this.seek(this.at + step * STEP_SECONDS);
    else if (event.key === 'Home') this.seek(0);
    else if (event.key === 'End') this.seek(this.length);
    else return false;
    return true;
  }

  hasten(rate: number): void {
    if (this.#audio && this.#hastens) this.#audio.playbackRate = rate;
  }

  /** The place on the screen is gone. */
  stop(): void {
    this.pause();
    cancelAnimationFrame(this.#frame);
    if (playing === this) playing = null;
  }

  #make(url: string): HTMLAudioElement {
    const audio = new Audio(url);
    audio.preload = 'auto';
    audio.addEventListener('durationchange', () => {
      // What a recorder wrote has none.
      if (Number.isFinite(audio.duration) && audio.duration > 0) this.length = audio.duration;
    });
    audio.addEventListener('playing', () => {
      this.running = true;
      this.#follow(audio);
    });
    audio.addEventListener('pause', () => {
      this.running = false;
      this.at = audio.currentTime;
    });
    audio.addEventListener('ended', () => {
      this.running = false;
      this.at = 0;
    });
    audio.addEventListener('timeupdate', () => {
      // Firefox on a computer without a loudspeaker tells of an error and goes on all the same.
      if (!this.failed || audio.paused || audio.ended) return;
      this.failed = false;
      this.running = true;
      this.#follow(audio);
    });
    audio.addEventListener('error', () => {
      this.running = false;
      this.failed = true;
    });
    return audio;
  }

  #follow(audio: HTMLAudioElement): void {
    cancelAnimationFrame(this.#frame);
    const step = (): void => {
      if (!this.running) return;
      this.at = audio.currentTime;
      this.#frame = requestAnimationFrame(step);
    };
    step();
  }
}
