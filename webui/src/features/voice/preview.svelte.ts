/**
 * Trying out a microphone and a camera outside of a call.
 *
 * In a call its own tracks are looked at instead of opening the device twice: a phone would take it from the call.
 */
import { audioContext, meter } from './audio';
import { asMediaError, openCamera, type MediaProblem } from './media';
import { borrowMicrophone } from './microphone';
import type { Calls } from './state.svelte';

export class Preview {
  level = $state(0);
  testing = $state(false);
  picture = $state.raw<MediaStreamTrack | null>(null);
  problem = $state<{ device: 'microphone' | 'camera'; what: MediaProblem } | null>(null);
  #own: MediaStreamTrack[] = [];
  #stopMeter: (() => void) | null = null;
  #turn = 0;

  constructor(private readonly calls: Calls) {}

  async test(): Promise<void> {
    this.stopTest();
    const turn = ++this.#turn;
    this.problem = null;
    audioContext();
    try {
      const track = await borrowMicrophone(this.calls);
      if (turn !== this.#turn) {
        track.stop();
        return;
      }
      this.#own.push(track);
      this.testing = true;
      this.#stopMeter = meter(track, (level) => (this.level = level));
      await this.calls.devices.watch();
    } catch (error) {
      this.problem = { device: 'microphone', what: asMediaError(error, 'microphone').problem };
    }
  }

  stopTest(): void {
    this.#turn += 1;
    this.#stopMeter?.();
    this.#stopMeter = null;
    for (const track of this.#own.filter((one) => one.kind === 'audio')) track.stop();
    this.#own = this.#own.filter((one) => one.kind !== 'audio');
    this.testing = false;
    this.level = 0;
  }

  async show(): Promise<void> {
    this.hide();
    this.problem = null;
    try {
      const track =
        this.calls.sending.cameraTrack?.clone() ?? (await openCamera(this.calls.prefs.value.camera));
      this.#own.push(track);
      this.picture = track;
      await this.calls.devices.watch();
    } catch (error) {
      this.problem = { device: 'camera', what: asMediaError(error, 'camera').problem };
    }
  }

  hide(): void {
    for (const track of this.#own.filter((one) => one.kind === 'video')) track.stop();
    this.#own = this.#own.filter((one) => one.kind !== 'video');
    this.picture = null;
  }

  close(): void {
    this.stopTest();
    this.hide();
  }
}
