/** What others let one do in a call: told, and told the truth. */
import { cleanup, render, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { boxClock, gateway } from '@/api';
import type { GuildChannel, VoiceState } from '@/api/model';
import { guilds } from '@/features/guilds/guilds.svelte';
import { channel, FakeBox, guild, GUILD, NORA } from '@/testing/fake-box';
import { toasts } from '@/ui/toasts.svelte';

import CallView from './CallView.svelte';
import Clock from './Clock.svelte';
import { makeCalls, letIn, ME, ROOM, voiceState } from './fake-call';
import { stubMedia } from './fakes';
import { screensOf } from './tiles';
import { voice } from './voice';

beforeEach(() => {
  localStorage.clear();
  stubMedia();
});

afterEach(() => {
  cleanup();
  voice.leave();
  voice.states.replace([]);
  for (const { id } of toasts.list) toasts.close(id);
  vi.unstubAllGlobals();
});

async function inside() {
  const made = makeCalls();
  made.calls.join('10', ROOM);
  await letIn(made.gateway);
  const becomes = (over: Partial<VoiceState>) =>
    made.gateway.say('VOICE_STATE_UPDATE', voiceState({ session_id: made.gateway.sessionId ?? '', ...over }));
  const changes = () => made.notices.map((one) => (one.about === 'rights' ? one.change : one.about));
  return { ...made, becomes, changes };
}

describe('whoever is in a call', () => {
  it.each<[Partial<VoiceState>, string, string]>([
    [{ mute: true }, 'muted', 'unmuted'],
    [{ deaf: true }, 'deafened', 'undeafened'],
    [{ suppress: true }, 'mayNotSpeak', 'maySpeak'],
  ])('is told when %j is done to them, and when it ends', async (over, begin, end) => {
    const { becomes, changes } = await inside();
    becomes(over);
    becomes({});
    expect(changes()).toEqual([begin, end]);
  });

  it('is told nothing of what they have switched themselves', async () => {
    const { becomes, changes } = await inside();
    becomes({ self_mute: true, self_deaf: true });
    becomes({ hearth_priority_speaker: true });
    expect(changes()).toEqual([]);
  });

  it('unmutes nothing while others have muted them, and hears why', async () => {
    const { calls, becomes, changes } = await inside();
    becomes({ mute: true });
    calls.toggleMute();
    expect([calls.selfMute, calls.rights.silence, changes()]).toEqual([false, 'muted', ['muted', 'muted']]);
  });

  it('starts neither camera nor screen without being allowed to, and hears why', async () => {
    const { calls, becomes, changes } = await inside();
    becomes({ hearth_may_stream: false });
    calls.toggleCamera();
    calls.toggleScreen();
    expect([calls.sending.camera, calls.sending.screen]).toEqual(['off', 'off']);
    expect(changes()).toEqual(['mayNotShow', 'mayNotShow']);
  });

  it('has the camera put out when it may be shown no longer', async () => {
    const { calls, becomes, changes } = await inside();
    calls.toggleCamera();
    await vi.waitFor(() => expect(calls.sending.camera).toBe('on'));
    const track = calls.sending.cameraTrack;

    becomes({ self_video: false, hearth_may_stream: false });

    await vi.waitFor(() => expect(calls.sending.camera).toBe('off'));
    expect([track?.readyState, changes()]).toEqual(['ended', ['stoppedShowing']]);
  });
});

const room: GuildChannel = channel({ id: '20', type: 2, guild_id: GUILD, name: 'Living room' });
const without = (bit: bigint) => String(((1n << 32n) - 1n) & ~(1n << 3n) & ~bit);

async function lobby(bit: bigint): Promise<FakeBox> {
  const box = new FakeBox();
  const roles = guild().roles.map((role) => ({ ...role, permissions: without(bit) }));
  await box.ready({ roles, owner_id: '1', channels: [room] });
  expect(guilds.byId.has(GUILD)).toBe(true);
  render(CallView, { channel: room });
  return box;
}

describe('the screen', () => {
  it.each([
    [1n << 21n, 'You may listen in this room, but not speak'],
    [1n << 9n, 'You may not show your camera or screen'],
    [1n << 20n, 'You may not join this room'],
  ])('says before one joins what is not allowed: %s', async (bit, words) => {
    const box = await lobby(bit);
    expect(screen.getByText(words, { exact: false })).toBeTruthy();
    expect(screen.queryByText('Your microphone is on', { exact: false })).toBeNull();
    box.close();
  });

  it('says in the call, at the buttons and in a sentence, and not what is not so', async () => {
    const box = await lobby(0n);
    vi.spyOn(gateway, 'send').mockReturnValue(true);
    voice.join(GUILD, '20');
    const mine = { guild_id: GUILD, channel_id: '20', user_id: NORA.id, session_id: 'session' };
    voice.states.update(voiceState({ ...mine, suppress: true, hearth_may_stream: false }));
    flushSync();

    const button = screen.getByRole('button', { name: 'Not heard' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.title).toContain('not speak');
    expect(screen.getByRole('button', { name: 'Camera' }).getAttribute('aria-disabled')).toBe('true');
    const notes = screen.getAllByRole('status').map((note) => note.textContent);
    expect(notes.filter((note) => note.includes('not speak'))).toHaveLength(1);
    expect(notes.filter((note) => note.includes('may not show your camera'))).toHaveLength(1);
    expect(notes.join(' ')).not.toContain('has muted you');

    voice.states.update(voiceState({ ...mine, hearth_push_to_talk: true, hearth_priority_speaker: true }));
    flushSync();
    expect(screen.getByText('heard only while you hold', { exact: false })).toBeTruthy();
    expect(screen.getByText('the others are softer', { exact: false })).toBeTruthy();
    voice.leave();
    box.close();
  });
});

describe('the clock of a shared screen', () => {
  it('counts from when the stream began, for whoever comes later too', async () => {
    const { calls, becomes } = await inside();
    becomes({ self_stream: true, hearth_stream_since: '2026-11-21T10:00:00.000000+00:00' });
    calls.sending.screenTrack = {} as MediaStreamTrack;

    const [share] = screensOf(calls, ROOM);

    expect([share?.userId, share?.since]).toEqual([ME, Date.parse('2026-11-21T10:00:00Z')]);
    calls.sending.screenTrack = null;
  });

  it.each([-5, 0, 5])('goes by the box, though this device is %i hours off', (hours) => {
    const there = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(there + hours * 3600_000);
    boxClock.heardDate(new Date(there).toUTCString());

    render(Clock, { since: there - 65_000 });

    expect(screen.getByRole('time').textContent).toMatch(/^1:0[3-7]$/);
  });
});
