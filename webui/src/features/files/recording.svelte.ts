/**
 * A voice being recorded: Opus in WebM, or AAC in MP4 where a browser has no Opus; 32 kbit/s are enough for a voice.
 *
 * What a recorder writes has neither length nor index, so the length is taken by the clock; the box puts both right.
 */
import { borrowMicrophone, voice } from '@/features/voice';

import { encode } from './waveform';

/** Ten minutes are 2.4 MB. */
export const MOST_SECONDS = 600;
/** Shorter is a slip of the finger. */
export const LEAST_SECONDS = 1;
const BITS_PER_SECOND = 32_000;
const LEVELS_PER_SECOND = 20;
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4'] as const;

export interface Recorded {
  file: File;
  /** Seconds. */
  duration: number;
  waveform: string;
}

/** A browser without one of them records nothing that everybody can hear. */
export function recordableType(): string | undefined {
  if (typeof MediaRecorder === 'undefined') return undefined;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type));
}

export class Recording {
  /** 0 to 1, twenty a second. */
  levels: number[] = $state.raw([]);
  seconds: number = $state(0);
  phase: 'asking' | 'running' | 'over' = $state('asking');
  readonly #onFull: () => void;
  #track: MediaStreamTrack | undefined;
  #recorder: MediaRecorder | undefined;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #began = 0;
  #parts: Blob[] = [];

  /** `onFull`: it is as long as it may be. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  /** Throws MediaError: no microphone, or it may not be used. */
  async start(): Promise<void> {
    const track = await borrowMicrophone(voice);
    // Cancelled while the browser asked.
    if (this.phase === 'over') {
      track.stop();
      return;
    }
    this.#track = track;
    const stream = new MediaStream([track]);
    const type = recordableType();
    const recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: BITS_PER_SECOND,
      ...(type === undefined ? {} : { mimeType: type }),
    });
    recorder.addEventListener('dataavailable', ({ data }) => this.#parts.push(data));
    recorder.start(1000);
    this.#recorder = recorder;
    this.#began = performance.now();
    this.phase = 'running';
    this.#listen(stream);
  }

  /** Ends it; null if it was too short to hold anything. */
  async stop(): Promise<Recorded | null> {
    const recorder = this.#recorder;
    if (recorder === undefined || this.phase !== 'running') {
      this.cancel();
      return null;
    }
    const duration = (performance.now() - this.#began) / 1000;
    const ended = new Promise<void>((resolve) => {
      recorder.addEventListener('stop', () => resolve(), { once: true });
    });
    recorder.stop();
    await ended;
    this.cancel();
    const type = (recorder.mimeType === '' ? TYPES[0] : recorder.mimeType).split(';')[0] ?? '';
    const name = type === 'audio/mp4' ? 'voice-message.m4a' : 'voice-message.webm';
    const file = new File(this.#parts, name, { type });
    if (file.size === 0 || duration < LEAST_SECONDS) return null;
    return { file, duration: Math.round(duration * 100) / 100, waveform: encode(this.levels) };
  }

  /** Lets go of the microphone. */
  cancel(): void {
    this.phase = 'over';
    clearInterval(this.#timer);
    if (this.#recorder?.state === 'recording') this.#recorder.stop();
    this.#track?.stop();
    void this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }

  #listen(stream: MediaStream): void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    this.#context = context;
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      // Loudness as ears have it: a voice is between 0.02 and 0.3.
      const level = Math.min(1, Math.sqrt(Math.sqrt(sum / samples.length)) * 1.4);
      this.levels = [...this.levels, level];
      this.seconds = (performance.now() - this.#began) / 1000;
      if (this.seconds >= MOST_SECONDS) this.#onFull();
    }, 1000 / LEVELS_PER_SECOND);
  }
}
