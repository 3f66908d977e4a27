/** What the stage shows of a room: its people and their shared screens. */
import type { Id, VoiceState } from '@/api/model';
import { members } from '@/features/guilds';
import { t } from '@/i18n';
import type { Calls } from './state.svelte';

export interface PersonTile {
  key: string;
  guildId: Id;
  userId: Id;
  /** With "(you)" behind one's own. */
  name: string;
  self: boolean;
  /** Null: the camera is off, or its picture is not here yet. */
  camera: MediaStreamTrack | null;
  muted: boolean;
  deaf: boolean;
  speaking: boolean;
  live: boolean;
}

export interface ScreenShare {
  key: string;
  userId: Id;
  name: string;
  self: boolean;
  track: MediaStreamTrack;
  /** Since when it is shown, by the box's clock (epoch ms); null until the box has said. */
  since: number | null;
}

export function peopleOf(calls: Calls, channelId: Id): PersonTile[] {
  return calls.states.inChannel(channelId).map((state) => {
    const userId = state.user_id;
    const self = userId === calls.me;
    const name = nameOf(state);
    return {
      key: userId,
      guildId: state.guild_id,
      userId,
      name: self ? t.voice.you(name) : name,
      self,
      camera: state.self_video || self ? calls.track(userId, 'camera') : null,
      muted: isMuted(state),
      deaf: state.self_deaf || state.deaf,
      speaking: calls.states.speaking.has(userId),
      live: state.self_stream,
    };
  });
}

export function screensOf(calls: Calls, channelId: Id): ScreenShare[] {
  return calls.states.inChannel(channelId).flatMap((state) => {
    const userId = state.user_id;
    const self = userId === calls.me;
    const track = state.self_stream || self ? calls.track(userId, 'screen') : null;
    const began = state.hearth_stream_since;
    const since = began === null ? null : Date.parse(began);
    return track === null
      ? []
      : [{ key: `${userId}:screen`, userId, name: nameOf(state), self, track, since }];
  });
}

export function isMuted(state: VoiceState): boolean {
  return state.self_mute || state.mute || state.suppress;
}

function nameOf(state: VoiceState): string {
  return members.name(state.guild_id, state.user_id, state.member?.user);
}
