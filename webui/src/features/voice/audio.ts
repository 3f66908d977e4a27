/**
 * The page's one AudioContext: for our own small sounds, for volumes above 100 %, and for the microphone's meter.
 *
 * Browsers start it asleep until somebody touches the page; every use tries to wake it.
 */
let context: AudioContext | null = null;

export function audioContext(): AudioContext {
  context ??= new AudioContext({ latencyHint: 'interactive' });
  // Refused before the first touch; the next use asks again.
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
  return context;
}

export type Sound = 'join' | 'leave' | 'mute' | 'unmute' | 'share';

interface Note {
  hz: number;
  /** Seconds from now. */
  at: number;
}

/** Soft pairs from one pentatonic scale: up for coming, down for going, so that one hears it without looking. */
const SOUNDS: Record<Sound, Note[]> = {
  join: [
    { hz: 392, at: 0 },
    { hz: 587.33, at: 0.11 },
  ],
  leave: [
    { hz: 523.25, at: 0 },
    { hz: 349.23, at: 0.11 },
  ],
  mute: [{ hz: 293.66, at: 0 }],
  unmute: [{ hz: 440, at: 0 }],
  share: [
    { hz: 440, at: 0 },
    { hz: 523.25, at: 0.08 },
    { hz: 659.25, at: 0.16 },
  ],
};

const LOUDNESS = 0.07;
const ATTACK_S = 0.012;
const LENGTH_S = 0.32;

export function play(sound: Sound): void {
  const audio = audioContext();
  // Asleep it would play all it missed at once, on the first touch.
  if (audio.state !== 'running') return;
  for (const { hz, at } of SOUNDS[sound]) {
    const start = audio.currentTime + at;
    const tone = new OscillatorNode(audio, { type: 'triangle', frequency: hz });
    const soften = new BiquadFilterNode(audio, { type: 'lowpass', frequency: 1400 });
    const envelope = new GainNode(audio, { gain: 0 });
    envelope.gain.setValueAtTime(0, start);
    envelope.gain.linearRampToValueAtTime(LOUDNESS, start + ATTACK_S);
    envelope.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
    tone.connect(soften).connect(envelope).connect(audio.destination);
    tone.start(start);
    tone.stop(start + LENGTH_S);
  }
}

/** Listen to a track's loudness, 0 to 1, about 20 times a second; the returned function ends it. */
export function meter(track: MediaStreamTrack, heard: (level: number) => void): () => void {
  const audio = audioContext();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(audio, { fftSize: 1024 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    // -60 dB is a quiet room, 0 dB the loudest that the microphone knows.
    const decibels = 10 * Math.log10(power + 1e-12);
    heard(Math.min(1, Math.max(0, (decibels + 60) / 60)));
  }, 50);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}
