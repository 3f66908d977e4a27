/** For tests: `Calls` on a fake gateway that knows one guild with two voice channels. */
import type { FullGuild, Id, Ready, VoiceState } from '@/api/model';
import { FakeGateway, FakePeer, offer, settle } from './fakes';
import type { Notice } from './ports';
import type { Delivery } from './recovery';
import { Calls } from './state.svelte';

export const [ME, ROSE, SPACE, ROOM, OTHER] = ['1', '2', '10', '20', '21'] as const;

export function voiceState(over: Partial<VoiceState>): VoiceState {
  return {
    guild_id: SPACE,
    channel_id: ROOM,
    user_id: ME,
    session_id: 'session-1',
    deaf: false,
    mute: false,
    self_deaf: false,
    self_mute: false,
    self_video: false,
    self_stream: false,
    suppress: false,
    request_to_speak_timestamp: null,
    hearth_since: '2026-11-21T09:00:00.000000+00:00',
    hearth_push_to_talk: false,
    hearth_priority_speaker: false,
    hearth_may_stream: true,
    hearth_stream_since: null,
    ...over,
  };
}

export const ready = (states: VoiceState[] = []): Partial<Ready> => ({
  guilds: [{ id: SPACE, voice_states: states } as unknown as FullGuild],
});

export function makeCalls(restart: Delivery = 'done') {
  const gateway = new FakeGateway();
  const notices: Notice[] = [];
  const calls = new Calls({
    gateway,
    signalling: {
      answer: () => Promise.resolve('done'),
      restart: () => Promise.resolve(restart),
    },
    me: () => ME,
    tell: (notice) => notices.push(notice),
  });
  gateway.say('READY', ready());
  return { gateway, notices, calls, told: () => notices.map((one) => one.about) };
}

/** The box lets us in, offers, and the connection comes up. */
export async function letIn(gateway: FakeGateway, session = 'rtc-1', room: Id = ROOM): Promise<void> {
  gateway.say('VOICE_STATE_UPDATE', voiceState({ channel_id: room, session_id: gateway.sessionId ?? '' }));
  gateway.say('VOICE_SERVER_UPDATE', { guild_id: SPACE, channel_id: room, rtc_session_id: session });
  gateway.say('HEARTH_RTC_OFFER', offer(1, [], session));
  await settle();
  FakePeer.last().become('connected', 'connected');
}

export async function inCall(restart: Delivery = 'done') {
  const made = makeCalls(restart);
  made.calls.join(SPACE, ROOM);
  await letIn(made.gateway);
  return made;
}
