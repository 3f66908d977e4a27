/** A voice: held or by keyboard, heard before it is sent, or thrown away; the microphone is always let go. */
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { voice } from '@/features/voice';
import { closeChannels, openChannel } from '@/testing/chat-page';
import { CHANNEL, FakeBox, message, NORA } from '@/testing/fake-box';
import { FakeUploads } from '@/testing/fake-uploads';
import { toasts } from '@/ui/toasts.svelte';

import { sending } from '.';
import { uploads } from './uploads.svelte';

const MESSAGES = `POST v10/channels/${CHANNEL}/messages`;
let box: FakeBox;
let now = 0;
let stopped = 0;

class FakeRecorder extends EventTarget {
  static isTypeSupported = (type: string) => type === 'audio/webm;codecs=opus';
  mimeType = 'audio/webm;codecs=opus';
  state = 'inactive';
  start(): void {
    this.state = 'recording';
  }
  stop(): void {
    this.state = 'inactive';
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob(['opus']) }));
    this.dispatchEvent(new Event('stop'));
  }
}

class FakeContext {
  createAnalyser = () => ({
    fftSize: 0,
    getFloatTimeDomainData: (samples: Float32Array) => samples.fill(0.25),
  });
  createMediaStreamSource = () => ({ connect: () => undefined });
  close = () => Promise.resolve();
}

class FakeStream {
  constructor(readonly tracks: object[]) {}
  getAudioTracks = () => this.tracks;
}

/** What the browser was asked for. */
let wanted: MediaStreamConstraints[] = [];

function microphoneGives(answer: () => Promise<object>): void {
  const getUserMedia = (constraints: MediaStreamConstraints): Promise<object> => {
    wanted.push(constraints);
    return answer();
  };
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia }, configurable: true });
}

beforeEach(async () => {
  await sending.load();
  box = new FakeBox();
  new FakeUploads();
  box.on(MESSAGES, () => message('9000', '', { author: NORA }));
  [now, stopped] = [1000, 0];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('MediaStream', FakeStream);
  wanted = [];
  microphoneGives(() => Promise.resolve(new FakeStream([{ stop: () => (stopped += 1) }])));
});

afterEach(() => {
  for (const one of uploads.tray(CHANNEL)) uploads.cancel(one);
  cleanup();
  closeChannels(box);
});

const posted = () =>
  box.asked
    .filter(({ method, path }) => `${method} ${path}` === MESSAGES)
    .map(({ body }) => body as Record<string, unknown>);

const microphone = () => screen.getByRole('button', { name: 'Record a voice message' });

/** Seconds go by while something is measured, once the microphone is open. */
async function speak(seconds: number): Promise<void> {
  await screen.findByText('Recording');
  now += seconds * 1000;
  await new Promise((resolve) => setTimeout(resolve, 120));
}

it('by keyboard it is stopped, can be heard, and goes out with its length and shape', async () => {
  await openChannel(box, message('1'));
  await fireEvent.keyDown(microphone(), { key: 'Enter' });
  const stop = await screen.findByRole('button', { name: 'Stop and listen' });
  await speak(3);
  await fireEvent.click(stop);
  await screen.findByRole('group', { name: 'Voice message by you, 0:03' });
  expect([stopped > 0, posted()]).toEqual([true, []]);

  await fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  await waitFor(() => expect(posted()).toHaveLength(1));
  const [file] = posted()[0]?.['attachments'] as { waveform: string }[];
  expect(posted()[0]).toMatchObject({ content: '', flags: 1 << 13 });
  expect(file).toMatchObject({ filename: 'voice-message.webm', duration_secs: 3 });
  expect(new Set(atob(file?.waveform ?? ''))).toEqual(new Set(['\xff']));
});

it('held, it goes out when the finger is lifted', async () => {
  await openChannel(box, message('1'));
  await fireEvent.pointerDown(microphone(), { clientX: 300, clientY: 700, button: 0 });
  await screen.findByText('Slide away to cancel');
  await speak(2);
  await fireEvent.pointerUp(window);
  await waitFor(() => expect(posted()).toHaveLength(1));
});

it('held and slid away, it is thrown away', async () => {
  await openChannel(box, message('1'));
  await fireEvent.pointerDown(microphone(), { clientX: 300, clientY: 700, button: 0 });
  await screen.findByText('Slide away to cancel');
  await speak(2);
  await fireEvent.pointerMove(window, { clientX: 200, clientY: 700 });
  await waitFor(() => expect(microphone()).toBeTruthy());
  await fireEvent.pointerUp(window);
  expect([posted(), stopped > 0, uploads.tray(CHANNEL)]).toEqual([[], true, []]);
});

it('a tap goes on without the finger, and Escape ends it', async () => {
  await openChannel(box, message('1'));
  await fireEvent.pointerDown(microphone(), { clientX: 300, clientY: 700, button: 0 });
  await screen.findByText('Slide away to cancel');
  await fireEvent.pointerUp(window);
  await fireEvent.keyDown(await screen.findByRole('group', { name: 'Recording' }), { key: 'Escape' });
  await waitFor(() => expect(microphone()).toBeTruthy());
  expect(posted()).toEqual([]);
});

it('the microphone is the one that was chosen for calls', async () => {
  voice.prefs.set('microphone', 'on-the-desk');
  voice.prefs.set('noiseSuppression', false);
  await openChannel(box, message('1'));
  await fireEvent.keyDown(microphone(), { key: 'Enter' });
  await screen.findByRole('button', { name: 'Stop and listen' });
  voice.prefs.set('microphone', null);
  voice.prefs.set('noiseSuppression', true);
  expect(wanted).toHaveLength(1);
  expect(wanted[0]?.audio).toMatchObject({ deviceId: { ideal: 'on-the-desk' }, noiseSuppression: false });
});

it('in a call it is a copy of what the call has, muted there or not', async () => {
  let enabled = false;
  const copy = {
    stop: () => (stopped += 1),
    set enabled(is: boolean) {
      enabled = is;
    },
  };
  voice.sending.microphone = { clone: () => copy } as unknown as MediaStreamTrack;
  await openChannel(box, message('1'));
  await fireEvent.keyDown(microphone(), { key: 'Enter' });
  await screen.findByRole('button', { name: 'Stop and listen' });
  voice.sending.microphone = null;
  expect([wanted, enabled]).toEqual([[], true]);
});

it('without leave to use the microphone, that is said', async () => {
  const denied = new DOMException('no', 'NotAllowedError');
  microphoneGives(() => Promise.reject(denied));
  await openChannel(box, message('1'));
  await fireEvent.keyDown(microphone(), { key: 'Enter' });
  await waitFor(() => expect(toasts.list.at(-1)?.text).toContain('may not use the microphone'));
  await waitFor(() => expect(microphone()).toBeTruthy());
});
