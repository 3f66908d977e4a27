/** The small sounds of a call: one's own switches, and what the others in the room do. */
import type { VoiceState } from '@/api/model';
import { play, type Sound } from './audio';
import type { ChannelRef } from './ports';
import type { Prefs } from './prefs.svelte';

export class Chimes {
  constructor(private readonly prefs: Prefs) {}

  play(sound: Sound): void {
    if (this.prefs.value.sounds) play(sound);
  }

  /** Somebody else's state, before and now. */
  other(before: VoiceState | undefined, state: VoiceState, { channelId }: ChannelRef): void {
    const was = before?.channel_id === channelId;
    const is = state.channel_id === channelId;
    if (!was && is) this.play('join');
    else if (was && !is) this.play('leave');
    else if (is && state.self_stream && before?.self_stream !== true) this.play('share');
  }
}
