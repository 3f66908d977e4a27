/**
 * What a person has chosen for calls, kept in this browser: devices differ from one machine to the next, so the box
 * is not told.
 */
import type { Id } from '@/api/model';
import { keep, kept } from '@/ui/storage';

export interface VoicePrefs {
  /** Device ids; null leaves the choice to the system. */
  microphone: string | null;
  speaker: string | null;
  camera: string | null;
  echoCancellation: boolean;
  noiseSuppression: boolean;
  autoGainControl: boolean;
  pushToTalk: boolean;
  /** `KeyboardEvent.code`, so that it is the same key under every layout. */
  pushToTalkKey: string;
  /** What a shared screen keeps when the line is weak: sharp letters, or even movement. */
  screenFor: 'text' | 'motion';
  sounds: boolean;
  /** Per cent, 0 to 200, by a person's id; absent is 100. A shared screen has its own, see `screenVolume`. */
  volumes: Record<string, number>;
}

/** Under which the volume of somebody's shared screen is kept. */
export function screenVolume(userId: Id): string {
  return `${userId}:screen`;
}

const NAME = 'voice';

const DEFAULTS: VoicePrefs = {
  microphone: null,
  speaker: null,
  camera: null,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  pushToTalk: false,
  pushToTalkKey: 'ControlLeft',
  screenFor: 'text',
  sounds: true,
  volumes: {},
};

export class Prefs {
  #value = $state<VoicePrefs>(load());
  /** The room lets one be heard only while a key is held, whatever one has chosen; it is not kept. */
  pushToTalkForced = $state(false);

  /** As it is now: what was chosen, but for what the room forces. */
  get value(): Readonly<VoicePrefs> {
    return this.pushToTalkForced ? { ...this.#value, pushToTalk: true } : this.#value;
  }

  set<K extends keyof VoicePrefs>(key: K, value: VoicePrefs[K]): void {
    this.#value[key] = value;
    keep(NAME, $state.snapshot(this.#value));
  }

  volume(key: string): number {
    return this.#value.volumes[key] ?? 100;
  }

  setVolume(key: string, percent: number): void {
    const kept = Math.min(200, Math.max(0, Math.round(percent)));
    this.set('volumes', { ...this.#value.volumes, [key]: kept });
  }
}

function load(): VoicePrefs {
  const stored = kept(NAME);
  const read: VoicePrefs = { ...DEFAULTS, volumes: {} };
  if (typeof stored !== 'object' || stored === null) return read;
  for (const [key, value] of Object.entries(stored as Record<string, unknown>)) {
    if (key === 'volumes') read.volumes = numbers(value);
    else if (fits(key, value)) Object.assign(read, { [key]: value });
  }
  return read;
}

/** Whether a stored value is of the kind that today's version expects under this key. */
function fits(key: string, value: unknown): boolean {
  if (key === 'microphone' || key === 'speaker' || key === 'camera')
    return value === null || typeof value === 'string';
  if (key === 'screenFor') return value === 'text' || value === 'motion';
  return key in DEFAULTS && typeof value === typeof DEFAULTS[key as keyof VoicePrefs];
}

function numbers(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.filter((pair): pair is [string, number] => typeof pair[1] === 'number'));
}
