/** The microphone for other things than a call: a test, a voice message. */
import { openMicrophone } from './media';
import type { Calls } from './state.svelte';

/**
 * A track of one's own from the microphone that was chosen for calls; whoever asks for it stops it. Throws MediaError.
 *
 * In a call it is a copy of the call's: opened twice, a phone would take it from the call. Muted there, it is not muted here.
 */
export async function borrowMicrophone(calls: Calls): Promise<MediaStreamTrack> {
  const track = calls.sending.microphone?.clone() ?? (await openMicrophone(calls.prefs.value));
  track.enabled = true;
  return track;
}
