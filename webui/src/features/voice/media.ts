/**
 * Opening microphones, cameras and screens, and what went wrong in words that a screen can choose by.
 */
import type { VoicePrefs } from './prefs.svelte';

/** `insecure`: the page came over plain HTTP, where browsers hide microphones altogether. */
export type MediaProblem = 'denied' | 'none' | 'busy' | 'insecure' | 'unknown';

export class MediaError extends Error {
  override readonly name = 'MediaError';

  constructor(
    readonly problem: MediaProblem,
    readonly device: 'microphone' | 'camera' | 'screen',
    cause: unknown,
  ) {
    super(`${device}: ${problem}`, { cause });
  }
}

/** A household's uplink carries a few of these; 30 frames of 720 lines look right up to a full desktop window. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

type Sound = Pick<VoicePrefs, 'microphone' | 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'>;

export async function openMicrophone(prefs: Sound): Promise<MediaStreamTrack> {
  const audio: MediaTrackConstraints = {
    echoCancellation: prefs.echoCancellation,
    noiseSuppression: prefs.noiseSuppression,
    autoGainControl: prefs.autoGainControl,
    channelCount: { ideal: 1 },
  };
  // `ideal`, not `exact`: a headset that stayed at the office must not keep anyone from talking.
  if (prefs.microphone !== null) audio.deviceId = { ideal: prefs.microphone };
  const stream = await open('microphone', { audio });
  return first(stream.getAudioTracks(), 'microphone');
}

/** `facing` picks a phone's front or back camera and outranks the chosen device. */
export async function openCamera(
  camera: string | null,
  facing: 'user' | 'environment' | null = null,
): Promise<MediaStreamTrack> {
  const video: MediaTrackConstraints = { ...CAMERA };
  if (facing !== null) video.facingMode = { ideal: facing };
  else if (camera !== null) video.deviceId = { ideal: camera };
  const stream = await open('camera', { video });
  const track = first(stream.getVideoTracks(), 'camera');
  track.contentHint = 'motion';
  return track;
}

export interface SharedScreen {
  picture: MediaStreamTrack;
  /** Null if the browser or the person gave none. */
  sound: MediaStreamTrack | null;
}

/** Null: the person closed the picker. */
export async function openScreen(screenFor: VoicePrefs['screenFor']): Promise<SharedScreen | null> {
  const options: DisplayMediaStreamOptions & { systemAudio?: string; surfaceSwitching?: string } = {
    video: { frameRate: { ideal: 30, max: 30 } },
    // The call itself must not come back with the sound, and speech processing ruins music.
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    systemAudio: 'include',
    surfaceSwitching: 'include',
  };
  let stream: MediaStream;
  try {
    if (!canShareScreen()) throw new MediaError('insecure', 'screen', null);
    stream = await navigator.mediaDevices.getDisplayMedia(options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null;
    throw asMediaError(error, 'screen');
  }
  const picture = first(stream.getVideoTracks(), 'screen');
  picture.contentHint = screenFor === 'text' ? 'text' : 'motion';
  const sound = stream.getAudioTracks()[0] ?? null;
  if (sound !== null) sound.contentHint = 'music';
  return { picture, sound };
}

export function canShareScreen(): boolean {
  return 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
}

/** What sound comes with a shared screen: only Chromium gives any, and off Windows mostly that of a tab. */
export function screenSound(): 'system' | 'tab' | 'none' {
  const agent = navigator.userAgent;
  if (!agent.includes('Chrome/')) return 'none';
  return agent.includes('Windows') ? 'system' : 'tab';
}

/** An iPhone's or iPad's web app on the home screen: iOS silences its microphone in the background. */
export function losesMicrophoneInBackground(): boolean {
  const apple = /iPhone|iPad/.test(navigator.userAgent);
  // iPadOS says Macintosh; a Mac has no touch screen.
  const tablet = navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1;
  return (apple || tablet) && matchMedia('(display-mode: standalone)').matches;
}

export function asMediaError(error: unknown, device: MediaError['device']): MediaError {
  if (error instanceof MediaError) return error;
  return new MediaError(error instanceof DOMException ? problemOf(error.name) : 'unknown', device, error);
}

function problemOf(name: string): MediaProblem {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unknown';
  }
}

async function open(
  device: 'microphone' | 'camera',
  constraints: MediaStreamConstraints,
): Promise<MediaStream> {
  if (!('mediaDevices' in navigator)) throw new MediaError('insecure', device, null);
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw asMediaError(error, device);
  }
}

function first(tracks: MediaStreamTrack[], device: MediaError['device']): MediaStreamTrack {
  const track = tracks[0];
  if (track === undefined) throw new MediaError('none', device, null);
  return track;
}
