import { cleanup, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { account } from '@/features/accounts/account.svelte';
import { gateway } from '@/api';
import type { Channel, VoiceState } from '@/api/model';
import CallBar from './CallBar.svelte';
import CallView from './CallView.svelte';
import DeviceSettings from './DeviceSettings.svelte';
import { stubMedia } from './fakes';
import RoomPeople from './RoomPeople.svelte';
import { voice } from './voice';

const room: Channel = {
  id: '20',
  type: 2,
  guild_id: '10',
  name: 'Living room',
  position: 0,
  parent_id: null,
  permission_overwrites: [],
  nsfw: false,
  user_limit: 2,
};

function came(userId: string, name: string, over: Partial<VoiceState> = {}): void {
  const user = { id: userId, username: name, global_name: name, discriminator: '0', avatar: null };
  voice.states.update({
    guild_id: '10',
    channel_id: '20',
    user_id: userId,
    member: { user } as NonNullable<VoiceState['member']>,
    session_id: 's',
    deaf: false,
    mute: false,
    self_deaf: false,
    self_mute: false,
    self_video: false,
    self_stream: false,
    suppress: false,
    request_to_speak_timestamp: null,
    hearth_since: `2026-11-21T09:00:0${userId}.000000+00:00`,
    hearth_push_to_talk: false,
    hearth_priority_speaker: false,
    hearth_may_stream: true,
    hearth_stream_since: null,
    ...over,
  });
}

beforeEach(() => {
  localStorage.clear();
  stubMedia();
});

afterEach(() => {
  cleanup();
  voice.leave();
  voice.states.replace([]);
  vi.unstubAllGlobals();
});

it('signing out hangs up and closes the microphone', async () => {
  vi.spyOn(gateway, 'send').mockReturnValue(true);
  account.phase = 'signed_in';
  voice.join('10', '20');
  await vi.waitFor(() => expect(voice.sending.microphone).not.toBeNull());
  const microphone = voice.sending.microphone;

  account.phase = 'signed_out';
  flushSync();

  expect(voice.channel).toBeNull();
  expect(microphone?.readyState).toBe('ended');
});

it('an empty room says so and has one button', async () => {
  const send = vi.spyOn(gateway, 'send').mockReturnValue(true);
  render(CallView, { channel: room });
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Nobody is here yet');

  await userEvent.click(screen.getByRole('button', { name: 'Join' }));

  expect(send).toHaveBeenCalledWith(4, expect.objectContaining({ guild_id: '10', channel_id: '20' }));
  expect(screen.getByRole('toolbar', { name: 'Call' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Join' })).toBeNull();
});

it('a full room names who is in, and its button does nothing', async () => {
  came('2', 'Rose');
  came('3', 'Tom');
  const send = vi.spyOn(gateway, 'send').mockReturnValue(true);
  render(CallView, { channel: room });
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Rose and Tom are here');

  await userEvent.click(screen.getByRole('button', { name: 'Join' }));

  expect(send).not.toHaveBeenCalled();
});

it('the people under a room show who shares, who is muted and whose voice is heard', () => {
  came('2', 'Rose');
  came('3', 'Tom', { self_stream: true, self_mute: true });
  voice.states.speaking.add('2');

  render(RoomPeople, { channel: room });

  const said = screen.getAllByRole('listitem').map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  expect(said).toEqual(['R Rose Rose is speaking', 'T Tom LIVE muted']);
});

it("the bar of one's call is there only during a call, and hangs up", async () => {
  const send = vi.spyOn(gateway, 'send').mockReturnValue(true);
  render(CallBar);
  expect(screen.queryByRole('region', { name: 'Your call' })).toBeNull();
  voice.join('10', '20');

  await userEvent.click(await screen.findByRole('button', { name: 'Leave the call' }));

  expect(screen.queryByRole('region', { name: 'Your call' })).toBeNull();
  expect(send).toHaveBeenLastCalledWith(4, expect.objectContaining({ guild_id: '10', channel_id: null }));
});

it('where a room asks for push to talk the settings cannot choose otherwise, and say why', async () => {
  voice.prefs.pushToTalkForced = true;
  render(DeviceSettings);
  const always = screen.getByRole('radio', { name: 'Always' });
  const why = 'The room that you are in lets you be heard only while a key is held.';
  expect([always.hasAttribute('disabled'), always.getAttribute('aria-checked')]).toEqual([true, 'false']);
  expect(screen.getByText(why).id).toBe(always.parentElement?.getAttribute('aria-describedby'));

  await userEvent.click(always);
  voice.prefs.pushToTalkForced = false;
  flushSync();

  // What one had chosen was not touched, and counts again outside of the room.
  expect([always.hasAttribute('disabled'), always.getAttribute('aria-checked')]).toEqual([false, 'true']);
  expect(screen.queryByText(why)).toBeNull();
});
