/** Which microphones, loudspeakers and cameras there are. Browsers tell their names only after one was opened. */
export interface Device {
  id: string;
  /** Empty until the person has allowed one device of this kind. */
  label: string;
}

const KINDS = { microphones: 'audioinput', speakers: 'audiooutput', cameras: 'videoinput' } as const;

export class Devices {
  microphones = $state.raw<Device[]>([]);
  speakers = $state.raw<Device[]>([]);
  cameras = $state.raw<Device[]>([]);
  #watching = false;

  /** Look now and whenever something is plugged in or out. */
  async watch(): Promise<void> {
    if (!('mediaDevices' in navigator)) return;
    if (!this.#watching) {
      this.#watching = true;
      navigator.mediaDevices.addEventListener('devicechange', () => void this.refresh());
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    if (!('mediaDevices' in navigator)) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    for (const [name, kind] of Object.entries(KINDS) as [keyof typeof KINDS, MediaDeviceKind][]) {
      this[name] = all
        // Chromium lists "default" and "communications" beside the devices that they stand for.
        .filter((one) => one.kind === kind && one.deviceId !== '' && !ALIASES.has(one.deviceId))
        .map((one) => ({ id: one.deviceId, label: one.label }));
    }
  }
}

const ALIASES = new Set(['default', 'communications']);

/** Whether this browser lets a page choose where sound comes out; Safari on a phone does not. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
